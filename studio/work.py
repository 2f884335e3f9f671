"""What a runner asks of the studio: work to do, whether it may go on, and where the result goes.

Everything here may run twice: a runner can be killed at any line and another takes the job up again. Rows are
unique by job, files have names made from the job's id, and nothing happens to a job that has ended.
"""

from __future__ import annotations

import hashlib
import os
import socket
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed
from consent.rules import Moment, Verdict
from db.tables import (
    AdapterRow,
    JobRow,
    JobSubjectRow,
    OutputAdapterRow,
    OutputRow,
    PhotoRow,
    RunnerRow,
    SubjectRow,
)
from db.vault import STUDIO
from generation.request import ImageWish
from studio import approvals, gate, job_files, jobs, marks, reviews
from studio.errors import JobEnded
from studio.fingerprints import fingerprint
from studio.house import Studio
from studio.views import HELD, OPEN
from training.plan import TrainingPlan


@dataclass(frozen=True)
class ImageWork:
    """A picture to draw: the wish, the adapters' bytes by the name they have in the prompt, the pose input."""

    job_id: str
    wish: ImageWish
    adapters: dict[str, bytes]
    pose: bytes | None
    handles: tuple[str, ...]


@dataclass(frozen=True)
class TrainingWork:
    """A training to run: photos as (PNG bytes, caption) in a fixed order."""

    job_id: str
    handle: str
    base_model: str
    plan: TrainingPlan
    examples: tuple[tuple[bytes, str], ...]
    captions_sha256: str


def claim(studio: Studio, job_id: str) -> ImageWork | TrainingWork:
    """Take a job up, for the first time or again, through the gate at its claim.

    Raises JobEnded when there is nothing to do any more, NotAllowed when the consent has ended meanwhile: the job
    is then refused, and its files are gone.
    """
    try:
        with studio.sessions.begin() as session:
            row = jobs.held(session, job_id)
            _pass(studio, session, row, "claim")
            row.state = "running"
            if row.started_at is None:
                row.started_at = studio.clock()
                if row.kind == "train":
                    for subject in jobs.subjects_of(session, job_id):
                        studio.record(session, "training.started", None, subject.id, job_id)
            return _training(studio, session, row) if row.kind == "train" else _image(studio, session, row)
    except NotAllowed as refusal:
        jobs.refuse(studio, job_id, refusal)
        raise
    except JobEnded:
        _tidy(studio, job_id)
        raise


def _tidy(studio: Studio, job_id: str) -> None:
    """Clear up after a job whose end a crash cut short."""
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        if row.state not in OPEN:
            job_files.clear(studio, session, row, jobs.subjects_of(session, job_id))


def still_allowed(studio: Studio, job_id: str) -> None:
    """Asked every few steps of a running job, while it is drawn. Raises JobEnded or NotAllowed."""
    with studio.readers() as session:
        _pass(studio, session, jobs.find(session, job_id), "draw")


def fail(studio: Studio, job_id: str, sentence: str) -> None:
    """End a job that did not work out, in words; what it kept while running is deleted."""
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        if row.state in OPEN:
            jobs.end(studio, session, row, "failed", sentence, None)


def keep(studio: Studio, job_id: str, what: str, data: bytes) -> None:
    """Keep a running training's `state` (to resume from) or `preview`, encrypted under the subject's key."""
    with studio.sessions.begin() as session:
        _pass(studio, session, jobs.held(session, job_id), "draw")
        subject = jobs.subjects_of(session, job_id)[0]
        studio.vault.write(session, job_files.owner_of(subject.id), job_files.name_of(job_id, what), data)


def kept(studio: Studio, job_id: str, what: str) -> bytes | None:
    """What `keep` kept, or None."""
    with studio.readers() as session:
        owner = job_files.owner_of_picture(jobs.subjects_of(session, job_id))
        return job_files.kept(studio, session, owner, job_id, what)


def finish_training(studio: Studio, work: TrainingWork, adapter: bytes, report: dict[str, Any]) -> None:
    """Store the adapter and end the job; file first, row second, so that every row has its file."""
    with studio.sessions.begin() as session:
        row = jobs.held(session, work.job_id)
        if row.state == "done":
            return
        _pass(studio, session, row, "draw")
        link = session.scalars(select(JobSubjectRow).filter_by(job_id=work.job_id)).one()
        name = job_files.name_of(work.job_id, "adapter")
        file = studio.vault.write(session, job_files.owner_of(link.subject_id), name, adapter)
        session.add(
            AdapterRow(
                job_id=work.job_id,
                subject_id=link.subject_id,
                consent_id=link.consent_id,
                base_model=work.base_model,
                sha256=hashlib.sha256(adapter).hexdigest(),
                captions_sha256=work.captions_sha256,
                file=file,
                report=report,
                created_at=studio.clock(),
            )
        )
        row.state, row.finished_at = "done", studio.clock()
        studio.record(session, "training.finished", None, link.subject_id, work.job_id, report=report)
        job_files.clear(studio, session, row, jobs.subjects_of(session, row.id))


