"""A pose as the rest of the project knows it: people as OpenPose key points, whatever they were read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PIL import Image

from generation.request import BadRequest
from miniature.skeleton import COLOURS, LIMBS, LINE_WIDTH, draw_skeleton

POINTS = len(COLOURS)  # nose, neck, right arm, left arm, right leg, left leg, eyes, ears
NOSE, NECK, RIGHT_SHOULDER, LEFT_SHOULDER = 0, 1, 2, 5
RIGHT_HIP, LEFT_HIP, RIGHT_EYE, LEFT_EYE = 8, 11, 14, 15

Point = tuple[float, float]  # shares of the canvas's width and height, 0..1
Person = tuple[Point | None, ...]  # POINTS of them; None where unseen
Source = Literal["json", "skeleton", "photo", "drawn"]


class NobodyInPicture(BadRequest):
    """The pose picture shows nobody whose pose could be read; the message says what to do."""


@dataclass(frozen=True)
class Pose:
    """Who stands how, on a canvas of `width` × `height` pixels. Somebody has at least one limb."""

    people: tuple[Person, ...]
    width: int
    height: int
    source: Source

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or any(len(person) != POINTS for person in self.people):
            raise ValueError(f"a pose has a canvas and {POINTS} points a person")
        if not any(has_limb(person) for person in self.people):
            raise NobodyInPicture(
                "There is nobody in the pose picture: no two joined key points were found. "
                "Use a picture with one person well visible from the front, or a skeleton map."
            )

    def skeleton(self, width: int, height: int, line_width: float = LINE_WIDTH) -> Image.Image:
        """The skeleton map for a picture of this size, bodies never stretched."""
        return draw_skeleton(self.fitted(width, height), width, height, line_width=line_width)

    def fitted(self, width: int, height: int) -> list[Person]:
        """The people as shares of a picture of this size.

        The canvas fills the picture, centred, its overhang cut off; if that would cut off a key point that
        the canvas shows, the whole canvas is shown with a margin instead.
        """
        filling, whole = (choose(width / self.width, height / self.height) for choose in (max, min))
        people = [self._placed(person, filling, width, height) for person in self.people]
        if any(
            point and not inside(point)
            for person, original in zip(people, self.people, strict=True)
            for point, before in zip(person, original, strict=True)
            if before and inside(before)
        ):
            people = [self._placed(person, whole, width, height) for person in self.people]
        return people

    def _placed(self, person: Person, scale: float, width: int, height: int) -> Person:
        across, down = self.width * scale / width, self.height * scale / height
        return tuple(
            (0.5 + (point[0] - 0.5) * across, 0.5 + (point[1] - 0.5) * down) if point else None
            for point in person
        )


def inside(point: Point) -> bool:
    """Whether a point lies on its canvas."""
    return 0.0 <= point[0] <= 1.0 and 0.0 <= point[1] <= 1.0


def has_limb(person: Person) -> bool:
    """Whether anything of a person would be drawn."""
    return any(person[start] and person[end] for start, end in LIMBS)
