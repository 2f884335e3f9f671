"""What a photo shows of itself before anybody learns from it: too small, too dark, blurred, there already.

Pillow alone, so that every door can say it while people wait. Who is in a photo, and how many, it does not know: for
that somebody looks at the contact sheet (docs/decisions/0016).

Measured on the planted faults of the doll world (`miniature/faults.py`, three albums at 512 pixels) by the sharpest
hundredth of the edges over the contrast, at 256 pixels: faultless photos 0.55 to 0.73, blurred ones 0.02 to 0.03; a
phone's photo of 1024 pixels shaken by 5 still 0.13. The brightest part of a photo taken in the dark is below 30 of 255.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageFilter

from studio.fingerprints import dhash, distance

SMALL, DARK, BLURRED, TWICE = "small", "dark", "blurred", "twice"
REMARKS = {SMALL: "too small", DARK: "too dark", BLURRED: "blurred", TWICE: "like another"}
"""Each remark in words; what has one is left out unless somebody takes it back in."""

SMALLEST = {"miniature": 64}
SMALLEST_ELSE = 256
"""Pixels on the shorter side: half of what a base model draws, or its pixels would be invented."""

LIKE = 8
"""Bits of a dHash in which two photos of one moment may differ: of 8 planted near duplicates (cropped, saved anew) it
finds 6, and of 552 pairs of different photos of one doll none; the nearest of those differ by 10.
"""

_LOOKED_AT = 256
_SHARP = 0.1
_BRIGHT = 60
_EDGES = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


@dataclass(frozen=True)
class Look:
    """What there is to say of one photo; `dhash` is what a photo like it is recognised by."""

    remarks: tuple[str, ...]
    dhash: str | None


def look(png: bytes, base_model: str, others: Iterable[str | None] = ()) -> Look:
    """Look at a cleaned photo; `others` are the fingerprints of those that came before it."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        known = dhash(image)
        small = min(image.size) < SMALLEST.get(base_model, SMALLEST_ELSE)
        grey = image.convert("L")
    grey.thumbnail((_LOOKED_AT, _LOOKED_AT), Image.Resampling.LANCZOS)
    levels = grey.histogram()
    bright, contrast = _share(levels, 0.98), _share(levels, 0.98) - _share(levels, 0.02)
    # The filter leaves the outermost pixels as they were.
    edges = grey.filter(_EDGES).crop((1, 1, grey.width - 1, grey.height - 1)).histogram()
    folded = [edges[128], *(edges[128 - n] + (edges[128 + n] if n < 128 else 0) for n in range(1, 129))]
    said = {
        SMALL: small,
        DARK: bright < _BRIGHT and contrast > 0,
        BLURRED: contrast > 0 and _share(folded, 0.99) < _SHARP * contrast,
        TWICE: known is not None and any(other and distance(known, other) <= LIKE for other in others),
    }
    return Look(tuple(remark for remark, holds in said.items() if holds), known)


def _share(histogram: list[int], share: float) -> int:
    """The level below or at which this share of the pixels lies."""
    left = sum(histogram) * share
    for level, number in enumerate(histogram):
        left -= number
        if left <= 0:
            return level
    return len(histogram) - 1
