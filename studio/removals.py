"""Messages that have to go because what stands in them was erased: a list that is worked off, also after a restart.

A picture that was handed over stands in a message of the bot's. When the picture is erased, the same transaction puts
the message on this list; the door that wrote it deletes it, one by one, and says here what became of it. An erasure's
certificate is written once its part of the list is done, and names what could not be reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.tables import ErasureRow, JobRow, OutputRow, PostingRow, RemovalRow
from studio.house import Studio

DOOR = "discord:"
"""Places whose messages can be taken back by whoever wrote them; a terminal's output cannot."""

MOST_TRIES = 8
"""Refusals after which a message counts as out of reach; a door that is away for a while is not a refusal."""

FIRST_PAUSE = timedelta(seconds=2)
"""Before the second try; doubled after each."""

PATIENCE = timedelta(days=3)
"""After so long without the message gone, a certificate is written all the same, and says so."""


@dataclass(frozen=True)
class RemovalView:
    """A message to delete: `place` in the door's own words, `erasure` the erasure that waits for it."""

    id: UUID
    place: str
    erasure: UUID | None
    tries: int


@dataclass(frozen=True)
class Progress:
    """How far the messages of one erasure are."""

    messages: int
    deleted: int
    unreachable: int
    certified: bool

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.certified


def posted(studio: Studio, place: str, *, job_id: str | None = None, subject: UUID | None = None) -> bool:
    """Write down that a job's picture, or something else of a subject, stands in a message beside the job's own.

    False when the picture is not there any more: the message is then on the list, and should be deleted at once.
    """
    with studio.sessions.begin() as session:
        gone = job_id is not None and session.scalar(select(OutputRow.id).filter_by(job_id=job_id)) is None
        if gone:
            ask(studio, session, {place: job_id}, subject)
            return False
        known = select(PostingRow.id).filter_by(place=place, job_id=job_id, subject_id=subject)
        if session.scalar(known) is None:
            row = PostingRow(place=place, job_id=job_id, subject_id=subject, posted_at=studio.clock())
            session.add(row)
        return True


def places(session: Session, job_ids: Sequence[str], subject: UUID | None = None) -> dict[str, str | None]:
    """The messages something of these jobs or this subject stands in, each with the first of its jobs.

    Asked before rows are removed. One message may hold the pictures of several jobs; it is one place.
    """
    found: dict[str, str | None] = {}
    for some in _batches(job_ids):
        delivered = (
            select(JobRow.channel, JobRow.id)
            .where(JobRow.id.in_(some), JobRow.kind == "imagine", JobRow.delivered_at.is_not(None))
            .where(JobRow.state == "done", JobRow.channel.startswith(DOOR, autoescape=True))
            .order_by(JobRow.created_at)
        )
        for channel, job_id in session.execute(delivered):
            if channel and is_message(channel):
                found.setdefault(channel, job_id)
        for posting in session.scalars(select(PostingRow).where(PostingRow.job_id.in_(some))):
            found.setdefault(posting.place, posting.job_id)
    if subject is not None:
        for posting in session.scalars(select(PostingRow).filter_by(subject_id=subject)):
            found.setdefault(posting.place, posting.job_id)
    return found


def ask(
    studio: Studio,
    session: Session,
    messages: Mapping[str, str | None],
    subject: UUID | None = None,
    erasure: UUID | None = None,
) -> None:
    """Put messages, as `places` found them, on the list, in the transaction that erases what they show."""
    now = studio.clock()
    for place, job_id in messages.items():
        known = select(RemovalRow.id).filter_by(place=place, erasure_id=erasure)
        if session.scalar(known) is None:
            row = RemovalRow(erasure_id=erasure, job_id=job_id, subject_id=subject, place=place)
            row.asked_at = row.again_at = now
            session.add(row)
    session.flush()


