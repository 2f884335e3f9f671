"""Consent, asked and answered: every act goes through the table in `consent/states.py`."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import notice as notices
from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.scope import Purpose
from consent.states import CLOCK, OVER, Act, State, next_state
from db.tables import ConsentRow, PartyRow, SubjectRow
from studio import erasure, gate, job_files, parties
from studio.house import Studio
from studio.subjects import find
from studio.views import ConsentView, WithdrawalView

DEFAULT_PURPOSES = (Purpose.TRAIN, Purpose.GENERATE)


def notice() -> str:
    """What a subject reads before saying yes."""
    return notices.NOTICE


def ask(
    studio: Studio, actor: Actor, handle: str, purposes: Sequence[str] = DEFAULT_PURPOSES, months: int = 12
) -> ConsentView:
    """Ask the subject for a consent; nothing is stored of them until they say yes."""
    with studio.sessions.begin() as session:
        row = _new_version(studio, session, actor, find(session, handle), purposes, months)
        studio.record(session, "consent.asked", actor, row.subject_id, str(row.id), purposes=row.purposes)
        return _view(studio, session, row, handle)


def give(
    studio: Studio, actor: Actor, handle: str, purposes: Sequence[str] | None = None, months: int = 12
) -> ConsentView:
    """The subject says yes: to what was asked or to less of it, or of their own accord.

    Raises NotAllowed for anybody else. Until a moderator has verified it, a given consent allows nothing.
    """
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        row = _current(studio, session, subject)
        if row is None or row.state in OVER:
            if actor.party != subject.owner_id:
                raise NotAllowed((Reason("not_the_subject", f"Only {handle} can give this consent."),))
            row = _new_version(studio, session, actor, subject, purposes or DEFAULT_PURPOSES, months)
        _move(studio, session, actor, subject, row, Act.GIVE)
        if purposes is not None:
            row.purposes = _within(purposes, row.purposes)
        row.given_at = studio.clock()
        studio.vault.create_key(session, job_files.owner_of(subject.id))
        studio.record(
            session,
            "consent.given",
            actor,
            subject.id,
            str(row.id),
            purposes=row.purposes,
            notice=row.notice_sha256,
            via=actor.via,
        )
        return _view(studio, session, row, handle)


def refuse(studio: Studio, actor: Actor, handle: str) -> ConsentView:
    """The subject says no."""
    return _answer(studio, actor, handle, Act.REFUSE, "consent.refused")


def verify(studio: Studio, actor: Actor, handle: str) -> ConsentView:
    """A moderator, neither the subject nor the one who asked, confirms that the yes is the subject's own."""
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Only a moderator can verify a consent."),))
    return _answer(studio, actor, handle, Act.VERIFY, "consent.verified")


def withdraw(studio: Studio, actor: Actor, handle: str) -> WithdrawalView:
    """The subject says stop: from this transaction on nothing is made or handed over, and all of it is erased.

    Said again after an erasure that was interrupted, it goes on with that. Raises ErasureUnfinished when files are
    left to delete; the consent has ended all the same.
    """
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        row = gate.newest_consent(session, subject.id)
        if row is None:
            raise NotAllowed(
                (Reason("never_asked", f"{handle} has given no consent, so there is none to end."),)
            )
        left = erasure.unfinished(session, subject.id)
        if left and row.state == State.WITHDRAWN and actor.party == subject.owner_id:
            erasure_id = left[0]
        else:
            _move(studio, session, actor, subject, row, Act.WITHDRAW)
            row.ended_at = studio.clock()
            studio.record(session, "consent.withdrawn", actor, subject.id, str(row.id), via=actor.via)
            erasure_id = erasure.begin(studio, session, actor, subject)
    return erasure.finish(studio, erasure_id)


def consents(studio: Studio, handle: str) -> list[ConsentView]:
    """Every version of a subject's consent, oldest first."""
    with studio.readers() as session:
        subject = find(session, handle)
        query = select(ConsentRow).filter_by(subject_id=subject.id).order_by(ConsentRow.version)
        return [_view(studio, session, row, handle) for row in session.scalars(query)]


