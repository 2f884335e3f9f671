"""A finished picture in somebody's hands: what it was drawn with, the same again, and taking it away.

Who may look at it is asked here and nowhere else: those it was brought to (in the very channel), whoever asked for it,
the people in it, and moderators. An id that somebody typed, or wrote into a button, opens nothing more.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete as deletion
from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.engine import wipe_deleted
from db.errors import VaultError
from db.tables import JobRow, OutputAdapterRow, OutputRow, SubjectRow
from db.vault import STUDIO
from generation.request import ImageWish
from studio import gate, job_files, jobs, removals
from studio.delivery import HIDDEN
from studio.errors import JobEnded, UnknownPicture
from studio.house import Studio
from studio.views import HELD, OPEN, JobView

GONE = "This picture is not here any more: it was erased."
DELETED = "This picture was deleted by {name}."


@dataclass(frozen=True)
class PictureView:
    """A picture's facts: `parameters` is the text other tools read, `wish` what was asked for."""

    job: JobView
    wish: ImageWish
    seed: int
    width: int
    height: int
    parameters: str
    sha256: str
    posed: bool


@dataclass(frozen=True)
class Wished:
    """What was asked for, ready to be asked again: with the pose as it was read the first time (PNG), if any."""

    wish: ImageWish
    pose: bytes | None


def picture(studio: Studio, actor: Actor, job_id: str, place: str) -> PictureView:
    """What a picture was drawn with, for whoever may look at it at `place` (`discord:123`). Raises NotAllowed."""
    with studio.readers() as session:
        row = _seen(session, actor, job_id, place)
        output = session.scalar(select(OutputRow).filter_by(job_id=row.id))
        if output is None:
            raise UnknownPicture(row.error or GONE if row.state != "done" else GONE)
        if output.hidden_at is not None and not actor.is_moderator:
            raise JobEnded(HIDDEN)
        wish, posed = _wish(row), bool(output.skeleton_file)
    return PictureView(
        job=jobs.view(studio, row.id),
        wish=wish,
        seed=output.seed,
        width=output.width,
        height=output.height,
        parameters=output.parameters,
        sha256=output.sha256,
        posed=posed,
    )


def wished(studio: Studio, actor: Actor, job_id: str, place: str) -> Wished:
    """What a job asked for, to ask it again under one's own name; the gate decides then, as at every wish.

    A pose picture is not kept once a job is over, but its skeleton lies with the picture, and is the pose.
    """
    with studio.readers() as session:
        row = _seen(session, actor, job_id, place)
        wish = _wish(row)
        subjects = jobs.subjects_of(session, row.id)
        output = session.scalar(select(OutputRow).filter_by(job_id=row.id))
        if output is not None and output.hidden_at is not None:
            raise JobEnded(HIDDEN)
        pose = None
        if output is not None and output.skeleton_file and not wish.pose_prompt:
            owner = job_files.owner_of_picture(subjects)
            pose = studio.vault.read(session, owner, output.skeleton_file)
        elif row.params.get("pose"):
            pose = studio.vault.read(session, STUDIO, row.params["pose"])
        elif row.params.get("posed"):
            raise JobEnded("The pose picture of this job is not kept any more: attach it to /imagine again.")
        return Wished(wish, pose)


def delete(studio: Studio, actor: Actor, job_id: str) -> None:
    """Take a picture away for good: its file, its rows, the words it was asked with, and its message.

    For whoever asked for it, the people in it, and moderators; the ledger keeps that it was done, and by whom.
    """
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        subjects = jobs.subjects_of(session, job_id)
        _require_theirs(actor, row, subjects)
        if row.state in (*OPEN, HELD):
            raise JobEnded("This picture is not finished: stop it instead, with Cancel.")
        files = _delete(studio, session, actor, row, subjects)
    for file in files:
        with suppress(VaultError):  # what a broken disk keeps, the sweep deletes: no row names it
            studio.vault.delete(file)
    wipe_deleted(studio.engine)


def _delete(
    studio: Studio, session: Session, actor: Actor, row: JobRow, subjects: list[SubjectRow]
) -> list[str]:
    messages = removals.places(session, [row.id])
    removals.ask(studio, session, messages, subjects[0].id if subjects else None)
    output = session.scalar(select(OutputRow).filter_by(job_id=row.id))
    if output is not None:
        session.execute(deletion(OutputAdapterRow).filter_by(output_id=output.id))
        session.execute(deletion(OutputRow).filter_by(id=output.id))
        studio.record_each(session, "image.withdrawn", actor, subjects, row.id)
    row.params = {}
    row.error = DELETED.format(name=actor.name)
    if row.state == "done":
        row.state = "refused"
    return job_files.places(studio, row.id, subjects, ("picture", "skeleton", "pose"))


def _seen(session: Session, actor: Actor, job_id: str, place: str) -> JobRow:
    """The job, if this person may look at what came of it at this place; one who may not learns nothing of it."""
    row = session.get(JobRow, job_id)
    if row is None or row.kind != "imagine":
        raise UnknownPicture("There is no such picture here.")
    if gate.place_of(row.channel) != place and not _is_theirs(actor, row, jobs.subjects_of(session, job_id)):
        sentence = "This picture was not made in this channel, and it is not yours. Nothing was started."
        raise NotAllowed((Reason("not_here", sentence),))
    return row


def _wish(row: JobRow) -> ImageWish:
    known: dict[str, Any] | None = row.params.get("wish")
    if known is None:
        raise JobEnded(row.error or "What was asked here has been erased.")
    return ImageWish(**known)


def _is_theirs(actor: Actor, row: JobRow, subjects: list[SubjectRow]) -> bool:
    return actor.is_moderator or actor.party in {row.asker_id, *(subject.owner_id for subject in subjects)}


def _require_theirs(actor: Actor, row: JobRow, subjects: list[SubjectRow]) -> None:
    if not _is_theirs(actor, row, subjects):
        sentence = "Only whoever asked for it, the people in it or a moderator can delete this picture."
        raise NotAllowed((Reason("not_yours", sentence),))
