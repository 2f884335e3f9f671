"""Who there is: parties, what they are called outside, subjects, and the keys of their files.

What names a person outside the studio (a Discord id, a login) stands in `identities` alone, so that one row
can be forgotten without breaking the chain of what happened.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base


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
