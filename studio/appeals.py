"""Strikes as moderators see them: who appeals, who is close to waiting, and what becomes of an appeal.

Apart from `studio/strikes.py`, because the gate writes strikes down, and knows nothing of the books.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import StrikeRow
from studio.audit.asking import find_party
from studio.house import Studio
from studio.strikes import FORGOTTEN, StrikeView, find, view


def strikes(studio: Studio, actor: Actor, who: str | None = None) -> list[StrikeView]:
    """Appeals that wait, the oldest first, then what counts; of one person (name or account) or of all.

    For moderators, and an event of the ledger: an appeal tells what somebody had asked for.
    """
    _require_moderator(actor)
    with studio.readers() as session:
        party = find_party(session, who).id if who else None
    with studio.sessions.begin() as session:
        studio.record(session, "moderator.looked", actor, None, "strikes", **({"asker": str(party)} if party else {}))
    query = select(StrikeRow).where(StrikeRow.given_at > studio.clock() - FORGOTTEN)
    if party is not None:
        query = query.where(StrikeRow.party_id == party)
    with studio.readers() as session:
        rows = session.scalars(query.order_by(StrikeRow.state != "appealed", StrikeRow.given_at.desc())).all()
        return [view(session, row, named=True) for row in rows]


def decide(studio: Studio, actor: Actor, strike_id: str, *, lift: bool) -> StrikeView:
    """A moderator lifts a strike, appealed or not, or upholds one; not one against themself."""
    _require_moderator(actor)
    with studio.sessions.begin() as session:
        row = find(session, strike_id)
        if row.party_id == actor.party:
            raise NotAllowed((Reason("own_strike", "This strike is against you: another moderator decides."),))
        if row.state in ("lifted", "upheld"):
            raise NotAllowed((Reason("decided", f"This strike is {row.state} already."),))
        row.state = "lifted" if lift else "upheld"
        row.decided_by, row.decided_at = actor.party, studio.clock()
        studio.record(session, f"strike.{row.state}", actor, None, str(row.id), against=str(row.party_id))
        return view(session, row, named=True)


def untold(studio: Studio) -> list[StrikeView]:
    """Appeals no moderator has been told of in a channel, the oldest first."""
    query = select(StrikeRow).filter_by(state="appealed", told=None).order_by(StrikeRow.appealed_at)
    with studio.readers() as session:
        return [view(session, row, named=True) for row in session.scalars(query)]


def told(studio: Studio, strike_id: UUID, place: str) -> None:
    """Remember where the moderators were told."""
    with studio.sessions.begin() as session:
        session.get_one(StrikeRow, strike_id).told = place


def _require_moderator(actor: Actor) -> None:
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Strikes of others are for moderators to look at."),))
