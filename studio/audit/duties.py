"""Questions about what is due: what ends soon, what must not be there, what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from consent.ledger import EventKind
from consent.states import OVER, State
from db.tables import (
    AdapterRow,
    CaptionRow,
    ChallengeRow,
    ConsentRow,
    ErasureRow,
    IncidentRow,
    JobRow,
    JobSubjectRow,
    LedgerRow,
    PhotoRow,
    ReportRow,
    SubjectRow,
)
from studio.audit.asking import handles, names
from studio.audit.columns import as_text
from studio.audit.people import DATA, PHOTOS
from studio.retention import EXPIRED


@dataclass(frozen=True)
class Ending:
    """A consent that will run out."""

    subject: str | None
    depicts: str | None
    state: str
    ends_at: datetime
    days_left: int


@dataclass(frozen=True)
class LooseAdapter:
    """An adapter that no active consent carries; `kept_because` says why it may still be there, unloadable."""

    subject: str | None
    consent: str | None
    trained_at: datetime
    kept_because: str | None
    adapter: UUID


@dataclass(frozen=True)
class LoneTraining:
    """A training in which one person had two hands."""

    asked_at: datetime
    subject: str | None
    trainer: str | None
    alone_in: str
    state: str
    training: str


@dataclass(frozen=True)
class OpenDuty:
    """Something that was begun and has to be ended."""

    what: str
    subject: str | None
    since: datetime
    age_hours: float
    due_at: datetime | None
    overdue: bool
    id: UUID


def ending_soon(session: Session, subject: UUID | None, now: datetime, days: int) -> list[Ending]:
    """Question 5: consents whose date comes within so many days, the first to end first."""
    query = (
        select(ConsentRow, SubjectRow.owner_id)
        .join(SubjectRow, SubjectRow.id == ConsentRow.subject_id)
        .where(
            ConsentRow.state.in_((State.GIVEN, State.ACTIVE, State.PAUSED)),
            ConsentRow.expires_at > now,
            ConsentRow.expires_at <= now + timedelta(days=days),
        )
        .order_by(ConsentRow.expires_at)
    )
    if subject is not None:
        query = query.where(ConsentRow.subject_id == subject)
    called, who = names(session), handles(session)
    return [
        Ending(who.get(row.subject_id), called.get(owner), row.state, row.expires_at, (row.expires_at - now).days)
        for row, owner in session.execute(query)
    ]


def adapters_without_consent(
    session: Session, subject: UUID | None, now: datetime, *, kept: bool
) -> list[LooseAdapter]:
    """Question 6: adapters that no active consent carries. With `kept`, also those that rest and load nowhere."""
    newest = select(ConsentRow.subject_id, func.max(ConsentRow.version).label("version")).group_by(
        ConsentRow.subject_id
    ).subquery()
    query = (
        select(AdapterRow, ConsentRow)
        .outerjoin(newest, newest.c.subject_id == AdapterRow.subject_id)
        .outerjoin(
            ConsentRow,
            and_(ConsentRow.subject_id == newest.c.subject_id, ConsentRow.version == newest.c.version),
        )
        .where(
            or_(ConsentRow.id.is_(None), ConsentRow.state != State.ACTIVE, ConsentRow.expires_at <= now)
        )
        .order_by(AdapterRow.created_at)
    )
    if subject is not None:
        query = query.where(AdapterRow.subject_id == subject)
    who = handles(session)
    found = [
        LooseAdapter(who.get(adapter.subject_id), _state(consent, now), adapter.created_at,
                     _kept_because(consent, now), adapter.id)
        for adapter, consent in session.execute(query)
    ]
    return [adapter for adapter in found if kept or adapter.kept_because is None]


def trained_alone(session: Session, subject: UUID | None, *, captions: bool) -> list[LoneTraining]:
    """Question 8: trainings whose trainer had verified the consent, or read the signed document, themself.

    With `captions`, also those that were begun though nobody but the trainer had approved, written or been shown their
    captions. Photos somebody hands in of themself are theirs alone to judge (docs/decisions/0016).
    """
    query = (
        select(JobRow.id, JobRow.created_at, JobRow.state, JobRow.asker_id, JobRow.started_at, JobSubjectRow.subject_id,
               SubjectRow.owner_id, ConsentRow.verified_by, ConsentRow.attested_by,
               (_others_approval() | _others_captions() | _others_sight()).label("seen"))
        .join(JobSubjectRow, JobSubjectRow.job_id == JobRow.id)
        .join(SubjectRow, SubjectRow.id == JobSubjectRow.subject_id)
        .join(ConsentRow, ConsentRow.id == JobSubjectRow.consent_id)
        .where(JobRow.kind == "train")
        .order_by(JobRow.created_at)
    )
    if subject is not None:
        query = query.where(JobSubjectRow.subject_id == subject)
    called, who = names(session), handles(session)
    found = []
    for row in session.execute(query):
        alone = []
        if row.asker_id in (row.verified_by, row.attested_by):
            alone.append("verified the consent")
        if captions and row.started_at is not None and not row.seen and row.asker_id != row.owner_id:
            alone.append("wrote the captions")
        if alone:
            found.append(LoneTraining(row.created_at, who.get(row.subject_id), called.get(row.asker_id),
                                      " and ".join(alone), row.state, row.id))
    return found


def open_duties(session: Session, subject: UUID | None, now: datetime) -> list[OpenDuty]:
    """Question 12: erasures, reports and incidents that are not done, the oldest first."""
    erasures = select(ErasureRow.id, ErasureRow.subject_id, ErasureRow.started_at).filter_by(finished_at=None)
    incidents = select(IncidentRow.id, IncidentRow.subject_id, IncidentRow.opened_at).filter_by(closed_at=None)
    reports = (
        select(ReportRow.id, ReportRow.reported_at, ReportRow.due_at, JobSubjectRow.subject_id)
        .outerjoin(JobSubjectRow, JobSubjectRow.job_id == ReportRow.job_id)
        .where(ReportRow.closed_at.is_(None))
    )
    who = handles(session)
    found: list[tuple[str, UUID | None, datetime, datetime | None, UUID]]
    found = [("erasure", of, since, None, duty) for duty, of, since in session.execute(erasures)]
    found += [("incident", of, since, None, duty) for duty, of, since in session.execute(incidents)]
    found += [("report", of, since, due, duty) for duty, since, due, of in session.execute(reports)]
    return [
        OpenDuty(what, who.get(of) if of else None, since, round((now - since) / timedelta(hours=1), 1), due,
                 due is not None and due <= now, duty)
        for what, of, since, due, duty in sorted(found, key=lambda duty: duty[2])
        if subject is None or of == subject
    ]


def _others_approval() -> ColumnElement[bool]:
    """Whether anybody but the trainer approved this training's photos and captions: an erasure leaves that event."""
    return (
        select(LedgerRow.seq)
        .where(
            LedgerRow.kind == EventKind.CAPTIONS_APPROVED,
            LedgerRow.ref == JobRow.id,
            LedgerRow.actor != as_text(JobRow.asker_id),
        )
        .exists()
    )


