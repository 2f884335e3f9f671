"""A doll's head: what makes it this doll and no other.

Drawn in the head's own frame (unit: the skull's radius, b upwards), back hair first, then skull, beard, face, front
hair, glasses, hat. `turn` slides the features sideways as the head looks left or right; the skull itself stays.
"""

from __future__ import annotations

import math

from miniature.canvas import Canvas, Frame, between
from miniature.people import Colour, Doll, Outfit, shaded
from miniature.poses import Figure, Point

_DARK: Colour = (25, 25, 30)
_SIDES = (-1, 1)


def head_frame(figure: Figure) -> Frame:
    return Frame(figure.head, figure.tilt, figure.head_radius)


def mouth_of(figure: Figure) -> Point:
    """Where a microphone should be held: just below the lips."""
    return head_frame(figure).at(figure.yaw * 0.5, -0.75)


def draw_back_hair(canvas: Canvas, doll: Doll, figure: Figure) -> None:
    """Hair that falls behind the shoulders; drawn before the body."""
    frame, volume = head_frame(figure), doll.hair_volume
    behind = shaded(doll.hair_rgb, 0.85)
    if doll.hair_shape == "long":
        w = doll.face_width * volume
        canvas.blob(
            frame.path(
                (0, volume), (0.85 * w, 0.65 * volume), (1.16 * w, -0.2), (1.2 * w, -1.1 * volume), (0.85 * w, -1.68 * volume),
                (0, -1.62 * volume), (-0.85 * w, -1.68 * volume), (-1.2 * w, -1.1 * volume), (-1.16 * w, -0.2),
                (-0.85 * w, 0.65 * volume),
            ),
            behind,
        )  # fmt: skip
    elif doll.hair_shape == "ponytail":
        side = -1 if figure.yaw > 0 else 1
        canvas.blob(
            frame.path(
                (side * 0.8, 0.45), (side * 1.25, 0.62 * volume), (side * (1.15 + 0.36 * volume), 0.0),
                (side * (1.15 + 0.2 * volume), -0.75 * volume), (side * 1.28, -1.16 * volume), (side * 1.0, -0.7 * volume),
                (side * 0.86, -0.1),
            ),
            behind,
        )  # fmt: skip


def draw_head(canvas: Canvas, doll: Doll, outfit: Outfit, figure: Figure) -> None:
    frame, turn = head_frame(figure), figure.yaw * 0.45
    _skull(canvas, frame, doll, figure.yaw)
    if doll.beard == "beard":
        _beard(canvas, frame, doll, figure.yaw)
    _face(canvas, frame, doll, figure.yaw)
    if doll.has_hair:
        _FRONT[doll.hair_shape](canvas, frame, doll)
    if doll.glasses != "none":
        _glasses(canvas, frame, doll, turn)
    if outfit.hat != "none":
        _HATS[outfit.hat](canvas, frame, doll, outfit.hat_rgb, figure.yaw)


def _skull(canvas: Canvas, frame: Frame, doll: Doll, yaw: float) -> None:
    w = doll.face_width
    for side in _SIDES:
        canvas.polygon(frame.oval(side * 0.93 * w + yaw * 0.12, -0.02, 0.17, 0.23), shaded(doll.skin_rgb, 0.93))
        canvas.polygon(frame.oval(side * 0.96 * w + yaw * 0.12, -0.02, 0.08, 0.13), shaded(doll.skin_rgb, 0.82))
    canvas.polygon(frame.oval(0, 0, 0.95 * w, 1.08, points=64), doll.skin_rgb)
    for side in _SIDES:
        blush = between(doll.skin_rgb, (225, 80, 90), 0.5)
        canvas.polygon(frame.oval(side * 0.52 * w + yaw * 0.4, -0.3, 0.19, 0.13), (*blush, 70))


