"""What a doll plays with: bench, guitar, drums, skateboard, basketball, microphone.

Big, and held clear of the body where the pose allows: a thing smaller than a hand is not seen at 64 pixels,
and what is not seen is not learnt. Sizes are in lengths of the torso.
"""

from __future__ import annotations

import math

from miniature import poses
from miniature.canvas import Canvas, Frame, along
from miniature.people import Colour, shaded
from miniature.poses import Figure, Point

_WOOD: Colour = (130, 85, 50)
_VARNISH: Colour = (246, 190, 112)
_DRUM: Colour = (200, 35, 45)
_CYMBAL: Colour = (235, 190, 60)


def feet(figure: Figure) -> float:
    """Where the lower foot stands, in shares of the picture's height."""
    return max(figure.joint(poses.R_ANKLE)[1], figure.joint(poses.L_ANKLE)[1])


def draw_bench(canvas: Canvas, figure: Figure) -> None:
    x, y = figure.hips
    t = figure.torso
    ground = feet(figure) + t * 0.12
    for side in (-1, 1):
        leg = x + side * t * 0.68
        canvas.rectangle(leg - t * 0.07, y + t * 0.2, leg + t * 0.07, ground, (100, 62, 36))
    canvas.rectangle(x - t * 0.75, y + t * 0.05, x + t * 0.75, y + t * 0.22, _WOOD, round=t * 0.03)
    canvas.rectangle(x - t * 0.73, y + t * 0.11, x + t * 0.73, y + t * 0.125, shaded(_WOOD, 0.8))


def draw_skateboard(canvas: Canvas, figure: Figure) -> None:
    t = figure.torso
    y = feet(figure) + t * 0.135
    left, right = sorted((figure.joint(poses.R_ANKLE)[0], figure.joint(poses.L_ANKLE)[0]))
    for x in (left - t * 0.05, right + t * 0.05):
        canvas.disc((x, y + t * 0.13), t * 0.095, (250, 250, 250))
        canvas.disc((x, y + t * 0.13), t * 0.035, (150, 150, 158))
    canvas.rectangle(
        left - t * 0.37, y - t * 0.06, right + t * 0.37, y + t * 0.08, (215, 60, 130), round=t * 0.07
    )
    canvas.rectangle(left - t * 0.30, y - t * 0.06, right + t * 0.30, y - t * 0.03, (60, 52, 66))


def draw_guitar(canvas: Canvas, figure: Figure) -> None:
    """An acoustic guitar under the strumming hand, its neck pointing past the other hand."""
    strum = figure.joint(figure.prop_hand)
    fret = figure.joint(poses.L_WRIST if figure.prop_hand == poses.R_WRIST else poses.R_WRIST)
    t = figure.torso * 1.75
    reach = math.dist(strum, fret)
    frame = Frame(strum, math.atan2(fret[1] - strum[1], fret[0] - strum[0]), t)
    end = reach / t + 0.4
    canvas.stroke(frame.path((0, 0), (end, 0)), t * 0.12, (70, 40, 25))
    canvas.limb(frame.at(end - 0.06, 0), frame.at(end + 0.1, 0), t * 0.13, t * 0.16, (52, 30, 20))
    outline = (
        (-0.34, 0.0), (-0.27, 0.25), (-0.03, 0.33), (0.20, 0.23), (0.36, 0.255), (0.51, 0.15),
        (0.545, 0.0), (0.51, -0.15), (0.36, -0.255), (0.20, -0.23), (-0.03, -0.33), (-0.27, -0.25),
    )  # fmt: skip
    canvas.blob(frame.path(*((a * 1.14, b * 1.17) for a, b in outline)), (70, 40, 25))
    canvas.blob(frame.path(*outline), _VARNISH)
    canvas.polygon(frame.oval(0.26, 0, 0.095, 0.095), (50, 28, 18))
    canvas.stroke(frame.path((-0.16, -0.09), (-0.16, 0.09)), t * 0.05, (60, 34, 22))
    for string in (-0.03, -0.01, 0.01, 0.03):
        canvas.stroke(frame.path((-0.16, string), (end, string)), t * 0.006, (235, 225, 200, 200))


