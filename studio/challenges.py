"""The live challenge, from drawing it to the verdict. The picture that answers it lives until the verdict, encrypted.

What stays is its salted digest, so that the same picture is never taken twice, whoever sends it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import challenge as challenges
from consent.errors import NotAllowed, Reason
from consent.evidence import Evidence
from consent.people import Actor
from consent.states import Act, State
from db.tables import ChallengeRow, SubjectRow
from studio import consents as versions
from studio import gate, job_files
from studio.house import Studio
from studio.subjects import find
from studio.uploads import clean_picture
from studio.views import ChallengeView, ConsentView

SHOWN = (State.GIVEN, State.ACTIVE)
"""States in which there is a yes to show oneself for: one that waits, or one that a word alone has verified."""

UNJUDGED = timedelta(days=7)
"""After so long without a verdict, an answer is deleted (`forget_stale`)."""


def issue(studio: Studio, actor: Actor, handle: str) -> ChallengeView:
    """Draw a challenge for a subject who has said yes; for them, and for moderators. An older one ends with it."""
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        if actor.party != subject.owner_id and not actor.is_moderator:
            raise NotAllowed((Reason("not_yours", f"Only {handle} or a moderator asks for that: ask one of them."),))
        consent = versions.current(studio, session, subject)
        if consent is None or consent.state not in SHOWN:
            raise NotAllowed((Reason("nothing_to_show", f"{handle} has said no yes to show: give one first."),))
        _forget(studio, session, subject)
        drawn, now = challenges.draw(secrets.choice), studio.clock()
        row = ChallengeRow(
            subject_id=subject.id,
            consent_id=consent.id,
            issued_by=actor.party,
            issued_at=now,
            expires_at=now + challenges.VALID,
            words=drawn.words,
            pose=drawn.pose,
        )
        session.add(row)
        session.flush()
        studio.record(session, "challenge.issued", actor, subject.id, str(row.id))
        return _view(row, handle)


def answer(studio: Studio, actor: Actor, handle: str, data: bytes, name: str = "The picture") -> ChallengeView:
    """The subject answers with a picture of themself. Late, twice, or with a picture seen before: NotAllowed."""
    clean = clean_picture(data, name)
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        if actor.party != subject.owner_id:
            raise NotAllowed((Reason("not_the_subject", f"Only {handle} shows themself: they do it from their own "
                                                        "account."),))  # fmt: skip
        row = _open(session, subject)
        known = session.scalars(select(ChallengeRow).where(ChallengeRow.digest.is_not(None)))
        seen = any(challenges.digest_of(clean.png, old.salt or b"") == old.digest for old in known)
        reasons = challenges.against_answer(
            studio.clock(), expires_at=row.expires_at, answered=row.answered_at is not None, seen_before=seen
        )
        if reasons:
            raise NotAllowed(tuple(reasons))
        row.answered_at, row.salt = studio.clock(), secrets.token_bytes(challenges.SALT_BYTES)
        row.digest = challenges.digest_of(clean.png, row.salt)
        owner = job_files.owner_of(subject.id)
        row.file = studio.vault.write(session, owner, f"{row.id.hex}.selfie", clean.png)
        studio.record(session, "challenge.answered", actor, subject.id, str(row.id))
        return _view(row, handle)


def look(studio: Studio, actor: Actor, handle: str) -> bytes:
    """The answer as a moderator without a hand in it sees it (PNG); that they looked is recorded (R6)."""
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        row = _answered(session, subject)
        _require_judge(studio, session, actor, subject)
        studio.record(session, "moderator.looked", actor, subject.id, str(row.id), at="challenge")
        studio.record(session, "photo.seen", actor, subject.id, str(row.id), at="challenge")
        return studio.vault.read(session, job_files.owner_of(subject.id), row.file or "")


def open_one(studio: Studio, handle: str) -> ChallengeView:
    """The words and the pose of the challenge that waits for its verdict, to hold a picture against."""
    with studio.readers() as session:
        return _view(_answered(session, find(session, handle)), handle)


def judge(studio: Studio, actor: Actor, handle: str, *, passed: bool, nobody_real: bool = False) -> ConsentView:
    """A moderator without a hand in it says whether the picture shows the person, these words and this pose.

    The picture is deleted, whatever the verdict. A yes that waited for it is verified by it; one that was verified
    by less is now verified live.
    """
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        row = _answered(session, subject)
        _require_judge(studio, session, actor, subject)
        consent = versions.current(studio, session, subject)
        assert consent is not None  # `issue` saw one
        row.passed, row.judged_by, row.judged_at = passed, actor.party, studio.clock()
        kind = "challenge.passed" if passed else "challenge.failed"
        studio.record(session, kind, actor, subject.id, str(row.id))
        if passed and consent.state in SHOWN:
            consent = versions.act(
                studio, session, actor, subject, Act.VERIFY, evidence=Evidence.LIVE, nobody_real=nobody_real
            )
        # Before the commit: should that fail, the person shows themself again, and no picture is left either way.
        _delete(studio, row)
        return versions.view(studio, session, consent, handle)


def forget_stale(studio: Studio) -> int:
    """Delete answers nobody has judged for a week, a retention run's part; returns how many."""
    with studio.sessions.begin() as session:
        stale = session.scalars(
            select(ChallengeRow).where(
                ChallengeRow.file.is_not(None), ChallengeRow.answered_at <= studio.clock() - UNJUDGED
            )
        ).all()
        for row in stale:
            _delete(studio, row)
        return len(stale)


def _open(session: Session, subject: SubjectRow) -> ChallengeRow:
    row = _newest(session, subject)
    if row is None or row.judged_at is not None:
        raise NotAllowed((Reason("no_challenge", f"There is no challenge for {subject.handle}: ask for one with "
                                                 f"`consent challenge {subject.handle}`."),))  # fmt: skip
    return row


def _answered(session: Session, subject: SubjectRow) -> ChallengeRow:
    row = _open(session, subject)
    if row.file is None:
        raise NotAllowed((Reason("not_answered", f"{subject.handle} has not answered yet: wait for their picture."),))
    return row


def _newest(session: Session, subject: SubjectRow) -> ChallengeRow | None:
    query = select(ChallengeRow).filter_by(subject_id=subject.id).order_by(ChallengeRow.issued_at.desc())
    return session.scalar(query.limit(1))


def _require_judge(studio: Studio, session: Session, actor: Actor, subject: SubjectRow) -> None:
    """Whoever judges is whoever could verify: other eyes, also on a consent that is active already."""
    story = versions.story_of(session, subject)
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Only a moderator looks at a challenge: ask one."),))
    if actor.party in {subject.owner_id, *story.askers, *story.trainers}:
        raise NotAllowed((Reason("own_work", f"You had a hand in {subject.handle}'s consent: ask another "
                                             "moderator to look."),))  # fmt: skip


def _forget(studio: Studio, session: Session, subject: SubjectRow) -> None:
    for row in session.scalars(select(ChallengeRow).filter_by(subject_id=subject.id, judged_at=None)):
        _delete(studio, row)
        row.expires_at = min(row.expires_at, studio.clock())


def _delete(studio: Studio, row: ChallengeRow) -> None:
    if row.file is not None:
        studio.vault.delete(row.file)
        row.file = None


def _view(row: ChallengeRow, handle: str) -> ChallengeView:
    return ChallengeView(str(row.id), handle, row.words, row.pose, row.expires_at, row.answered_at is not None)
