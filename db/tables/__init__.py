"""The tables, as SQLAlchemy maps them. Alembic makes them (`migrations/`); nothing here calls create_all."""

from __future__ import annotations

from db.tables.base import Base, Moment
from db.tables.consents import ChallengeRow, ConsentRow, IncidentRow, LinkRow, NeverRow, ReviewRow
from db.tables.people import IdentityRow, KeyRow, PartyRow, SubjectRow
from db.tables.records import AllowNoteRow, ErasureRow, LedgerDetailRow, LedgerRow, ReportRow, RunnerRow
from db.tables.works import (
    AdapterRow,
    CaptionRow,
    JobRow,
    JobSubjectRow,
    OutputAdapterRow,
    OutputRow,
    PhotoRow,
)

__all__ = [
    "AdapterRow",
    "AllowNoteRow",
    "Base",
    "CaptionRow",
    "ChallengeRow",
    "ConsentRow",
    "ErasureRow",
    "IdentityRow",
    "IncidentRow",
    "JobRow",
    "JobSubjectRow",
    "KeyRow",
    "LedgerDetailRow",
    "LedgerRow",
    "LinkRow",
    "Moment",
    "NeverRow",
    "OutputAdapterRow",
    "OutputRow",
    "PartyRow",
    "PhotoRow",
    "ReportRow",
    "ReviewRow",
    "RunnerRow",
    "SubjectRow",
]
