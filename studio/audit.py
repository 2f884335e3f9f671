"""Reading the ledger: who did what, when, under which consent; and whether it is whole."""

from __future__ import annotations

from uuid import UUID

from consent.ledger import Fault
from db import ledger
from db.tables import SubjectRow
from studio import parties
from studio.house import Studio
from studio.subjects import find
from studio.views import EventView


def events(
    studio: Studio, *, handle: str | None = None, kind: str | None = None, limit: int = 100
) -> list[EventView]:
    """The newest events, oldest of them first, of one subject or one kind if asked."""
    with studio.sessions() as session:
        subject = find(session, handle).id if handle else None
        found = []
        for event in ledger.events(session, subject=subject, kind=kind, limit=limit):
            row = session.get(SubjectRow, UUID(event.subject)) if event.subject else None
            found.append(
                EventView(
                    seq=event.seq,
                    at=event.at,
                    kind=event.kind,
                    actor=parties.name_of(session, UUID(event.actor)) if event.actor else None,
                    subject=row.handle if row else None,
                    ref=event.ref,
                    details=event.details,
                )
            )
        return found


def verify(studio: Studio) -> list[Fault]:
    """Every fault in the ledger; none means that nothing in it was changed, cut or swapped."""
    with studio.sessions() as session:
        return ledger.verify(session)
