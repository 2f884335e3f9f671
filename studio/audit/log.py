"""The ledger as it was written: who did what, when, about whom."""

from __future__ import annotations

from collections.abc import Sequence

from consent.ledger import EventKind
from db import ledger
from db.tables import SubjectRow
from studio import parties
from studio.errors import UnknownEvent
from studio.house import Studio
from studio.subjects import find
from studio.views import EventView


def events(
    studio: Studio, *, handle: str | None = None, kinds: Sequence[str] = (), limit: int = 100
) -> list[EventView]:
    """The newest events, oldest of them first; of one subject, or of some kinds. Raises UnknownEvent."""
    unknown = [kind for kind in kinds if kind not in set(EventKind)]
    if unknown:
        raise UnknownEvent(f"The ledger knows no “{unknown[0]}”. It knows {', '.join(EventKind)}.")
    with studio.readers() as session:
        subject = find(session, handle).id if handle else None
        found = []
        for entry in ledger.events(session, subject=subject, kinds=kinds, limit=limit):
            event = entry.event
            row = session.get(SubjectRow, event.subject) if event.subject else None
            found.append(
                EventView(
                    seq=event.seq,
                    at=event.at,
                    kind=event.kind,
                    actor=parties.name_of(session, event.actor),
                    subject=row.handle if row else None,
                    ref=event.ref,
                    details=dict(entry.details) if entry.details is not None else None,
                )
            )
        return found


def count(studio: Studio) -> int:
    """How many events there are."""
    with studio.readers() as session:
        newest = ledger.head(session)
        return newest.seq if newest else 0
