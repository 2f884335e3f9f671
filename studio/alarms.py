"""Which channels of moderators have not been told of a report yet: the clock runs, so nobody has to go and look.

A report is told once in every moderators' channel of a server that is served, as long as it can still be decided. Where
none is set, nobody is told; when one is set later, it is told of what is open then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables import OutputRow, ReportRow
from studio import jobs, preferences
from studio.house import Studio


@dataclass(frozen=True)
class Alarm:
    """An open report that a channel (`discord:123`) has to be told of. Neither who reported it nor why is in it."""

    report: UUID
    place: str
    handles: tuple[str, ...]
    due_at: datetime


def untold(studio: Studio) -> list[Alarm]:
    """What has to be told, and where, the most urgent first."""
    places = preferences.moderators_channels(studio)
    if not places:
        return []
    query = (
        select(ReportRow)
        .join(OutputRow, OutputRow.id == ReportRow.output_id)  # about an erased picture there is nothing to decide
        .where(ReportRow.closed_at.is_(None), ReportRow.due_at > studio.clock())
        .order_by(ReportRow.due_at)
    )
    with studio.readers() as session:
        return [
            Alarm(row.id, place, _handles(session, row), row.due_at)
            for row in session.scalars(query).all()
            for place in places
            if place not in (row.told_in or ())
        ]


def told(studio: Studio, report: UUID, place: str) -> None:
    """It stands there now."""
    with studio.sessions.begin() as session:
        row = session.get_one(ReportRow, report, with_for_update=True)
        row.told_in = [*(row.told_in or ()), place]


def _handles(session: Session, row: ReportRow) -> tuple[str, ...]:
    return tuple(subject.handle for subject in jobs.subjects_of(session, row.job_id)) if row.job_id else ()
