"""Hair and beards: four shapes that can be told apart at 64 pixels.

Drawn in the head's frame (unit: the skull's radius, b upwards). Strands and shine are a shade apart from the
hair itself, so that from afar it is one flat colour.
"""

from __future__ import annotations

import math

from miniature.canvas import Canvas, Frame, between
from miniature.people import Colour, Doll, shaded
from miniature.poses import Point

_SIDES = (-1, 1)


def draw_back_hair(canvas: Canvas, frame: Frame, doll: Doll, yaw: float) -> None:
    """Hair that falls behind the shoulders; drawn before the body."""
    volume = doll.hair_volume
    behind = shaded(doll.hair_rgb, 0.85)
    if doll.hair_shape == "long":
        w = doll.face_width * volume
        canvas.blob(
            frame.path(
                (0, volume), (0.85 * w, 0.65 * volume), (1.16 * w, -0.2), (1.2 * w, -1.1 * volume),
                (0.85 * w, -1.68 * volume), (0, -1.62 * volume), (-0.85 * w, -1.68 * volume),
                (-1.2 * w, -1.1 * volume), (-1.16 * w, -0.2), (-0.85 * w, 0.65 * volume),
            ),
            behind,
        )  # fmt: skip


def draw_front_hair(canvas: Canvas, frame: Frame, doll: Doll, yaw: float) -> None:
    """Hair over the brow; drawn after the face."""
    _FRONT[doll.hair_shape](canvas, frame, doll, yaw)


def draw_beard(canvas: Canvas, frame: Frame, doll: Doll, yaw: float) -> None:
    """A full beard from ear to ear, over the skull and under the mouth."""
    w, t, s = doll.face_width, yaw * 0.4, yaw * 0.16
    canvas.blob(
        frame.path(
            (-0.95 * w, 0.0), (-0.74 * w, -0.24), (-0.36 * w + t, -0.37), (t, -0.33),
            (0.36 * w + t, -0.37), (0.74 * w, -0.24), (0.95 * w, 0.0), (0.88 * w + s, -0.5),
            (0.66 * w + s, -0.95), (0.34 * w + s, -1.17), (s, -1.22), (-0.34 * w + s, -1.17),
            (-0.66 * w + s, -0.95), (-0.88 * w + s, -0.5),
        ),
        doll.hair_rgb,
    )  # fmt: skip
    strand = (*shaded(doll.hair_rgb, 0.8), 120)
    for i in range(-3, 4):
        a = i * 0.2 * w + s
        canvas.stroke(
            frame.path((a, -0.78 - 0.02 * abs(i)), (a * 0.92, -1.04 + 0.05 * abs(i))),
            frame.unit * 0.025,
            strand,
        )


def _crown(canvas: Canvas, frame: Frame, doll: Doll, colour: Colour, hairline: float = 0.42) -> None:
    """The cap of hair over the skull, from temple to temple."""
    w, v = 1.02 * doll.face_width * doll.hair_volume, 1.16 * doll.hair_volume
    canvas.polygon(
        [
            frame.at(w * math.cos(t), hairline + (v - hairline) * math.sin(t))
            for t in (math.pi * i / 40 for i in range(41))
        ],
        colour,
    )


def _parted(canvas: Canvas, frame: Frame, doll: Doll, yaw: float) -> None:
    """Short or long: a crown, a fringe, and locks beside the face."""
    w, v, hair = doll.face_width, doll.hair_volume, doll.hair_rgb
    low = -0.9 if doll.hair_shape == "long" else 0.02
    _crown(canvas, frame, doll, hair)
    for side in _SIDES:
        away = side * max(0.0, side * yaw) * 0.3  # the lock makes way for an eye that looks to its side
        canvas.blob(
            frame.path(
                (side * 1.02 * w * v, 0.52), (side * 0.6 * w, 0.58), (side * 0.77 * w + away, 0.3),
                (side * 0.86 * w + away, low + 0.12), (side * 0.98 * w * v + away, low - 0.04),
                (side * 1.08 * w * v + away, low + 0.12),
            ),
            hair,
        )  # fmt: skip
    strand = (*shaded(hair, 0.78), 110)
    for i in range(-3, 4):
        top = (i * 0.1, 1.12 * v)
        canvas.stroke(frame.path(top, (i * 0.2 * w, 0.85), (i * 0.29 * w, 0.47)), frame.unit * 0.022, strand)
    _shine(canvas, frame, doll)


def _shine(canvas: Canvas, frame: Frame, doll: Doll) -> None:
    light = (*between(doll.hair_rgb, (255, 255, 255), 0.45), 85)
    w, v = doll.face_width * doll.hair_volume, doll.hair_volume
    arc = [
        (0.72 * w * math.cos(t), 0.45 + 0.52 * v * math.sin(t))
        for t in (math.pi * (0.56 + 0.03 * i) for i in range(9))
    ]
    canvas.stroke(frame.path(*arc), frame.unit * 0.07, light)


def _curly(canvas: Canvas, frame: Frame, doll: Doll, yaw: float) -> None:
    w, v, hair = doll.face_width, doll.hair_volume, doll.hair_rgb
    curls = []
    for i in range(11):
        t = math.pi * (-0.12 + 1.24 * i / 10)
        aside = max(0.0, yaw * math.cos(t)) * 0.5  # the curls make way for an eye that looks to their side
        curls.append((w * v * math.cos(t) + math.copysign(aside, yaw), 0.18 + 0.92 * v * math.sin(t)))
    for a, b in curls:
        canvas.polygon(frame.oval(a, b, 0.385 * v, 0.385 * v, points=40), hair)
    for i in range(6):
        t = math.pi * (0.14 + 0.72 * i / 5)
        canvas.polygon(
            frame.oval(0.62 * w * v * math.cos(t), 0.3 + 0.5 * v * math.sin(t), 0.25 * v, 0.22 * v), hair
        )
    for n, (a, b) in enumerate(curls):
        start = 0.6 + n * 0.9
        curl = [
            (
                a + (0.06 + 0.034 * k) * v * math.cos(start + k * 0.62),
                b + (0.06 + 0.034 * k) * v * math.sin(start + k * 0.62),
            )
            for k in range(8)
        ]
        canvas.stroke(frame.path(*curl), frame.unit * 0.032, (*shaded(hair, 0.78), 120))
    for a, b in curls[5:9]:
        canvas.polygon(
            frame.oval(a - 0.08, b + 0.14, 0.13, 0.075), (*between(hair, (255, 255, 255), 0.5), 70)
        )


def _mohawk(canvas: Canvas, frame: Frame, doll: Doll, yaw: float) -> None:
    tall, hair = 1.75 * doll.hair_volume, doll.hair_rgb
    edge: list[Point] = [(-0.24, 0.70), (-0.32, tall * 0.9)]
    for i in range(5):
        a = -0.3 + 0.15 * i
        edge += [(a, tall * (1.0 - 0.05 * abs(i - 2)))] + ([(a + 0.075, tall * 0.92)] if i < 4 else [])
    canvas.polygon(frame.path(*edge, (0.32, tall * 0.9), (0.24, 0.70), (0.0, 0.60)), hair)
    for i in range(-1, 2):
        canvas.stroke(
            frame.path((i * 0.1, 0.78), (i * 0.14, tall * 0.9)),
            frame.unit * 0.025,
            (*shaded(hair, 0.78), 130),
        )


_FRONT = {
    "short": _parted, "long": _parted, "curly": _curly, "mohawk": _mohawk,
}  # fmt: skip
