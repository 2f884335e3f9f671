"""What a ControlNet is shown of the picture it shall lead to, and who learns when it is taught."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from miniature.data import Rows
from miniature.edges import edges
from miniature.world import Photo


@dataclass(frozen=True)
class Control:
    """One kind of map."""

    folder: str
    """Where its ControlNet lies in a packed folder."""
    of_rows: Callable[[Rows, np.ndarray], np.ndarray]
    """The maps of these rows, n × 64 × 64 × 3, uint8."""
    of_photo: Callable[[Photo], Image.Image]
    shown: float
    """Share of each batch that sees its map."""
    untold: float
    """Share of the captions that is left out."""
    learns: tuple[str, ...]
    """The networks that are taught with it; the others stay as they are."""


SKELETONS = Control(
    folder="controlnet",
    of_rows=lambda rows, chosen: rows.skeletons[chosen],
    of_photo=lambda photo: photo.skeleton,
    shown=0.5,  # one UNet for both; with three quarters, words alone did not bring a guitar
    untold=0.1,  # what classifier-free guidance guides away from
    learns=("text_encoder", "unet", "controlnet"),
)
"""OpenPose's: the one the miniature learnt to draw with."""

EDGES = Control(
    folder="controlnet_canny",
    of_rows=lambda rows, chosen: edges(rows.pictures[chosen]),
    of_photo=lambda photo: Image.fromarray(edges(np.asarray(photo.image)[None])[0]),
    shown=1.0,
    untold=0.3,  # so that the lines are heeded where the words say nothing (Zhang et al. 2023 leave out half)
    learns=("controlnet",),
)
"""Canny's, for a miniature that is taught already."""
