"""Questions about people: who was refused what, who saw somebody's photos, what one person has asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from consent.ledger import EventKind
from db.tables import JobRow, LedgerDetailRow, LedgerRow
from studio.audit.asking import handles, names

REFUSED = (EventKind.IMAGE_REFUSED, EventKind.TRAINING_REFUSED)
PHOTOS = "photos"
"""What a look at photos is about, as the ledger's `ref`: it must not be a name."""
DATA = "data"
"""Everything of a subject, photos included, as it is handed out to them."""

_SAW = {
    EventKind.PHOTO_ADDED: "handed them in",
    EventKind.PHOTO_SEEN: "was shown them",
    EventKind.MODERATOR_LOOKED: "looked at them as a moderator",
    EventKind.EXPORT_MADE: "took them out",
    EventKind.CHALLENGE_PASSED: "judged the picture of a challenge",
    EventKind.CHALLENGE_FAILED: "judged the picture of a challenge",
}
_ONLY_OF_PHOTOS = frozenset({EventKind.MODERATOR_LOOKED, EventKind.EXPORT_MADE})
"""Events that tell of other looks too: their `ref` says at what."""


@dataclass(frozen=True)
class Refusal:
    """How often one person was refused for one reason; a picture of two people counts for each of them."""

    reason: str
    asker: str | None
    asked_for: str
    times: int
    subjects: tuple[str, ...]
    last_at: datetime


@dataclass(frozen=True)
class Sight:
    """Somebody who has had photos of a subject before their eyes, and how."""

    who: str | None
    how: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Doing:
    """One thing somebody did or asked for, and what came of it."""

    at: datetime
    event: str
    subject: str | None
    about: str | None
    details: dict[str, Any] | None


def refusals(
    session: Session, subject: UUID | None, since: datetime | None, until: datetime | None
) -> list[Refusal]:
    """Question 2: everything that was refused, by reason and by who had asked for it."""
    query = (
        select(LedgerRow.at, LedgerRow.kind, LedgerRow.actor, LedgerRow.subject, LedgerDetailRow.body,
               JobRow.asker_id)
        .outerjoin(LedgerDetailRow, LedgerDetailRow.seq == LedgerRow.seq)
        .outerjoin(JobRow, JobRow.id == LedgerRow.ref)  # refused at its claim or later, by nobody
        .where(LedgerRow.kind.in_(REFUSED))
        .order_by(LedgerRow.seq)
    )
    if subject is not None:
        query = query.where(LedgerRow.subject == str(subject))
    if since is not None:
        query = query.where(LedgerRow.at >= since)
    if until is not None:
        query = query.where(LedgerRow.at < until)
    called, who = names(session), handles(session)
    found: dict[tuple[str, UUID | None, str], tuple[int, frozenset[str], datetime]] = {}
    for row in session.execute(query):
        asker = UUID(row.actor) if row.actor else row.asker_id
        handle = who.get(UUID(row.subject)) if row.subject else None
        for reason in _reasons(row.body):
            key = (reason, asker, row.kind.partition(".")[0])
            times, subjects, _ = found.get(key, (0, frozenset(), row.at))
            found[key] = (times + 1, subjects | ({handle} if handle else frozenset()), row.at)
    return [
        Refusal(reason, called.get(asker) if asker else None, wish, times, tuple(sorted(subjects)), last)
        for (reason, asker, wish), (times, subjects, last) in sorted(
            found.items(), key=lambda item: (-item[1][0], item[0][0], str(item[0][1]))
        )
    ]


def who_saw(session: Session, subject: UUID) -> list[Sight]:
    """Question 3: everybody who has seen photos of somebody: handed in, shown, looked at, taken out."""
    query = (
        select(LedgerRow.actor, LedgerRow.kind, func.count(), func.min(LedgerRow.at), func.max(LedgerRow.at))
        .where(
            LedgerRow.subject == str(subject),
            or_(
                LedgerRow.kind.in_(_SAW.keys() - _ONLY_OF_PHOTOS),
                and_(
                    LedgerRow.kind.in_(_ONLY_OF_PHOTOS),
                    LedgerRow.ref.in_((PHOTOS, DATA)),
                ),
            ),
        )
        .group_by(LedgerRow.actor, LedgerRow.kind)
        .order_by(func.min(LedgerRow.at))
    )
    called = names(session)
    return [
        Sight(called.get(UUID(actor)) if actor else None, _SAW[EventKind(kind)], times, first, last)
        for actor, kind, times, first, last in session.execute(query)
    ]


def about_asker(session: Session, asker: UUID, subject: UUID | None) -> list[Doing]:
    """Question 11: everything one person did and asked for, and what became of it."""
    asked = select(JobRow.id).filter_by(asker_id=asker)
    query = (
        select(LedgerRow.at, LedgerRow.kind, LedgerRow.subject, LedgerRow.ref, LedgerDetailRow.body)
        .outerjoin(LedgerDetailRow, LedgerDetailRow.seq == LedgerRow.seq)
        .where(or_(LedgerRow.actor == str(asker), LedgerRow.ref.in_(asked)))
        .order_by(LedgerRow.seq)
    )
    if subject is not None:
        query = query.where(LedgerRow.subject == str(subject))
    who = handles(session)
    return [
        Doing(at, kind, who.get(UUID(of)) if of else None, ref, body)
        for at, kind, of, ref, body in session.execute(query)
    ]


def subjects_of_asker(session: Session, asker: UUID) -> set[UUID]:
    """Everybody of whom that person has asked for something."""
    query = select(LedgerRow.subject).distinct().where(
        LedgerRow.actor == str(asker), LedgerRow.subject.is_not(None)
    )
    return {UUID(subject) for subject in session.scalars(query) if subject}


def _reasons(body: dict[str, Any] | None) -> list[str]:
    if body is None:
        return ["erased"]
    return [str(reason) for reason in body.get("reasons") or ["not said"]]
