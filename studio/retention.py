"""What may not be kept any longer goes: at every runner's start, once a day, and with `likeness retention`.

- Photos and captions: a day after the adapter learnt from them was handed over (a week after its end, if it never
  was), or as many days later as the person allowed.
- Photos nobody has learnt from: 30 days after they came or the last training of them ended.
- Photos under a yes that nobody has verified: 14 days after that yes.
- Everything of somebody whose consent has run out: 30 days after that.
- Everything of somebody who has said no, or whose consent was revoked or found invalid: now, if anything is left.
- Photos that wait for an approval: 7 days after they were handed in (`studio/gathering.py`).
- A reported picture nobody has decided about: after 48 hours (`studio/reports.py`; asked every minute besides).
- A scope somebody began to fill in and never answered with: a day after.
- Strikes: after 90 days (`studio/strikes.py`), but for one whose appeal waits.
- Files that no row names (previews, a failed job's, half-written ones): an hour after they were written.

Somebody who wants no new pictures and has not asked for more keeps what there is. Every deletion is an event of the
ledger. All of it can be interrupted anywhere and run again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consent.states import State
from db.engine import wipe_deleted
from db.errors import VaultError
from db.tables import CaptionRow, ConsentRow, JobRow, JobSubjectRow, PhotoRow, SubjectRow
from studio import (
    challenges,
    consents,
    drafts,
    endings,
    erasure,
    gate,
    gathering,
    job_files,
    reports,
    strikes,
)
from studio.errors import ErasureUnfinished
from studio.house import Studio
from studio.views import FINISHED

log = logging.getLogger("likeness.retention")

LOOKED_AT = timedelta(days=1)
"""How long a trainer has to look at an adapter that was handed over, and to train once more on the same photos."""
NEVER_FETCHED = timedelta(days=7)
UNLEARNT = timedelta(days=30)
UNVERIFIED = timedelta(days=14)
EXPIRED = timedelta(days=30)
EVERY = timedelta(days=1)


@dataclass(frozen=True)
class RetentionView:
    """What a run deleted; `erased` are the subjects of whom nothing is left."""

    expired: int = 0
    photos: int = 0
    erased: tuple[str, ...] = ()
    reports: int = 0
    selfies: int = 0
    intakes: int = 0
    strikes: int = 0
    files: int = 0

    @property
    def anything(self) -> bool:
        """Whether there was anything to delete or to write down."""
        return any(asdict(self).values())


def run(studio: Studio) -> RetentionView:
    """Delete everything whose time has come. Raises nothing for one subject that keeps it from the others."""
    expired = consents.expire_due(studio)
    erasure.resume(studio)
    erased = _erase(studio)
    photos = _photos(studio)
    drafts.forget_stale(studio)
    view = RetentionView(
        expired=expired,
        photos=photos,
        erased=tuple(erased),
        reports=reports.overdue(studio),
        selfies=challenges.forget_stale(studio),
        intakes=gathering.forget_stale(studio),
        strikes=strikes.forget(studio),
        files=job_files.sweep(studio),
    )
    if view.anything:
        with studio.sessions.begin() as session:
            # How many, not who: no erasure finds a name in an event that is about nobody.
            studio.record(session, "retention.run", None, None, None, **asdict(view) | {"erased": len(erased)})
        wipe_deleted(studio.engine)
    return view


def _erase(studio: Studio) -> list[str]:
    """Erase everything of whoever's consent is over; returns who."""
    with studio.readers() as session:
        everybody = session.scalars(select(SubjectRow.id)).all()
    erased = []
    for subject_id in everybody:
        with studio.sessions.begin() as session:
            subject = session.get_one(SubjectRow, subject_id)
            gate.hold(session, [subject])
            cause = _over(studio, session, subject)
            if cause is None or not endings.anything_of(session, subject):
                continue
            begun = endings.wipe(studio, session, None, subject, cause)
            erased.append(subject.handle)
        try:
            erasure.finish(studio, begun)
        except ErasureUnfinished as error:
            log.warning("erasure %s is not finished: %s", begun, error.__cause__)
    return erased


