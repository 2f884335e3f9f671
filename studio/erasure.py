"""Erasure: what a withdrawal takes away.

First, in the withdrawal's own transaction: rows, prompts, ledger details and the key that reads the subject's
files; from its commit on nothing of theirs can be reached. Then the files, the bytes the database still holds, and a
look at whether anything was left. What is to be done stands in a row until it is done, so that an erasure
interrupted at any point is taken up again (`resume`, at every runner's pulse) and ends the same.

Messages that pictures stand in are deleted by the door that wrote them (`studio/removals.py`); the certificate comes
after the last of them.
"""

from __future__ import annotations

import logging
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.people import Actor
from db import ledger
from db.engine import wipe_deleted
from db.errors import DatabaseError, VaultError
from db.tables import AdapterRow, ErasureRow, JobRow, JobSubjectRow, SubjectRow
from studio import certificate, job_files, jobs, remains, removals
from studio.errors import ErasureUnfinished
from studio.house import Studio
from studio.views import FINISHED, OPEN, WithdrawalView

log = logging.getLogger("likeness.erasure")

BATCH = 500
"""Jobs in one query: a database takes only so many parameters."""

SENTENCES = {
    "withdrawn": "{handle} has withdrawn the consent.",
    "refused": "{handle} has said no.",
    "revoked": "The consent of {handle} was revoked.",
    "invalidated": "The consent of {handle} was found invalid.",
    "expired": "The consent of {handle} has run out.",
}
"""Why a job was stopped and everything erased, by the erasure's cause."""


def begin(
    studio: Studio, session: Session, actor: Actor | None, subject: SubjectRow, cause: str = "withdrawn"
) -> UUID:
    """Remove every row that tells of the subject, stop their jobs, destroy their key; in the caller's transaction.

    `actor` is None when nobody did it but time. Returns the erasure to `finish` after the commit.
    """
    ids = [job.id for job in _jobs_of(session, subject)]
    found = remains.survey(studio, session, subject, ids)
    messages = removals.places(session, ids, subject.id)
    stopped = halt(studio, session, actor, subject, cause, tidy=False)
    unreached = certificate.unreached(session, subject, messages)
    adapters = session.scalars(select(AdapterRow.id).filter_by(subject_id=subject.id)).all()
    counts = remains.remove_rows(session, subject, stopped)
    for adapter in adapters:
        studio.record(session, "adapter.erased", actor, subject.id, str(adapter))
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)] or [[]]
    counts["details"] = sum(ledger.erase_details(session, subject.id, batch) for batch in batches)
    key = studio.vault.destroy_key(session, job_files.owner_of(subject.id))
    erasure = ErasureRow(
        id=uuid4(),
        subject_id=subject.id,
        actor_id=actor.party if actor else None,
        cause=cause,
        files=found.elsewhere,
        jobs=ids,
        counts=counts
        | {"jobs_stopped": len(stopped), "files": found.kinds, "key": key, "unreached": unreached}
        | {"messages": len(messages)},
        started_at=studio.clock(),
    )
    session.add(erasure)
    session.flush()
    removals.ask(studio, session, messages, subject.id, erasure.id)
    studio.record(session, "erasure.started", actor, subject.id, str(erasure.id), cause=cause)
    return erasure.id


def halt(
    studio: Studio,
    session: Session,
    actor: Actor | None,
    subject: SubjectRow,
    cause: str = "withdrawn",
    *,
    tidy: bool = True,
) -> list[str]:
    """End every job of the subject that waits, runs or is held, in the caller's transaction; returns their ids.

    Call `take_out` with them after the commit: until then their places in the queue are not given up.
    """
    stopped = []
    for job in _jobs_of(session, subject):
        if job.state not in FINISHED:
            sentence = SENTENCES[cause].format(handle=subject.handle)
            jobs.end(studio, session, job, "cancelled", sentence, actor, tidy=tidy)
            stopped.append(job.id)
    session.flush()
    return stopped


def take_out(studio: Studio, job_ids: list[str]) -> None:
    """Take ended jobs out of the queue; a running one stops at its next word of progress."""
    for start in range(0, len(job_ids), BATCH):
        for job_id, status in studio.queue.statuses(job_ids[start : start + BATCH]).items():
            if status in OPEN:
                studio.queue.cancel(job_id)


