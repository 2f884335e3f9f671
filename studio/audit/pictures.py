"""Questions about pictures: which there are of somebody, and which should not be there.

What was made and handed over is read from the ledger, which outlives every erasure; prompt and place come from the
rows that are still there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from consent.ledger import EventKind
from consent.states import State
from db.tables import (
    ConsentRow,
    JobRow,
    JobSubjectRow,
    LedgerDetailRow,
    LedgerRow,
    OutputAdapterRow,
    OutputRow,
    ReportRow,
)
from studio.audit.asking import handles, names
from studio.audit.columns import as_text

ENDS = (
    EventKind.CONSENT_WITHDRAWN,
    EventKind.CONSENT_REVOKED,
    EventKind.CONSENT_INVALIDATED,
    EventKind.CONSENT_EXPIRED,
    EventKind.CONSENT_PAUSED,
)
"""After these nothing may be handed over …"""

BEGINS = (EventKind.CONSENT_VERIFIED, EventKind.CONSENT_RESUMED)
"""… until one of these."""


@dataclass(frozen=True)
class PictureOf:
    """One picture of somebody. `up`: yes, not delivered, hidden or erased."""

    made_at: datetime
    asker: str | None
    prompt: str | None
    delivered_at: datetime | None
    where: str | None
    consent_version: int | None
    up: str
    picture: str


@dataclass(frozen=True)
class PictureUnder:
    """A picture made under a consent that later turned out not to be the person's own."""

    made_at: datetime
    subject: str | None
    consent_version: int
    invalidated_at: datetime | None
    asker: str | None
    delivered_at: datetime | None
    where: str | None
    up: str
    picture: str


@dataclass(frozen=True)
class PictureAfter:
    """A picture that was handed over although the consent had ended, or rested."""

    delivered_at: datetime
    subject: str | None
    ended: str
    ended_at: datetime
    asker: str | None
    where: str | None
    picture: str | None


@dataclass(frozen=True)
class PromptReported:
    """A prompt that every check let pass, and a picture of it that somebody objected to."""

    reported_at: datetime
    prompt: str | None
    reason: str | None
    subjects: tuple[str, ...]
    asker: str | None
    verdict: str | None
    picture: str | None


def images_of(
    session: Session, subject: UUID, since: datetime | None, until: datetime | None
) -> list[PictureOf]:
    """Question 1: every picture of somebody: who, what, when, where, under which version, still up?"""
    query = _with_rows(
        select(
            LedgerRow.at, LedgerRow.ref, JobRow.asker_id, JobRow.delivered_at, JobRow.channel, ConsentRow.version,
            func.coalesce(OutputRow.prompt, JobRow.params["wish"]["prompt"].as_string()).label("prompt"), _up(),
        ),
        subject,
    )
    if since is not None:
        query = query.where(LedgerRow.at >= since)
    if until is not None:
        query = query.where(LedgerRow.at < until)
    called = names(session)
    return [
        PictureOf(row.at, called.get(row.asker_id), row.prompt, row.delivered_at, row.channel, row.version, row.up,
                  row.ref)
        for row in session.execute(query.order_by(LedgerRow.seq))
    ]


def made_under_invalidated(session: Session, subject: UUID | None) -> list[PictureUnder]:
    """Question 4: pictures made under a consent that was later invalidated, or under a version it amended."""
    line = (
        select(ConsentRow.id, ConsentRow.subject_id, ConsentRow.supersedes, ConsentRow.ended_at)
        .where(ConsentRow.state == State.INVALIDATED)
        .cte("line", recursive=True)
    )
    before = aliased(ConsentRow)
    line = line.union(
        select(before.id, before.subject_id, before.supersedes, line.c.ended_at).where(
            before.id == line.c.supersedes
        )
    )
    # Read first, because they are few: the database finds their pictures by the subject then, and not by walking all.
    invalid = {row.id: row for row in session.execute(select(line))}
    told_of = {str(row.subject_id) for row in invalid.values()}
    query = _with_rows(
        select(
            LedgerRow.at, LedgerRow.ref, JobSubjectRow.subject_id, ConsentRow.id, ConsentRow.version,
            JobRow.asker_id, JobRow.delivered_at, JobRow.channel, _up(),
        ),
        subject,
    ).where(LedgerRow.subject.in_(told_of), ConsentRow.id.in_(invalid))
    called, who = names(session), handles(session)
    return [
        PictureUnder(row.at, who.get(row.subject_id), row.version, invalid[row.id].ended_at,
                     called.get(row.asker_id), row.delivered_at, row.channel, row.up, row.ref)
        for row in session.execute(query.order_by(LedgerRow.seq))
    ]


