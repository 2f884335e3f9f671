"""The tables, as SQLAlchemy maps them. Alembic makes them (`migrations/`); nothing here calls create_all."""

from __future__ import annotations

from db.tables.approvals import ApprovalRow
from db.tables.base import Base, Moment
from db.tables.community import (
    ChannelRow,
    ExhibitRow,
    MemberRow,
    NightlyPlanRow,
    NightlyPromptRow,
    NightlySubjectRow,
    NightRow,
    ServerRow,
    StrikeRow,
)
from db.tables.consents import (
    ChallengeRow,
    ConsentRow,
    DraftRow,
    IncidentRow,
    LinkRow,
    NeverRow,
    ReviewRow,
)
from db.tables.messages import PostingRow, RemovalRow
from db.tables.people import IdentityRow, KeyRow, PartyRow, SubjectRow
from db.tables.records import (
    AllowNoteRow,
    ErasureRow,
    LedgerDetailRow,
    LedgerRow,
    OpenAnswerRow,
    ReportRow,
    RunnerRow,
)
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
    "ApprovalRow",
    "Base",
    "CaptionRow",
    "ChallengeRow",
    "ChannelRow",
    "ConsentRow",
    "DraftRow",
    "ErasureRow",
    "ExhibitRow",
    "IdentityRow",
    "IncidentRow",
    "JobRow",
    "JobSubjectRow",
    "KeyRow",
    "LedgerDetailRow",
    "LedgerRow",
    "LinkRow",
    "MemberRow",
    "Moment",
    "NeverRow",
    "NightRow",
    "NightlyPlanRow",
    "NightlyPromptRow",
    "NightlySubjectRow",
    "OpenAnswerRow",
    "OutputAdapterRow",
    "OutputRow",
    "PartyRow",
    "PhotoRow",
    "PostingRow",
    "RemovalRow",
    "ReportRow",
    "ReviewRow",
    "RunnerRow",
    "ServerRow",
    "StrikeRow",
    "SubjectRow",
]
