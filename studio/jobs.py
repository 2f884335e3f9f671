"""Jobs: what was asked, how far it is, and stopping it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.scope import Purpose
from db.queue import priority
from db.tables import JobRow, JobSubjectRow, RunnerRow, SubjectRow
from studio import gate, ids, job_files, job_views, limits, photos
from studio.errors import JobEnded, UnknownJob
from studio.house import Studio
from studio.lists import read_lists
from studio.views import HELD, OPEN, UNAPPROVED, JobView, RunnerView
from studio.waiting import HEARTBEAT_LIMIT

PURPOSE = {"train": Purpose.TRAIN, "imagine": Purpose.GENERATE, "pose": Purpose.GENERATE}


def is_nightly(row: JobRow) -> bool:
    """Whether the studio itself asked for this picture (`studio/nightly.py`)."""
    return "night" in (row.params or {})


def purpose_of(row: JobRow) -> Purpose:
    """What the people in a job have to have agreed to."""
    return Purpose.NIGHTLY if is_nightly(row) else PURPOSE[row.kind]


def view(studio: Studio, job_id: str) -> JobView:
    """One job as it stands now."""
    with studio.readers() as session:
        find(session, job_id)
    return view_all(studio, [job_id])[0]


def view_all(studio: Studio, job_ids: Sequence[str]) -> list[JobView]:
    """These jobs as they stand now, in their order; one that is not there is left out."""
    with studio.readers() as session:
        rows = _rows(session, job_ids)
        given_up = _given_up(studio, rows)
        if not given_up:
            return job_views.views(studio, session, rows)
    for job_id in given_up:
        _end_given_up(studio, job_id)
    with studio.readers() as session:
        return job_views.views(studio, session, _rows(session, job_ids))


def recent(studio: Studio, limit: int = 20) -> list[JobView]:
    """The newest jobs, newest first."""
    with studio.readers() as session:
        newest = session.scalars(select(JobRow.id).order_by(JobRow.created_at.desc()).limit(limit)).all()
    return view_all(studio, newest)


def undelivered(studio: Studio, channel_prefix: str) -> list[JobView]:
    """Jobs of one door that it has not yet brought to an end with whoever asked, oldest first.

    Of a batch, which shares one message, they come with those that were brought already.
    """
    with studio.readers() as session:
        waiting = job_views.undelivered(session, channel_prefix)
    return view_all(studio, waiting)


def cancel(studio: Studio, actor: Actor, job_id: str) -> JobView:
    """Stop a job, waiting or running. The asker, a subject in it and moderators may."""
    with studio.sessions.begin() as session:
        row = held(session, job_id)
        subjects = subjects_of(session, job_id)
        if actor.party not in {row.asker_id, *(s.owner_id for s in subjects)} and not actor.is_moderator:
            sentence = "Only whoever asked for it, a subject in it or a moderator can stop this job."
            raise NotAllowed((Reason("not_yours", sentence),))
        if row.state not in (*OPEN, HELD, *UNAPPROVED):
            raise JobEnded(f"This job is already {row.state}; there is nothing left to stop.")
        gone = abandon(studio, session, row, "cancelled", f"Stopped by {actor.name}.", actor)
    photos.delete_files(studio, gone)
    studio.queue.cancel(job_id)
    return view(studio, job_id)


def preview(studio: Studio, job_id: str) -> bytes | None:
    """The latest preview of a running training or picture, as PNG; None while there is none.

    A preview is a drawing of the subject: without a consent to generate there is none for anybody.
    """
    with studio.readers() as session:
        row = find(session, job_id)
        subjects = subjects_of(session, job_id)
        if row.state != "running" or not gate.allows(
            studio, session, Purpose.GENERATE, subjects, "deliver", job=row
        ):
            return None
        return job_files.kept(studio, session, job_files.owner_of_picture(subjects), job_id, "preview")


def runners(studio: Studio) -> list[RunnerView]:
    """Every runner that has ever reported, and whether it is alive."""
    with studio.readers() as session:
        limit = studio.clock() - HEARTBEAT_LIMIT
        rows = session.scalars(select(RunnerRow).order_by(RunnerRow.name)).all()
        return [RunnerView(r.name, r.device, r.pid, r.host, r.seen_at, r.seen_at > limit) for r in rows]


def ask_once(studio: Studio, job_id: str, store: Callable[[Session, list[str]], None]) -> JobView:
    """Store a job in one transaction, unless it is there: asking twice, even at once, is asking once.

    `store` puts the job's row first and its files after, so that of two that ask at once the later one has written
    nothing when it finds out; it names the files as it goes, and they are deleted if the transaction does not stand.
    """
    written: list[str] = []
    try:
        with studio.sessions.begin() as session:
            if session.get(JobRow, job_id) is None:
                store(session, written)
    except BaseException as error:
        for file in written:
            studio.vault.delete(file)
        if not isinstance(error, IntegrityError) or not _exists(studio, job_id):
            raise
    return view(studio, job_id)


def _exists(studio: Studio, job_id: str) -> bool:
    with studio.readers() as session:
        return session.get(JobRow, job_id) is not None


def enqueue(
    studio: Studio,
    session: Session,
    actor: Actor,
    row: JobRow,
    subjects: dict[SubjectRow, Any],
    *,
    before: int = 0,
) -> None:
    """Put a stored job, with its subjects and their consents, into the queue, in the same transaction.

    `before` counts those that were put in by this transaction already: the queue does not see them yet.
    """
    if not is_nightly(row):
        limits.require(studio, session, actor, row, before=before)
    for subject, consent in subjects.items():
        session.add(JobSubjectRow(job_id=row.id, subject_id=subject.id, consent_id=consent))
    session.flush()
    kind = "nightly" if is_nightly(row) else row.kind
    place = priority(kind, studio.queue.waiting(str(actor.party), row.kind) + before)
    studio.queue.enqueue(session, row.id, row.kind, user=str(actor.party), priority=place)


def end(
    studio: Studio,
    session: Session,
    row: JobRow,
    state: str,
    error: str | None,
    actor: Actor | None,
    *,
    tidy: bool = True,
    **details: Any,
) -> None:
    """Bring a job, held by the caller, to its end: in our table, in the ledger, and in the vault.

    What it kept while it ran goes with it; deleting files before the commit is safe, because a job that has ended
    once is not run again, and one whose end is rolled back starts over without them. An erasure counts them first
    and deletes them itself (`tidy` False).
    """
    row.state, row.error, row.finished_at = state, error, studio.clock()
    subjects = subjects_of(session, row.id)
    if row.kind != "pose":  # nobody is drawn in a skeleton
        kind = ("training." if row.kind == "train" else "image.") + state
        studio.record_each(session, kind, actor, subjects, row.id, **details)
    if tidy:
        job_files.clear(studio, session, row, subjects)


def abandon(
    studio: Studio, session: Session, row: JobRow, state: str, error: str | None, actor: Actor | None
) -> list[str]:
    """End a job that is not to go on. Photos nobody has approved go with it; delete the files after the commit."""
    waited = row.state in UNAPPROVED
    handed_in = [UUID(photo) for photo, _ in row.params.get("photos", ())] if waited else []
    end(studio, session, row, state, error, actor)
    if not waited:
        return []
    row.params = {}
    session.flush()
    subject = subjects_of(session, row.id)[0]
    return photos.forget(studio, session, actor, subject, handed_in, "photo.deleted", "never approved")


def refuse(studio: Studio, job_id: str, refusal: NotAllowed) -> None:
    """End a job that the gate has stopped, with the reasons; one that is over and handed over stays as it is."""
    with studio.sessions.begin() as session:
        row = held(session, job_id)
        if row.state in (*OPEN, HELD) or (row.state == "done" and row.delivered_at is None):
            codes = [reason.code for reason in refusal.reasons]
            end(studio, session, row, "refused", str(refusal), None, reasons=codes, lists=read_lists().version)


def open_jobs(studio: Studio) -> int:
    """How many jobs wait or run."""
    with studio.readers() as session:
        return session.scalar(select(func.count()).select_from(JobRow).where(JobRow.state.in_(OPEN))) or 0


def find_id(studio: Studio, prefix: str) -> str:
    """The whole id of the job that begins like this; UnknownJob when none does, or several, or it is too short."""
    unknown = _sentence(prefix)
    with studio.readers() as session:
        return ids.meant(session, select(JobRow.id), [JobRow.id], prefix, UnknownJob, what="job", unknown=unknown)


def held(session: Session, job_id: str) -> JobRow:
    """The job, with everybody in it kept from other transactions until this one ends; always in this order.

    (SQLite's writers are alone anyhow. On PostgreSQL two that lock in different orders deadlock, and the victim
    could be a withdrawal.)
    """
    gate.hold(session, subjects_of(session, job_id))
    row = session.get(JobRow, job_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise _unknown(job_id)
    return row


def find(session: Session, job_id: str) -> JobRow:
    """The job's row, or UnknownJob."""
    row = session.get(JobRow, job_id)
    if row is None:
        raise _unknown(job_id)
    return row


