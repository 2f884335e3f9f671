"""Poses in pictures that a base has just drawn.

A Stable Diffusion draws people the photo detector knows. The miniature draws paper dolls, which it hardly does: of 6
drawn dolls it puts 24 % of the key points within a tenth of the side, the miniature's own probe 94 %. The probe takes
every picture for a doll's: it finds nobody in none.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from generation.base import SMALL_SIDE, Base
from generation.pose.figure import Pose
from generation.pose.read import read_person
from miniature import NATIVE_SIZE
from miniature.probe import load_probe

SURE = 0.5  # a key point the probe sees with less is absent


def read_drawn(picture: Image.Image, base: Base) -> Pose:
    """The pose of whoever is in a drawn picture. Raises NobodyInPicture."""
    if base.native_size < SMALL_SIDE:
        return _read_doll(picture)
    return read_person(picture)


@torch.no_grad()
def _read_doll(picture: Image.Image) -> Pose:
    small = picture.resize((NATIVE_SIZE, NATIVE_SIZE), Image.Resampling.BOX)
    pixels = torch.from_numpy(np.array(small, dtype=np.float32)).permute(2, 0, 1) / 127.5 - 1
    _, points, seen = load_probe()(pixels[None])
    person = tuple(
        (float(x), float(y)) if sure > SURE else None
        for (x, y), sure in zip(points[0], seen[0].sigmoid(), strict=True)
    )
    return Pose(people=(person,), width=picture.width, height=picture.height, source="drawn")
