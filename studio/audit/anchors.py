"""Writing the ledger's head down outside the database, and reading what was written down.

A file in the data folder holds every anchor, so that a database that was changed behind the studio's back shows. It
holds nothing against somebody who can change that file too: for them, the line is posted where they cannot reach,
and handed to the check again (`likeness audit verify --anchors FILE`). Every receipt carries a head as well.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from consent.anchors import Anchor, line, read_anchors
from consent.people import Actor
from db import ledger
from db.tables import LedgerRow
from studio.audit.asking import require_moderator
from studio.errors import HomeUnusable
from studio.house import Studio

FILE = "anchors.txt"
DAY = timedelta(days=1)


def anchor(studio: Studio, actor: Actor) -> str:
    """Write the head down in the data folder's `anchors.txt`, and return the line to post elsewhere.

    By a moderator. The event that tells of it is itself the head that is written down.
    """
    require_moderator(actor)
    with studio.sessions.begin() as session:
        studio.record(session, "ledger.anchored", actor)
        newest = ledger.head(session)
        assert newest is not None  # it has just been written
    return _write_down(studio, Anchor(newest.seq, newest.hash), studio.clock())


def anchor_daily(studio: Studio) -> str | None:
    """The clock's part: the head into the file, if it has moved and a day has passed; the line, or None.

    No event tells of it, because nobody did anything; a runner does it once a day, and its log has the line too.
    """
    known, path = known_anchors(studio), studio.settings.home / FILE
    with studio.readers() as session:
        newest = ledger.head(session)
    if newest is None or (known and known[-1] == (newest.seq, newest.hash)):
        return None
    if known and datetime.fromtimestamp(path.stat().st_mtime, UTC) > studio.clock() - DAY:
        return None
    return _write_down(studio, Anchor(newest.seq, newest.hash), studio.clock())


def due_at(studio: Studio, place: str) -> str | None:
    """The line to post at a place (`discord:123`), if none was posted there for a day; None otherwise."""
    last = select(func.max(LedgerRow.at)).filter_by(kind="ledger.anchored", ref=place)
    with studio.readers() as session:
        newest, before = ledger.head(session), session.scalar(last)
    if newest is None or (before is not None and before > studio.clock() - DAY):
        return None
    return line(Anchor(newest.seq, newest.hash), studio.clock())


def posted_at(studio: Studio, place: str, said: str) -> None:
    """A line of `due_at` stands there now: that is an event, and goes into the file of anchors like every other."""
    (head,) = read_anchors(said)
    with studio.sessions.begin() as session:
        studio.record(session, "ledger.anchored", None, None, place, anchor=str(head))
    if head not in known_anchors(studio):
        _write_down(studio, head, studio.clock())


def known_anchors(studio: Studio) -> list[Anchor]:
    """What stands in the data folder's own file; nothing when there is none."""
    try:
        return read_anchors((studio.settings.home / FILE).read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return []


def _write_down(studio: Studio, head: Anchor, at: datetime) -> str:
    """Add a line to the file; it is there for good before anybody is told."""
    said = line(head, at)
    path = studio.settings.home / FILE
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(said + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise HomeUnusable(
            f"{path} cannot be written ({error.strerror or error}). Post this line all the same: {said}"
        ) from error
    return said