def _over(studio: Studio, session: Session, subject: SubjectRow) -> str | None:
    """Why everything of a subject has to go by now; None while it may stay.

    A question that was asked anew and waits for its answer changes nothing about what ran out before it.
    """
    query = select(ConsentRow).filter_by(subject_id=subject.id).order_by(ConsentRow.version.desc())
    for row in session.scalars(query):
        if row.state == State.ASKED:
            continue
        if row.state == State.EXPIRED:
            ended = min(row.ended_at or row.expires_at, row.expires_at)
            return "expired" if ended + EXPIRED <= studio.clock() else None
        if row.state == State.WITHDRAWN:
            return None if row.kept else "withdrawn"
        return str(row.state) if row.state in (State.REFUSED, State.REVOKED, State.INVALIDATED) else None
    return None


def _photos(studio: Studio) -> int:
    """Delete single photos whose time has come; returns how many."""
    with studio.readers() as session:
        everybody = session.scalars(select(PhotoRow.subject_id).distinct()).all()
    gone: list[str] = []
    for subject_id in everybody:
        with studio.sessions.begin() as session:
            subject = session.get_one(SubjectRow, subject_id)
            gate.hold(session, [subject])
            for photo, why in _due(studio, session, subject):
                session.execute(delete(CaptionRow).filter_by(photo_id=photo.id))
                session.delete(photo)
                studio.record(session, "photo.deleted", None, subject.id, str(photo.id), why=why)
                gone.append(photo.file)
            session.flush()
            _forget_captions(session, subject)
    for file in gone:
        try:
            studio.vault.delete(file)
        except VaultError as error:  # no row names it any more, so the sweep takes it
            log.warning("%s", error)
    return len(gone)


def _due(studio: Studio, session: Session, subject: SubjectRow) -> Iterator[tuple[PhotoRow, str]]:
    """The photos to delete now, each with why."""
    consent = gate.newest_consent(session, subject.id)
    if consent is None or consent.state not in (State.ACTIVE, State.PAUSED, State.GIVEN):
        return  # they go with everything else, or wait as it does
    kept_for = timedelta(days=gate.scope_of(consent).keep_photos_days or 0)
    trainings = list(_trainings(session, subject))
    for photo in session.scalars(select(PhotoRow).filter_by(subject_id=subject.id)).all():
        using = [job for job, photos in trainings if photo.id in photos]
        if any(job.state not in FINISHED for job in using):
            continue
        learnt = [_accepted(job) for job in using if job.state == "done"]
        if learnt and max(learnt) + kept_for <= studio.clock():
            yield photo, "learnt from"
        elif not learnt and _last_touched(photo, using) + UNLEARNT <= studio.clock():
            yield photo, "never learnt from"
        elif consent.state == State.GIVEN and consent.given_at and consent.given_at + UNVERIFIED <= studio.clock():
            yield photo, "never verified"


def _trainings(session: Session, subject: SubjectRow) -> Iterator[tuple[JobRow, set[UUID]]]:
    """The trainings of a subject, each with the photos it learns from."""
    query = select(JobRow).join(JobSubjectRow, JobSubjectRow.job_id == JobRow.id)
    for job in session.scalars(query.where(JobSubjectRow.subject_id == subject.id, JobRow.kind == "train")):
        yield job, {UUID(photo) for photo, _ in job.params.get("photos", ())}


def _accepted(job: JobRow) -> datetime:
    """When an adapter counts as accepted: a day after it was handed over, a week after its end if it never was."""
    if job.delivered_at is not None:
        return job.delivered_at + LOOKED_AT
    return (job.finished_at or job.created_at) + NEVER_FETCHED


def _last_touched(photo: PhotoRow, using: list[JobRow]) -> datetime:
    return max([photo.added_at, *(job.finished_at or job.created_at for job in using)])


def _forget_captions(session: Session, subject: SubjectRow) -> None:
    """A job that is over keeps the captions of no photo that is gone."""
    there = {str(photo) for photo in session.scalars(select(PhotoRow.id).filter_by(subject_id=subject.id))}
    for job, _ in list(_trainings(session, subject)):
        shown = job.params.get("photos", [])
        left = [pair for pair in shown if pair[0] in there]
        if job.state in FINISHED and len(left) < len(shown):
            job.params = {**job.params, "photos": left}
