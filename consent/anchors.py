"""Anchors: the ledger's head written down where whoever can change the ledger cannot.

One line says it all: `likeness ledger 2026-07-01T12:00:00Z 1234:5e88…`. It is posted, mailed, printed, put on every
receipt; found again by its number and hash in whatever text it stands in.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

_ANCHOR = re.compile(r"(?<![\w:])([1-9][0-9]{0,9}):([0-9a-f]{64})(?![0-9a-fA-F])")


class Anchor(NamedTuple):
    """That the event of this number had this hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def line(anchor: Anchor, at: datetime) -> str:
    """The line to post."""
    return f"likeness ledger {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {anchor}"


def read_anchors(text: str) -> list[Anchor]:
    """Every anchor in a text (a posted message, a receipt, a file of lines), in order and each once."""
    return list(dict.fromkeys(Anchor(int(seq), digest) for seq, digest in _ANCHOR.findall(text)))
