"""A consent, its evidence, and what a subject or a moderator says beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base


class ConsentRow(Base):
    """One version of one subject's consent.

    Columns that may be empty and have no meaning of their own there (`scope` and below) are younger than the rest:
    a row without them reads as what it was before they came, a scope without limits.
    """

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("subject_id", "version"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), index=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    purposes: Mapped[list[str]]
    notice_version: Mapped[str] = mapped_column(String(20))
    notice_sha256: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    asked_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    verified_by: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))
    verified_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    scope: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # consent.scope.Scope.limits
    supersedes: Mapped[UUID | None]  # the version this one amends
    evidence: Mapped[str | None] = mapped_column(String(20))  # consent.evidence.Evidence
    attested_by: Mapped[UUID | None]  # the first of two moderators who read a signed document
    document_sha256: Mapped[str | None] = mapped_column(String(64))
    pauses: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # who holds it: subject, moderator
    notice_language: Mapped[str | None] = mapped_column(String(10))
    kept: Mapped[bool | None]  # withdrawn as "stop new images": what there is stays until the person says otherwise


class DraftRow(Base):
    """A scope its subject is filling in, form by form; it binds to nothing, and goes with their answer or in a day."""

    __tablename__ = "consent_drafts"
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), primary_key=True)
    purposes: Mapped[list[str]]
    limits: Mapped[dict[str, Any]]
    months: Mapped[int | None]
    changed_at: Mapped[datetime]


class ChallengeRow(Base):
    """Words to say and a pose to take, answered with a selfie that goes at the verdict; its digest stays."""

    __tablename__ = "challenges"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), index=True)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"))
    issued_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(100))
    pose: Mapped[str] = mapped_column(String(200))
    answered_at: Mapped[datetime | None]
    file: Mapped[str | None] = mapped_column(String(200))  # the selfie in the vault, until the verdict
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    digest: Mapped[str | None] = mapped_column(String(64))  # salted, of the selfie: finds a replay, tells nothing
    passed: Mapped[bool | None]
    judged_by: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))
    judged_at: Mapped[datetime | None]


class LinkRow(Base):
    """A one-time link for somebody without an account: whoever holds the secret answers once for the subject."""

    __tablename__ = "consent_links"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of the secret, which is kept nowhere
    made_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class NeverRow(Base):
    """Somebody's standing no to anybody. Lifted by themself alone; `names` is what they are called."""

    __tablename__ = "standing_refusals"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), index=True)
    names: Mapped[list[str]]
    made_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class IncidentRow(Base):
    """Something that must be looked into, like a consent that was not the person's own; open until closed."""

    __tablename__ = "incidents"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), index=True)
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consents.id"))
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    opened_at: Mapped[datetime]
    what: Mapped[str] = mapped_column(Text)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(Text)


class ReviewRow(Base):
    """A picture that its subject approves before it is handed over, or is told of.

    waiting → approved | vetoed (the subject wants to be asked first); told (they only want to know) → vetoed.
    """

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("job_id", "subject_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # the subject was told that it is there
