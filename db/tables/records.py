"""What happened and what is left to do: erasures, reports, notes, the ledger, the runners."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base


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
    wiped_at: Mapped[datetime | None]  # rows and files are gone; what is left to do is messages (studio/removals.py)
    told_at: Mapped[datetime | None]  # the certificate was posted where moderators and the subject read it


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
    told_in: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))  # channels where moderators were told


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


class OpenAnswerRow(Base):
    """Somebody waits for an answer that is being worked out; gone once it is given (`studio/answers.py`)."""

    __tablename__ = "open_answers"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # the door's own
    channel: Mapped[str | None] = mapped_column(String(100))  # the message that becomes the answer
    key: Mapped[str | None] = mapped_column(String(300))  # what edits it where only whoever asked sees it
    made_at: Mapped[datetime]


class RunnerRow(Base):
    """A runner's heartbeat."""

    __tablename__ = "runners"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    pid: Mapped[int]
    host: Mapped[str] = mapped_column(String(100))
    device: Mapped[str] = mapped_column(String(100))
    seen_at: Mapped[datetime]
