"""Erasure: what a withdrawal takes away.

First, in the withdrawal's own transaction: rows, prompts, ledger details and the key that reads the subject's
files. From its commit on nothing of theirs can be read. Then the files, which are by then unreadable bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from consent.people import Actor
from db import ledger
from db.engine import wipe_deleted
from db.tables import (
    AdapterRow,
    CaptionRow,
    JobRow,
    JobSubjectRow,
    OutputAdapterRow,
    OutputRow,
    PhotoRow,
    SubjectRow,
)
from studio.house import Studio
from studio.views import WithdrawalView


@dataclass(frozen=True)
class ErasurePlan:
    """What is left to do once the rows are gone."""

    subject: UUID
    owner: str
    files: tuple[str, ...]
    stopped_jobs: tuple[str, ...]
    view: WithdrawalView


def owner_of(subject: UUID) -> str:
    """The vault's name for the owner of a subject's files."""
    return f"subject:{subject}"


def erase_rows(studio: Studio, session: Session, actor: Actor, subject: SubjectRow) -> ErasurePlan:
    """Remove every row that tells of the subject, stop their jobs, destroy their key; same transaction."""
    photos = select(PhotoRow.id).filter_by(subject_id=subject.id)
    adapters = select(AdapterRow.id).filter_by(subject_id=subject.id)
    outputs = select(OutputAdapterRow.output_id).filter_by(subject_id=subject.id)
    jobs = select(JobSubjectRow.job_id).filter_by(subject_id=subject.id)
    open_jobs = select(JobRow.id).where(JobRow.id.in_(jobs), JobRow.state.in_(("queued", "running")))

    # Lists, not subqueries, for what is deleted below: the rows that name them go in between.
    stopped = list(session.scalars(open_jobs))
    output_ids = list(session.scalars(outputs.distinct()))
    adapter_ids = list(session.scalars(adapters))
    photo_count = session.scalar(select(func.count()).select_from(PhotoRow).filter_by(subject_id=subject.id))
    files = [
        *session.scalars(select(PhotoRow.file).filter_by(subject_id=subject.id)),
        *session.scalars(select(AdapterRow.file).filter_by(subject_id=subject.id)),
    ]
    for file, skeleton in session.execute(
        select(OutputRow.file, OutputRow.skeleton_file).where(OutputRow.id.in_(output_ids))
    ):
        files += [file, skeleton] if skeleton else [file]
    for params in session.scalars(select(JobRow.params).where(JobRow.id.in_(jobs))):
        files += [params["pose"]] if params.get("pose") else []

    session.execute(delete(CaptionRow).where(CaptionRow.photo_id.in_(photos)))
    session.execute(delete(PhotoRow).filter_by(subject_id=subject.id))
    session.execute(delete(OutputAdapterRow).where(OutputAdapterRow.output_id.in_(output_ids)))
    session.execute(delete(OutputRow).where(OutputRow.id.in_(output_ids)))
    session.execute(delete(OutputAdapterRow).where(OutputAdapterRow.adapter_id.in_(adapter_ids)))
    session.execute(delete(AdapterRow).where(AdapterRow.id.in_(adapter_ids)))
    session.execute(
        update(JobRow)
        .where(JobRow.id.in_(stopped))
        .values(
            state="cancelled",
            finished_at=studio.clock(),
            error=f"{subject.handle} has withdrawn the consent.",
        )
    )
    session.execute(update(JobRow).where(JobRow.id.in_(jobs)).values(params={}))
    ledger.erase_details(session, subject.id)
    owner = owner_of(subject.id)
    studio.vault.destroy_key(session, owner)
    view = WithdrawalView(
        handle=subject.handle,
        jobs_stopped=len(stopped),
        photos=photo_count or 0,
        adapters=len(adapter_ids),
        pictures=len(output_ids),
    )
    studio.record(session, "erasure.started", actor, subject.id)
    return ErasurePlan(subject.id, owner, tuple(files), tuple(stopped), view)


def erase_files(studio: Studio, actor: Actor, plan: ErasurePlan) -> WithdrawalView:
    """Delete the files, tell the queue to let go of the stopped jobs, and write down what was erased."""
    for job in plan.stopped_jobs:
        studio.queue.cancel(job)
    removed = studio.vault.delete_all(plan.owner)
    for file in plan.files:  # what lies under another owner: a picture with two people in it
        studio.vault.delete(file)
    counts = plan.view
    with studio.sessions.begin() as session:
        studio.record(
            session,
            "erasure.finished",
            actor,
            plan.subject,
            photos=counts.photos,
            adapters=counts.adapters,
            pictures=counts.pictures,
            files=removed,
        )
    wipe_deleted(studio.engine)
    return counts
