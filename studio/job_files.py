"""The files of jobs in the vault: what they are called, and when they go.

A job's files have names made from its id, the same at every attempt: a job killed and run again leaves one of each,
and what it may have left can be named without any row that remembers it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.errors import VaultError
from db.tables import AdapterRow, ChallengeRow, JobRow, OutputRow, PhotoRow, SubjectRow
from db.vault import STUDIO
from studio.house import Studio
from studio.views import OPEN

WHILE_RUNNING = ("state", "preview", "pose")
RESULTS = ("adapter", "picture", "skeleton")
SKELETONS_KEPT = timedelta(days=1)
"""How long the skeleton of a pose picture can be fetched."""
ABANDONED = 3600.0
"""Seconds after which a file that nothing names was left by a program that died, and not by one still at work."""


def owner_of(subject: UUID) -> str:
    """The vault's name for the owner of a subject's files."""
    return f"subject:{subject}"


def owner_of_picture(subjects: Sequence[SubjectRow]) -> str:
    """A picture with several people lies under the first one's key; anybody's withdrawal deletes it."""
    return owner_of(subjects[0].id) if subjects else STUDIO


def name_of(job_id: str, what: str) -> str:
    """A job's file of a kind, as the vault calls it."""
    return f"{hashlib.sha256(job_id.encode()).hexdigest()[:32]}.{what}"


def kept(studio: Studio, session: Session, owner: str, job_id: str, what: str) -> bytes | None:
    """What a job has kept, or None."""
    file = studio.vault.file_of(owner, name_of(job_id, what))
    return studio.vault.read(session, owner, file) if file in studio.vault.files(owner) else None


def places(studio: Studio, job_id: str, subjects: Sequence[SubjectRow], kinds: Sequence[str]) -> list[str]:
    """Everywhere a job may have left files of these kinds, also where a crash forgot to write them down."""
    owners = [*(owner_of(subject.id) for subject in subjects), STUDIO]
    return [studio.vault.file_of(owner, name_of(job_id, what)) for owner in owners for what in kinds]


def clear(studio: Studio, session: Session, row: JobRow, subjects: Sequence[SubjectRow]) -> None:
    """Delete what an ended job kept while it ran, and half a result that never became one. Call it held."""
    made = (
        (row.kind == "pose" and row.state == "done")  # its skeleton is named by no row, and swept after a day
        or session.scalar(select(OutputRow.id).filter_by(job_id=row.id))
        or session.scalar(select(AdapterRow.id).filter_by(job_id=row.id))
    )
    for file in places(studio, row.id, subjects, WHILE_RUNNING if made else WHILE_RUNNING + RESULTS):
        with suppress(
            VaultError
        ):  # a disk that cannot be written must not keep a job from ending; see `sweep`
            studio.vault.delete(file)
    if row.params.get("pose"):
        row.params = {**row.params, "pose": None}


def sweep(studio: Studio) -> int:
    """Delete files that no row names and that are not fresh: what a killed program had begun. Returns how many."""
    with studio.readers() as session:
        named = {
            *session.scalars(select(PhotoRow.file)),
            *session.scalars(select(AdapterRow.file)),
            *session.scalars(select(OutputRow.file)),
            *session.scalars(select(OutputRow.skeleton_file).where(OutputRow.skeleton_file.is_not(None))),
            *session.scalars(select(ChallengeRow.file).where(ChallengeRow.file.is_not(None))),
        }
        at_work = {
            name_of(job_id, what)
            for job_id in session.scalars(select(JobRow.id).where(JobRow.state.in_(OPEN)))
            for what in WHILE_RUNNING + RESULTS
        }
        fresh = (JobRow.kind == "pose") & (JobRow.finished_at > studio.clock() - SKELETONS_KEPT)
        at_work |= {name_of(job_id, "skeleton") for job_id in session.scalars(select(JobRow.id).where(fresh))}
    left = [
        file
        for file in studio.vault.older_than(ABANDONED)
        if file not in named and file.partition("/")[2] not in at_work
    ]
    for file in left:
        studio.vault.delete(file)
    return len(left)
