"""A doll's head: what makes it this doll and no other.

Drawn in the head's own frame (unit: the skull's radius, b upwards), back hair first, then skull, beard, face,
front hair, glasses. `turn` slides the features sideways as the head looks left or right; the skull
itself stays.
"""

from __future__ import annotations

from miniature.canvas import Canvas, Frame, between
from miniature.hair import draw_beard, draw_front_hair
from miniature.people import Colour, Doll, shaded
from miniature.poses import Figure, Point

_DARK: Colour = (25, 25, 30)
_SIDES = (-1, 1)


def head_frame(figure: Figure) -> Frame:
    return Frame(figure.head, figure.tilt, figure.head_radius)


def mouth_of(figure: Figure) -> Point:
    """Where a microphone should be held: just below the lips."""
    return head_frame(figure).at(figure.yaw * 0.5, -0.75)


def draw_head(canvas: Canvas, doll: Doll, figure: Figure) -> None:
    frame, turn = head_frame(figure), figure.yaw * 0.45
    _skull(canvas, frame, doll, figure.yaw)
    if doll.beard == "beard":
        draw_beard(canvas, frame, doll, figure.yaw)
    _face(canvas, frame, doll, figure.yaw)
    draw_front_hair(canvas, frame, doll, figure.yaw)
    if doll.glasses != "none":
        _glasses(canvas, frame, doll, turn)


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
    brow = shaded(doll.hair_rgb, 0.8)
    for side in _SIDES:
        a, gaze = side * 0.37 + turn, yaw * 0.08
        canvas.polygon(frame.oval(a, 0.12, 0.185 * size, 0.2 * size), (252, 252, 252))
        canvas.polygon(frame.oval(a + gaze, 0.12, 0.125 * size, 0.15 * size), doll.eye_rgb)
        canvas.polygon(frame.oval(a + gaze, 0.115, 0.07 * size, 0.09 * size), shaded(doll.eye_rgb, 0.35))
        canvas.polygon(frame.oval(a + gaze + 0.045 * size, 0.175, 0.036 * size, 0.04 * size), (255, 255, 255))
        high, slope = 0.2 + 0.2 * size, side * 0.015
        arch = frame.path((a - 0.18, high - 0.02 - slope), (a, high + 0.035), (a + 0.18, high - 0.02 + slope))
        canvas.stroke(arch, unit * 0.055, (*brow, 210))
    nose = yaw * 0.55
    tip = between(doll.skin_rgb, (130, 30, 20), 0.22)
    canvas.blob(frame.path((nose, -0.02), (nose + 0.1, -0.2), (nose, -0.28), (nose - 0.1, -0.2)), tip)
    a, w = yaw * 0.5, 0.3 * doll.lip
    canvas.blob(
        frame.path(
            (a - w, -0.48), (a - w * 0.5, -0.52), (a, -0.53), (a + w * 0.5, -0.52), (a + w, -0.48),
            (a + w * 0.6, -0.64), (a, -0.70), (a - w * 0.6, -0.64),
        ),
        (170, 45, 55),
    )  # fmt: skip
    canvas.stroke(
        frame.path((a - w * 0.6, -0.57), (a, -0.60), (a + w * 0.6, -0.57)),
        unit * 0.03,
        (245, 225, 220, 150),
    )


def _glasses(canvas: Canvas, frame: Frame, doll: Doll, turn: float) -> None:
    rim = frame.unit * 0.15
    for side in _SIDES:
        a = side * 0.39 + turn
        ring = frame.oval(a, 0.12, 0.31, 0.29, points=40)
        canvas.polygon(ring, (225, 240, 255, 60))
        canvas.stroke([*ring, ring[0], ring[1]], rim, _DARK)
        if side * turn + 0.68 < 0.93 * doll.face_width:  # else the temple is behind the lens
            canvas.stroke(
                frame.path((a + side * 0.32, 0.14), (side * 0.93 * doll.face_width, 0.1)), rim * 0.8, _DARK
            )
    canvas.stroke(frame.path((-0.1 + turn, 0.14), (0.1 + turn, 0.14)), rim, _DARK)
