"""The photos and captions of a training before somebody else has approved them: an intake, and who may see it.

An intake is the training's own job, in one of two states before the queue: `gathering`, while its trainer adds photos
in rounds, and `to_approve`, until somebody who may (`studio/approvals.py`) looks and decides. So there is one id from
the first photo to the adapter, a withdrawal ends it like any other job, and nothing is in anybody's memory. What
changes an intake is in `studio/gathering.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import ApprovalRow, IdentityRow, JobRow, JobSubjectRow, PhotoRow, SubjectRow
from studio import approvals, job_files, jobs, parties, photo_checks
from studio.contact_sheet import Shown, draw_sheet
from studio.house import Studio
from studio.views import TO_APPROVE, UNAPPROVED

WAITS = timedelta(days=7)
"""How long photos wait for an approval before they are deleted."""


@dataclass(frozen=True)
class IntakePhoto:
    """One photo of an intake: its number on the contact sheet, what was remarked of it, whether it will be used."""

    id: UUID
    number: int
    caption: str
    remarks: tuple[str, ...]
    used: bool


@dataclass(frozen=True)
class IntakeView:
    """An intake as somebody who may see it sees it; `digest` is what their approval would be bound to."""

    job_id: str
    handle: str
    state: str
    trainer: str
    awaited: str
    photos: tuple[IntakePhoto, ...]
    digest: str
    asked_at: datetime
    ends_at: datetime
    says: str | None
    approved_by: str | None
    approved_at: datetime | None
    is_own: bool  # whoever looks is its trainer
    may_approve: bool

    @property
    def used(self) -> int:
        """How many photos it would be learnt from."""
        return sum(photo.used for photo in self.photos)


@dataclass(frozen=True)
class Call:
    """Somebody to tell that photos of them wait: their account, and where the training was asked."""

    job_id: str
    handle: str
    trainer: str
    photos: int
    account: str
    channel: str


def view(studio: Studio, actor: Actor, job_id: str) -> IntakeView:
    """An intake for its trainer, its subject or a moderator; NotAllowed for anybody else."""
    with studio.readers() as session:
        row = jobs.find(session, job_id)
        subject = approvals.the_subject(session, row)
        require_hand(actor, row, subject)
        return _view(studio, session, actor, row, subject)


def sheet(studio: Studio, actor: Actor, job_id: str) -> bytes:
    """The contact sheet (JPEG): numbered, with the remarks in words. A moderator's look is a ledger event (R6)."""
    with studio.sessions.begin() as session:
        row, subject = approvals.opened(session, jobs.held(session, job_id))
        require_hand(actor, row, subject)
        if actor.party not in (row.asker_id, subject.owner_id):
            studio.record(session, "photo.seen", actor, subject.id, job_id, photos=len(row.params["photos"]))
        known = _view(studio, session, actor, row, subject)
        files = dict(session.execute(select(PhotoRow.id, PhotoRow.file).filter_by(subject_id=subject.id)).all())
        owner = job_files.owner_of(subject.id)
    with studio.readers() as session:  # read one at a time: sixty photos at once are a gigabyte
        return draw_sheet(
            Shown(studio.vault.read(session, owner, files[photo.id]), photo.number, photo.remarks, photo.used)
            for photo in known.photos
        )


def waiting(studio: Studio, actor: Actor) -> list[IntakeView]:
    """Intakes that `actor` has a hand in or may decide about, the oldest first."""
    query = select(JobRow).where(JobRow.kind == "train", JobRow.state.in_(UNAPPROVED)).order_by(JobRow.created_at)
    with studio.readers() as session:
        found = [(row, approvals.the_subject(session, row)) for row in session.scalars(query)]
        return [
            _view(studio, session, actor, row, subject) for row, subject in found if _has_hand(actor, row, subject)
        ]


def _has_hand(actor: Actor, row: JobRow, subject: SubjectRow) -> bool:
    return actor.is_moderator or actor.party in (row.asker_id, subject.owner_id)


def uncalled(studio: Studio, door: str) -> list[Call]:
    """Subjects who have not been told at this door that photos of them wait, oldest first."""
    query = (
        select(JobRow, SubjectRow.handle, IdentityRow.external_id)
        .join(JobSubjectRow, JobSubjectRow.job_id == JobRow.id)
        .join(SubjectRow, SubjectRow.id == JobSubjectRow.subject_id)
        .join(IdentityRow, (IdentityRow.party_id == SubjectRow.owner_id) & (IdentityRow.kind == door))
        .where(
            JobRow.kind == "train",
            JobRow.state == TO_APPROVE,
            JobRow.asker_id != SubjectRow.owner_id,
            JobRow.channel.startswith(f"{door}:", autoescape=True),
        )
        .order_by(JobRow.created_at)
    )
    with studio.readers() as session:
        return [
            Call(row.id, handle, parties.name_of(session, row.asker_id) or "somebody",
                 len(approvals.chosen(row)[0]), account, row.channel or "")
            for row, handle, account in session.execute(query)
            if not row.params.get("called")
        ]  # fmt: skip


def called(studio: Studio, job_id: str) -> None:
    """The subject was told, or cannot be."""
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        if row.state in UNAPPROVED:
            row.params = {**row.params, "called": True}


def require_hand(actor: Actor, row: JobRow, subject: SubjectRow) -> None:
    """Raise NotAllowed for whoever is neither its trainer nor its subject nor a moderator."""
    if not _has_hand(actor, row, subject):
        sentence = f"These photos are seen by whoever handed them in, by {subject.handle} and by moderators alone."
        raise NotAllowed((Reason("not_yours", sentence),))


def _view(studio: Studio, session: Session, actor: Actor, row: JobRow, subject: SubjectRow) -> IntakeView:
    approval = session.get(ApprovalRow, row.id)
    out, remarks = set(row.params.get("left_out", ())), row.params.get("remarks", {})
    return IntakeView(
        job_id=row.id,
        handle=subject.handle,
        state=row.state,
        trainer=parties.name_of(session, row.asker_id) or "somebody",
        awaited=approvals.awaited(row, subject),
        photos=tuple(
            IntakePhoto(
                UUID(photo),
                number,
                caption,
                tuple(photo_checks.REMARKS[remark] for remark in remarks.get(photo, ())),
                photo not in out,
            )
            for number, (photo, caption) in enumerate(row.params.get("photos", ()), 1)
        ),
        digest=approvals.digest_now(session, row),
        asked_at=row.created_at,
        ends_at=row.created_at + WAITS,
        says=row.error,
        approved_by=parties.name_of(session, approval.approved_by) if approval else None,
        approved_at=approval.approved_at if approval else None,
        is_own=actor.party == row.asker_id,
        may_approve=row.state == TO_APPROVE and approvals.may_approve(studio, actor, row, subject),
    )
