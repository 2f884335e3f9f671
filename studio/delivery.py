"""Handing over: the gate at the delivery, and the record that it arrived.

Two steps, because a message cannot be part of a transaction: `fetch` before it is sent, `confirm` after it has
arrived. If the consent ended in between, `confirm` says so and the door takes the picture back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from db.tables import AdapterRow, ApprovalRow, JobRow, OutputRow, SubjectRow
from studio import gate, job_files, jobs, parties, poses
from studio.errors import JobEnded
from studio.house import Studio
from studio.views import Delivery

HIDDEN = "This picture was reported; a moderator decides about it within 48 hours."
_Result = TypeVar("_Result", AdapterRow, OutputRow)


def fetch(studio: Studio, job_id: str) -> Delivery:
    """What a finished job has to hand over. Raises NotAllowed when it may not be handed over any more."""
    view = jobs.view(studio, job_id)
    if view.state != "done":
        raise JobEnded(view.error or f"This job is {view.state}; there is nothing to hand over.")
    if view.kind == poses.KIND:
        read = poses.handed(studio, job_id)
        return Delivery(view, "Pose", skeleton=read.png, people=read.people)
    with _ending_what_is_refused(studio, job_id), studio.readers() as session:
        subjects = jobs.subjects_of(session, job_id)
        _pass(studio, session, jobs.find(session, job_id), subjects)
        label = label_for([subject.handle for subject in subjects], view.asker)
        if view.kind == "train":
            adapter = session.scalar(select(AdapterRow).filter_by(job_id=job_id))
            return Delivery(view, label, report=_there(adapter).report | _approval(session, job_id))
        output = _there(session.scalar(select(OutputRow).filter_by(job_id=job_id)))
        if output.hidden_at is not None:
            raise JobEnded(HIDDEN)
        owner = job_files.owner_of_picture(subjects)
        skeleton = output.skeleton_file
        return Delivery(
            view,
            label,
            png=studio.vault.read(session, owner, output.file),
            skeleton=studio.vault.read(session, owner, skeleton) if skeleton else None,
            parameters=output.parameters,
            seed=output.seed,
        )


def confirm(studio: Studio, job_id: str) -> None:
    """Record that a job's end has reached whoever asked, each time it does.

    For a picture this raises NotAllowed if the consent has ended since `fetch`: it must then be taken back.
    A failed, cancelled or refused job is confirmed once its sentence has arrived.
    """
    with _ending_what_is_refused(studio, job_id), studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        subjects = jobs.subjects_of(session, job_id)
        again = row.delivered_at is not None
        if row.state == "done":
            _pass(studio, session, row, subjects)
            if row.kind == "imagine":
                _require_unreported(session, job_id)
                details = {"channel": row.channel} | ({"again": True} if again else {})
                studio.record_each(session, "image.delivered", None, subjects, job_id, **details)
        if not again:
            row.delivered_at = studio.clock()


def give_up(studio: Studio, job_id: str) -> None:
    """The place this job was asked from is gone for good: no door tries to bring it, or what shares its message, again.

    For a deleted channel and nothing less: a channel that may not be written in, or a message that was deleted, may be
    mended or made anew. What was made stays, for whoever fetches it in a terminal. Twice is once.
    """
    with studio.sessions.begin() as session:
        batch = jobs.find(session, job_id).batch
        query = select(JobRow.id).filter_by(batch=batch).order_by(JobRow.place)
        for each in session.scalars(query).all() if batch else [job_id]:
            row = jobs.held(session, each)
            if row.delivered_at is not None or row.undeliverable_at is not None:
                continue
            row.undeliverable_at = studio.clock()
            if row.kind != "pose":  # nobody is in a skeleton
                subjects = jobs.subjects_of(session, each)
                studio.record_each(session, "delivery.given-up", None, subjects, each, channel=row.channel)


def _approval(session: Session, job_id: str) -> dict[str, Any]:
    """Whose eyes were on what was learnt, for the report."""
    approval = session.get(ApprovalRow, job_id)
    if approval is None:
        return {}
    photos = len(jobs.find(session, job_id).params.get("photos", ()))
    return {"photos": photos, "approved_by": parties.name_of(session, approval.approved_by)}


@contextmanager
def _ending_what_is_refused(studio: Studio, job_id: str) -> Iterator[None]:
    """A finished job that may not be handed over any more ends as refused, so that nobody asks for it again.

    One whose subject only rests waits for them: paused is not over.
    """
    try:
        yield
    except NotAllowed as refusal:
        if {reason.code for reason in refusal.reasons} <= {"paused", "reported"}:
            raise
        jobs.refuse(studio, job_id, refusal)
        raise


def _require_unreported(session: Session, job_id: str) -> None:
    """A picture that was reported while it was on its way is taken back, and brought again if it may stay."""
    if session.scalar(select(OutputRow.hidden_at).filter_by(job_id=job_id)) is not None:
        raise NotAllowed((Reason("reported", HIDDEN),))


def _there(result: _Result | None) -> _Result:
    if result is None:
        raise JobEnded("What this job made was erased.")
    return result


def label_for(handles: list[str], asker: str) -> str:
    """The line every picture carries where people see it."""
    who = f"{' and '.join(handles)}, with consent" if handles else "nobody in particular"
    return f"AI-generated · {who} · asked by @{asker}"


def _pass(studio: Studio, session: Session, row: JobRow, subjects: list[SubjectRow]) -> None:
    gate.require(studio, session, jobs.purpose_of(row), subjects, "deliver", job=row)