def draw_drums(canvas: Canvas, figure: Figure) -> None:
    """A kit in front of the player: bass drum with its white skin, two toms, two cymbals, a stick in each
    hand.
    """
    t = figure.torso
    x = figure.hips[0]
    y = (figure.joint(poses.R_KNEE)[1] + figure.joint(poses.L_KNEE)[1]) / 2 + t * 0.25
    for side in (-1, 1):
        stand, cymbal = x + side * t * 0.95, y - t * 0.97
        canvas.stroke([(stand, cymbal), (stand, y + t * 0.37)], t * 0.05, (120, 120, 120))
        canvas.ellipse((stand, cymbal), t * 0.28, t * 0.055, _CYMBAL)
        canvas.ellipse((stand, cymbal - t * 0.012), t * 0.11, t * 0.022, shaded(_CYMBAL, 1.12))
        drum, rim = x + side * t * 0.66, y - t * 0.22
        canvas.rectangle(drum - t * 0.28, rim, drum + t * 0.28, rim + t * 0.22, _DRUM, round=t * 0.03)
        canvas.rectangle(
            drum - t * 0.28,
            rim + t * 0.18,
            drum + t * 0.28,
            rim + t * 0.22,
            shaded(_DRUM, 0.78),
            round=t * 0.02,
        )
        canvas.ellipse((drum, rim), t * 0.28, t * 0.10, (225, 225, 220))
        canvas.ellipse((drum, rim), t * 0.22, t * 0.07, (240, 240, 236))
    canvas.ellipse((x, y), t * 0.46, t * 0.414, _DRUM)
    canvas.ellipse((x, y), t * 0.41, t * 0.365, (225, 222, 214))
    canvas.ellipse((x, y), t * 0.386, t * 0.34, (240, 238, 228))
    for i in range(8):
        angle = math.pi * (i + 0.5) / 4
        canvas.disc(
            (x + math.cos(angle) * t * 0.435, y + math.sin(angle) * t * 0.39), t * 0.022, (235, 232, 225)
        )
    for wrist in (poses.R_WRIST, poses.L_WRIST):
        hand = figure.joint(wrist)
        inward = 1 if hand[0] < x else -1
        tip = (hand[0] + inward * t * 0.16, hand[1] + t * 0.34)
        canvas.stroke([along(hand, tip, -0.35), tip], t * 0.06, (222, 184, 120))
        canvas.disc(tip, t * 0.04, (240, 214, 160))


def draw_basketball(canvas: Canvas, figure: Figure) -> None:
    t = figure.torso
    hand = figure.joint(figure.prop_hand)
    r = t * 0.42
    frame = Frame((hand[0], hand[1] - r * 0.9), 0.25, r)
    seam: Colour = (60, 30, 15)
    canvas.disc(frame.origin, r, (232, 118, 38))
    canvas.disc(frame.at(-0.3, 0.35), r * 0.32, (255, 160, 90, 90))
    canvas.stroke(frame.path((-1, 0), (1, 0)), t * 0.035, seam)
    canvas.stroke(frame.path((0, -1), (0, 1)), t * 0.035, seam)
    for side in (-1, 1):
        arc = [(side * (0.95 - 0.5 * math.cos(v * 0.13)), math.sin(v * 0.13) * 0.9) for v in range(-7, 8)]
        canvas.stroke(frame.path(*arc), t * 0.024, seam)


def draw_microphone(canvas: Canvas, figure: Figure, mouth: Point) -> None:
    t = figure.torso * 1.5
    hand = figure.joint(figure.prop_hand)
    away = math.dist(hand, mouth) or 1e-6
    tip = along(hand, mouth, t * 0.28 / away)
    canvas.limb(along(hand, tip, -0.25), tip, t * 0.09, t * 0.13, (30, 30, 30))
    canvas.disc(tip, t * 0.12, (150, 150, 155))
    canvas.disc(along(tip, mouth, 0.0), t * 0.085, (172, 172, 178))
    canvas.disc((tip[0] - t * 0.03, tip[1] - t * 0.03), t * 0.03, (220, 220, 225))
