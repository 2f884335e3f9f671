"""What a community does with its studio: how it is set up, strikes, the gallery, the nightly pictures.

Places stand here in the door's own words (`discord:123`), as everywhere in the studio.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Float, ForeignKey, String, Text
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
    guidance: Mapped[float | None] = mapped_column(Float)
    sampler: Mapped[str | None] = mapped_column(String(40))
    tell_by_dm: Mapped[bool]


class StrikeRow(Base):
    """That somebody asked for what is never drawn, or what somebody has ruled out of pictures of them.

    What they asked for is not kept; if they appeal, they say it themselves. given → appealed → upheld | lifted.
    """

    __tablename__ = "strikes"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), index=True)
    given_at: Mapped[datetime]
    severity: Mapped[int]
    reasons: Mapped[list[str]]  # codes of `consent.errors.Reason`
    state: Mapped[str] = mapped_column(String(20))
    appeal: Mapped[str | None] = mapped_column(Text)
    appealed_at: Mapped[datetime | None]
    told: Mapped[str | None] = mapped_column(String(100))  # the message in which moderators were told of the appeal
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))
    decided_at: Mapped[datetime | None]


class ExhibitRow(Base):
    """A picture in the gallery; `seq` is its place there. It goes with the picture."""

    __tablename__ = "exhibits"
    seq: Mapped[int] = mapped_column(primary_key=True)
    output_id: Mapped[UUID] = mapped_column(ForeignKey("outputs.id", ondelete="CASCADE"), unique=True)
    shown_by: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))  # None: the nightly run
    shown_at: Mapped[datetime]
    posted: Mapped[str | None] = mapped_column(String(100))  # the message in the gallery's channel
    taken_out_at: Mapped[datetime | None]
    taken_out_by: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))


class NightlySubjectRow(Base):
    """A subject who takes part in the nightly pictures; their consent decides every night anew."""

    __tablename__ = "nightly_subjects"
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"), primary_key=True)
    added_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    added_at: Mapped[datetime]


class NightlyPromptRow(Base):
    """What the nightly pictures show; `{subject}` stands for whoever is drawn."""

    __tablename__ = "nightly_prompts"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    added_by: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    added_at: Mapped[datetime]


class NightlyPlanRow(Base):
    """When the nightly pictures are drawn and how many; one row, made when a moderator sets it."""

    __tablename__ = "nightly_plan"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hour: Mapped[int | None]  # UTC; None: not at all
    pictures: Mapped[int]  # of each subject


class NightRow(Base):
    """A date whose nightly pictures were asked for; it is a night's key, so that there is one run a date."""

    __tablename__ = "nights"
    date: Mapped[str] = mapped_column(String(10), primary_key=True)
    at: Mapped[datetime]
    jobs: Mapped[int]
