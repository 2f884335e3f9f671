"""What is made of a subject: photos and captions, jobs, adapters, pictures."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base


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
    # where to deliver, in the door's own words
    channel: Mapped[str | None] = mapped_column(String(100), index=True)
    batch: Mapped[str | None] = mapped_column(String(80), index=True)  # what was asked at once shares a message
    place: Mapped[int | None]  # in its batch, from 1 on
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    undeliverable_at: Mapped[datetime | None]  # the channel is gone: no door brings it any more (studio/delivery.py)


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
