"""What a person may say yes to, and what the yes covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """One thing a consent can be given for; each is ticked separately and none is ticked beforehand."""

    TRAIN = "train"
    GENERATE = "generate"
    NIGHTLY = "nightly"
    GALLERY = "gallery"
    MEASURE_LIKENESS = "measure_likeness"


@dataclass(frozen=True)
class Scope:
    """What one consent covers: for which purposes, and until when (timezone-aware)."""

    purposes: frozenset[Purpose]
    expires_at: datetime

    @classmethod
    def of(cls, purposes: Iterable[str], expires_at: datetime) -> Scope:
        """Build a scope from plain words; an unknown purpose raises ValueError."""
        return cls(frozenset(Purpose(purpose) for purpose in purposes), expires_at)
