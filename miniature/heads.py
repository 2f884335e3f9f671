"""A doll's head: what makes it this doll and no other.

Drawn in the head's own frame (unit: the skull's radius, b upwards), back hair first, then skull, beard, face,
front hair, glasses, hat. `turn` slides the features sideways as the head looks left or right; the skull
itself stays.
"""

from __future__ import annotations

import math

from miniature.canvas import Canvas, Frame, between
from miniature.hair import draw_beard, draw_front_hair
from miniature.people import Colour, Doll, Outfit, shaded
from miniature.poses import Figure, Point

_DARK: Colour = (25, 25, 30)
_SIDES = (-1, 1)


def head_frame(figure: Figure) -> Frame:
    return Frame(figure.head, figure.tilt, figure.head_radius)


def mouth_of(figure: Figure) -> Point:
    """Where a microphone should be held: just below the lips."""
    return head_frame(figure).at(figure.yaw * 0.5, -0.75)


def draw_head(canvas: Canvas, doll: Doll, outfit: Outfit, figure: Figure) -> None:
    frame, turn = head_frame(figure), figure.yaw * 0.45
    _skull(canvas, frame, doll, figure.yaw)
    if doll.beard == "beard":
        draw_beard(canvas, frame, doll, figure.yaw)
    _face(canvas, frame, doll, figure.yaw)
    draw_front_hair(canvas, frame, doll, figure.yaw)
    if doll.glasses != "none":
        _glasses(canvas, frame, doll, turn)
    if outfit.hat != "none":
        _HATS[outfit.hat](canvas, frame, doll, outfit.hat_rgb, figure.yaw)


def _skull(canvas: Canvas, frame: Frame, doll: Doll, yaw: float) -> None:
    w = doll.face_width
    for side in _SIDES:
        canvas.polygon(
            frame.oval(side * 0.93 * w + yaw * 0.12, -0.02, 0.17, 0.23), shaded(doll.skin_rgb, 0.93)
        )
        canvas.polygon(
            frame.oval(side * 0.96 * w + yaw * 0.12, -0.02, 0.08, 0.13), shaded(doll.skin_rgb, 0.82)
        )
    canvas.polygon(frame.oval(0, 0, 0.95 * w, 1.08, points=64), doll.skin_rgb)
    for side in _SIDES:
        blush = between(doll.skin_rgb, (225, 80, 90), 0.5)
        canvas.polygon(frame.oval(side * 0.52 * w + yaw * 0.4, -0.3, 0.19, 0.13), (*blush, 70))


def _face(canvas: Canvas, frame: Frame, doll: Doll, yaw: float) -> None:
    turn, size, unit = yaw * 0.45, doll.eye_size, frame.unit
    brow = shaded(doll.hair_rgb, 0.8) if doll.has_hair else shaded(doll.skin_rgb, 0.62)
    for side in _SIDES:
        a, gaze = side * 0.36 + turn, yaw * 0.08
        canvas.polygon(frame.oval(a, 0.12, 0.17 * size, 0.175 * size), (250, 250, 250))
        canvas.polygon(frame.oval(a + gaze, 0.12, 0.115 * size, 0.135 * size), doll.eye_rgb)
        canvas.polygon(frame.oval(a + gaze, 0.115, 0.06 * size, 0.075 * size), shaded(doll.eye_rgb, 0.35))
        canvas.polygon(frame.oval(a + gaze + 0.04 * size, 0.17, 0.032 * size, 0.036 * size), (255, 255, 255))
        lid = [
            (a + 0.185 * size * math.cos(v), 0.12 + 0.185 * size * math.sin(v))
            for v in (math.pi * (0.12 + 0.076 * i) for i in range(11))
        ]
        canvas.stroke(frame.path(*lid), unit * 0.032, (*shaded(doll.skin_rgb, 0.4), 190))
        high, slope = 0.17 + 0.2 * size, side * 0.015
        arch = frame.path((a - 0.17, high - 0.02 - slope), (a, high + 0.035), (a + 0.17, high - 0.02 + slope))
        canvas.stroke(arch, unit * 0.05, (*brow, 210))
    nose = yaw * 0.55
    tip = between(doll.skin_rgb, (130, 30, 20), 0.22)
    canvas.blob(frame.path((nose, 0.0), (nose + 0.1, -0.2), (nose, -0.29), (nose - 0.1, -0.2)), tip)
    if doll.beard == "mustache":
        m = yaw * 0.52
        canvas.blob(
            frame.path(
                (m, -0.27), (m + 0.2, -0.27), (m + 0.44, -0.43), (m + 0.25, -0.48), (m, -0.43),
                (m - 0.25, -0.48), (m - 0.44, -0.43), (m - 0.2, -0.27),
            ),
            doll.hair_rgb,
        )  # fmt: skip
    a, w = yaw * 0.5, 0.28 * doll.lip
    canvas.blob(
        frame.path(
            (a - w, -0.495), (a - w * 0.5, -0.54), (a, -0.555), (a + w * 0.5, -0.54), (a + w, -0.495),
            (a + w * 0.6, -0.63), (a, -0.685), (a - w * 0.6, -0.63),
        ),
        (165, 55, 60),
    )  # fmt: skip
    canvas.stroke(
        frame.path((a - w * 0.6, -0.575), (a, -0.60), (a + w * 0.6, -0.575)),
        unit * 0.024,
        (240, 190, 185, 110),
    )


