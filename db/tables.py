"""The tables, as SQLAlchemy maps them. Alembic makes them (`migrations/`); nothing here calls create_all.

What names a person outside the studio (a Discord id, a login) stands in `identities` alone, so that one row
can be forgotten without breaking the chain of what happened.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """A point in time, always timezone-aware UTC in Python; SQLite itself keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time instead of guessing its zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The project's tables; the job engine keeps its own beside them."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Moment, dict[str, Any]: JSON, list[str]: JSON}
    # Every constraint has a name, so that a later migration can change it on SQLite too.
    metadata = MetaData(naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    })


class PartyRow(Base):
    """One person known to the studio: a random id and a name to show."""

    __tablename__ = "parties"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]


class IdentityRow(Base):
    """What a party is called outside: deletable, so that a person can be forgotten."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("kind", "external_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # discord | terminal | demo
    external_id: Mapped[str] = mapped_column(String(100))


class SubjectRow(Base):
    """Somebody who can be drawn: `handle` is the name in `<lora:handle:1>`, `owner_id` whom it depicts."""

    __tablename__ = "subjects"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="real_person")  # real_person | character
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), index=True)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    created_at: Mapped[datetime]
    rights_note: Mapped[str | None] = mapped_column(Text)  # a character's: where it comes from, who may use it


class KeyRow(Base):
    """A file key wrapped by the master key, one per owner of files (`subject:<id>` or `studio`).

    Destroying the row makes every file under it unreadable, on every backup of the files too. A backup of the
    database still holds the row until that backup goes.
    """

    __tablename__ = "file_keys"
    owner: Mapped[str] = mapped_column(String(60), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


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


class PhotoRow(Base):
    """One photo of a subject; the file lies encrypted in the vault under `file`."""

    __tablename__ = "photos"
    __table_args__ = (UniqueConstraint("subject_id", "sha256"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), index=True)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"))
    sha256: Mapped[str] = mapped_column(String(64))  # of the cleaned picture's bytes
    width: Mapped[int]
    height: Mapped[int]
    file: Mapped[str] = mapped_column(String(200))
    added_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    added_at: Mapped[datetime]


class CaptionRow(Base):
    """What a photo shows, in words the training reads."""

    __tablename__ = "captions"
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))


class JobRow(Base):
    """One wish on its way: ours for ever, while the engine's own rows may go. The id is also the engine's."""

    __tablename__ = "jobs"
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # train | imagine
    # queued | running | held (a subject wants to approve it) | done | failed | cancelled | refused
    state: Mapped[str] = mapped_column(String(20), default="queued")
    asker_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), index=True)
    # the wish itself: prompt, plan, the pose picture's file; emptied when a subject in it withdraws
    params: Mapped[dict[str, Any]]
    channel: Mapped[str | None] = mapped_column(String(100))  # where to deliver, in the door's own words
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class JobSubjectRow(Base):
    """Which subjects a job touches, and under which consent it was asked."""

    __tablename__ = "job_subjects"
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), primary_key=True, index=True)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"))


class AdapterRow(Base):
    """What a training made; one per job, for ever (`job_id` is unique)."""

    __tablename__ = "adapters"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), unique=True)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), index=True)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"))
    base_model: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    captions_sha256: Mapped[str] = mapped_column(String(64))
    file: Mapped[str] = mapped_column(String(200))
    report: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class OutputRow(Base):
    """A picture that was drawn; one per job, for ever (`job_id` is unique)."""

    __tablename__ = "outputs"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    seed: Mapped[int] = mapped_column(BigInteger)  # 0 … 2³²−1, more than PostgreSQL's INTEGER holds
    prompt: Mapped[str] = mapped_column(Text)
    parameters: Mapped[str] = mapped_column(Text)  # the text other tools read
    file: Mapped[str] = mapped_column(String(200))
    skeleton_file: Mapped[str | None] = mapped_column(String(200))
    # what a re-post is recognised by: studio/fingerprints.py
    pixels_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    dhash: Mapped[str | None] = mapped_column(String(16))
    hidden_at: Mapped[datetime | None]  # reported: neither shown nor handed over until that is decided
    created_at: Mapped[datetime]


class OutputAdapterRow(Base):
    """Which adapters, hence which subjects and consents, a picture was made with."""

    __tablename__ = "output_adapters"
    output_id: Mapped[UUID] = mapped_column(ForeignKey("outputs.id", ondelete="CASCADE"), primary_key=True)
    adapter_id: Mapped[UUID] = mapped_column(ForeignKey("adapters.id"), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), index=True)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"))


class ErasureRow(Base):
    """What a withdrawal has left to do: kept until it is done, then the record of it."""

    __tablename__ = "erasures"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id"), index=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))  # None: the passing of time
    cause: Mapped[str] = mapped_column(String(20), default="withdrawn")
    files: Mapped[list[str]]
    jobs: Mapped[list[str]]
    counts: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # studio/certificate.py


class ReportRow(Base):
    """Somebody's objection to a picture, until a moderator or the clock has closed it.

    `output_id` outlives the picture, and digest and fingerprint with it, so that a copy that turns up later is known;
    all three and the words go with the subject's erasure.
    """

    __tablename__ = "reports"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    output_id: Mapped[UUID | None] = mapped_column(index=True)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id"), index=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    dhash: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    reported_by: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))
    reported_at: Mapped[datetime]
    due_at: Mapped[datetime]
    verdict: Mapped[str | None] = mapped_column(String(20))  # keep | remove
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))
    closed_at: Mapped[datetime | None]
    removed: Mapped[int | None]


class AllowNoteRow(Base):
    """A moderator's word that a phrase is harmless, though the lists would stop it; kept when it is taken back."""

    __tablename__ = "allow_notes"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    phrase: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(Text)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LedgerRow(Base):
    """One event of the append-only, hash-chained ledger; it names nobody (see `consent/ledger.py`)."""

    __tablename__ = "ledger"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40), index=True)
    actor: Mapped[str | None] = mapped_column(String(36), index=True)
    subject: Mapped[str | None] = mapped_column(String(36), index=True)
    ref: Mapped[str | None] = mapped_column(String(80), index=True)
    commitment: Mapped[str] = mapped_column(String(64))
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class LedgerDetailRow(Base):
    """What an event says in words: deletable, never editable; the chain keeps a salted commitment to it."""

    __tablename__ = "ledger_details"
    seq: Mapped[int] = mapped_column(ForeignKey("ledger.seq"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    body: Mapped[dict[str, Any]]


class RunnerRow(Base):
    """A runner's heartbeat."""

    __tablename__ = "runners"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    pid: Mapped[int]
    host: Mapped[str] = mapped_column(String(100))
    device: Mapped[str] = mapped_column(String(100))
    seen_at: Mapped[datetime]
