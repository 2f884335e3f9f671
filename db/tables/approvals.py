"""Who approved the photos and captions of a training."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base


class ApprovalRow(Base):
    """Somebody's yes to what a training learns from, bound to it by a digest; one per job, for ever.

    The photos and captions themselves stand with the job and go with it; what is left here after an erasure is that
    somebody looked, and when.
    """

    __tablename__ = "approvals"
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    digest: Mapped[str | None] = mapped_column(String(64))  # of photos and captions in their order; None once erased
    approved_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    approved_at: Mapped[datetime]