def _glasses(canvas: Canvas, frame: Frame, doll: Doll, turn: float) -> None:
    rim = frame.unit * 0.12
    for side in _SIDES:
        a = side * 0.38 + turn
        if doll.glasses == "sunglasses":
            canvas.polygon(frame.oval(a, 0.12, 0.33, 0.27), _DARK)
            glint = frame.path((a - 0.17, 0.22), (a - 0.03, 0.29), (a - 0.15, 0.04), (a - 0.23, 0.06))
            canvas.polygon(glint, (255, 255, 255, 60))
        else:
            ring = frame.oval(a, 0.12, 0.29, 0.27, points=40)
            canvas.polygon(ring, (225, 240, 255, 38))
            canvas.stroke([*ring, ring[0], ring[1]], rim, _DARK)
        if side * turn + 0.68 < 0.93 * doll.face_width:  # else the temple is behind the lens
            canvas.stroke(
                frame.path((a + side * 0.3, 0.14), (side * 0.93 * doll.face_width, 0.1)), rim * 0.8, _DARK
            )
    canvas.stroke(frame.path((-0.12 + turn, 0.14), (0.12 + turn, 0.14)), rim, _DARK)


def _dome(frame: Frame, doll: Doll) -> list[Point]:
    w = 1.08 * doll.face_width
    return [
        frame.at(w * math.cos(t), 0.46 + 0.86 * math.sin(t)) for t in (math.pi * i / 40 for i in range(41))
    ]


def _cap(canvas: Canvas, frame: Frame, doll: Doll, colour: Colour, yaw: float) -> None:
    s = 1 if yaw >= 0 else -1
    canvas.polygon(_dome(frame, doll), colour)
    canvas.stroke(
        frame.path((0, 1.32), (s * 0.1, 0.9), (s * 0.14, 0.6)),
        frame.unit * 0.025,
        (*shaded(colour, 0.75), 160),
    )
    canvas.polygon(frame.oval(0, 1.32, 0.08, 0.06), shaded(colour, 0.8))
    canvas.blob(
        frame.path(
            (-s * 0.3, 0.44),
            (s * 0.7, 0.42),
            (s * 1.62, 0.36),
            (s * 1.68, 0.46),
            (s * 1.5, 0.58),
            (s * 0.6, 0.64),
            (-s * 0.3, 0.62),
        ),
        shaded(colour, 0.8),
    )


def _beanie(canvas: Canvas, frame: Frame, doll: Doll, colour: Colour, yaw: float) -> None:
    w, band = doll.face_width, shaded(colour, 0.75)
    canvas.polygon(frame.oval(0, 1.4, 0.21, 0.21), shaded(colour, 1.3))
    canvas.polygon(_dome(frame, doll), colour)
    canvas.blob(
        frame.path(
            (-1.1 * w, 0.42), (0, 0.37), (1.1 * w, 0.42), (1.1 * w, 0.65), (0, 0.68), (-1.1 * w, 0.65)
        ),
        band,
    )
    for i in range(-4, 5):
        a = i * 0.24 * w
        canvas.stroke(frame.path((a, 0.41), (a, 0.64)), frame.unit * 0.025, (*shaded(band, 0.8), 150))


def _tophat(canvas: Canvas, frame: Frame, doll: Doll, colour: Colour, yaw: float) -> None:
    canvas.polygon(frame.path((-0.78, 0.55), (-0.76, 1.75), (0.76, 1.75), (0.78, 0.55)), colour)
    canvas.polygon(frame.oval(0, 1.75, 0.76, 0.07), shaded(colour, 1.1))
    canvas.polygon(
        frame.path((-0.78, 0.66), (-0.775, 0.86), (0.775, 0.86), (0.78, 0.66)), shaded(colour, 0.6)
    )
    canvas.blob(
        frame.path((-1.35, 0.56), (-0.7, 0.47), (0.7, 0.47), (1.35, 0.56), (0.7, 0.68), (-0.7, 0.68)),
        shaded(colour, 0.8),
    )


_HATS = {"cap": _cap, "beanie": _beanie, "tophat": _tophat}
