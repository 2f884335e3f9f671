"""How a community has set its studio up: channels, servers, and what a member likes.

Places stand here in the door's own words (`discord:123`), as everywhere in the studio.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base


class ChannelRow(Base):
    """How one channel uses the studio; a channel without a row uses it as all do."""

    __tablename__ = "channels"
    place: Mapped[str] = mapped_column(String(60), primary_key=True)
    allowed: Mapped[bool]
    previews: Mapped[bool]
    spoiler: Mapped[bool]
    width: Mapped[int | None]
    height: Mapped[int | None]
    steps: Mapped[int | None]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    changed_at: Mapped[datetime]


class ServerRow(Base):
    """A server this studio serves, and where in it moderators and gallery are."""

    __tablename__ = "servers"
    server: Mapped[str] = mapped_column(String(60), primary_key=True)
    since: Mapped[datetime]
    moderators_channel: Mapped[str | None] = mapped_column(String(60))
    gallery_channel: Mapped[str | None] = mapped_column(String(60))
    public_commands: Mapped[list[str]]


class MemberRow(Base):
    """What somebody's wishes are like when they do not say otherwise; goes with the person."""

    __tablename__ = "members"
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"), primary_key=True)
    negative: Mapped[str] = mapped_column(Text)
    steps: Mapped[int | None]
    guidance: Mapped[float | None]
    sampler: Mapped[str | None] = mapped_column(String(40))
    tell_by_dm: Mapped[bool]
