"""The gate: gathers where each subject stands and asks the rules. No other code decides.

It is passed four times: when something is asked, when a runner claims it, while it is being made, and in the
transaction that hands it over. Do not add a parameter that skips it, an owner's bypass, or a cached verdict: the
one public bot that recorded consent was walked around by a second path that did not ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ParamSpec
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from consent import wording
from consent.asking import Asking, Control, is_stylised
from consent.errors import Reason
from consent.evidence import Evidence
from consent.people import Actor
from consent.rules import Moment, Standing, Verdict, decide
from consent.scope import Purpose, Scope
from consent.states import OVER, State
from db.tables import ConsentRow, JobRow, JobSubjectRow, NeverRow, ReviewRow, SubjectRow
from generation.request import ImageWish, read_prompt
from studio import lists, strikes
from studio.house import Studio

UNPOSTED = "nightly:"
"""Before the channel of a picture that nobody waits for in a message: it gets one when it is there."""

_Asked = ParamSpec("_Asked")
"""What `verdict` is asked with."""

COUNTED = ("queued", "running", "held", "done")
"""States of a job that uses up a day's limit: what came to nothing does not."""


def newest_consent(session: Session, subject: UUID) -> ConsentRow | None:
    """The subject's latest version of consent, whatever its state."""
    query = select(ConsentRow).filter_by(subject_id=subject).order_by(ConsentRow.version.desc()).limit(1)
    return session.scalar(query)


def scope_of(consent: ConsentRow) -> Scope:
    """What a version covers; ValueError for words this version of the studio does not know."""
    return Scope.of(consent.purposes, consent.expires_at, consent.scope)


def standing(session: Session, subject: SubjectRow, job: JobRow | None = None, now: datetime | None = None) -> Standing:
    """Where one subject stands, and how much of a day's limit came before this job (or before now)."""
    consent = newest_consent(session, subject.id)
    never = standing_refusal(session, subject.owner_id) is not None
    if consent is None:
        return Standing(subject.handle, None, None, owner=subject.owner_id, never=never)
    try:
        scope = scope_of(consent)
    except ValueError:  # written by a newer version, or by hand: never guess that it is harmless
        scope = None
    moment = job.created_at if job else now
    limited = scope is not None and scope.daily_limit is not None and moment is not None
    return Standing(
        subject.handle,
        State(consent.state),
        scope,
        owner=subject.owner_id,
        evidence=Evidence(consent.evidence) if consent.evidence else None,
        used_today=asked_that_day(session, subject.id, moment, job) if limited and moment else 0,
        never=never,
    )


def standing_refusal(session: Session, party: UUID) -> NeverRow | None:
    """Somebody's no to everybody, if it stands."""
    return session.scalar(select(NeverRow).filter_by(party_id=party, lifted_at=None).limit(1))


def asked_that_day(session: Session, subject: UUID, moment: datetime, job: JobRow | None = None) -> int:
    """How many pictures of a subject were asked on the day (UTC) of `moment` before it, or before this job.

    A picture counts on the day it was asked, at each of its moments: so the first few of a day pass, also when the
    limit was set while they waited, and none is counted against itself.
    """
    earlier = JobRow.created_at <= moment
    if job is not None:
        earlier = or_(JobRow.created_at < moment, (JobRow.created_at == moment) & (JobRow.id < job.id))
    query = (
        select(func.count())
        .select_from(JobSubjectRow)
        .join(JobRow, JobRow.id == JobSubjectRow.job_id)
        .where(
            JobSubjectRow.subject_id == subject,
            JobRow.kind == "imagine",
            JobRow.state.in_(COUNTED),
            JobRow.created_at >= moment.replace(hour=0, minute=0, second=0, microsecond=0),
            earlier,
        )
    )
    return session.scalar(query) or 0


def state_now(studio: Studio, consent: ConsentRow) -> State:
    """A consent's state as of now: one whose date has passed has run out, also before anybody wrote that down."""
    state = State(consent.state)
    if state in OVER or state is State.REPLACED:
        return state
    return State.EXPIRED if consent.expires_at <= studio.clock() else state


def place_of(channel: str | None) -> str:
    """Where something is asked, without the message: `discord:123` of `discord:123:456`; else the door's name."""
    return ":".join((channel or "terminal").removeprefix(UNPOSTED).split(":")[:2])


def asking(
    actor: Actor,
    channel: str | None = None,
    *,
    prompt: str | None = None,
    negative: str = "",
    captions: Sequence[str] = (),
    control: Control | None = None,
) -> Asking:
    """What is known of a wish when it is asked."""
    return Asking(
        party=actor.party,
        roles=actor.roles,
        place=place_of(channel),
        stylised=None if prompt is None else is_stylised(prompt),
        control=control,
        prompt=None if prompt is None else read_prompt(prompt).text,
        negative=negative,
        captions=tuple(captions),
    )


