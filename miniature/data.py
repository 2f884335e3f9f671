"""Pictures to learn from, rendered once: `python -m miniature render`.

A folder of plain arrays, one row per seed, so that every later step maps them into memory and none renders twice:

    pictures.npy    n × 64 × 64 × 3, uint8, RGB
    skeletons.npy   n × 64 × 64 × 3, uint8, the OpenPose map of each picture, its lines of a random width
    captions.json   n lists of CAPTIONS captions
    points.npy      n × 18 × 3, float32: x, y as shares of the side, and 1 where the point can be seen
    heads.npy       n × 3, float32: the head's centre and radius as shares of the side
    labels.npy      n × len(ATTRIBUTES), int16: which word of each attribute is true

The row of a seed is a pure function of it, whatever the number of processes.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from miniature import NATIVE_SIZE
from miniature.people import BEARDS, CLOTH, GLASSES, HAIR, HAIR_SHAPES, SKIN, TOPS
from miniature.poses import ACTIONS, FRAMINGS
from miniature.scenes import BACKGROUNDS
from miniature.skeleton import draw_skeleton
from miniature.world import Photo, more_captions, photograph

CAPTIONS = 4
_THINNEST, _THICKEST = 1 / 75, 1 / 26
"""Widths of a skeleton's lines as shares of the side: people's own maps are drawn by many programs."""
_PORTION = 500

ATTRIBUTES: dict[str, tuple[tuple[str, ...], Callable[[Photo], str]]] = {
    "hair shape": (HAIR_SHAPES, lambda photo: photo.doll.hair_shape),
    "hair colour": (tuple(HAIR), lambda photo: photo.doll.hair_colour),
    "glasses": (GLASSES, lambda photo: photo.doll.glasses),
    "beard": (BEARDS, lambda photo: photo.doll.beard),
    "skin": (tuple(SKIN), lambda photo: photo.doll.skin),
    "top": (TOPS, lambda photo: photo.outfit.top),
    "clothing colour": (tuple(CLOTH), lambda photo: photo.outfit.top_colour),
    "background": (BACKGROUNDS, lambda photo: photo.background),
    "action": (ACTIONS, lambda photo: photo.action),
    "framing": (FRAMINGS, lambda photo: photo.framing),
}
"""What is true of a picture: the words of each attribute, in the order the labels count them."""


@dataclass(frozen=True)
class Rows:
    """A rendered folder, mapped into memory."""

    pictures: np.ndarray
    skeletons: np.ndarray
    captions: list[list[str]]
    points: np.ndarray
    heads: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)


def open_rows(folder: Path) -> Rows:
    """The rows of a rendered folder. FileNotFoundError names what is missing."""
    names = ("pictures", "skeletons", "points", "heads", "labels")
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in names}
    return Rows(captions=json.loads((folder / "captions.json").read_text()), **arrays)


def render(
    folder: Path, seeds: Sequence[int], *, processes: int | None = None, tell: Callable[[int], None] = print
) -> None:
    """Render the photos of `seeds` into `folder`; `tell` hears how many are done."""
    folder.mkdir(parents=True, exist_ok=True)
    count, side = len(seeds), NATIVE_SIZE
    shapes = {
        "pictures": ((count, side, side, 3), np.uint8),
        "skeletons": ((count, side, side, 3), np.uint8),
        "points": ((count, 18, 3), np.float32),
        "heads": ((count, 3), np.float32),
        "labels": ((count, len(ATTRIBUTES)), np.int16),
    }
    arrays = {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", "w+", dtype, shape)
        for name, (shape, dtype) in shapes.items()
    }
    captions: list[list[str]] = []
    portions = [list(seeds[i : i + _PORTION]) for i in range(0, count, _PORTION)]
    # Ctrl-C is the caller's; each worker would answer it with a traceback of its own.
    deaf = {"initializer": signal.signal, "initargs": (signal.SIGINT, signal.SIG_IGN)}
    with multiprocessing.get_context("spawn").Pool(processes or os.cpu_count(), **deaf) as pool:
        for rows in pool.imap(_portion, portions):
            start = len(captions)
            for name, array in arrays.items():
                array[start : start + len(rows["captions"])] = rows[name]
            captions += rows["captions"]
            tell(len(captions))
    for array in arrays.values():
        array.flush()
    part = folder / "captions.part"
    part.write_text(json.dumps(captions))
    os.replace(part, folder / "captions.json")


def row(photo: Photo) -> dict[str, object]:
    """One photo as the arrays hold it."""
    width = Random(f"line width/{photo.seed}").uniform(_THINNEST, _THICKEST)
    side = photo.image.width
    return {
        "pictures": np.asarray(photo.image),
        "skeletons": np.asarray(draw_skeleton([photo.figure.key_points], side, side, line_width=width)),
        "points": np.array([(*point, 1.0) if point else (0.0, 0.0, 0.0) for point in photo.figure.key_points]),
        "heads": np.array([*photo.figure.head, photo.figure.head_radius]),
        "labels": np.array([words.index(read(photo)) for words, read in ATTRIBUTES.values()]),
        "captions": more_captions(photo, CAPTIONS),
    }


def _portion(seeds: list[int]) -> dict[str, list[object]]:
    rows = [row(photograph(seed, size=NATIVE_SIZE)) for seed in seeds]
    return {name: [r[name] for r in rows] for name in rows[0]}
