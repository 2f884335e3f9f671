"""Incidents: what has to be looked into, like a consent that was not the person's own, until a moderator says how it
ended.

One is opened where a consent is found invalid (`studio/endings.py`), in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import IncidentRow, SubjectRow
from studio import ids, parties
from studio.errors import UnknownIncident
from studio.house import Studio


@dataclass(frozen=True)
class IncidentView:
    """An incident as moderators see it; `closed_at` and `outcome` once somebody has said how it ended."""

    id: UUID
    handle: str
    what: str
    opened_by: str | None
    opened_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    outcome: str | None


def incidents(studio: Studio, actor: Actor, *, everything: bool = False) -> list[IncidentView]:
    """Open incidents, the oldest first; with `everything`, closed ones after them. For moderators."""
    _require_moderator(actor)
    query = select(IncidentRow).order_by(IncidentRow.closed_at.is_not(None), IncidentRow.opened_at)
    with studio.readers() as session:
        rows = session.scalars(query if everything else query.filter_by(closed_at=None))
        return [_view(session, row) for row in rows.all()]


def close(studio: Studio, actor: Actor, incident: str, outcome: str) -> IncidentView:
    """A moderator writes down what came of an incident; the beginning of its id is enough.

    Raises NotAllowed, and UnknownIncident unless it is open and something is said about it.
    """
    _require_moderator(actor)
    outcome = " ".join(outcome.split())
    if not outcome:
        raise UnknownIncident("An incident ends with what came of it, in a few words.")
    with studio.sessions.begin() as session:
        row = _open_one(session, incident)
        row.closed_by, row.closed_at, row.outcome = actor.party, studio.clock(), outcome
        studio.record(session, "incident.closed", actor, row.subject_id, str(row.id), outcome=outcome)
        return _view(session, row)


def _require_moderator(actor: Actor) -> None:
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Incidents are for moderators to look into: ask one."),))


def _open_one(session: Session, incident: str) -> IncidentRow:
    """The open incident whose id begins like this, or UnknownIncident."""
    query = select(IncidentRow.id).filter_by(closed_at=None)
    unknown = f"No open incident begins with {incident}. `likeness incident list` lists them."
    found = ids.meant(session, query, [IncidentRow.id], incident, UnknownIncident, what="incident", unknown=unknown)
    row = session.get_one(IncidentRow, found, with_for_update=True, populate_existing=True)
    if row.closed_at is not None:
        raise UnknownIncident(f"Somebody else has just closed the incident {incident}.")
    return row


def _view(session: Session, row: IncidentRow) -> IncidentView:
    return IncidentView(
        id=row.id,
        handle=session.get_one(SubjectRow, row.subject_id).handle,
        what=row.what,
        opened_by=parties.name_of(session, row.opened_by),
        opened_at=row.opened_at,
        closed_by=parties.name_of(session, row.closed_by),
        closed_at=row.closed_at,
        outcome=row.outcome,
    )