def _beard(canvas: Canvas, frame: Frame, doll: Doll, yaw: float) -> None:
    w, t = doll.face_width, yaw * 0.4
    canvas.blob(
        frame.path(
            (-0.95 * w, 0.0), (-0.74 * w, -0.24), (-0.36 * w + t, -0.37), (t, -0.33), (0.36 * w + t, -0.37), (0.74 * w, -0.24),
            (0.95 * w, 0.0), (0.88 * w, -0.5), (0.66 * w, -0.95), (0.34 * w, -1.17), (0, -1.22), (-0.34 * w, -1.17),
            (-0.66 * w, -0.95), (-0.88 * w, -0.5),
        ),
        doll.hair_rgb,
    )  # fmt: skip
    strand = (*shaded(doll.hair_rgb, 0.8), 120)
    for i in range(-3, 4):
        a = i * 0.2 * w
        canvas.stroke(frame.path((a, -0.78 - 0.02 * abs(i)), (a * 0.92, -1.04 + 0.05 * abs(i))), frame.unit * 0.025, strand)


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
        lift = 0.12 + 0.2 * size + 0.05
        canvas.stroke(
            frame.path((a - 0.17, lift - 0.02 - side * 0.015), (a, lift + 0.035), (a + 0.17, lift - 0.02 + side * 0.015)),
            unit * 0.05, (*brow, 210),
        )  # fmt: skip
    nose = yaw * 0.55
    canvas.polygon(frame.oval(nose, -0.16, 0.09, 0.13), shaded(doll.skin_rgb, 0.8))
    canvas.polygon(frame.oval(nose - 0.01, -0.12, 0.05, 0.07), shaded(doll.skin_rgb, 0.9))
    if doll.beard == "mustache":
        m = yaw * 0.52
        canvas.blob(
            frame.path(
                (m, -0.27), (m + 0.2, -0.27), (m + 0.44, -0.43), (m + 0.25, -0.48), (m, -0.43), (m - 0.25, -0.48),
                (m - 0.44, -0.43), (m - 0.2, -0.27),
            ),
            doll.hair_rgb,
        )  # fmt: skip
    a, w = yaw * 0.5, 0.28 * doll.lip
    canvas.blob(
        frame.path((a - w, -0.53), (a - w * 0.45, -0.51), (a, -0.535), (a + w * 0.45, -0.51), (a + w, -0.53),
                   (a + w * 0.55, -0.645), (a, -0.675), (a - w * 0.55, -0.645)),
        (165, 55, 60),
    )  # fmt: skip
    canvas.stroke(frame.path((a - w * 0.9, -0.54), (a, -0.585), (a + w * 0.9, -0.54)), unit * 0.022, (110, 30, 38, 200))


def _crown(canvas: Canvas, frame: Frame, doll: Doll, colour: Colour, hairline: float = 0.42) -> None:
    """The cap of hair over the skull, from temple to temple."""
    w, v = 1.02 * doll.face_width * doll.hair_volume, 1.16 * doll.hair_volume
    canvas.polygon(
        [frame.at(w * math.cos(t), hairline + (v - hairline) * math.sin(t)) for t in (math.pi * i / 40 for i in range(41))],
        colour,
    )


