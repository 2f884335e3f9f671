"""How long a training will still take, from how long its steps took so far."""

from __future__ import annotations

from dataclasses import dataclass

SMOOTHING = 0.9  # of the old estimate, at each step: a slow step moves it by a tenth


@dataclass
class Pace:
    """Smoothed seconds of a step and of a preview. A preview not yet seen counts as ten steps."""

    _step: float | None = None
    _preview: float | None = None

    def step(self, seconds: float) -> None:
        """Note how long a step took; the first ones, which warm up, are soon forgotten."""
        self._step = seconds if self._step is None else SMOOTHING * self._step + (1 - SMOOTHING) * seconds

    def preview(self, seconds: float) -> None:
        """Note how long a preview took."""
        self._preview = seconds

    def seconds_left(self, steps: int, previews: int) -> float:
        """Seconds that so many more steps and previews will take."""
        step = self._step or 0.0
        return steps * step + previews * (10 * step if self._preview is None else self._preview)
