"""Erasure: what a withdrawal takes away.

First, in the withdrawal's own transaction: rows, prompts, ledger details and the key that reads the subject's
files; from its commit on nothing of theirs can be reached. Then the files. What is left to do stands in a row until
it is done, so that an erasure interrupted at any point is taken up again (`resume`, at every runner's pulse).
"""

from __future__ import annotations

import logging
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from consent.people import Actor
from db import ledger
from db.engine import wipe_deleted
from db.errors import DatabaseError, VaultError
from db.tables import (
    AdapterRow,
    CaptionRow,
    ErasureRow,
    JobRow,
    JobSubjectRow,
    OutputAdapterRow,
    OutputRow,
    PhotoRow,
    SubjectRow,
)
from studio import job_files, jobs
from studio.errors import ErasureUnfinished
from studio.house import Studio
from studio.views import OPEN, WithdrawalView

log = logging.getLogger("likeness.erasure")


def begin(studio: Studio, session: Session, actor: Actor, subject: SubjectRow) -> UUID:
    """Remove every row that tells of the subject, stop their jobs, destroy their key; in the caller's transaction.

    Returns the erasure to `finish` after the commit.
    """
    photos = select(PhotoRow.id).filter_by(subject_id=subject.id)
    outputs = list(
        session.scalars(select(OutputAdapterRow.output_id).filter_by(subject_id=subject.id).distinct())
    )
    adapters = list(session.scalars(select(AdapterRow.id).filter_by(subject_id=subject.id)))
    asked = list(
        session.scalars(
            select(JobRow)
            .join(JobSubjectRow, JobSubjectRow.job_id == JobRow.id)
            .where(JobSubjectRow.subject_id == subject.id)
        )
    )
    counts = {
        "photos": session.scalar(select(func.count()).select_from(photos.subquery())) or 0,
        "adapters": len(adapters),
        "pictures": len(outputs),
        "jobs_stopped": sum(job.state in OPEN for job in asked),
    }
    # What lies under the subject's own key goes with their folder. This is what may lie elsewhere: a picture with
    # somebody else in it, a pose picture, and what a crash left without a row.
    files = [
        file
        for job in asked
        for file in job_files.places(
            studio, job.id, jobs.subjects_of(session, job.id), job_files.WHILE_RUNNING + job_files.RESULTS
        )
    ]
    for job in asked:
        if job.state in OPEN:
            sentence = f"{subject.handle} has withdrawn the consent."
            jobs.end(studio, session, job, "cancelled", sentence, actor)
    session.flush()

    session.execute(delete(CaptionRow).where(CaptionRow.photo_id.in_(photos)))
    session.execute(delete(PhotoRow).filter_by(subject_id=subject.id))
    session.execute(
        delete(OutputAdapterRow).where(
            OutputAdapterRow.output_id.in_(outputs) | OutputAdapterRow.adapter_id.in_(adapters)
        )
    )
    session.execute(delete(OutputRow).where(OutputRow.id.in_(outputs)))
    session.execute(delete(AdapterRow).where(AdapterRow.id.in_(adapters)))
    ids = [job.id for job in asked]
    session.execute(update(JobRow).where(JobRow.id.in_(ids)).values(params={}))
    ledger.erase_details(session, subject.id, ids)
    studio.vault.destroy_key(session, job_files.owner_of(subject.id))
    erasure = ErasureRow(
        id=uuid4(),
        subject_id=subject.id,
        actor_id=actor.party,
        files=files,
        jobs=ids,
        counts=counts,
        started_at=studio.clock(),
    )
    session.add(erasure)
    studio.record(session, "erasure.started", actor, subject.id, str(erasure.id))
    return erasure.id


def finish(studio: Studio, erasure_id: UUID) -> WithdrawalView:
    """Delete the files and write down what was erased; doing it again does no more than is left to do.

    Raises ErasureUnfinished when the disk or the database does not let us; `resume` goes on later.
    """
    with studio.readers() as session:
        erasure = session.get_one(ErasureRow, erasure_id)
        handle = session.get_one(SubjectRow, erasure.subject_id).handle
    view = WithdrawalView(handle=handle, **erasure.counts)
    if erasure.finished_at is not None:
        return view
    try:
        removed = studio.vault.delete_all(job_files.owner_of(erasure.subject_id))
        removed += sum(studio.vault.delete(file) for file in erasure.files)
        for job_id in erasure.jobs:
            studio.queue.cancel(job_id)
        wipe_deleted(studio.engine)
        with studio.sessions.begin() as session:
            done = session.execute(
                update(ErasureRow)
                .where(ErasureRow.id == erasure_id, ErasureRow.finished_at.is_(None))
                .values(finished_at=studio.clock(), files=[])
            )
            if done.rowcount:  # type: ignore[attr-defined]  # another program may have been first
                actor = Actor(erasure.actor_id, "")
                details = {**erasure.counts, "files": removed}
                studio.record(
                    session, "erasure.finished", actor, erasure.subject_id, str(erasure_id), **details
                )
    except (DatabaseError, VaultError, OSError) as error:
        raise ErasureUnfinished(
            f"{handle}'s consent has ended, and nothing of theirs can be reached any more. Deleting the files is not "
            f"finished ({error}); a runner goes on with it by itself, and withdrawing again does too."
        ) from error
    return view


def unfinished(session: Session, subject: UUID | None = None) -> list[UUID]:
    """Erasures that have files left to delete."""
    query = select(ErasureRow.id).where(ErasureRow.finished_at.is_(None))
    return list(session.scalars(query.filter_by(subject_id=subject) if subject else query))


def resume(studio: Studio) -> None:
    """Go on with every erasure that was interrupted."""
    with studio.readers() as session:
        left = unfinished(session)
    for erasure_id in left:
        try:
            finish(studio, erasure_id)
        except ErasureUnfinished as error:
            log.warning("%s", error)