def delivered_after_withdrawal(session: Session, subject: UUID | None) -> list[PictureAfter]:
    """Question 7: pictures handed over after the consent had ended. By the ledger's own order, so to the commit."""
    turns = (*ENDS, *BEGINS)
    walked = select(
        LedgerRow.seq, LedgerRow.at, LedgerRow.kind, LedgerRow.ref, LedgerRow.subject,
        func.max(case((LedgerRow.kind.in_(turns), LedgerRow.seq)))
        .over(partition_by=LedgerRow.subject, order_by=LedgerRow.seq)
        .label("turn"),
    ).where(LedgerRow.kind.in_((*turns, EventKind.IMAGE_DELIVERED)), LedgerRow.subject.is_not(None))
    if subject is not None:
        walked = walked.where(LedgerRow.subject == str(subject))
    walk, last = walked.subquery(), aliased(LedgerRow)
    query = (
        select(walk.c.at, walk.c.ref, walk.c.subject, last.kind, last.at.label("ended_at"), JobRow.asker_id,
               JobRow.channel)
        .join(last, and_(last.seq == walk.c.turn, last.kind.in_(ENDS)))
        .outerjoin(JobRow, JobRow.id == walk.c.ref)
        .where(walk.c.kind == EventKind.IMAGE_DELIVERED)
        .order_by(walk.c.seq)
    )
    called, who = names(session), handles(session)
    return [
        PictureAfter(row.at, who.get(UUID(row.subject)), row.kind.removeprefix("consent."), row.ended_at,
                     called.get(row.asker_id), row.channel, row.ref)
        for row in session.execute(query)
    ]


def passed_then_reported(session: Session, subject: UUID | None) -> list[PromptReported]:
    """Question 10: prompts that passed every check and whose picture somebody reported: what the lists miss."""
    query = (
        select(
            ReportRow.id, ReportRow.reported_at, ReportRow.reason, ReportRow.verdict, JobRow.id.label("job"),
            JobRow.asker_id, JobSubjectRow.subject_id,
            func.coalesce(OutputRow.prompt, LedgerDetailRow.body["prompt"].as_string()).label("prompt"),
        )
        .outerjoin(JobRow, JobRow.id == ReportRow.job_id)
        # Once a picture was removed, what it was asked with stands in the ledger alone, until that is erased.
        .outerjoin(LedgerRow, and_(LedgerRow.ref == JobRow.id, LedgerRow.kind == EventKind.IMAGE_ASKED))
        .outerjoin(LedgerDetailRow, LedgerDetailRow.seq == LedgerRow.seq)
        .outerjoin(OutputRow, OutputRow.id == ReportRow.output_id)
        .outerjoin(JobSubjectRow, JobSubjectRow.job_id == ReportRow.job_id)
        .order_by(ReportRow.reported_at, ReportRow.id)
    )
    if subject is not None:
        about = select(JobSubjectRow.job_id).filter_by(subject_id=subject)
        query = query.where(ReportRow.job_id.in_(about))
    called, who = names(session), handles(session)
    rows = session.execute(query).all()
    subjects: dict[UUID, set[str]] = {}
    for row in rows:
        subjects.setdefault(row.id, set()).update({who[row.subject_id]} if row.subject_id in who else ())
    return [
        PromptReported(row.reported_at, row.prompt, row.reason, tuple(sorted(subjects[row.id])),
                       called.get(row.asker_id), row.verdict, row.job)
        for row in {row.id: row for row in rows}.values()
    ]


def subjects_reported(session: Session) -> set[UUID]:
    """Everybody in a picture that was reported."""
    query = select(JobSubjectRow.subject_id).join(ReportRow, ReportRow.job_id == JobSubjectRow.job_id)
    return set(session.scalars(query))


def _up() -> Any:
    """Whether a picture can still be seen where it was handed over."""
    return case(
        (OutputRow.id.is_(None), "erased"),
        (OutputRow.hidden_at.is_not(None), "hidden"),
        (JobRow.delivered_at.is_(None), "not delivered"),
        else_="yes",
    ).label("up")


def _with_rows(query: Select[Any], subject: UUID | None) -> Select[Any]:
    """Pictures made, each with its job, its consent (the one it was drawn under) and, where there is one, its row."""
    query = (
        query.select_from(LedgerRow)
        .join(JobRow, JobRow.id == LedgerRow.ref)
        .join(JobSubjectRow, JobSubjectRow.job_id == JobRow.id)
        .outerjoin(OutputRow, OutputRow.job_id == JobRow.id)
        .outerjoin(
            OutputAdapterRow,
            and_(
                OutputAdapterRow.output_id == OutputRow.id,
                OutputAdapterRow.subject_id == JobSubjectRow.subject_id,
            ),
        )
        .join(ConsentRow, ConsentRow.id == func.coalesce(OutputAdapterRow.consent_id, JobSubjectRow.consent_id))
        .where(LedgerRow.kind == EventKind.IMAGE_MADE)
    )
    if subject is not None:
        return query.where(JobSubjectRow.subject_id == subject, LedgerRow.subject == str(subject))
    return query.where(as_text(JobSubjectRow.subject_id) == LedgerRow.subject)
