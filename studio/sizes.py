"""Sizes a base model draws well, for whoever has to choose one; which it can draw, the base itself decides."""

from __future__ import annotations

from studio.settings import Settings

MINIATURE, SD1 = 64, 512
"""Sides in pixels of the squares a base was taught on: the embedded one, and Stable Diffusion 1.x."""

_SHAPES = ((1, 1), (3 / 4, 1), (1, 3 / 4), (1, 3 / 2), (3 / 2, 1), (3 / 2, 3 / 2))


def sizes(settings: Settings) -> list[tuple[int, int]]:
    """Widths and heights to offer, the native one first."""
    side = MINIATURE if settings.base_model == "miniature" else SD1
    return [(round(side * across / 8) * 8, round(side * down / 8) * 8) for across, down in _SHAPES]
