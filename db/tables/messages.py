"""What stands in messages outside the studio, and what of it has to be taken away again.

A message is named in the door's own words (`discord:<channel>:<message>`); the studio never reads one.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base


class PostingRow(Base):
    """That something of a subject stands in a message, in the door's own words; JobRow.channel beside it does too."""

    __tablename__ = "postings"
    __table_args__ = (UniqueConstraint("place", "job_id", "subject_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    place: Mapped[str] = mapped_column(String(100))
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("subjects.id"), index=True)
    posted_at: Mapped[datetime]


class RemovalRow(Base):
    """A message to be deleted because what stands in it was erased.

    waiting → deleted | unreachable. Those of an erasure go with its certificate, which says what became of them;
    those of a single picture (`erasure_id` empty) go when the message has.
    """

    __tablename__ = "removals"
    __table_args__ = (UniqueConstraint("erasure_id", "place"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    erasure_id: Mapped[UUID | None] = mapped_column(ForeignKey("erasures.id"), index=True)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id"))
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("subjects.id"))
    place: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime]
    again_at: Mapped[datetime]
