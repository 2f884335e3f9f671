"""When to look at a picture that is being drawn: often enough to be watched, seldom enough to cost next to nothing."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from studio import previews
from studio.house import Studio

if TYPE_CHECKING:
    from PIL import Image

    from generation.painter import StepReport

log = logging.getLogger("likeness.runner")

EVERY = 2.0  # seconds from one look to the next, at least
SHARE = 0.05  # of the time of drawing that looks may take


class Looks:
    """The looks at one picture. Each takes as long as it takes; the next waits until that was a twentieth."""

    def __init__(self, studio: Studio, job_id: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._studio, self._job_id, self._clock = studio, job_id, clock
        self._allowed = previews.allowed(studio, job_id)
        self._next = clock() + EVERY
        self._count = 0

    def take(self, step: StepReport) -> str | None:
        """Look, if it is time; the name of the newest look, None before the first."""
        began = self._clock()
        if self._allowed and step.preview and step.step < step.steps and began >= self._next:
            self._allowed = self._keep(step.preview)
            self._count += self._allowed
            ended = self._clock()
            self._next = ended + max(EVERY, (ended - began) / SHARE)
        return f"look-{self._count}" if self._count else None

    def _keep(self, preview: Callable[[], Image.Image]) -> bool:
        """Make a look and keep it; whether there may be another."""
        buffer = io.BytesIO()
        try:
            preview().save(buffer, "PNG")
        except RuntimeError:  # no memory left for it, say: that is no reason to have no picture
            log.warning("no more looks at %s", self._job_id, exc_info=True)
            return False
        return previews.keep(self._studio, self._job_id, buffer.getvalue())
