"""Paper and scissors: smooth flat shapes on a square picture, in units of its side.

Everything is drawn on a sheet four times too large and averaged down, so that edges are soft at 64 pixels and
clean at 512. Colours may carry a fourth value, their opacity (0..255), for shadows and highlights.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from miniature.people import Colour

Point = tuple[float, float]
Paint = Colour | tuple[int, int, int, int]

_SMOOTH = 4
_LARGEST_SHEET = 4096


class Canvas:
    """A square sheet; all coordinates and widths are shares of its side, y down."""

    def __init__(self, size: int) -> None:
        if not 16 <= size <= _LARGEST_SHEET:
            raise ValueError(f"a picture of the doll world is 16 to {_LARGEST_SHEET} pixels wide, not {size}")
        self.size = size
        self._side = size * max(1, min(_SMOOTH, _LARGEST_SHEET // size))
        self._sheet = Image.new("RGB", (self._side, self._side))
        self._pen = ImageDraw.Draw(self._sheet, "RGBA")

    def picture(self) -> Image.Image:
        """The finished picture at its own size."""
        return self._sheet.resize((self.size, self.size), Image.Resampling.BOX)

    def polygon(self, points: Sequence[Point], paint: Paint) -> None:
        self._pen.polygon([(x * self._side, y * self._side) for x, y in points], fill=paint)

    def blob(self, points: Sequence[Point], paint: Paint, *, steps: int = 6) -> None:
        """A smooth closed shape through `points` (a closed Catmull–Rom curve)."""
        self.polygon(closed_curve(points, steps), paint)

    def rectangle(
        self, left: float, top: float, right: float, bottom: float, paint: Paint, *, round: float = 0.0
    ) -> None:
        box = [
            left * self._side,
            top * self._side,
            max(left, right) * self._side,
            max(top, bottom) * self._side,
        ]
        if round > 0:
            self._pen.rounded_rectangle(box, radius=round * self._side, fill=paint)
        else:
            self._pen.rectangle(box, fill=paint)

    def ellipse(self, centre: Point, radius_x: float, radius_y: float, paint: Paint) -> None:
        x, y = centre
        s = self._side
        self._pen.ellipse(
            [(x - radius_x) * s, (y - radius_y) * s, (x + radius_x) * s, (y + radius_y) * s], fill=paint
        )

    def disc(self, centre: Point, radius: float, paint: Paint) -> None:
        self.ellipse(centre, radius, radius, paint)

    def stroke(self, points: Sequence[Point], width: float, paint: Paint) -> None:
        """A line through `points` with round ends and corners; at least one pixel of the sheet wide."""
        wide = max(1, round(width * self._side))
        placed = [(x * self._side, y * self._side) for x, y in points]
        self._pen.line(placed, fill=paint, width=wide, joint="curve")
        if len(paint) == 3 and wide > 2:
            for x, y in (placed[0], placed[-1]):
                self._pen.ellipse([x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2], fill=paint)

    def limb(self, start: Point, end: Point, start_width: float, end_width: float, paint: Paint) -> None:
        """A tapered bar with round ends: half an arm, half a leg, a neck."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = math.hypot(dx, dy) or 1e-9
        nx, ny = -dy / length / 2, dx / length / 2
        self.polygon(
            [
                (start[0] + nx * start_width, start[1] + ny * start_width),
                (end[0] + nx * end_width, end[1] + ny * end_width),
                (end[0] - nx * end_width, end[1] - ny * end_width),
                (start[0] - nx * start_width, start[1] - ny * start_width),
            ],
            paint,
        )
        self.disc(start, start_width / 2, paint)
        self.disc(end, end_width / 2, paint)

    def wash(self, top: float, bottom: float, above: Colour, below: Colour) -> None:
        """A band across the whole picture whose colour slides from `above` to `below`."""
        first, last = round(top * self._side), round(bottom * self._side)
        step = max(1, self._side // 256)
        for y in range(first, last, step):
            self._pen.rectangle(
                [0, y, self._side, y + step], fill=between(above, below, (y - first) / max(1, last - first))
            )


@dataclass(frozen=True)
class Frame:
    """A tilted patch of the sheet: `at(a, b)` is `a` units to its right and `b` units up from its origin."""

    origin: Point
    angle: float
    unit: float

    def at(self, a: float, b: float) -> Point:
        sine, cosine = math.sin(self.angle), math.cos(self.angle)
        x, y = self.origin
        return (x + (cosine * a + sine * b) * self.unit, y + (sine * a - cosine * b) * self.unit)

    def path(self, *points: Point) -> list[Point]:
        return [self.at(a, b) for a, b in points]

    def oval(self, a: float, b: float, radius_a: float, radius_b: float, *, points: int = 36) -> list[Point]:
        """The outline of an ellipse in this frame."""
        turn = 2 * math.pi / points
        return [
            self.at(a + radius_a * math.cos(i * turn), b + radius_b * math.sin(i * turn))
            for i in range(points)
        ]


def between(a: Colour, b: Colour, share: float) -> Colour:
    """The colour `share` (0..1) of the way from `a` to `b`."""
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return (red, green, blue)


def along(a: Point, b: Point, share: float) -> Point:
    """The point `share` of the way from `a` to `b`."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)


def closed_curve(points: Sequence[Point], steps: int = 6) -> list[Point]:
    """A closed Catmull–Rom spline through `points`, `steps` points per span."""
    count = len(points)
    curve = []
    for i in range(count):
        p0, p1, p2, p3 = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            curve.append((_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t)))
    return curve


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
