"""Poses without a picture: the skeleton of a photo, to look at before anybody is drawn in it.

No subject is needed, and the ledger hears nothing: nobody is drawn. The photo is deleted as soon as it is read; the
skeleton is kept for a day. It is read by the runner, because the bot's machine has no detector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import JobRow
from db.vault import STUDIO
from studio import job_files, jobs
from studio.errors import JobEnded
from studio.house import Studio
from studio.uploads import clean_pose
from studio.views import OPEN, JobView

KIND = "pose"


@dataclass(frozen=True)
class PoseWork:
    """A pose to read: a cleaned picture (PNG) or OpenPose JSON."""

    job_id: str
    file: bytes


@dataclass(frozen=True)
class PoseView:
    """A pose that was read: the skeleton map (PNG), how many people are in it, and what it was read from."""

    job: JobView
    png: bytes
    people: int
    source: str  # photo, skeleton or json


def ask_pose(
    studio: Studio,
    actor: Actor,
    file: bytes,
    *,
    name: str = "The pose picture",
    channel: str | None = None,
    job_id: str | None = None,
) -> JobView:
    """Queue the reading of a pose picture, ahead of every picture and training. Raises BadUpload, NotAllowed."""
    job_id = job_id or f"pose-{uuid4().hex}"
    clean = clean_pose(file, name)

    def store(session: Session, written: list[str]) -> None:
        what = job_files.name_of(job_id, "pose")
        row = JobRow(id=job_id, kind=KIND, state="queued", asker_id=actor.party, channel=channel)
        row.params, row.created_at = {"pose": studio.vault.file_of(STUDIO, what)}, studio.clock()
        session.add(row)
        session.flush()
        studio.vault.create_key(session, STUDIO)
        written.append(studio.vault.write(session, STUDIO, what, clean))
        jobs.enqueue(studio, session, actor, row, {})

    return jobs.ask_once(studio, job_id, store)


def fetch_pose(studio: Studio, actor: Actor, job_id: str) -> PoseView:
    """The skeleton, for whoever asked and moderators. Raises JobEnded while there is none, or when its day is over."""
    view = jobs.view(studio, job_id)
    if actor.party != view.asker_party and not actor.is_moderator:
        raise NotAllowed((Reason("not_yours", "Only whoever asked for this skeleton, or a moderator, can fetch it."),))
    return handed(studio, job_id)


def handed(studio: Studio, job_id: str) -> PoseView:
    """What `fetch_pose` gives, for a door that brings it to where it was asked."""
    view = jobs.view(studio, job_id)
    if view.kind != KIND or view.state != "done":
        raise JobEnded(view.error or f"{job_id} is {view.state}; there is no skeleton to fetch.")
    with studio.readers() as session:
        params: dict[str, Any] = jobs.find(session, job_id).params
        png = job_files.kept(studio, session, STUDIO, job_id, "skeleton")
    if png is None:
        days = job_files.SKELETONS_KEPT.days
        raise JobEnded(f"The skeleton was kept for {days} day and is gone; send the picture again.")
    return PoseView(view, png, params["people"], params["source"])


def claim(studio: Studio, job_id: str) -> PoseWork:
    """Take a pose up, for the first time or again. Raises JobEnded when there is nothing to do any more."""
    try:
        with studio.sessions.begin() as session:
            row = _open(session, job_id)
            row.state = "running"
            row.started_at = row.started_at or studio.clock()
            return PoseWork(job_id, studio.vault.read(session, STUDIO, row.params["pose"]))
    except JobEnded:
        _drop_photo(studio, job_id)  # a crash may have cut that short
        raise


def finish(studio: Studio, job_id: str, skeleton: bytes, *, people: int, source: str) -> None:
    """Store the skeleton and end the job, then delete the photo: until the one is sure the other may be needed."""
    with studio.sessions.begin() as session:
        row = _open(session, job_id)
        studio.vault.write(session, STUDIO, job_files.name_of(job_id, "skeleton"), skeleton)
        row.state, row.finished_at = "done", studio.clock()
        row.params = {**row.params, "people": people, "source": source}
    _drop_photo(studio, job_id)


def _drop_photo(studio: Studio, job_id: str) -> None:
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        if row.state not in OPEN:
            job_files.clear(studio, session, row, [])


def _open(session: Session, job_id: str) -> JobRow:
    row = jobs.held(session, job_id)
    if row.state not in OPEN:
        raise JobEnded(row.error or f"This job is already {row.state}.")
    return row
