"""The gate: gathers where each subject stands and asks the rules. No other code decides.

It is passed four times: when something is asked, when a runner claims it, while it is being made, and in the
transaction that hands it over. Do not add a parameter that skips it, an owner's bypass, or a cached verdict: the
one public bot that recorded consent was walked around by a second path that did not ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.rules import Moment, Standing, decide
from consent.scope import Purpose, Scope
from consent.states import OVER, State
from db.tables import ConsentRow, SubjectRow
from studio.house import Studio


def newest_consent(session: Session, subject: UUID) -> ConsentRow | None:
    """The subject's latest version of consent, whatever its state."""
    query = select(ConsentRow).filter_by(subject_id=subject).order_by(ConsentRow.version.desc()).limit(1)
    return session.scalar(query)


def standing(session: Session, subject: SubjectRow) -> Standing:
    """Where one subject stands."""
    consent = newest_consent(session, subject.id)
    if consent is None:
        return Standing(subject.handle, None, None)
    return Standing(subject.handle, State(consent.state), Scope.of(consent.purposes, consent.expires_at))


def state_now(studio: Studio, consent: ConsentRow) -> State:
    """A consent's state as of now: one whose date has passed has run out, also before anybody wrote that down."""
    state = State(consent.state)
    return State.EXPIRED if state not in OVER and consent.expires_at <= studio.clock() else state


def hold(session: Session, subjects: Iterable[SubjectRow]) -> None:
    """Keep everybody else's transaction away from these subjects until this one ends.

    Whatever acts on a verdict holds its subjects first, and so does whatever changes a consent: then a withdrawal
    comes before or after, never in between. (SQLite's writers are alone anyhow; this is for PostgreSQL.)
    """
    ids = [subject.id for subject in subjects]
    query = select(SubjectRow.id).where(SubjectRow.id.in_(ids)).order_by(SubjectRow.id)
    session.execute(query.with_for_update()).all()


def require(
    studio: Studio, session: Session, purpose: Purpose, subjects: Iterable[SubjectRow], moment: Moment
) -> None:
    """Raise NotAllowed with every reason unless all the subjects allow `purpose` right now."""
    verdict = decide(purpose, [standing(session, subject) for subject in subjects], studio.clock(), moment)
    if not verdict.allowed:
        raise NotAllowed(verdict.reasons)


def allows(
    studio: Studio, session: Session, purpose: Purpose, subjects: Iterable[SubjectRow], moment: Moment
) -> bool:
    """Whether `require` would let it pass, for what is offered and not asked."""
    try:
        require(studio, session, purpose, subjects, moment)
    except NotAllowed:
        return False
    return True


def record_refusal(
    studio: Studio, kind: str, actor: Actor, subjects: Sequence[UUID], reasons: Sequence[Reason]
) -> None:
    """Write a refusal into the ledger, one event a subject, in a transaction of its own.

    It must not share the transaction of what was refused: that one is rolled back, and a refusal is kept.
    """
    with studio.sessions.begin() as session:
        for subject in subjects:
            studio.record(session, kind, actor, subject, reasons=[reason.code for reason in reasons])