def finish_image(
    studio: Studio,
    work: ImageWork,
    png: bytes,
    *,
    width: int,
    height: int,
    seed: int,
    parameters: str,
    skeleton: bytes | None,
) -> None:
    """Store the picture and end the job; file first, row second."""
    with studio.sessions.begin() as session:
        row = jobs.held(session, work.job_id)
        if row.state in ("done", HELD):
            return
        verdict = _pass(studio, session, row, "draw")
        subjects = jobs.subjects_of(session, work.job_id)
        owner = job_files.owner_of_picture(subjects)
        studio.vault.create_key(session, owner)
        consents = {subject: _consent(session, subject) for subject in subjects}
        output_id = uuid4()
        marked = marks.mark(studio, session, png, output_id, list(consents.values()))
        known = fingerprint(marked)
        output = OutputRow(
            id=output_id,
            job_id=work.job_id,
            sha256=known.sha256,
            pixels_sha256=known.pixels,
            dhash=known.dhash,
            width=width,
            height=height,
            seed=seed,
            prompt=work.wish.prompt,
            parameters=parameters,
            file=studio.vault.write(session, owner, job_files.name_of(work.job_id, "picture"), marked),
            skeleton_file=skeleton
            and studio.vault.write(session, owner, job_files.name_of(work.job_id, "skeleton"), skeleton),
            created_at=studio.clock(),
        )
        session.add(output)
        session.flush()
        for subject in subjects:
            adapter = session.get_one(AdapterRow, UUID(row.params["adapters"][subject.handle]))
            session.add(
                OutputAdapterRow(
                    output_id=output.id,
                    adapter_id=adapter.id,
                    subject_id=subject.id,
                    consent_id=consents[subject],
                )
            )
        row.state, row.finished_at = "done", studio.clock()
        studio.record_each(session, "image.made", None, subjects, work.job_id, sha256=output.sha256)
        reviews.begin(studio, session, row, subjects, verdict)
        job_files.clear(studio, session, row, jobs.subjects_of(session, row.id))


def _consent(session: Session, subject: SubjectRow) -> UUID:
    consent = gate.newest_consent(session, subject.id)
    assert consent is not None  # the gate has just said so
    return consent.id


def heartbeat(studio: Studio, name: str, device: str) -> None:
    """Say that a runner is alive."""
    host = socket.gethostname()
    with studio.sessions.begin() as session:
        session.merge(RunnerRow(name=name, pid=os.getpid(), host=host, device=device, seen_at=studio.clock()))


def gone(studio: Studio, name: str) -> None:
    """Say that a runner has ended in good order."""
    with studio.sessions.begin() as session:
        row = session.get(RunnerRow, name)
        if row is not None:
            session.delete(row)


def _pass(studio: Studio, session: Session, row: JobRow, moment: Moment) -> Verdict:
    if row.state not in OPEN:
        raise JobEnded(row.error or f"This job is already {row.state}.")
    return gate.require(
        studio, session, jobs.purpose_of(row), jobs.subjects_of(session, row.id), moment, job=row
    )


def _image(studio: Studio, session: Session, row: JobRow) -> ImageWork:
    subjects = jobs.subjects_of(session, row.id)
    adapters = {s.handle: _adapter(studio, session, s, row.params["adapters"][s.handle]) for s in subjects}
    pose = row.params.get("pose")
    return ImageWork(
        job_id=row.id,
        wish=ImageWish(**row.params["wish"]),
        adapters=adapters,
        pose=studio.vault.read(session, STUDIO, pose) if pose else None,
        handles=tuple(adapters),
    )


def _adapter(studio: Studio, session: Session, subject: SubjectRow, adapter_id: str) -> bytes:
    row = session.get_one(AdapterRow, UUID(adapter_id))
    return studio.vault.read(session, job_files.owner_of(subject.id), row.file)


def _training(studio: Studio, session: Session, row: JobRow) -> TrainingWork:
    subject = jobs.subjects_of(session, row.id)[0]
    owner = job_files.owner_of(subject.id)
    examples = []
    for photo_id, caption in row.params["photos"]:
        photo = session.get_one(PhotoRow, UUID(photo_id))
        examples.append((studio.vault.read(session, owner, photo.file), caption))
    approvals.require_unchanged(studio, session, row, examples)
    return TrainingWork(
        job_id=row.id,
        handle=subject.handle,
        base_model=row.params["base_model"],
        plan=TrainingPlan.from_json(row.params["plan"]),
        examples=tuple(examples),
        captions_sha256=hashlib.sha256("\n".join(c for _, c in examples).encode()).hexdigest(),
    )