def _parted(canvas: Canvas, frame: Frame, doll: Doll) -> None:
    """Short, long, in a bun or a ponytail: a crown, a fringe, and locks beside the face."""
    w, v, hair = doll.face_width, doll.hair_volume, doll.hair_rgb
    low = -0.9 if doll.hair_shape == "long" else 0.02
    if doll.hair_shape == "bun":
        canvas.polygon(frame.oval(0, 1.38 * v, 0.42 * v, 0.36 * v), hair)
        canvas.stroke(
            frame.path(*((0.24 * v * math.cos(t), (1.38 + 0.2 * math.sin(t)) * v) for t in (0.4 * i for i in range(12)))),
            frame.unit * 0.035, (*shaded(hair, 0.8), 150),
        )  # fmt: skip
    _crown(canvas, frame, doll, hair)
    for side in _SIDES:
        canvas.blob(
            frame.path(
                (side * 1.02 * w * v, 0.52), (side * 0.6 * w, 0.58), (side * 0.77 * w, 0.3), (side * 0.86 * w, low + 0.12),
                (side * 0.98 * w * v, low - 0.04), (side * 1.08 * w * v, low + 0.12),
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
    arc = [(0.72 * w * math.cos(t), 0.45 + 0.52 * v * math.sin(t)) for t in (math.pi * (0.56 + 0.03 * i) for i in range(9))]
    canvas.stroke(frame.path(*arc), frame.unit * 0.07, light)


def _curly(canvas: Canvas, frame: Frame, doll: Doll) -> None:
    w, v, hair = doll.face_width, doll.hair_volume, doll.hair_rgb
    curls = []
    for i in range(11):
        t = math.pi * (-0.12 + 1.24 * i / 10)
        curls.append((w * v * math.cos(t), 0.18 + 0.92 * v * math.sin(t)))
    for a, b in curls:
        canvas.polygon(frame.oval(a, b, 0.385 * v, 0.385 * v, points=40), hair)
    for i in range(6):
        t = math.pi * (0.14 + 0.72 * i / 5)
        canvas.polygon(frame.oval(0.62 * w * v * math.cos(t), 0.3 + 0.5 * v * math.sin(t), 0.25 * v, 0.22 * v), hair)
    for n, (a, b) in enumerate(curls):
        start = 0.6 + n * 0.9
        curl = [
            (a + (0.06 + 0.034 * k) * v * math.cos(start + k * 0.62), b + (0.06 + 0.034 * k) * v * math.sin(start + k * 0.62))
            for k in range(8)
        ]
        canvas.stroke(frame.path(*curl), frame.unit * 0.032, (*shaded(hair, 0.78), 120))
    for a, b in curls[5:9]:
        canvas.polygon(frame.oval(a - 0.08, b + 0.14, 0.13, 0.075), (*between(hair, (255, 255, 255), 0.5), 70))


def _mohawk(canvas: Canvas, frame: Frame, doll: Doll) -> None:
    tall, hair = 1.75 * doll.hair_volume, doll.hair_rgb
    edge: list[Point] = [(-0.24, 0.70), (-0.32, tall * 0.9)]
    for i in range(5):
        a = -0.3 + 0.15 * i
        edge += [(a, tall * (1.0 - 0.05 * abs(i - 2)))] + ([(a + 0.075, tall * 0.92)] if i < 4 else [])
    canvas.polygon(frame.path(*edge, (0.32, tall * 0.9), (0.24, 0.70), (0.0, 0.60)), hair)
    for i in range(-1, 2):
        canvas.stroke(frame.path((i * 0.1, 0.78), (i * 0.14, tall * 0.9)), frame.unit * 0.025, (*shaded(hair, 0.78), 130))


def _spiky(canvas: Canvas, frame: Frame, doll: Doll) -> None:
    w, spikes = doll.face_width, 7
    edge = []
    for i in range(spikes * 2 + 1):
        t, r = math.pi * (1 - i / (spikes * 2)), 1.0 if i % 2 == 0 else 1.45 * doll.hair_volume
        edge.append((r * w * math.cos(t), 0.35 + r * 0.92 * math.sin(t)))
    fringe = [(w * (0.8 - 0.2 * i), 0.36 if i % 2 else 0.56) for i in range(9)]
    canvas.polygon(frame.path(*edge, *fringe), doll.hair_rgb)
    for i in range(1, spikes * 2, 2):
        (a, b), strand = edge[i], (*shaded(doll.hair_rgb, 0.78), 120)
        canvas.stroke(frame.path((a * 0.55, 0.35 + (b - 0.35) * 0.55), (a * 0.9, 0.35 + (b - 0.35) * 0.9)), frame.unit * 0.025, strand)


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
        canvas.stroke(frame.path((side * 0.68 + turn, 0.14), (side * 0.93 * doll.face_width, 0.1)), rim * 0.8, _DARK)
    canvas.stroke(frame.path((-0.12 + turn, 0.14), (0.12 + turn, 0.14)), rim, _DARK)


def _dome(frame: Frame, doll: Doll) -> list[Point]:
    w = 1.08 * doll.face_width
    return [frame.at(w * math.cos(t), 0.46 + 0.86 * math.sin(t)) for t in (math.pi * i / 40 for i in range(41))]


def _cap(canvas: Canvas, frame: Frame, doll: Doll, colour: Colour, yaw: float) -> None:
    s = 1 if yaw >= 0 else -1
    canvas.polygon(_dome(frame, doll), colour)
    canvas.stroke(frame.path((0, 1.32), (s * 0.1, 0.9), (s * 0.14, 0.6)), frame.unit * 0.025, (*shaded(colour, 0.75), 160))
    canvas.polygon(frame.oval(0, 1.32, 0.08, 0.06), shaded(colour, 0.8))
    canvas.blob(
        frame.path((-s * 0.3, 0.44), (s * 0.7, 0.42), (s * 1.62, 0.36), (s * 1.68, 0.46), (s * 1.5, 0.58), (s * 0.6, 0.64), (-s * 0.3, 0.62)),
        shaded(colour, 0.8),
    )


def _beanie(canvas: Canvas, frame: Frame, doll: Doll, colour: Colour, yaw: float) -> None:
    w, band = doll.face_width, shaded(colour, 0.75)
    canvas.polygon(frame.oval(0, 1.4, 0.21, 0.21), shaded(colour, 1.3))
    canvas.polygon(_dome(frame, doll), colour)
    canvas.blob(frame.path((-1.1 * w, 0.42), (0, 0.37), (1.1 * w, 0.42), (1.1 * w, 0.65), (0, 0.68), (-1.1 * w, 0.65)), band)
    for i in range(-4, 5):
        a = i * 0.24 * w
        canvas.stroke(frame.path((a, 0.41), (a, 0.64)), frame.unit * 0.025, (*shaded(band, 0.8), 150))


def _tophat(canvas: Canvas, frame: Frame, doll: Doll, colour: Colour, yaw: float) -> None:
    canvas.polygon(frame.path((-0.78, 0.55), (-0.76, 1.75), (0.76, 1.75), (0.78, 0.55)), colour)
    canvas.polygon(frame.oval(0, 1.75, 0.76, 0.07), shaded(colour, 1.1))
    canvas.polygon(frame.path((-0.78, 0.66), (-0.775, 0.86), (0.775, 0.86), (0.78, 0.66)), shaded(colour, 0.6))
    canvas.blob(frame.path((-1.35, 0.56), (-0.7, 0.47), (0.7, 0.47), (1.35, 0.56), (0.7, 0.68), (-0.7, 0.68)), shaded(colour, 0.8))


_FRONT = {
    "short": _parted, "long": _parted, "bun": _parted, "ponytail": _parted, "curly": _curly, "mohawk": _mohawk,
    "spiky": _spiky,
}  # fmt: skip
_HATS = {"cap": _cap, "beanie": _beanie, "tophat": _tophat}
