"""Every picture of a subject, for the subject: who asked, with what words, when, where, and what can be done about it.

To take one away is a veto (`studio/reviews.py`), whether it was handed over or not. “Never from this person” narrows
the consent, so it holds at once and for everything that is on its way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import JobRow, JobSubjectRow, OutputRow, PartyRow, ReviewRow, SubjectRow
from studio import amendments, grants, jobs, reviews
from studio.house import Studio
from studio.subjects import find
from studio.views import ConsentView, ReviewView

PAGE = 25


@dataclass(frozen=True)
class PortraitView:
    """One picture as its subject sees it. `review` is waiting, approved or told, None where they want no question."""

    job_id: str
    prompt: str | None
    asker: str
    own: bool  # the subject asked for it themself
    made_at: datetime
    place: str | None
    review: str | None


@dataclass(frozen=True)
class Portraits:
    """One page of the pictures of a subject, newest first, and how many there are on all pages."""

    handle: str
    pictures: tuple[PortraitView, ...]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PAGE))


def portraits(studio: Studio, actor: Actor, handle: str, page: int = 0) -> Portraits:
    """The pictures of somebody that are still there, for themself; moderators ask the books instead."""
    with studio.readers() as session:
        subject = find(session, handle)
        _require_subject(actor, subject)
        there = (
            select(JobRow, OutputRow, PartyRow.name, ReviewRow.state)
            .join(JobSubjectRow, JobSubjectRow.job_id == JobRow.id)
            .join(OutputRow, OutputRow.job_id == JobRow.id)
            .join(PartyRow, PartyRow.id == JobRow.asker_id)
            .outerjoin(
                ReviewRow, (ReviewRow.job_id == JobRow.id) & (ReviewRow.subject_id == JobSubjectRow.subject_id)
            )
            .where(JobSubjectRow.subject_id == subject.id)
        )
        total = session.scalar(select(func.count()).select_from(there.subquery().alias())) or 0
        page = min(max(page, 0), max(0, -(-total // PAGE) - 1))
        newest = there.order_by(OutputRow.created_at.desc(), JobRow.id).limit(PAGE).offset(page * PAGE)
        found = session.execute(newest).all()
        pictures = tuple(
            PortraitView(job.id, output.prompt, asker, job.asker_id == actor.party, output.created_at,
                         job.channel, review)
            for job, output, asker, review in found
        )  # fmt: skip
        return Portraits(handle, pictures, page, total)


def portrait(studio: Studio, actor: Actor, job_id: str) -> tuple[str, PortraitView, bytes]:
    """One picture of oneself: whom it is looked at as, what is known of it, and the picture (PNG)."""
    png = reviews.picture(studio, actor, job_id)
    with studio.readers() as session:
        row = jobs.find(session, job_id)
        subject = next(s for s in jobs.subjects_of(session, job_id) if s.owner_id == actor.party)
        output = session.scalars(select(OutputRow).filter_by(job_id=job_id)).one()
        review = session.scalar(select(ReviewRow.state).filter_by(job_id=job_id, subject_id=subject.id))
        asker = session.get_one(PartyRow, row.asker_id).name
        own = row.asker_id == actor.party
        view = PortraitView(job_id, output.prompt, asker, own, output.created_at, row.channel, review)
        return subject.handle, view, png


def remove(studio: Studio, actor: Actor, job_id: str) -> ReviewView:
    """Erase a picture of oneself, held or handed over; its messages go with it."""
    return reviews.veto(studio, actor, job_id)


def never_from(studio: Studio, actor: Actor, job_id: str) -> tuple[str, ConsentView]:
    """Take back one's yes for whoever asked for a picture of oneself; returns their name and what holds now."""
    with studio.readers() as session:
        row = jobs.find(session, job_id)
        own = [subject for subject in jobs.subjects_of(session, job_id) if subject.owner_id == actor.party]
        if not own:
            raise NotAllowed((Reason("not_in_it", "Only the people in a picture decide about it: you are not in "
                                                  "this one."),))  # fmt: skip
        asker, name = row.asker_id, session.get_one(PartyRow, row.asker_id).name
        handle = own[0].handle
    if asker == actor.party:
        raise NotAllowed((Reason("own_wish", "You asked for this picture yourself."),))
    held = grants.consents(studio, handle)[-1].limits.get("blocked", [])
    return name, amendments.narrow(studio, actor, handle, {"blocked": sorted({*held, str(asker)})})


def owned(studio: Studio, actor: Actor) -> list[str]:
    """The names of the subjects that depict somebody, in their order."""
    with studio.readers() as session:
        query = select(SubjectRow.handle).filter_by(owner_id=actor.party).order_by(SubjectRow.handle)
        return list(session.scalars(query))


def _require_subject(actor: Actor, subject: SubjectRow) -> None:
    """Moderators look at other people's pictures through the audit, where that they did is written down (R6)."""
    if actor.party != subject.owner_id:
        sentence = f"Only {subject.handle} sees the pictures of {subject.handle} here, from their own account."
        raise NotAllowed((Reason("not_the_subject", sentence),))