def due(studio: Studio, door: str = DOOR, limit: int = 100) -> list[RemovalView]:
    """Messages of one door to delete now, oldest first."""
    query = (
        select(RemovalRow)
        .where(
            RemovalRow.state == "waiting",
            RemovalRow.again_at <= studio.clock(),
            RemovalRow.place.startswith(door, autoescape=True),
        )
        .order_by(RemovalRow.asked_at, RemovalRow.place)
        .limit(limit)
    )
    with studio.readers() as session:
        rows = session.scalars(query).all()
        return [RemovalView(row.id, row.place, row.erasure_id, row.tries) for row in rows]


def deleted(studio: Studio, removal: UUID) -> None:
    """The message is gone: by us, by a moderator, or with its channel."""
    with studio.sessions.begin() as session:
        row = session.get(RemovalRow, removal, with_for_update=True)
        if row is None or row.state != "waiting":
            return  # done twice is done once
        session.execute(delete(PostingRow).filter_by(place=row.place))
        studio.record(session, "image.message-deleted", None, row.subject_id, row.job_id)
        if row.erasure_id is None:
            session.delete(row)
        else:
            row.state, row.trouble = "deleted", None


def failed(studio: Studio, removal: UUID, trouble: str, *, refused: bool) -> None:
    """It could not be deleted now; after some refusals it counts as out of reach, and the certificate names it."""
    with studio.sessions.begin() as session:
        row = session.get(RemovalRow, removal, with_for_update=True)
        if row is None or row.state != "waiting":
            return
        row.tries, row.trouble = row.tries + 1, trouble[:500]
        row.again_at = studio.clock() + FIRST_PAUSE * 2 ** min(row.tries - 1, MOST_TRIES)
        if refused and row.tries >= MOST_TRIES:
            row.state = "unreachable"


def give_up(studio: Studio, erasure: UUID) -> None:
    """Stop waiting for messages nobody has come to delete in days, so that the certificate can be written."""
    late = select(RemovalRow).where(
        RemovalRow.erasure_id == erasure,
        RemovalRow.state == "waiting",
        RemovalRow.asked_at <= studio.clock() - PATIENCE,
    )
    with studio.sessions.begin() as session:
        for row in session.scalars(late):
            row.state, row.trouble = "unreachable", row.trouble or "the bot was not there to delete it"


def waiting(session: Session, erasure: UUID) -> int:
    """How many messages of an erasure are still to be deleted."""
    query = select(func.count()).select_from(RemovalRow).filter_by(erasure_id=erasure, state="waiting")
    return session.scalar(query) or 0


def settle(session: Session, erasure: UUID) -> tuple[int, list[dict[str, Any]]]:
    """What became of an erasure's messages: how many are gone, and each that is not. Then the list forgets them."""
    rows = session.scalars(select(RemovalRow).filter_by(erasure_id=erasure).order_by(RemovalRow.place)).all()
    kept = [
        {"what": "messages", "where": row.place, "count": 1, "why": row.trouble}
        for row in rows
        if row.state != "deleted"
    ]
    session.execute(delete(RemovalRow).filter_by(erasure_id=erasure))
    return len(rows) - len(kept), kept


def progress(studio: Studio, erasure: UUID) -> Progress:
    """How far an erasure's messages are, for whoever watches."""
    with studio.readers() as session:
        row = session.get_one(ErasureRow, erasure)
        counts: dict[str, int] = {
            state: number
            for state, number in session.execute(
                select(RemovalRow.state, func.count()).filter_by(erasure_id=erasure).group_by(RemovalRow.state)
            )
        }
        messages = int(row.counts.get("messages", 0))
        if row.finished_at is not None:
            kept = sum(item["what"] == "messages" for item in (row.certificate or {}).get("not_reached", ()))
            return Progress(messages, messages - kept, kept, True)
        return Progress(messages, counts.get("deleted", 0), counts.get("unreachable", 0), False)


def is_message(place: str | None) -> bool:
    """Whether a place names a message (`discord:<channel>:<message>`) that can be deleted."""
    return place is not None and place.startswith(DOOR) and place.count(":") == 2


def _batches(ids: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]


