"""Who made this, and under which consent? What a moderator asks of a file, of a message, or of a report.

Every look is an event of the ledger before anything is told (R6): the audit of whoever looks is the same as that of
whoever asks for pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.people import Actor
from db.tables import (
    ConsentRow,
    ExhibitRow,
    JobRow,
    OutputAdapterRow,
    OutputRow,
    PostingRow,
    ReportRow,
    SubjectRow,
)
from studio import gate, job_files, jobs, parties, tracing
from studio.audit.asking import look, require_moderator
from studio.errors import UnknownPicture, UnknownReport
from studio.house import Studio
from studio.tracing import How


@dataclass(frozen=True)
class Under:
    """The version of a consent a picture was made under, and where it stands today."""

    handle: str
    version: int
    state: str
    purposes: tuple[str, ...]
    evidence: str | None
    verified_by: str | None
    given_at: datetime | None


@dataclass(frozen=True)
class Found:
    """A picture of ours: who asked for it, when, with which words, under which consents, and is it still up.

    `how` it was recognised; None when it was found by its message. Of one that was erased only its number is left.
    """

    output_id: UUID
    how: How | None
    job_id: str | None
    asker: str | None = None
    handles: tuple[str, ...] = ()
    prompt: str | None = None
    made_at: datetime | None = None
    delivered_at: datetime | None = None
    place: str | None = None
    hidden: bool = False
    here: bool = False
    under: tuple[Under, ...] = ()


def by_file(studio: Studio, actor: Actor, data: bytes) -> list[Found]:
    """Our pictures that a file may be, the surest first. Raises NotAllowed and BadUpload."""
    origin = tracing.look_up(studio, actor, data)
    with studio.readers() as session:
        return [_found(studio, session, match.output_id, match.how, match.job_id) for match in origin.matches]


def by_message(studio: Studio, actor: Actor, place: str) -> list[Found]:
    """The pictures that stand in a message (`discord:<channel>:<message>`). Raises NotAllowed and UnknownPicture."""
    require_moderator(actor)
    with studio.readers() as session:
        ids = [*session.scalars(select(JobRow.id).filter_by(channel=place, kind="imagine").order_by(JobRow.created_at))]
        ids += [job for job in session.scalars(select(PostingRow.job_id).filter_by(place=place)) if job]
        hung = select(OutputRow.job_id).join(ExhibitRow, ExhibitRow.output_id == OutputRow.id)
        ids += session.scalars(hung.where(ExhibitRow.posted == place))
        outputs = session.scalars(select(OutputRow).where(OutputRow.job_id.in_(ids))).all()
        subjects = {subject.id for output in outputs for subject in jobs.subjects_of(session, output.job_id)}
        found = [(output.id, output.job_id) for output in outputs]
    look(studio, actor, "message", subjects or {None}, found=[str(output) for output, _ in found])
    if not found:
        raise UnknownPicture("No picture of this studio stands in that message: it was not made here, or it is erased.")
    with studio.readers() as session:
        return [_found(studio, session, output, None, job_id) for output, job_id in found]


def reported(studio: Studio, actor: Actor, report_id: str) -> bytes:
    """The picture somebody reported (PNG), as the moderator who decides has to see it. Raises UnknownReport."""
    require_moderator(actor)
    with studio.readers() as session:
        rows = session.scalars(select(ReportRow).where(ReportRow.closed_at.is_(None))).all()
        row = next((row for row in rows if str(row.id) == report_id), None)
        output = session.get(OutputRow, row.output_id) if row and row.output_id else None
        if output is None:
            raise UnknownReport("This report is closed already, or its picture is gone.")
        subjects = jobs.subjects_of(session, output.job_id)
        owner, file, named = job_files.owner_of_picture(subjects), output.file, {s.id for s in subjects}
    look(studio, actor, "report", named or {None}, report=report_id)
    with studio.readers() as session:
        return studio.vault.read(session, owner, file)


def _found(studio: Studio, session: Session, output_id: UUID, how: How | None, job_id: str | None) -> Found:
    output, job = session.get(OutputRow, output_id), session.get(JobRow, job_id) if job_id else None
    if job is None:
        return Found(output_id, how, job_id)
    return Found(
        output_id=output_id,
        how=how,
        job_id=job.id,
        asker=parties.name_of(session, job.asker_id),
        handles=tuple(subject.handle for subject in jobs.subjects_of(session, job.id)),
        prompt=output.prompt if output else None,
        made_at=output.created_at if output else job.finished_at,
        delivered_at=job.delivered_at,
        place=job.channel,
        hidden=output is not None and output.hidden_at is not None,
        here=output is not None,
        under=_consents(studio, session, output_id),
    )


def _consents(studio: Studio, session: Session, output_id: UUID) -> tuple[Under, ...]:
    query = (
        select(ConsentRow, SubjectRow.handle)
        .join(OutputAdapterRow, OutputAdapterRow.consent_id == ConsentRow.id)
        .join(SubjectRow, SubjectRow.id == OutputAdapterRow.subject_id)
        .where(OutputAdapterRow.output_id == output_id)
        .order_by(SubjectRow.handle)
    )
    return tuple(
        Under(
            handle=handle,
            version=row.version,
            state=gate.state_now(studio, row),
            purposes=tuple(row.purposes),
            evidence=row.evidence,
            verified_by=parties.name_of(session, row.verified_by),
            given_at=row.given_at,
        )
        for row, handle in session.execute(query)
    )