def _unknown(job_id: str) -> UnknownJob:
    return UnknownJob(_sentence(job_id))


def _sentence(job_id: str) -> str:
    return f"There is no job {job_id}. `likeness jobs` lists the recent ones."


def subjects_of(session: Session, job_id: str) -> list[SubjectRow]:
    """Who is in a job, by name."""
    query = select(SubjectRow).join(JobSubjectRow, JobSubjectRow.subject_id == SubjectRow.id)
    return list(session.scalars(query.where(JobSubjectRow.job_id == job_id).order_by(SubjectRow.handle)))


def _rows(session: Session, job_ids: Sequence[str]) -> list[JobRow]:
    """Their rows, in this order."""
    found: dict[str, JobRow] = {}
    for start in range(0, len(job_ids), job_views.BATCH):
        some = job_ids[start : start + job_views.BATCH]
        found.update({row.id: row for row in session.scalars(select(JobRow).where(JobRow.id.in_(some)))})
    return [found[job_id] for job_id in job_ids if job_id in found]


def _given_up(studio: Studio, rows: Sequence[JobRow]) -> list[str]:
    """Jobs the engine has ended that we hold for open: each killed its runner again and again."""
    open_ids = [row.id for row in rows if row.state in OPEN]
    over: list[str] = []
    for start in range(0, len(open_ids), job_views.BATCH):
        statuses = studio.queue.statuses(open_ids[start : start + job_views.BATCH])
        over += [job_id for job_id, status in statuses.items() if status in ("failed", "cancelled")]
    return over


def _end_given_up(studio: Studio, job_id: str) -> None:
    """Or the engine could not go on with it."""
    with studio.sessions.begin() as session:
        row = held(session, job_id)
        if _given_up(studio, [row]):
            sentence = "The runner gave up on this job. Look at its log, or ask again."
            end(studio, session, row, "failed", sentence, None)
