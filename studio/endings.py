"""How a consent ends before its date: the person withdraws it, a moderator revokes it or finds it invalid.

And a person's standing no to everybody, which ends what there is and keeps anybody from asking.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.states import OVER, Act, State
from db.tables import (
    AdapterRow,
    ChallengeRow,
    ConsentRow,
    IncidentRow,
    NeverRow,
    OutputAdapterRow,
    PhotoRow,
    SubjectRow,
)
from studio import consents as versions
from studio import erasure, gate, lists
from studio.house import Studio
from studio.subjects import find
from studio.views import NeverView, WithdrawalView


def withdraw(studio: Studio, actor: Actor, handle: str, *, erase: bool = True) -> WithdrawalView:
    """The subject says stop: from this transaction on nothing is made or handed over, and all of it is erased.

    With `erase` False (“stop new images”) what there is stays, unreachable, until they withdraw again with it, or say
    no to a new question. Said again after an erasure that was interrupted, it goes on with that. Raises
    ErasureUnfinished when files are left to delete; the consent has ended all the same.
    """
    stopped: list[str] = []
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        row = versions.current(studio, session, subject)
        ended = row is not None and row.state == State.WITHDRAWN and actor.party == subject.owner_id
        unfinished = erasure.unfinished(session, subject.id) if ended else []
        left: UUID | None = None
        if unfinished:
            left = unfinished[0]
        elif row is not None and ended and row.kept and erase:
            row.kept = False
            left = wipe(studio, session, actor, subject, "withdrawn")
        else:
            row = versions.act(studio, session, actor, subject, Act.WITHDRAW, erase=erase)
            row.kept = not erase
            if erase:
                left = wipe(studio, session, actor, subject, "withdrawn")
            else:
                stopped = erasure.halt(studio, session, actor, subject)
    if left is not None:
        return erasure.finish(studio, left)
    erasure.take_out(studio, stopped)
    return WithdrawalView(handle=handle, jobs_stopped=len(stopped), photos=0, adapters=0, pictures=0)


def revoke(studio: Studio, actor: Actor, handle: str, why: str) -> WithdrawalView:
    """A moderator ends somebody's consent, for the reason given; everything of theirs is erased."""
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        versions.act(studio, session, actor, subject, Act.REVOKE, why=why)
        left = wipe(studio, session, actor, subject, "revoked")
    return erasure.finish(studio, left)


def invalidate(studio: Studio, actor: Actor, handle: str, what: str) -> WithdrawalView:
    """A moderator has found out that the yes was not the person's own: all of it goes, and an incident is opened
    (studio/incidents.py).
    """
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        row = versions.act(studio, session, actor, subject, Act.INVALIDATE)
        left = wipe(studio, session, actor, subject, "invalidated")
        incident = IncidentRow(subject_id=subject.id, consent_id=row.id, opened_by=actor.party,
                               opened_at=studio.clock(), what=what)  # fmt: skip
        session.add(incident)
        session.flush()
        studio.record(session, "incident.opened", actor, subject.id, str(incident.id), what=what)
    return erasure.finish(studio, left)


def never(studio: Studio, actor: Actor, names: tuple[str, ...] = ()) -> NeverView:
    """Somebody says no to everybody: whatever they agreed to ends and is erased, and nobody may ask them again.

    `names` are what they are called, so that prompts that name them can be refused.
    """
    called = sorted({" ".join(name.split()) for name in (actor.name, *names)} - {""})
    left = []
    with studio.sessions.begin() as session:
        subjects = list(session.scalars(select(SubjectRow).filter_by(owner_id=actor.party)))
        gate.hold(session, subjects)
        row = gate.standing_refusal(session, actor.party)
        if row is None:
            row = NeverRow(party_id=actor.party, names=called, made_at=studio.clock())
            session.add(row)
            studio.record(session, "subject.never-listed", actor, None, None, names=called)
        row.names = sorted({*row.names, *called})
        for subject in subjects:
            consent = versions.current(studio, session, subject)
            if consent is not None and consent.state == State.ASKED:
                versions.act(studio, session, actor, subject, Act.REFUSE)
            elif consent is not None and (consent.state not in OVER or consent.state == State.EXPIRED):
                versions.act(studio, session, actor, subject, Act.WITHDRAW, erase=True)
            if anything_of(session, subject):
                left.append(wipe(studio, session, actor, subject, "withdrawn"))
        view = NeverView(
            tuple(row.names), row.made_at, tuple(subject.handle for subject in subjects), lists.caution(row.names)
        )
    for erasure_id in left:
        erasure.finish(studio, erasure_id)
    return view


def lift(studio: Studio, actor: Actor) -> None:
    """The person takes their standing no back; nothing that was erased returns, and they have to be asked anew."""
    with studio.sessions.begin() as session:
        row = gate.standing_refusal(session, actor.party)
        if row is None:
            raise NotAllowed((Reason("never_said", "You have no standing no, so there is none to take back: only "
                                                   "whoever said it can."),))  # fmt: skip
        row.lifted_at = studio.clock()
        studio.record(session, "subject.never-lifted", actor)


def anything_of(session: Session, subject: SubjectRow) -> bool:
    """Whether anything made from or of a subject is stored."""
    return any(
        session.scalar(select(table).filter_by(subject_id=subject.id).limit(1)) is not None
        for table in (PhotoRow, AdapterRow, OutputAdapterRow)
    )


def wipe(studio: Studio, session: Session, actor: Actor | None, subject: SubjectRow, cause: str) -> UUID:
    """Begin to erase everything of a subject whose consent has ended, in the caller's transaction."""
    for row in session.scalars(select(ConsentRow).filter_by(subject_id=subject.id)):
        versions.forget_words(row)
        row.kept = False if row.kept else row.kept  # what was to stay goes now
    session.execute(update(ChallengeRow).filter_by(subject_id=subject.id).values(file=None))
    return erasure.begin(studio, session, actor, subject, cause)