def asking_wish(actor: Actor, channel: str | None, wish: ImageWish, *, posed: bool = False) -> Asking:
    """What is known of a wish for a picture; `posed` by a picture of the asker's."""
    known = asking(actor, channel, prompt=wish.prompt, negative=wish.negative)
    return replace(known, pose_prompt=wish.pose_prompt, control=Control("pose") if posed or wish.pose_prompt else None)


def asking_of(session: Session, job: JobRow) -> Asking:
    """What is known of a wish from its job on; the roles are those the asker had when asking."""
    approvals = (
        select(SubjectRow.handle)
        .join(ReviewRow, ReviewRow.subject_id == SubjectRow.id)
        .where(ReviewRow.job_id == job.id, ReviewRow.state == "approved")
    )
    wish = job.params.get("wish") or {}
    return Asking(
        party=job.asker_id,
        roles=frozenset(job.params.get("roles") or ()),
        place=place_of(job.channel),
        stylised=is_stylised(wish["prompt"]) if "prompt" in wish else None,
        control=Control("pose") if job.params.get("pose") or wish.get("pose_prompt") else None,
        approved=frozenset(session.scalars(approvals)),
        prompt=read_prompt(wish["prompt"]).text if "prompt" in wish else None,
        negative=wish.get("negative") or "",
        pose_prompt=wish.get("pose_prompt") or "",
        captions=tuple(caption for _, caption in job.params.get("photos") or ()),
    )


def hold(session: Session, subjects: Iterable[SubjectRow]) -> None:
    """Keep everybody else's transaction away from these subjects until this one ends.

    Whatever acts on a verdict holds its subjects first, and so does whatever changes a consent: then a withdrawal
    comes before or after, never in between. (SQLite's writers are alone anyhow; this is for PostgreSQL.)
    """
    ids = [subject.id for subject in subjects]
    query = select(SubjectRow.id).where(SubjectRow.id.in_(ids)).order_by(SubjectRow.id)
    session.execute(query.with_for_update()).all()


def verdict(
    studio: Studio,
    session: Session,
    purpose: Purpose,
    subjects: Iterable[SubjectRow],
    moment: Moment,
    asking: Asking | None = None,
    job: JobRow | None = None,
) -> Verdict:
    """What the rules say about `purpose` with all these subjects right now; `job` once there is one."""
    now = studio.clock()
    if job is not None and asking is None:
        asking = asking_of(session, job)
    subjects = list(subjects)
    standings = [standing(session, subject, job, now) for subject in subjects]
    said = decide(purpose, standings, now, moment, asking)
    depicted = [_depicted(subject, known) for subject, known in zip(subjects, standings, strict=True)]
    words = wording.against(lists.read_lists(), asking or Asking(), depicted, lists.exceptions(session))
    return replace(said, allowed=False, reasons=(*said.reasons, *words)) if words else said


def _depicted(subject: SubjectRow, known: Standing) -> wording.Depicted:
    """What a subject rules out in words; whatever is not known to be a character is a person."""
    real = subject.kind != "character"
    if known.scope is None:
        return wording.Depicted(subject.handle, real)
    return wording.Depicted(subject.handle, real, known.scope.forbidden, known.scope.own_words)


def _required(judge: Callable[_Asked, Verdict]) -> Callable[_Asked, Verdict]:
    def require(*asked: _Asked.args, **about: _Asked.kwargs) -> Verdict:
        said = judge(*asked, **about)
        said.require()
        return said

    return require


def _allowed(judge: Callable[_Asked, Verdict]) -> Callable[_Asked, bool]:
    def allows(*asked: _Asked.args, **about: _Asked.kwargs) -> bool:
        return judge(*asked, **about).allowed

    return allows


# Both are asked exactly as `verdict` is, because both are it: neither can come to know less than the other.
require = _required(verdict)
"""The verdict, or NotAllowed with every reason unless all the subjects allow the purpose right now."""
allows = _allowed(verdict)
"""Whether `require` would let it pass, for what is offered and not asked."""


def record_refusal(
    studio: Studio, kind: str, actor: Actor, subjects: Sequence[UUID], reasons: Sequence[Reason]
) -> None:
    """Write a refusal into the ledger, one event a subject, in a transaction of its own.

    It must not share the transaction of what was refused: that one is rolled back, and a refusal is kept. The
    version of the lists is written down with it, because a word may be harmless to the next one.
    """
    codes, version = [reason.code for reason in reasons], lists.read_lists().version
    named: Sequence[UUID | None] = subjects or [None]  # a picture can be of nobody, and refused for its words
    with studio.sessions.begin() as session:
        strikes.note(studio, session, actor, reasons)
        for subject in named:
            studio.record(session, kind, actor, subject, reasons=codes, lists=version)
