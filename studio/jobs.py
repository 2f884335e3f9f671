"""Jobs: what was asked, how far it is, and stopping it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consent.errors import NotAllowed
from consent.people import Actor
from consent.rules import Reason
from db.tables import JobRow, JobSubjectRow, RunnerRow, SubjectRow
from studio import erasure, parties
from studio.errors import JobEnded, UnknownJob
from studio.house import Studio
from studio.views import JobView, Progress, RunnerView

HEARTBEAT_LIMIT = timedelta(seconds=15)
OPEN = ("queued", "running")
# Lower runs first: a picture takes seconds and a training minutes; a person's further wishes wait behind others'.
_CLASS = {"imagine": 1000, "train": 5000}
MOST_WAITING = 20


def view(studio: Studio, job_id: str) -> JobView:
    """One job as it stands now."""
    with studio.sessions.begin() as session:
        return _view(studio, session, find(session, job_id))


def recent(studio: Studio, limit: int = 20) -> list[JobView]:
    """The newest jobs, newest first."""
    with studio.sessions.begin() as session:
        rows = session.scalars(select(JobRow).order_by(JobRow.created_at.desc()).limit(limit)).all()
        return [_view(studio, session, row) for row in rows]


def undelivered(studio: Studio, channel_prefix: str) -> list[JobView]:
    """Jobs of one door that it has not yet brought to an end with whoever asked, oldest first."""
    query = (
        select(JobRow)
        .where(JobRow.delivered_at.is_(None), JobRow.channel.startswith(channel_prefix, autoescape=True))
        .order_by(JobRow.created_at)
    )
    with studio.sessions.begin() as session:
        return [_view(studio, session, row) for row in session.scalars(query).all()]


def cancel(studio: Studio, actor: Actor, job_id: str) -> JobView:
    """Stop a job, waiting or running. The asker, a subject in it and moderators may."""
    with studio.sessions.begin() as session:
        row = find(session, job_id)
        subjects = subjects_of(session, job_id)
        if actor.party not in {row.asker_id, *(s.owner_id for s in subjects)} and not actor.is_moderator:
            sentence = "Only whoever asked for it, a subject in it or a moderator can stop this job."
            raise NotAllowed((Reason("not_yours", sentence),))
        if row.state not in OPEN:
            raise JobEnded(f"This job is already {row.state}; there is nothing left to stop.")
        end(studio, session, row, "cancelled", f"Stopped by {actor.name}.", actor)
    studio.queue.cancel(job_id)
    clear_files(studio, job_id)
    return view(studio, job_id)


def preview(studio: Studio, job_id: str) -> bytes | None:
    """The latest preview of a running training, as PNG."""
    with studio.sessions() as session:
        row = find(session, job_id)
        subject = subjects_of(session, job_id)
        if row.state != "running" or not subject:
            return None
        owner = erasure.owner_of(subject[0].id)
        file = file_name(job_id, "preview")
        if not studio.vault.exists(owner, file):
            return None
        return studio.vault.read(session, owner, file)


def runners(studio: Studio) -> list[RunnerView]:
    """Every runner that has ever reported, and whether it is alive."""
    with studio.sessions() as session:
        limit = studio.clock() - HEARTBEAT_LIMIT
        rows = session.scalars(select(RunnerRow).order_by(RunnerRow.name)).all()
        return [RunnerView(r.name, r.device, r.pid, r.host, r.seen_at, r.seen_at > limit) for r in rows]


def enqueue(
    studio: Studio, session: Session, actor: Actor, row: JobRow, subjects: dict[SubjectRow, Any]
) -> None:
    """Put a job, with its subjects and their consents, into our table and the queue: one transaction."""
    waiting = studio.queue.waiting(str(actor.party))
    if waiting >= MOST_WAITING:
        sentence = f"You have {waiting} jobs waiting. Let some finish, or cancel one, and ask again."
        raise NotAllowed((Reason("too_many_waiting", sentence),))
    session.add(row)
    session.flush()
    for subject, consent in subjects.items():
        session.add(JobSubjectRow(job_id=row.id, subject_id=subject.id, consent_id=consent))
    session.flush()
    priority = _CLASS[row.kind] + waiting
    studio.queue.enqueue(session, row.id, row.kind, user=str(actor.party), priority=priority)


def end(
    studio: Studio, session: Session, row: JobRow, state: str, error: str | None, actor: Actor | None
) -> None:
    """Bring an open job to its end in our table and the ledger."""
    row.state, row.error, row.finished_at = state, error, studio.clock()
    kind = ("training." if row.kind == "train" else "image.") + state
    for subject in subjects_of(session, row.id) or [None]:
        studio.record(session, kind, actor, subject.id if subject else None, row.id)


def clear_files(studio: Studio, job_id: str) -> None:
    """Delete what a job keeps only while it runs: its training state, its preview, its pose picture."""
    with studio.sessions.begin() as session:
        row = find(session, job_id)
        for subject in subjects_of(session, job_id):
            for what in ("state", "preview"):
                studio.vault.delete_named(erasure.owner_of(subject.id), file_name(job_id, what))
        if row.params.get("pose"):
            studio.vault.delete(row.params["pose"])
            row.params = {**row.params, "pose": None}


def find(session: Session, job_id: str) -> JobRow:
    """The job's row, or UnknownJob."""
    row = session.get(JobRow, job_id)
    if row is None:
        raise UnknownJob(f"There is no job {job_id}. `likeness jobs` lists the recent ones.")
    return row


def lock(session: Session, job_id: str) -> JobRow:
    """The job's row, held against every other transaction until this one ends."""
    session.execute(update(JobRow).where(JobRow.id == job_id).values(state=JobRow.state))
    row = find(session, job_id)
    session.refresh(row)
    return row


def subjects_of(session: Session, job_id: str) -> list[SubjectRow]:
    """Who is in a job, by name."""
    query = select(SubjectRow).join(JobSubjectRow, JobSubjectRow.subject_id == SubjectRow.id)
    return list(session.scalars(query.where(JobSubjectRow.job_id == job_id).order_by(SubjectRow.handle)))


def file_name(job_id: str, what: str) -> str:
    """A vault name that is the same at every attempt, so that a job killed and run again leaves one file."""
    return f"{what}-{hashlib.sha256(job_id.encode()).hexdigest()[:32]}"


def _view(studio: Studio, session: Session, row: JobRow) -> JobView:
    if row.state in OPEN and studio.queue.status(row.id) in ("failed", "cancelled"):
        # The engine gave up: a job that killed its runner again and again, or a workflow that broke.
        end(studio, session, row, "failed", "The runner gave up on this job. Ask again, or look at its log.", None)
    queued, running = row.state == "queued", row.state == "running"
    stored = studio.queue.progress(row.id) if running else None
    return JobView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        handles=tuple(subject.handle for subject in subjects_of(session, row.id)),
        asker=parties.name_of(session, row.asker_id) or "somebody",
        asker_party=row.asker_id,
        channel=row.channel,
        prompt=(row.params.get("wish") or {}).get("prompt"),
        position=studio.queue.position(row.id) if queued else None,
        progress=Progress(**stored) if stored else None,
        error=row.error,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        delivered_at=row.delivered_at,
    )