def finish(studio: Studio, erasure_id: UUID) -> WithdrawalView:
    """Delete the files, look for leftovers, certify; doing it again does no more than is left to do.

    While messages are left to delete there is no certificate yet, and nothing else is missing. Raises
    ErasureUnfinished when the disk or the database does not let us; `resume` goes on later.
    """
    with studio.readers() as session:
        erasure = session.get_one(ErasureRow, erasure_id)
        handle = session.get_one(SubjectRow, erasure.subject_id).handle
    told = ("jobs_stopped", "photos", "adapters", "pictures", "messages")
    counts = {name: erasure.counts.get(name, 0) for name in told}
    view = WithdrawalView(handle=handle, erasure=erasure_id, **counts)
    if erasure.finished_at is not None:
        return view
    try:
        if erasure.wiped_at is None:
            _wipe(studio, erasure)
        with studio.readers() as session:
            left = removals.waiting(session, erasure_id)
        if not left:
            _certify(studio, erasure)
    except (DatabaseError, VaultError, OSError, ErasureUnfinished) as error:
        raise ErasureUnfinished(
            f"{handle}'s consent has ended, and nothing of theirs can be reached any more. Deleting the files is not "
            f"finished ({error}); a runner goes on with it by itself, and withdrawing again does too."
        ) from error
    return view


def _wipe(studio: Studio, erasure: ErasureRow) -> None:
    """The files, and a look at whether anything is left."""
    studio.vault.delete_all(job_files.owner_of(erasure.subject_id))
    for file in erasure.files:
        studio.vault.delete(file)
    take_out(studio, erasure.jobs)
    left = remains.leftovers(studio, erasure)
    if left:
        raise ErasureUnfinished(f"{left[0]} is still there")
    wipe_deleted(studio.engine)
    with studio.sessions.begin() as session:
        row = session.get_one(ErasureRow, erasure.id, with_for_update=True)
        row.wiped_at, row.files = row.wiped_at or studio.clock(), []


def _certify(studio: Studio, erasure: ErasureRow) -> None:
    """The erasure's end, after its last message: what was done goes into its row and its digest into the ledger."""
    with studio.sessions.begin() as session:
        row = session.get_one(ErasureRow, erasure.id, with_for_update=True)
        if row.finished_at is not None or removals.waiting(session, row.id):
            return  # another program was first, or there is something left to do
        row.finished_at = studio.clock()
        actor = Actor(row.actor_id, "") if row.actor_id else None
        row.certificate, digest = certificate.of(session, row, removals.settle(session, row.id))
        studio.record(session, "erasure.finished", actor, row.subject_id, str(row.id), certificate=digest)


def unfinished(session: Session, subject: UUID | None = None) -> list[UUID]:
    """Erasures that have files or messages left to delete."""
    query = select(ErasureRow.id).where(ErasureRow.finished_at.is_(None))
    return list(session.scalars(query.filter_by(subject_id=subject) if subject else query))


def require_ended(session: Session, subject: SubjectRow) -> None:
    """Nobody says yes anew while their old files are being deleted: the new ones would go with them."""
    wiping = select(ErasureRow.id).filter_by(subject_id=subject.id, finished_at=None, wiped_at=None)
    if session.scalar(wiping.limit(1)):
        raise ErasureUnfinished(
            f"Deleting what there was of {subject.handle} has not ended yet. A runner goes on with it, and "
            "`likeness erasure resume` does; answer again after that."
        )


def resume(studio: Studio) -> None:
    """Go on with every erasure that was interrupted."""
    with studio.readers() as session:
        left = unfinished(session)
    for erasure_id in left:
        removals.give_up(studio, erasure_id)
        try:
            finish(studio, erasure_id)
        except ErasureUnfinished as error:
            log.warning("erasure %s is not finished: %s", erasure_id, error.__cause__)


def _jobs_of(session: Session, subject: SubjectRow) -> list[JobRow]:
    query = select(JobRow).join(JobSubjectRow, JobSubjectRow.job_id == JobRow.id)
    return list(session.scalars(query.where(JobSubjectRow.subject_id == subject.id)))
