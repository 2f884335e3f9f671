"""A face once more: where it is in a picture, what of it is shown to the base, and how it goes back.

The face of a full figure is too few latents to be anybody's, and in a portrait a base that cannot decide where the head
looks draws a third lens. So the head is cut out, brought to the size the base is at home in, drawn on from a part
of the noise under the same words and in its own pose, and laid back under a soft edge, as ADetailer does elsewhere.
Where it is, and its pose, are read off the drawn picture: a base follows the pose of a wish only nearly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from generation.base import SMALL_SIDE, Base
from generation.pose import NobodyInPicture, Person, Point, Pose
from generation.pose.drawn import read_drawn
from generation.pose.figure import (
    LEFT_EYE,
    LEFT_HIP,
    LEFT_SHOULDER,
    NECK,
    NOSE,
    RIGHT_EYE,
    RIGHT_HIP,
    RIGHT_SHOULDER,
)

_SMALLEST = 3.0  # pixels from nose to neck; less is nobody's
_LARGEST = 1.5  # times the base's native side: a head that fills more would lose by being brought to that
_EDGE = 0.05  # of the cut-out's side: how soft its edge is


@dataclass(frozen=True)
class Face:
    """A square of a picture with a head in it, in pixels; it may reach beyond the picture."""

    left: int
    top: int
    side: int
    pose: Pose  # of the person, on the square as canvas

    def cut(self, picture: Image.Image, side: int) -> Image.Image:
        """The square as a picture of `side`; beyond the picture its border goes on."""
        down, across = (
            np.clip(np.arange(start, start + self.side), 0, length - 1)
            for start, length in ((self.top, picture.height), (self.left, picture.width))
        )
        pixels = np.asarray(picture)[down][:, across]
        return Image.fromarray(pixels).resize((side, side), Image.Resampling.LANCZOS)

    def lay_back(self, drawn: Image.Image, picture: Image.Image) -> Image.Image:
        """The picture with `drawn` in the place of the square."""
        mask = Image.new("L", (self.side, self.side))
        room = round(self.side * _EDGE * 2)
        ImageDraw.Draw(mask).ellipse((room, room, self.side - 1 - room, self.side - 1 - room), fill=255)
        mask = mask.filter(ImageFilter.GaussianBlur(self.side * _EDGE))
        whole = picture.copy()
        whole.paste(drawn.resize(mask.size, Image.Resampling.LANCZOS), (self.left, self.top), mask)
        return whole


def find_face(picture: Image.Image, base: Base) -> Face | None:
    """The head that is read in a drawn picture, if there is one and it would gain by being drawn once more."""
    try:
        person = read_drawn(picture, base).people[0]
    except NobodyInPicture:
        return None
    points = [point and (point[0] * picture.width, point[1] * picture.height) for point in person]
    nose, neck = points[NOSE], points[NECK]
    if nose is None or neck is None or (reach := math.dist(nose, neck)) < _SMALLEST:
        return None
    if base.native_size < SMALL_SIDE:
        radius = _doll_head(points, reach)
        side, rise = 3.8 * radius, 0.12 * radius  # less cuts curls off, and they stay behind as a ring
    elif _turned_away(points):
        return None
    else:
        # From nose to shoulders a person has some 20 cm; hair, chin and shoulders fit into a square of 50.
        side, rise = 2.4 * reach, 0.1 * reach
    if side > _LARGEST * base.native_size:
        return None
    side = round(side)
    left, top = (round(n + (n - k) / reach * rise - side / 2) for n, k in zip(nose, neck, strict=True))
    placed = tuple(_inside(point, left, top, side) for point in points)
    return Face(left, top, side, Pose((placed,), base.native_size, base.native_size, "drawn"))


def _turned_away(points: Person) -> bool:
    """Whether somebody is seen from behind: BlazePose gives the back of a head a face, too, with its sides swapped."""

    def swapped(right: Point | None, left: Point | None) -> bool:
        return right is not None and left is not None and right[0] > left[0]

    eyes, shoulders = (points[RIGHT_EYE], points[LEFT_EYE]), (points[RIGHT_SHOULDER], points[LEFT_SHOULDER])
    return swapped(*eyes) and swapped(*shoulders)


def _doll_head(points: Person, reach: float) -> float:
    """The radius of a doll's head, from nose to neck as far as a doll's own limbs have it.

    Dolls also stand on a grown-up's limbs (miniature.poses): there the way from nose to neck is 0.63 radii, and the
    torso 2.96 of those ways long instead of 1.43.
    """
    hips = [point for point in (points[RIGHT_HIP], points[LEFT_HIP]) if point]
    neck = points[NECK]
    if not hips or neck is None:
        return reach
    torso = math.dist(neck, [sum(axis) / len(hips) for axis in zip(*hips, strict=True)])
    grown_up = (torso / reach - 1.43) / (2.96 - 1.43)
    return reach * (1 + min(1.0, max(0.0, grown_up)) * (1 / 0.63 - 1))


def _inside(point: Point | None, left: int, top: int, side: int) -> Point | None:
    """A point as shares of the square; None beyond it."""
    if point is None:
        return None
    x, y = (point[0] - left) / side, (point[1] - top) / side
    return (x, y) if 0 <= x <= 1 and 0 <= y <= 1 else None
