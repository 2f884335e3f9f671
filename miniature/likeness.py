"""How well a portrait reads a doll's face: a ruler, not a network.

A head in a portrait is a circle whose size and place are nearly known, so a handful of placements are tried
and the best one is read: what colour is the hair above the brow, what colour the chin and the cheeks, and
does a dark ring lie around each eye. Every part is a share from 0 to 1; the score is their weighted mean,
where what a doll *has* weighs more than what it lacks, because most dolls lack a beard.

Measured on fresh portraits of 64 pixels (mean score, 96 each; 48 of the other subject):

    read as        its own portraits   random dolls   those of other hair   the other subject
    RADKE          .98 (least .93)     .21            .13                   .04
    VERA           1.0 (least 1.0)     .29            .17                   .10
    a random doll  .94 (least .69)     .33            –                     –

A sixth of all random dolls share a subject's hair colour, the best part of what can be read.

On pictures drawn by the first weights without any adapter (24 seeds, 15 steps, CFG 4): "a portrait of radke"
reads .17 as RADKE; the same with all of RADKE's attributes spelt out reads .78.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from miniature.people import Colour, Doll

_SIDE = 64
_SURE, _OFF = 42.0, 82.0
"""Distances of two colours (sRGB, Euclidean) up to which they are the same, and from which they are not."""

_DARKER = 0.5
"""How much darker than the cheeks a frame is, as a share of what black on the doll's skin would be."""
_BARE, _FRAMED = 0.25, 0.5
"""Dark shares of the ring around the eyes: what bare eyes reach, and what frames do."""

Pixels = np.ndarray


@dataclass(frozen=True)
class LikenessReading:
    """What a portrait shows of a doll: each part and the whole, 0 (nothing of it) to 1 (all of it)."""

    hair: float
    skin: float
    chin: float
    eyes: float
    score: float


def read_likeness(portrait: Image.Image, doll: Doll) -> LikenessReading:
    """Read `doll` in a portrait of any size (a face that fills a third or more of a square picture)."""
    small = portrait.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float32)
    return max((_read(pixels, doll, head) for head in _heads()), key=lambda reading: reading.score)


@dataclass(frozen=True)
class _Head:
    """A guess where the head is: centre, radius (shares of the side) and how far the eyes are turned."""

    x: float
    y: float
    radius: float
    turn: float

    def sample(self, pixels: Pixels, points: np.ndarray) -> Pixels:
        """Colours at `points` (n×2, right and up in radii): n×3; points outside take the nearest pixel."""
        across = np.clip((self.x + points[:, 0] * self.radius) * _SIDE, 0, _SIDE - 1).astype(int)
        down = np.clip((self.y - points[:, 1] * self.radius) * _SIDE, 0, _SIDE - 1).astype(int)
        colours: Pixels = pixels[down, across]
        return colours


def _heads() -> Iterator[_Head]:
    for radius in (0.26, 0.29, 0.32, 0.35):
        for x in (0.45, 0.5, 0.55):
            for top in (0.03, 0.065, 0.1):
                for turn in (-0.16, 0.0, 0.16):
                    yield _Head(x, top + 1.5 * radius, radius, turn)


def _grid(left: float, right: float, low: float, high: float) -> np.ndarray:
    a, b = np.meshgrid(np.linspace(left, right, 9), np.linspace(low, high, 6))
    return np.stack([a.ravel(), b.ravel()], axis=1)


_HAIR = _grid(-0.5, 0.5, 0.68, 1.02)
_CHEEKS = _grid(-0.45, 0.45, -0.27, -0.17)
_CHIN = np.concatenate(
    [_grid(-0.5, -0.32, -0.8, -0.5), _grid(0.32, 0.5, -0.8, -0.5), _grid(-0.3, 0.3, -0.98, -0.78)]
)
_RING = np.array(
    [
        (side * 0.39 + 0.31 * math.cos(t), 0.12 + 0.29 * math.sin(t))
        for side in (-1, 1)
        for t in (2 * math.pi * i / 16 for i in range(16))
    ]
)


def _read(pixels: Pixels, doll: Doll, head: _Head) -> LikenessReading:
    turned = np.array([head.turn, 0.0])
    cheeks = head.sample(pixels, _CHEEKS + turned)
    hair = _share_of(head.sample(pixels, _HAIR), doll.hair_rgb)
    skin = _share_of(cheeks, doll.skin_rgb)
    chin = _share_of(head.sample(pixels, _CHIN), doll.hair_rgb if doll.beard == "beard" else doll.skin_rgb)
    frames = _frames(cheeks, head.sample(pixels, _RING + turned), doll)
    eyes = frames if doll.glasses != "none" else 1.0 - frames
    weights = (4.0, 1.25, 2.0 if doll.beard == "beard" else 0.25, 2.0 if doll.glasses != "none" else 0.25)
    parts = (hair, skin, chin, eyes)
    score = sum(w * part for w, part in zip(weights, parts, strict=True)) / sum(weights)
    return LikenessReading(*parts, score)


def _share_of(colours: Pixels, wanted: Colour) -> float:
    """How much of these colours is `wanted`; four fifths of a region count as all of it."""
    distance = np.linalg.norm(colours - np.array(wanted, dtype=np.float32), axis=1)
    match = np.clip((_OFF - distance) / (_OFF - _SURE), 0.0, 1.0)
    return float(min(1.0, match.mean() / 0.8))


def _frames(cheeks: Pixels, ring: Pixels, doll: Doll) -> float:
    """How closed a dark ring lies around the eyes: bare eyes darken a quarter at most, frames half of it."""
    expected = max(30.0, float(_luma(np.array(doll.skin_rgb, dtype=np.float32))) - 28.0)
    dark = _luma(ring) < np.median(_luma(cheeks)) - _DARKER * expected
    return float(np.clip((dark.mean() - _BARE) / (_FRAMED - _BARE), 0.0, 1.0))


def _luma(colours: Pixels) -> Pixels:
    return colours @ np.array((0.299, 0.587, 0.114), dtype=np.float32)
