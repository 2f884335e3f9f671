"""Strikes: who asks again and again for what is never drawn has to wait, and can have a moderator look at it.

A wish refused for its words is a strike: the house's own contexts weigh most, what one person has ruled out of
pictures of them least. Lists err (docs/guide/contexts.md says how often), so one strike is never enough for anything,
all of them are forgotten after a while, and each can be appealed. What was asked for is not kept: whoever appeals says
it themself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consent.contexts import FORBIDDEN_WITH_A_PERSON, NEVER
from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import StrikeRow
from studio import ids, parties
from studio.errors import UnknownStrike
from studio.house import Studio

WINDOW = timedelta(days=7)
"""How long a strike counts."""
COOL_DOWNS = ((24, timedelta(days=7)), (12, timedelta(days=1)), (6, timedelta(hours=1)))
"""How long to wait after the last strike, by the sum of the severities that count; one strike weighs 1 to 3."""
FORGOTTEN = timedelta(days=90)
LONGEST_APPEAL = 1_000
_SEVERITY = {"minors": 3} | dict.fromkeys(FORBIDDEN_WITH_A_PERSON - {"minors"}, 2)
_BY_A_PERSON = 1
_WHOLE = 32  # characters of an id, without its dashes


@dataclass(frozen=True)
class StrikeView:
    """One strike. `reasons` are contexts; `who` it is against, None in one's own record."""

    id: UUID
    given_at: datetime
    severity: int
    reasons: tuple[str, ...]
    state: str
    counts_until: datetime
    appeal: str | None = None
    who: str | None = None
    decided_by: str | None = None

    @property
    def open_to_appeal(self) -> bool:
        """Whether somebody can still ask the moderators to look at it."""
        return self.state == "given"


@dataclass(frozen=True)
class Record:
    """What counts against somebody now: its sum, and until when they have to wait because of it."""

    strikes: tuple[StrikeView, ...]
    points: int
    cooling_until: datetime | None


def note(studio: Studio, session: Session, actor: Actor, reasons: Sequence[Reason]) -> None:
    """Write a strike down if these reasons make one, in the transaction that records the refusal."""
    contexts = sorted({_context(reason.code) for reason in reasons} - {None}, key=str)
    if not contexts:
        return
    severity = max(_SEVERITY.get(str(context), _BY_A_PERSON) for context in contexts)
    row = StrikeRow(
        party_id=actor.party, given_at=studio.clock(), severity=severity, reasons=contexts, state="given"
    )
    session.add(row)
    session.flush()
    studio.record(session, "strike.given", actor, None, str(row.id), contexts=contexts, severity=severity)


def cooling_until(studio: Studio, session: Session, party: UUID) -> datetime | None:
    """Until when somebody's wishes are not taken; None when they are."""
    return _record(studio, session, party).cooling_until


def mine(studio: Studio, actor: Actor) -> Record:
    """Everybody's own record."""
    with studio.readers() as session:
        return _record(studio, session, actor.party)


def appeal(studio: Studio, actor: Actor, strike_id: str, words: str) -> StrikeView:
    """Ask the moderators to look at a strike against oneself, once. Raises UnknownStrike and NotAllowed."""
    said = " ".join(words.split())[:LONGEST_APPEAL]
    if not said:
        raise NotAllowed((Reason("says_nothing", "Say what you had asked for, and why it is harmless."),))
    with studio.sessions.begin() as session:
        row = find(session, strike_id, actor.party)
        if row.party_id != actor.party:
            raise NotAllowed((Reason("not_yours", "This strike is not against you."),))
        if row.state != "given":
            raise NotAllowed((Reason("appealed", f"This strike is {row.state} already: it is looked at once."),))
        row.state, row.appeal, row.appealed_at = "appealed", said, studio.clock()
        studio.record(session, "strike.appealed", actor, None, str(row.id), appeal=said)
        return view(session, row)


def forget(studio: Studio) -> int:
    """Delete what has not counted for long; returns how many. A part of the retention run."""
    with studio.sessions.begin() as session:
        old = select(StrikeRow.id).where(
            StrikeRow.given_at <= studio.clock() - FORGOTTEN, StrikeRow.state != "appealed"
        )
        forgotten = session.scalars(old).all()
        session.execute(delete(StrikeRow).where(StrikeRow.id.in_(forgotten)))
        return len(forgotten)


def _record(studio: Studio, session: Session, party: UUID) -> Record:
    now = studio.clock()
    query = select(StrikeRow).where(
        StrikeRow.party_id == party, StrikeRow.given_at > now - WINDOW, StrikeRow.state != "lifted"
    )
    rows = session.scalars(query.order_by(StrikeRow.given_at.desc())).all()
    points = sum(row.severity for row in rows)
    wait = next((wait for least, wait in COOL_DOWNS if points >= least), None)
    until = rows[0].given_at + wait if wait and rows else None
    return Record(tuple(view(session, row) for row in rows), points, until if until and until > now else None)


def _context(code: str) -> str | None:
    """The context a refusal is about; None for one that is no strike."""
    if code.startswith("context_"):
        return code.removeprefix("context_")
    return NEVER if code == NEVER else None


def find(session: Session, strike_id: str, of: UUID | None = None) -> StrikeRow:
    """The strike whose id begins like this, or UnknownStrike; `of` somebody, a beginning means one of theirs."""
    query = select(StrikeRow.id)
    if of is not None and len(strike_id) < _WHOLE:
        query = query.where(StrikeRow.party_id == of)
    unknown = "There is no such strike: it was forgotten, as all are after a while."
    found = ids.meant(session, query, [StrikeRow.id], strike_id, UnknownStrike, what="strike", unknown=unknown)
    return session.get_one(StrikeRow, found, with_for_update=True)


def view(session: Session, row: StrikeRow, *, named: bool = False) -> StrikeView:
    return StrikeView(
        id=row.id,
        given_at=row.given_at,
        severity=row.severity,
        reasons=tuple(row.reasons),
        state=row.state,
        counts_until=row.given_at + WINDOW,
        appeal=row.appeal,
        who=parties.name_of(session, row.party_id) if named else None,
        decided_by=parties.name_of(session, row.decided_by),
    )
