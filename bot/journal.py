"""What the bot is about to acknowledge, written into a file before it does.

An answer that is being worked out stands in the database (`studio.answers`). Between Discord's taking an
acknowledgement and that row lies a moment in which a bot that is killed would leave “thinking” behind. A database is
too slow to go first: fifty commands at once would wait for fifty commits. A line appended to a file takes microseconds
and outlives the process, which is all that is asked of it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from studio.answers import KEY_HOLDS, OpenAnswer

LARGE = 64 * 1024  # bytes; a file this large is emptied as soon as nothing in it is open


class Journal:
    """One file of lines: `+ id key seconds` before an acknowledgement, `- id` once its row stands."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: set[str] = set()
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

    def begin(self, answer_id: str, key: str) -> None:
        """It will be acknowledged in the next moment."""
        self._open.add(answer_id)
        self._write(f"+ {answer_id} {key} {int(time.time())}\n")

    def end(self, answer_id: str) -> None:
        """It needs this file no more."""
        if answer_id not in self._open:
            return
        self._open.discard(answer_id)
        self._write(f"- {answer_id}\n")
        with suppress(OSError):
            if not self._open and os.fstat(self._file).st_size > LARGE:
                os.truncate(self._path, 0)

    def left(self, known: Collection[str]) -> list[OpenAnswer]:
        """What an earlier start left here and the database does not know; everything else is dropped from the file."""
        open_ones: dict[str, OpenAnswer] = {}
        for line in self._path.read_text().splitlines():
            match line.split():
                case ["+", answer_id, key, seconds] if seconds.isdecimal():
                    begun = datetime.fromtimestamp(int(seconds), UTC)
                    open_ones[answer_id] = OpenAnswer(answer_id, None, key, begun)
                case ["-", answer_id]:
                    open_ones.pop(answer_id, None)
        oldest = datetime.now(UTC) - KEY_HOLDS
        left = [each for each in open_ones.values() if each.id not in known and each.made_at > oldest]
        os.truncate(self._path, 0)
        for each in left:
            self._open.add(each.id)
            self._write(f"+ {each.id} {each.key} {int(each.made_at.timestamp())}\n")
        return left

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _write(self, line: str) -> None:
        with suppress(OSError):  # a full disk is no reason not to answer anybody
            os.write(self._file, line.encode())
