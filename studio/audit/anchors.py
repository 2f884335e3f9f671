"""Writing the ledger's head down outside the database, and reading what was written down.

A file in the data folder holds every anchor, so that a database that was changed behind the studio's back shows. It
holds nothing against somebody who can change that file too: for them, the line is posted where they cannot reach,
and handed to the check again (`likeness audit verify --anchors FILE`). Every receipt carries a head as well.
"""

from __future__ import annotations

import os
from datetime import datetime

from consent.anchors import Anchor, line, read_anchors
from consent.people import Actor
from db import ledger
from studio.audit.asking import require_moderator
from studio.errors import HomeUnusable
from studio.house import Studio

FILE = "anchors.txt"


def anchor(studio: Studio, actor: Actor | None) -> str:
    """Write the head down in the data folder's `anchors.txt`, and return the line to post elsewhere.

    By a moderator, or by the clock (None). The event that tells of it is itself the head that is written down.
    """
    if actor is not None:
        require_moderator(actor)
    with studio.sessions.begin() as session:
        studio.record(session, "ledger.anchored", actor)
        newest = ledger.head(session)
        assert newest is not None  # it has just been written
    return _write_down(studio, Anchor(newest.seq, newest.hash), studio.clock())


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
