"""The nightly pictures: drawn when nobody waits, of those who ticked the nightly purpose and take part.

One run a date: the date's row and its jobs are one transaction, so that a run that was killed has not been, and one
that was not is not again. Every picture is asked of the gate under the purpose `nightly` at each of its moments, like
any other; whoever the gate does not let pass tonight is left out tonight, and their absence says nothing about why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consent import wording
from consent.asking import Asking
from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.scope import Purpose
from db.tables import JobRow, NightlyPlanRow, NightlyPromptRow, NightlySubjectRow, NightRow, SubjectRow
from generation.request import ImageWish, check, seeded
from studio import gate, jobs, lists, parties, preferences
from studio.errors import BadPlan, NoAdapter
from studio.house import Studio
from studio.imagine import newest_adapter, store
from studio.subjects import find
from studio.views import FINISHED, JobView

WHO = "{subject}"
MOST_PICTURES, MOST_PROMPTS = 4, 50
_PLAN = 1  # the key of the only row


@dataclass(frozen=True)
class Plan:
    """When the nightly pictures are drawn (an hour in UTC; None: not at all), how many of each, of whom, of what.

    `tonight` are those of `handles` whose consent and training would let them be drawn now.
    """

    hour: int | None
    pictures: int
    handles: tuple[str, ...]
    tonight: tuple[str, ...]
    prompts: tuple[tuple[int, str], ...]
    last: str | None


@dataclass(frozen=True)
class Night:
    """One run: its date, and the jobs it asked for."""

    date: str
    jobs: tuple[str, ...]


def plan(studio: Studio) -> Plan:
    """How the nights are planned."""
    with studio.readers() as session:
        row = session.get(NightlyPlanRow, _PLAN)
        subjects = _taking_part(session)
        return Plan(
            hour=row.hour if row else None,
            pictures=row.pictures if row else 1,
            handles=tuple(subject.handle for subject in subjects),
            tonight=tuple(subject.handle for subject in subjects if _may(studio, session, subject)),
            prompts=tuple((prompt.id, prompt.text) for prompt in _prompts(session)),
            last=session.scalar(select(NightRow.date).order_by(NightRow.date.desc()).limit(1)),
        )


def set_plan(studio: Studio, actor: Actor, hour: int | None, pictures: int = 1) -> Plan:
    """Set when (an hour in UTC, None for never) and how many of each; for moderators."""
    _require_moderator(actor)
    if (hour is not None and not 0 <= hour <= 23) or not 1 <= pictures <= MOST_PICTURES:
        raise BadPlan(f"The hour is 0 to 23 (UTC), and the pictures of each are 1 to {MOST_PICTURES} a night.")
    with studio.sessions.begin() as session:
        session.merge(NightlyPlanRow(id=_PLAN, hour=hour, pictures=pictures))
        studio.record(session, "nightly.changed", actor, hour=hour, pictures=pictures)
    return plan(studio)


def take_part(studio: Studio, actor: Actor, handle: str, *, part: bool) -> Plan:
    """Enter a subject or leave them out, by themself or by a moderator; their consent decides each night."""
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        if actor.party != subject.owner_id and not actor.is_moderator:
            raise NotAllowed((Reason("not_yours", f"Only {handle} or a moderator enters {handle} for that."),))
        row = session.get(NightlySubjectRow, subject.id)
        if part and row is None:
            gate.require(studio, session, Purpose.NIGHTLY, [subject], "ask", _asking(studio))
            session.add(NightlySubjectRow(subject_id=subject.id, added_by=actor.party, added_at=studio.clock()))
        elif not part and row is not None:
            session.delete(row)
        studio.record(session, "nightly.changed", actor, subject.id, takes_part=part)
    return plan(studio)


def add_prompt(studio: Studio, actor: Actor, text: str) -> Plan:
    """Add what is drawn, `{subject}` for whoever it is: “{subject} by the sea”. For moderators. Raises BadPlan."""
    _require_moderator(actor)
    text = " ".join(text.split())
    if WHO not in text or "<" in text:
        raise BadPlan(f"Say {WHO} where the person is meant, and no tags: “{WHO} playing guitar”.")
    check(ImageWish(text.replace(WHO, "somebody")))
    with studio.sessions.begin() as session:
        asked = Asking(prompt=text.replace(WHO, "somebody"))
        somebody = [wording.Depicted("somebody", True)]
        reasons = wording.against(lists.read_lists(), asked, somebody, lists.exceptions(session))
        if reasons:
            raise NotAllowed(reasons)
        if len(_prompts(session)) >= MOST_PROMPTS:
            raise BadPlan(f"There are {MOST_PROMPTS} prompts already: take one away first.")
        session.add(NightlyPromptRow(text=text, added_by=actor.party, added_at=studio.clock()))
        studio.record(session, "nightly.changed", actor, added=text)
    return plan(studio)


def remove_prompt(studio: Studio, actor: Actor, number: int) -> Plan:
    """Take a prompt away; for moderators."""
    _require_moderator(actor)
    with studio.sessions.begin() as session:
        row = session.get(NightlyPromptRow, number)
        if row is None:
            raise BadPlan(f"There is no prompt {number}.")
        studio.record(session, "nightly.changed", actor, removed=row.text)
        session.delete(row)
    return plan(studio)


def due(studio: Studio) -> bool:
    """Whether tonight's run has its hour behind it and has not been."""
    now = studio.clock()
    with studio.readers() as session:
        row = session.get(NightlyPlanRow, _PLAN)
        if row is None or row.hour is None or now.hour < row.hour:
            return False
        return session.get(NightRow, _date(now)) is None


