"""The gallery: pictures that whoever asked for them, or is in them, put there; shown as long as everybody allows it.

A picture comes in by one person's wish, and only if everybody in it has ticked the gallery; it is asked of the gate
again each time it is shown, so that a consent that rests, was narrowed or has ended takes it out of sight at once. Its
row goes with the picture (`ondelete`), its message by the list of `studio/removals.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.scope import Purpose
from db.tables import ExhibitRow, JobRow, JobSubjectRow, OutputRow, SubjectRow
from studio import gate, job_files, jobs, parties, removals
from studio.delivery import HIDDEN, label_for
from studio.errors import JobEnded, UnknownPicture
from studio.house import Studio

Towards = Literal["older", "newer"]


@dataclass(frozen=True)
class Exhibit:
    """A picture in the gallery. `seq` is its place: newer ones have higher numbers."""

    seq: int
    job_id: str
    handles: tuple[str, ...]
    label: str
    prompt: str
    png: bytes


@dataclass(frozen=True)
class Page:
    """One picture, and whether there are others before and after it; `exhibit` None in an empty gallery."""

    exhibit: Exhibit | None
    older: bool = False
    newer: bool = False


def show(studio: Studio, actor: Actor, job_id: str) -> int:
    """Put a picture into the gallery; for whoever asked for it and the people in it. Returns its place there.

    Shown twice is shown once. One that somebody in it has taken out comes back only by them. Raises NotAllowed,
    JobEnded and UnknownJob.
    """
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        subjects = jobs.subjects_of(session, job_id)
        owners = {subject.owner_id for subject in subjects}
        if actor.party not in {row.asker_id, *owners}:
            sentence = "Only whoever asked for a picture and the people in it can put it into the gallery."
            raise NotAllowed((Reason("not_yours", sentence),))
        output = _finished(session, row)
        _require(studio, session, row, subjects)
        exhibit = session.scalar(select(ExhibitRow).filter_by(output_id=output.id))
        if exhibit is None:
            exhibit = ExhibitRow(output_id=output.id, shown_by=actor.party, shown_at=studio.clock())
            session.add(exhibit)
        elif exhibit.taken_out_at is None:
            return exhibit.seq
        elif exhibit.taken_out_by in owners and actor.party != exhibit.taken_out_by:
            sentence = "Somebody in this picture took it out of the gallery: please respect it."
            raise NotAllowed((Reason("taken_out", sentence),))
        exhibit.taken_out_at = exhibit.taken_out_by = None
        exhibit.shown_by, exhibit.shown_at = actor.party, studio.clock()
        session.flush()
        studio.record_each(session, "gallery.shown", actor, subjects, job_id)
        return exhibit.seq


def take_out(studio: Studio, actor: Actor, job_id: str) -> None:
    """Take a picture out of the gallery, and its message out of the channel: its asker, subjects and moderators."""
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        subjects = jobs.subjects_of(session, job_id)
        if actor.party not in {row.asker_id, *(s.owner_id for s in subjects)} and not actor.is_moderator:
            sentence = "Only whoever asked for it, the people in it or a moderator can take it out of the gallery."
            raise NotAllowed((Reason("not_yours", sentence),))
        exhibit = _hung(session, job_id)
        if exhibit is None:
            raise UnknownPicture("This picture is not in the gallery.")
        exhibit.taken_out_at, exhibit.taken_out_by = studio.clock(), actor.party
        _unpost(studio, session, exhibit, row, subjects)
        studio.record_each(session, "gallery.taken-out", actor, subjects, job_id)


def page(studio: Studio, handle: str | None = None, at: int | None = None, towards: Towards = "older") -> Page:
    """The newest picture, or the next one beyond `at`; only what may be shown right now, of `handle` if named."""
    with studio.readers() as session:
        found = _beyond(studio, session, handle, at, towards)
        if found is None:
            return Page(None)
        exhibit, row, subjects = found
        return Page(
            _view(studio, session, exhibit, row, subjects),
            older=_beyond(studio, session, handle, exhibit.seq, "older") is not None,
            newer=_beyond(studio, session, handle, exhibit.seq, "newer") is not None,
        )


def handles(studio: Studio) -> list[str]:
    """Who is in the gallery, by name."""
    with studio.readers() as session:
        rows = [_with_job(session, exhibit) for exhibit in session.scalars(_hanging())]
        shown = [subjects for row, subjects in rows if _allowed(studio, session, row, subjects)]
        return sorted({subject.handle for subjects in shown for subject in subjects})


def unposted(studio: Studio) -> list[Exhibit]:
    """Pictures nobody has posted in the gallery's channel yet, the oldest first."""
    with studio.readers() as session:
        waiting = session.scalars(_hanging().where(ExhibitRow.posted.is_(None)).order_by(ExhibitRow.seq)).all()
        found = [(exhibit, *_with_job(session, exhibit)) for exhibit in waiting]
        return [
            _view(studio, session, exhibit, row, subjects)
            for exhibit, row, subjects in found
            if _allowed(studio, session, row, subjects)
        ]


