"""How much one member may ask for: how many jobs at a time, how many pictures a day, and nothing while they cool down.

Asked where wishes are stored (`jobs.enqueue`), in the same transaction, so that every door has the same limits. They
keep one member from taking the machine from the others; what somebody's consent allows is the gate's to say, and
nothing here lets anything through that the gate stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import JobRow
from studio import preferences, strikes
from studio.gate import COUNTED, place_of
from studio.house import Studio


@dataclass(frozen=True)
class LimitsView:
    """What somebody has asked for, what they may, and until when they have to wait (None: they need not)."""

    waiting: int
    most_waiting: int
    today: int
    most_a_day: int
    cooling_until: datetime | None


def view(studio: Studio, actor: Actor) -> LimitsView:
    """Where a member stands."""
    with studio.readers() as session:
        return LimitsView(
            waiting=studio.queue.waiting(str(actor.party)),
            most_waiting=studio.settings.most_waiting,
            today=_today(studio, session, actor.party),
            most_a_day=studio.settings.pictures_a_day,
            cooling_until=strikes.cooling_until(studio, session, actor.party),
        )


def require_open(studio: Studio, actor: Actor, channel: str | None) -> None:
    """Whether a wish from there is heard at all, before anything is read: raises NotAllowed."""
    with studio.readers() as session:
        _require_open(studio, session, actor, channel)


def require(studio: Studio, session: Session, actor: Actor, row: JobRow, *, before: int = 0) -> None:
    """Whether one more job may be queued; `row` is stored already, `before` others by this very transaction.

    Raises NotAllowed.
    """
    _require_open(studio, session, actor, row.channel)
    most = studio.settings.most_waiting
    if studio.queue.waiting(str(actor.party)) + before >= most:
        sentence = f"You have {most} jobs waiting. Let some finish, or cancel one, and ask again."
        raise NotAllowed((Reason("too_many_waiting", sentence),))
    a_day = studio.settings.pictures_a_day
    if row.kind == "imagine" and _today(studio, session, actor.party) > a_day:
        sentence = f"You have asked for {a_day} pictures today, which is as many as one member may. Come back tomorrow."
        raise NotAllowed((Reason("too_many_today", sentence),))


def _require_open(studio: Studio, session: Session, actor: Actor, channel: str | None) -> None:
    if not preferences.channel_in(session, place_of(channel)).allowed:
        sentence = "Pictures and trainings cannot be asked for in this channel. Ask in another, or ask a moderator why."
        raise NotAllowed((Reason("not_in_this_channel", sentence),))
    until = strikes.cooling_until(studio, session, actor.party)
    if until is not None:
        sentence = (
            "You have asked several times for what is never drawn here, so your wishes are not taken until "
            f"{until:%d %B %H:%M} (UTC). If that is a mistake, a moderator can look at it: your strikes show how."
        )
        raise NotAllowed((Reason("cooling_down", sentence),))


def _today(studio: Studio, session: Session, party: UUID) -> int:
    """Pictures somebody asked for today (UTC), this transaction's included; what came to nothing does not count."""
    midnight = studio.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    query = (
        select(func.count())
        .select_from(JobRow)
        .where(JobRow.asker_id == party, JobRow.kind == "imagine", JobRow.created_at >= midnight)
        .where(JobRow.state.in_(COUNTED))
    )
    return session.scalar(query) or 0