def run(studio: Studio) -> Night | None:
    """Ask for tonight's pictures; None when that was done already. Nobody is drawn whom the gate does not let pass."""
    actor = parties.actor(studio, "studio", "nightly", "the nightly run")
    now = studio.clock()
    try:
        with studio.sessions.begin() as session:
            if session.get(NightRow, _date(now)) is not None:
                return None
            night = NightRow(date=_date(now), at=now, jobs=0)
            session.add(night)
            session.flush()  # of two that run at once, the later one finds out here
            asked = _ask(studio, session, actor, now)
            night.jobs = len(asked)
            studio.record(session, "nightly.run", actor, date=night.date, jobs=len(asked))
            return Night(night.date, tuple(asked))
    except IntegrityError:
        return None


def _ask(studio: Studio, session: Session, actor: Actor, now: datetime) -> list[str]:
    row = session.get(NightlyPlanRow, _PLAN)
    prompts, each = _prompts(session), row.pictures if row else 1
    place, asked = _place(studio), []
    subjects = _taking_part(session)
    gate.hold(session, subjects)
    for count, subject in enumerate(subjects):
        for number in range(each if prompts else 0):
            # Another prompt every night, and not the same for everybody.
            text = prompts[(now.toordinal() + count + number * 7) % len(prompts)].text
            wish = ImageWish(f"<lora:{subject.handle}:1> {text.replace(WHO, subject.handle)}")
            job_id = f"night-{_date(now)}-{subject.id.hex[:12]}-{number + 1}"
            channel = f"{gate.UNPOSTED}{place}" if place else None
            job = JobRow(id=job_id, channel=channel, params={"night": _date(now)})
            if _passes(studio, session, actor, subject, wish, channel):
                store(studio, session, actor, seeded(wish), [subject.handle], None, job, [])
                asked.append(job_id)
    return asked


def _passes(
    studio: Studio, session: Session, actor: Actor, subject: SubjectRow, wish: ImageWish, channel: str | None
) -> bool:
    asking = gate.asking_wish(actor, channel, wish)
    return _trained(studio, session, subject) and gate.allows(
        studio, session, Purpose.NIGHTLY, [subject], "ask", asking
    )


def _may(studio: Studio, session: Session, subject: SubjectRow) -> bool:
    return _trained(studio, session, subject) and gate.allows(
        studio, session, Purpose.NIGHTLY, [subject], "ask", _asking(studio)
    )


def _asking(studio: Studio) -> Asking:
    """A night's picture before there is one: whether a prompt is stylised is asked of each when it is drawn."""
    return Asking(place=_place(studio) or gate.place_of(None), stylised=True)


def _trained(studio: Studio, session: Session, subject: SubjectRow) -> bool:
    try:
        newest_adapter(studio, session, subject)
    except NoAdapter:
        return False
    return True


def unposted(studio: Studio) -> list[JobView]:
    """Nightly jobs that are over and have no message yet, the oldest first."""
    query = (
        select(JobRow.id)
        .where(JobRow.channel.startswith(gate.UNPOSTED, autoescape=True), JobRow.delivered_at.is_(None))
        .where(JobRow.state.in_(FINISHED), JobRow.undeliverable_at.is_(None))
        .order_by(JobRow.created_at)
    )
    with studio.readers() as session:
        ids = session.scalars(query).all()
    return jobs.view_all(studio, ids)


def posted(studio: Studio, job_id: str, place: str) -> None:
    """Remember the message that was made for a nightly picture; the picture is brought to it like any other."""
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        if (row.channel or "").startswith(gate.UNPOSTED):
            row.channel = place


def _taking_part(session: Session) -> list[SubjectRow]:
    query = select(SubjectRow).join(NightlySubjectRow, NightlySubjectRow.subject_id == SubjectRow.id)
    return list(session.scalars(query.order_by(SubjectRow.handle)))


def _prompts(session: Session) -> list[NightlyPromptRow]:
    return list(session.scalars(select(NightlyPromptRow).order_by(NightlyPromptRow.id)))


def _place(studio: Studio) -> str | None:
    """Where the pictures go: the gallery's channel of the first server that has one."""
    return next((server.gallery_channel for server in preferences.served(studio) if server.gallery_channel), None)


def _date(now: datetime) -> str:
    return now.date().isoformat()


def _require_moderator(actor: Actor) -> None:
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Only a moderator plans the nightly pictures."),))
