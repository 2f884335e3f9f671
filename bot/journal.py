"""What the bot is about to acknowledge, written into a file before it does.

An answer that is being worked out stands in the database (`studio.answers`). Between Discord's taking an
acknowledgement and that row lies a moment in which a bot that is killed would leave “thinking” behind. A database is
too slow to go first: fifty commands at once would wait for fifty commits. A line written into a file takes microseconds
and outlives the process, which is all that is asked of it. A line may hold a wish (`bot/resuming.py`): it is encrypted,
and blanked in its place as soon as nobody needs it.
"""

from __future__ import annotations

import json
import os
import time
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db.vault import Vault
from studio.answers import KEY_HOLDS, OpenAnswer

USE = "answers.open"  # what its lines are encrypted for
LARGE = 64 * 1024  # bytes; a file this large is emptied as soon as nothing in it is open


@dataclass(frozen=True)
class Begun:
    """An acknowledgement that was on its way, and what was asked where that can be gone on with."""

    answer: OpenAnswer
    asked: dict[str, Any] | None


class Journal:
    """One file of lines, each what is open now."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self._vault = vault
        self._file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        self._size = os.fstat(self._file).st_size
        self._open: dict[str, tuple[int, int]] = {}  # where its line stands: offset, length

    def begin(self, answer_id: str, key: str, asked: dict[str, Any] | None = None) -> None:
        """It will be acknowledged in the next moment."""
        told = json.dumps([answer_id, key, int(time.time()), asked]).encode()
        line = b64encode(self._vault.seal(told, USE)) + b"\n"
        self._open[answer_id] = (self._size, len(line))
        self._write(line, self._size)
        self._size += len(line)

    def end(self, answer_id: str) -> None:
        """It needs this file no more."""
        if answer_id not in self._open:
            return
        offset, length = self._open.pop(answer_id)
        self._write(b" " * (length - 1), offset)
        if not self._open and self._size > LARGE:
            self._cut(0)

    def left(self) -> list[Begun]:
        """What an earlier start left open, and Discord still takes an answer to; everything else is blanked."""
        oldest = datetime.now(UTC) - KEY_HOLDS
        written = os.pread(self._file, self._size, 0)
        self._cut(written.rfind(b"\n") + 1)  # a kill may have left half a line
        left, offset = [], 0
        for line in written[: self._size].splitlines(keepends=True):
            begun = self._read(line)
            if begun is not None and begun.answer.made_at > oldest:
                self._open[begun.answer.id] = (offset, len(line))
                left.append(begun)
            else:
                self._write(b" " * (len(line) - 1), offset)
            offset += len(line)
        return left

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _cut(self, size: int) -> None:
        with suppress(OSError):
            os.ftruncate(self._file, size)
            self._size = size

    def _write(self, data: bytes, offset: int) -> None:
        with suppress(OSError):  # a full disk is no reason not to answer anybody
            os.pwrite(self._file, data, offset)

    def _read(self, line: bytes) -> Begun | None:
        """An open line; None for a blank one. Zeros stand before it where the disk was full for a moment."""
        try:
            told = self._vault.unseal(b64decode(line.strip(b"\0\n"), validate=True), USE)
            answer_id, key, seconds, asked = json.loads(told or b"")
        except ValueError:
            return None
        return Begun(OpenAnswer(answer_id, None, key, datetime.fromtimestamp(seconds, UTC)), asked)