def _current(studio: Studio, session: Session, subject: SubjectRow) -> ConsentRow | None:
    """The newest version, moved to expired if its date has passed: nobody has to be there for a date to come."""
    row = gate.newest_consent(session, subject.id)
    if row is not None and row.state not in OVER and gate.state_now(studio, row) is State.EXPIRED:
        row.state = next_state(
            State(row.state), Act.EXPIRE, actor=CLOCK, subject_owner=subject.owner_id, asked_by=row.asked_by
        )
        row.ended_at = studio.clock()
        studio.record(session, "consent.expired", None, subject.id, str(row.id))
    return row


def _answer(studio: Studio, actor: Actor, handle: str, act: Act, kind: str) -> ConsentView:
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        row = gate.newest_consent(session, subject.id)
        if row is None:
            raise NotAllowed((Reason("never_asked", f"{handle} has not been asked yet. Ask first."),))
        if act is Act.VERIFY:
            _require_other_eyes(session, actor, subject)
        _move(studio, session, actor, subject, row, act)
        if act is Act.VERIFY:
            row.verified_by, row.verified_at = actor.party, studio.clock()
        else:
            row.ended_at = studio.clock()
        studio.record(session, kind, actor, subject.id, str(row.id), via=actor.via)
        return _view(studio, session, row, handle)


def _require_other_eyes(session: Session, actor: Actor, subject: SubjectRow) -> None:
    """R2 over the whole story: whoever made the subject, or ever asked them, does not verify.

    `next_state` sees one version; with it alone an asker could have the question refused and answered anew.
    """
    askers = session.scalars(select(ConsentRow.asked_by).filter_by(subject_id=subject.id))
    if actor.party in {subject.created_by, *askers} - {subject.owner_id}:
        sentence = f"You made {subject.handle} or asked for this consent: another moderator has to verify it."
        raise NotAllowed((Reason("verifier_asked", sentence),))


def _move(
    studio: Studio, session: Session, actor: Actor, subject: SubjectRow, row: ConsentRow, act: Act
) -> None:
    row.state = next_state(
        State(row.state), act, actor=actor.party, subject_owner=subject.owner_id, asked_by=row.asked_by
    )


def _new_version(
    studio: Studio, session: Session, actor: Actor, subject: SubjectRow, purposes: Sequence[str], months: int
) -> ConsentRow:
    gate.hold(session, [subject])
    last = _current(studio, session, subject)
    if last is not None and last.state not in OVER:
        sentence = f"{subject.handle}'s consent is already {last.state}; there is nothing to ask again."
        raise NotAllowed((Reason("already_open", sentence),))
    now = studio.clock()
    row = ConsentRow(
        subject_id=subject.id,
        version=last.version + 1 if last else 1,
        state=State.ASKED,
        purposes=_within(purposes, list(Purpose)),
        notice_version=notices.NOTICE_VERSION,
        notice_sha256=notices.NOTICE_SHA256,
        asked_by=actor.party,
        asked_at=now,
        expires_at=_months_later(now, min(max(months, 1), 36)),
    )
    session.add(row)
    session.flush()
    return row


def _within(purposes: Sequence[str], offered: Sequence[str]) -> list[str]:
    """The purposes in their own order; one that is unknown or was not asked for is refused, never dropped."""
    foreign = [purpose for purpose in purposes if purpose not in offered]
    if foreign or not purposes:
        sentence = f"A consent can be for {', '.join(offered)}; not for {', '.join(foreign) or 'nothing'}."
        raise NotAllowed((Reason("unknown_purpose", sentence),))
    return [str(purpose) for purpose in Purpose if purpose in purposes]


def _months_later(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1]))


def _view(studio: Studio, session: Session, row: ConsentRow, handle: str) -> ConsentView:
    return ConsentView(
        handle=handle,
        version=row.version,
        state=gate.state_now(studio, row),
        purposes=tuple(row.purposes),
        expires_at=row.expires_at,
        asked_by=session.get_one(PartyRow, row.asked_by).name,
        verified_by=parties.name_of(session, row.verified_by),
        notice_version=row.notice_version,
    )