def _others_captions() -> ColumnElement[bool]:
    """Whether anybody but the trainer wrote a caption of the subject's photos."""
    return (
        select(CaptionRow.photo_id)
        .join(PhotoRow, PhotoRow.id == CaptionRow.photo_id)
        .where(PhotoRow.subject_id == JobSubjectRow.subject_id, CaptionRow.written_by != JobRow.asker_id)
        .exists()
    )


def _others_sight() -> ColumnElement[bool]:
    """Whether anybody but the trainer was shown the subject's photos with their captions."""
    return (
        select(LedgerRow.seq)
        .where(
            LedgerRow.subject == as_text(JobSubjectRow.subject_id),
            or_(and_(LedgerRow.kind == EventKind.PHOTO_SEEN, ~_of_a_challenge()),
                and_(LedgerRow.kind.in_((EventKind.MODERATOR_LOOKED, EventKind.EXPORT_MADE)),
                     LedgerRow.ref.in_((PHOTOS, DATA)))),
            LedgerRow.actor != as_text(JobRow.asker_id),
        )
        .exists()
    )


def _of_a_challenge() -> ColumnElement[bool]:
    """Whether an event is about the picture of a live challenge, which is none that is learnt from."""
    return select(ChallengeRow.id).where(as_text(ChallengeRow.id) == LedgerRow.ref).exists()


def _state(consent: ConsentRow | None, now: datetime) -> str | None:
    if consent is None:
        return None
    ran_out = consent.state not in OVER and consent.expires_at <= now
    return str(State.EXPIRED) if ran_out else consent.state


def _kept_because(consent: ConsentRow | None, now: datetime) -> str | None:
    """Why an adapter may be there though nothing may load it; None when there is no such reason."""
    state = _state(consent, now)
    if consent is None:
        return None
    if state == State.PAUSED:
        return "paused: nothing loads it until that ends"
    if state == State.EXPIRED and now < consent.expires_at + EXPIRED:
        return f"expired: erased after {consent.expires_at + EXPIRED:%Y-%m-%d}"
    if state == State.WITHDRAWN and consent.kept:
        return "stopped: the person keeps what there is until they say otherwise"
    return None
