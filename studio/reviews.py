"""What a subject sees before, or when, a picture of them is handed over: held ones to approve, others to know of.

A held picture is nobody's yet: its job stands at `held`, and the gate refuses its delivery until every subject who
wants to be asked first has approved this very picture. A veto erases it, held or handed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.rules import Verdict
from db.tables import IdentityRow, JobRow, MemberRow, OutputAdapterRow, OutputRow, ReviewRow, SubjectRow
from studio import gate, job_files, jobs, removals
from studio.errors import JobEnded
from studio.house import Studio
from studio.views import HELD, ReviewView


def begin(
    studio: Studio, session: Session, row: JobRow, subjects: Sequence[SubjectRow], verdict: Verdict
) -> None:
    """Hold a picture that was just made for whoever wants to be asked first; note it for whoever wants to know."""
    for subject in subjects:
        if subject.handle in verdict.held_for or subject.handle in verdict.told:
            state = "waiting" if subject.handle in verdict.held_for else "told"
            session.add(
                ReviewRow(job_id=row.id, subject_id=subject.id, state=state, made_at=studio.clock())
            )
    if verdict.held_for:
        names = " and ".join(verdict.held_for)
        row.state = HELD
        row.error = f"Drawn, and held until {names} approves it: they see it with `consent mine`."
        studio.record_each(session, "image.held", None, subjects, row.id)
    session.flush()


def waiting(studio: Studio, actor: Actor) -> list[ReviewView]:
    """The pictures of `actor` that they are to approve or were told of, newest first."""
    query = (
        select(ReviewRow, SubjectRow.handle)
        .join(SubjectRow, SubjectRow.id == ReviewRow.subject_id)
        .where(SubjectRow.owner_id == actor.party)
        .order_by(ReviewRow.made_at.desc())
    )
    with studio.readers() as session:
        found = session.execute(query).all()
        reviews = []
        for row, handle in found:
            job = jobs.find(session, row.job_id)
            prompt = (job.params.get("wish") or {}).get("prompt")
            reviews.append(ReviewView(row.job_id, handle, row.state, prompt, row.made_at, row.decided_at))
        return reviews


@dataclass(frozen=True)
class Untold:
    """A picture its subject has to be told of: to approve it first, or because they want to know.

    `account` is theirs at the door, `channel` where the picture was asked; `by_dm` whether they want it by a direct
    message.
    """

    review: UUID
    job_id: str
    handle: str
    state: str
    party: UUID
    account: str
    channel: str
    by_dm: bool


def untold(studio: Studio, door: str = "discord") -> list[Untold]:
    """Pictures asked at one door whose subjects have not been told yet, oldest first.

    A held one is told of at once, another once it has reached whoever asked.
    """
    query = (
        select(ReviewRow, JobRow.channel, SubjectRow.handle, SubjectRow.owner_id, IdentityRow.external_id,
               MemberRow.tell_by_dm)
        .join(JobRow, JobRow.id == ReviewRow.job_id)
        .join(SubjectRow, SubjectRow.id == ReviewRow.subject_id)
        .join(IdentityRow, (IdentityRow.party_id == SubjectRow.owner_id) & (IdentityRow.kind == door))
        .outerjoin(MemberRow, MemberRow.party_id == SubjectRow.owner_id)
        .where(
            ReviewRow.told_at.is_(None),
            JobRow.channel.startswith(f"{door}:", autoescape=True),
            ((ReviewRow.state == "waiting") & (JobRow.state == HELD))
            | ((ReviewRow.state == "told") & JobRow.delivered_at.is_not(None)),
        )
        .order_by(ReviewRow.made_at)
    )  # fmt: skip
    with studio.readers() as session:
        return [
            Untold(row.id, row.job_id, handle, row.state, party, account, channel or "", bool(by_dm))
            for row, channel, handle, party, account, by_dm in session.execute(query)
        ]


def told(studio: Studio, review: UUID) -> None:
    """The subject has been told, or cannot be: `consent mine` shows the picture in either case."""
    with studio.sessions.begin() as session:
        row = session.get(ReviewRow, review)
        if row is not None:  # it may have been erased meanwhile
            row.told_at = studio.clock()


def picture(studio: Studio, actor: Actor, job_id: str) -> bytes:
    """A picture as its subject sees it, held or not (PNG); for the people in it and nobody else."""
    with studio.readers() as session:
        subjects = jobs.subjects_of(session, jobs.find(session, job_id).id)
        _require_in_it(actor, subjects)
        output = session.scalar(select(OutputRow).filter_by(job_id=job_id))
        if output is None:
            raise JobEnded("This picture is not there: it is not drawn yet, or it was erased.")
        return studio.vault.read(session, job_files.owner_of_picture(subjects), output.file)


def approve(studio: Studio, actor: Actor, job_id: str) -> ReviewView:
    """A subject lets a held picture be handed over; once all who were asked have, it is."""
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        subject, review = _theirs(session, actor, row)
        if review is None or review.state != "waiting" or row.state != HELD:
            raise NotAllowed((Reason("nothing_to_approve", f"{job_id} does not wait for you: it is {row.state}."),))
        gate.require(studio, session, jobs.purpose_of(row), [subject], "draw", job=row)
        review.state, review.decided_at = "approved", studio.clock()
        studio.record(session, "image.approved", actor, subject.id, job_id)
        session.flush()
        left = select(ReviewRow.id).filter_by(job_id=job_id, state="waiting").limit(1)
        if session.scalar(left) is None:
            row.state, row.error = "done", None
        return _view(row, subject, review)


def veto(studio: Studio, actor: Actor, job_id: str) -> ReviewView:
    """A subject does not want a picture of them to be there: it is erased, whether it was handed over or not."""
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        subject, review = _theirs(session, actor, row)
        output = session.scalar(select(OutputRow).filter_by(job_id=job_id))
        if output is None:
            raise JobEnded("This picture is not there: it is not drawn yet, or it was erased.")
        if review is None:
            review = ReviewRow(job_id=job_id, subject_id=subject.id, made_at=studio.clock())
            session.add(review)
        review.state, review.decided_at = "vetoed", studio.clock()
        removals.ask(studio, session, removals.places(session, [job_id]), subject.id)
        session.execute(delete(OutputAdapterRow).filter_by(output_id=output.id))
        session.delete(output)
        row.state, row.error = "refused", f"{subject.handle} does not want this picture; it was erased."
        row.params = {}
        session.flush()
        studio.record(session, "image.vetoed", actor, subject.id, job_id)
        # The files go before the commit: if it fails, a row without its picture is left, and never the reverse.
        job_files.clear(studio, session, row, jobs.subjects_of(session, job_id))
        return _view(row, subject, review)


def _theirs(session: Session, actor: Actor, row: JobRow) -> tuple[SubjectRow, ReviewRow | None]:
    """The actor's own subject in a job, and its review; one with several there decides for the waiting one."""
    subjects = [subject for subject in jobs.subjects_of(session, row.id) if subject.owner_id == actor.party]
    _require_in_it(actor, subjects)
    reviews = {
        review.subject_id: review
        for review in session.scalars(select(ReviewRow).filter_by(job_id=row.id))
    }
    subjects.sort(key=lambda subject: getattr(reviews.get(subject.id), "state", "") != "waiting")
    return subjects[0], reviews.get(subjects[0].id)


def _require_in_it(actor: Actor, subjects: Sequence[SubjectRow]) -> None:
    if actor.party not in {subject.owner_id for subject in subjects}:
        sentence = "Only the people in a picture decide about it: you are not in this one."
        raise NotAllowed((Reason("not_in_it", sentence),))


def _view(row: JobRow, subject: SubjectRow, review: ReviewRow) -> ReviewView:
    prompt = (row.params.get("wish") or {}).get("prompt")
    return ReviewView(row.id, subject.handle, review.state, prompt, review.made_at, review.decided_at)
