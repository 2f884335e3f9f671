"""What happened in one evening of the demo: plain values, from which the sheet and the story are made."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

from cli.cast import PosePicture
from studio.views import EventView, WithdrawalView


@dataclass(frozen=True)
class Drawn:
    """One picture that arrived, with the visible label it must carry and the skeleton it was posed by."""

    job_id: str
    prompt: str
    seed: int
    image: Image.Image
    label: str
    likeness: float  # how well it reads the doll radke, 0..1, by its colours (miniature.likeness)
    skeleton: Image.Image | None = None


@dataclass(frozen=True)
class Pair:
    """The same words, the same pose and the same seed, without and with the LoRA."""

    pose: PosePicture
    without: Drawn
    with_lora: Drawn


@dataclass(frozen=True)
class Scene:
    """A scene with the picture its pose came from."""

    name: str
    pose: PosePicture
    drawn: Drawn


@dataclass(frozen=True)
class Learning:
    """How the subject was learnt; `before` when an earlier evening in the same data folder did it."""

    before: bool
    seconds: float | None = None
    losses: tuple[tuple[str, float], ...] = ()  # (epoch in words, loss), as they were shown
    report: dict[str, Any] | None = None


@dataclass(frozen=True)
class Goodbye:
    """The second subject's withdrawal."""

    erased: WithdrawalView
    training_state: str  # what became of the training that was under way
    training_said: str
    refusal: str  # what asking for a picture of her is answered now


@dataclass(frozen=True)
class Evening:
    """The whole evening."""

    began_at: datetime
    seed: int
    base_model: str
    home: Path
    photos: list[Image.Image]
    consent: str  # in words
    learning: Learning
    pairs: list[Pair]
    scenes: list[Scene]
    goodbye: Goodbye
    ledger: list[EventView]
    faults: int

    @property
    def folder(self) -> Path:
        """Where the demo puts what people look at."""
        return self.home / "demo"


class Stopwatch:
    """How long each part of the evening took."""

    def __init__(self) -> None:
        self.laps: list[tuple[str, float]] = []

    @contextmanager
    def during(self, what: str) -> Iterator[None]:
        """Time what happens inside."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.laps.append((what, time.monotonic() - start))