def posted(studio: Studio, exhibit: Exhibit, place: str) -> bool:
    """Remember the message a picture was posted in; False when it must be deleted again at once."""
    with studio.sessions.begin() as session:
        row = session.get(ExhibitRow, exhibit.seq)
        hangs = row is not None and row.taken_out_at is None
        if row is not None and hangs:
            row.posted = place
    return removals.posted(studio, place, job_id=exhibit.job_id) and hangs


def tidy(studio: Studio) -> int:
    """Put the messages of pictures that may not be shown any more on the list to delete; returns how many."""
    with studio.readers() as session:
        seen = select(ExhibitRow, OutputRow.hidden_at).join(OutputRow, OutputRow.id == ExhibitRow.output_id)
        rows = [
            (exhibit.seq, hidden_at is not None, *_with_job(session, exhibit))
            for exhibit, hidden_at in session.execute(seen.where(ExhibitRow.posted.is_not(None)))
        ]
        over = [
            (seq, row.id)
            for seq, hidden, row, subjects in rows
            if hidden or not _allowed(studio, session, row, subjects)
        ]
    for seq, job_id in over:
        with studio.sessions.begin() as session:
            exhibit = session.get(ExhibitRow, seq)
            if exhibit is not None:
                row = jobs.held(session, job_id)
                _unpost(studio, session, exhibit, row, jobs.subjects_of(session, job_id))
    return len(over)


def _beyond(
    studio: Studio, session: Session, handle: str | None, at: int | None, towards: Towards
) -> tuple[ExhibitRow, JobRow, list[SubjectRow]] | None:
    """The first picture beyond a place that may be shown; a place that is gone meanwhile is a place all the same."""
    order = ExhibitRow.seq.desc() if towards == "older" else ExhibitRow.seq.asc()
    query = _hanging().order_by(order)
    if at is not None:
        query = query.where(ExhibitRow.seq < at if towards == "older" else ExhibitRow.seq > at)
    if handle is not None:
        of = select(JobSubjectRow.job_id).join(SubjectRow, SubjectRow.id == JobSubjectRow.subject_id)
        query = query.where(OutputRow.job_id.in_(of.where(SubjectRow.handle == handle)))
    for exhibit in session.scalars(query.execution_options(yield_per=20)):
        row, subjects = _with_job(session, exhibit)
        if _allowed(studio, session, row, subjects):
            return exhibit, row, subjects
    return None


def _hanging() -> Select[ExhibitRow]:
    """Exhibits that were not taken out, whose picture is not under a report."""
    joined = select(ExhibitRow).join(OutputRow, OutputRow.id == ExhibitRow.output_id)
    return joined.where(ExhibitRow.taken_out_at.is_(None), OutputRow.hidden_at.is_(None))


def _hung(session: Session, job_id: str) -> ExhibitRow | None:
    query = select(ExhibitRow).join(OutputRow, OutputRow.id == ExhibitRow.output_id)
    return session.scalar(query.where(OutputRow.job_id == job_id, ExhibitRow.taken_out_at.is_(None)))


def _with_job(session: Session, exhibit: ExhibitRow) -> tuple[JobRow, list[SubjectRow]]:
    output = session.get_one(OutputRow, exhibit.output_id)
    return session.get_one(JobRow, output.job_id), jobs.subjects_of(session, output.job_id)


def _finished(session: Session, row: JobRow) -> OutputRow:
    output = session.scalar(select(OutputRow).filter_by(job_id=row.id))
    if output is None or row.state != "done" or row.delivered_at is None:
        raise JobEnded(row.error or "There is no picture to show: it is not handed over yet, or it is gone.")
    if output.hidden_at is not None:
        raise JobEnded(HIDDEN)
    return output


def _require(studio: Studio, session: Session, row: JobRow, subjects: Sequence[SubjectRow]) -> None:
    if not subjects:
        sentence = "The gallery shows people who agreed to it; in this picture is nobody in particular."
        raise NotAllowed((Reason("nobody_named", sentence),))
    gate.require(studio, session, Purpose.GALLERY, subjects, "deliver", job=row)


def _allowed(studio: Studio, session: Session, row: JobRow, subjects: Sequence[SubjectRow]) -> bool:
    return row.state == "done" and gate.allows(studio, session, Purpose.GALLERY, subjects, "deliver", job=row)


def _unpost(
    studio: Studio, session: Session, exhibit: ExhibitRow, row: JobRow, subjects: Sequence[SubjectRow]
) -> None:
    if exhibit.posted is not None:
        removals.ask(studio, session, {exhibit.posted: row.id}, subjects[0].id if subjects else None)
        exhibit.posted = None


def _view(
    studio: Studio, session: Session, exhibit: ExhibitRow, row: JobRow, subjects: Sequence[SubjectRow]
) -> Exhibit:
    output = session.get_one(OutputRow, exhibit.output_id)
    names = [subject.handle for subject in subjects]
    return Exhibit(
        seq=exhibit.seq,
        job_id=row.id,
        handles=tuple(names),
        label=label_for(names, parties.name_of(session, row.asker_id) or "somebody"),
        prompt=output.prompt,
        png=studio.vault.read(session, job_files.owner_of_picture(list(subjects)), output.file),
    )
