"""How a doll stands: eighteen OpenPose key points from a few angles, and where the camera cuts.

A body is built from the hips up and down by forward kinematics in units of the body's height (y points down,
an angle of 0 hangs straight down and grows towards the right of the picture), then placed into the unit
square of the picture. Each action is a row of angle ranges; chance does the rest, so two people who wave
never wave alike. Key points are numbered as in OpenPose's 18-point body (COCO order with the neck second).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

Point = tuple[float, float]
Range = tuple[float, float]

NOSE, NECK = 0, 1
R_SHOULDER, R_ELBOW, R_WRIST, L_SHOULDER, L_ELBOW, L_WRIST = range(2, 8)
R_HIP, R_KNEE, R_ANKLE, L_HIP, L_KNEE, L_ANKLE = range(8, 14)
R_EYE, L_EYE, R_EAR, L_EAR = range(14, 18)
_MIRROR = (0, 1, 5, 6, 7, 2, 3, 4, 11, 12, 13, 8, 9, 10, 15, 14, 17, 16)

FRAMINGS = ("full", "half", "portrait")

HEAD: Range = (0.16, 0.185)
"""Radius of a doll's head as a share of its height: a third of the doll is head, or a face is eight pixels wide."""
_GROWN_UP: Range = (0.075, 0.105)
_GROWN_UP_SHARE = 0.35
"""Some skeletons have a grown-up's limbs and a face as small, as photos of real people give; the head drawn on them
is as large as any, so that the base draws a doll in that pose and not a face nobody can see."""


class Limb(NamedTuple):
    """Angle ranges, in radians, of the upper and the lower half of an arm or leg."""

    upper: Range
    lower: Range


class Stance(NamedTuple):
    """An action as angle ranges. `directed` ones turn to either side; `thigh` shortens legs that point at
    us.
    """

    right_arm: Limb = Limb((-0.35, -0.05), (-0.3, 0.1))
    left_arm: Limb = Limb((0.05, 0.35), (-0.1, 0.3))
    right_leg: Limb = Limb((-0.16, -0.02), (-0.1, 0.06))
    left_leg: Limb = Limb((0.02, 0.16), (-0.06, 0.1))
    lean: Range = (-0.08, 0.08)
    yaw: Range = (-0.5, 0.5)
    thigh: Range = (1.0, 1.0)
    lift: Range = (0.0, 0.0)
    directed: bool = False


_STANCES: dict[str, Stance] = {
    "standing": Stance(),
    "waving": Stance(right_arm=Limb((-2.6, -1.7), (-3.4, -2.5))),
    "cheering": Stance(right_arm=Limb((-2.8, -2.1), (-3.3, -2.4)), left_arm=Limb((2.1, 2.8), (2.4, 3.3))),
    "sitting": Stance(
        Limb((-0.5, -0.15), (0.0, 0.6)), Limb((0.15, 0.5), (-0.6, 0.0)),
        Limb((-0.9, -0.4), (-0.1, 0.15)), Limb((0.4, 0.9), (-0.15, 0.1)), thigh=(0.45, 0.65),
    ),
    "running": Stance(
        Limb((-1.0, -0.5), (0.3, 1.0)), Limb((0.4, 0.9), (1.6, 2.4)),
        Limb((0.6, 1.0), (-0.3, 0.2)), Limb((-0.7, -0.3), (-1.5, -0.9)),
        lean=(0.1, 0.25), yaw=(0.4, 0.9), directed=True,
    ),
    "jumping": Stance(
        Limb((-2.6, -1.3), (-3.0, -1.4)), Limb((1.3, 2.6), (1.4, 3.0)),
        Limb((-1.0, -0.4), (-0.2, 0.9)), Limb((0.4, 1.0), (-0.9, 0.2)), lift=(0.08, 0.16),
    ),
    "dancing": Stance(
        Limb((-2.4, -0.4), (-3.2, 1.2)), Limb((0.4, 2.4), (-1.2, 3.2)),
        Limb((-0.7, 0.0), (-0.4, 0.5)), Limb((0.0, 0.7), (-0.5, 0.4)), lean=(-0.25, 0.25),
    ),
    "guitar": Stance(right_arm=Limb((-0.5, -0.3), (0.9, 1.2)), left_arm=Limb((0.6, 0.9), (1.7, 2.1))),
    "drums": Stance(
        Limb((-0.8, -0.4), (0.2, 0.9)), Limb((0.4, 0.8), (-0.9, -0.2)),
        Limb((-0.9, -0.5), (-0.1, 0.15)), Limb((0.5, 0.9), (-0.15, 0.1)), thigh=(0.45, 0.6),
    ),
    "skateboard": Stance(
        Limb((-1.7, -0.8), (-1.9, -0.8)), Limb((0.8, 1.7), (0.8, 1.9)),
        Limb((-0.65, -0.35), (-0.15, 0.15)), Limb((0.35, 0.65), (-0.15, 0.15)),
        lean=(0.05, 0.25), yaw=(0.2, 0.7), thigh=(0.8, 0.95),
    ),
    "basketball": Stance(
        Limb((-2.1, -1.5), (-2.6, -1.8)), Limb((0.2, 0.9), (0.2, 1.6)),
        Limb((-0.5, 0.0), (-0.4, 0.4)), Limb((0.0, 0.5), (-0.4, 0.4)), lift=(0.0, 0.12),
    ),
    "singing": Stance(right_arm=Limb((-0.6, -0.2), (2.3, 2.8)), left_arm=Limb((0.1, 1.7), (0.0, 2.2))),
}  # fmt: skip
ACTIONS = tuple(_STANCES)


@dataclass(frozen=True)
class Figure:
    """A placed body, in units of the picture's side (0..1, y down).

    `joints` holds every joint, also those outside the picture, because an arm that leaves the frame is still
    drawn; `key_points` is what a detector could see. `head` and `head_radius` are the skull's circle, `tilt`
    its angle to the right, `yaw` (-1..1) where the face looks, `prop_hand` the wrist that strums, holds or
    throws.
    """

    joints: tuple[Point | None, ...]
    head: Point
    head_radius: float
    tilt: float
    yaw: float
    action: str
    framing: str
    prop_hand: int = R_WRIST

    @property
    def key_points(self) -> tuple[Point | None, ...]:
        """The 18 OpenPose points inside the picture; None where out of frame or hidden behind the head."""
        return tuple(p if p and 0.0 <= p[0] <= 1.0 and 0.0 <= p[1] <= 1.0 else None for p in self.joints)

    def joint(self, index: int) -> Point:
        """A joint that always exists (all but the ears)."""
        point = self.joints[index]
        assert point is not None, "only an ear can hide"
        return point

    @property
    def hips(self) -> Point:
        right, left = self.joint(R_HIP), self.joint(L_HIP)
        return ((right[0] + left[0]) / 2, (right[1] + left[1]) / 2)

    @property
    def torso(self) -> float:
        """Length from hips to neck, the measure of everything drawn on the body."""
        return math.dist(self.joint(NECK), self.hips)


def random_figure(
    rng: Random, action: str | None = None, framing: str | None = None, *, head: float | None = None
) -> Figure:
    """A body in the named action and framing, or in any. `head`: the head's radius, as a share of the
    height.
    """
    action = action or rng.choice(ACTIONS)
    framing = framing or rng.choices(FRAMINGS, (0.55, 0.22, 0.23))[0]
    radius = head or rng.uniform(*HEAD)
    build = rng.uniform(*_GROWN_UP) if rng.random() < _GROWN_UP_SHARE else radius
    stance = _STANCES[action]
    side = -1.0 if action in ("running", "skateboard") and rng.random() < 0.5 else 1.0
    yaw, lean = side * rng.uniform(*stance.yaw), side * rng.uniform(*stance.lean)
    joints, skull, tilt = _body(rng, stance, radius, build, yaw, lean, side if stance.directed else 1.0)
    hand = R_WRIST
    if rng.random() < 0.5:
        joints = [joints[i] for i in _MIRROR]
        joints = [(-p[0], p[1]) if p else None for p in joints]
        skull, tilt, yaw, hand = (-skull[0], skull[1]), -tilt, -yaw, L_WRIST
    scale, (dx, dy) = _placement(rng, joints, skull, radius, framing, rng.uniform(*stance.lift))

    def place(point: Point) -> Point:
        return (point[0] * scale + dx, point[1] * scale + dy)

    return Figure(
        tuple(place(p) if p else None for p in joints),
        place(skull),
        radius * scale,
        tilt,
        yaw,
        action,
        framing,
        hand,
    )


def _ahead(start: Point, angle: float, length: float) -> Point:
    return (start[0] + length * math.sin(angle), start[1] + length * math.cos(angle))


def _body(
    rng: Random, stance: Stance, radius: float, build: float, yaw: float, lean: float, side: float
) -> tuple[list[Point | None], Point, float]:
    """The joints around the hips at (0, 0), the middle of the skull and the head's tilt.

    `build` is the head's radius that limbs and face points are measured for, `radius` that of the drawn head.
    """
    below_head = 1.0 - 2.3 * build
    torso, leg = below_head * 0.40, below_head * 0.294
    arm = torso * 0.56
    shoulders = torso * 0.34 * (1 - 0.35 * abs(yaw)) * (1.2 if build < 0.11 else 0.9)
    neck = _ahead((0.0, 0.0), math.pi - lean, torso)
    across = (-neck[1] / torso, neck[0] / torso)
    joints: list[Point | None] = [None] * 18
    joints[NECK] = neck
    thigh = rng.uniform(*stance.thigh)
    for sign, top, hip, reach, stride in (
        (-1, R_SHOULDER, R_HIP, stance.right_arm, stance.right_leg),
        (1, L_SHOULDER, L_HIP, stance.left_arm, stance.left_leg),
    ):
        shoulder = (neck[0] + sign * across[0] * shoulders, neck[1] + sign * across[1] * shoulders + 0.01)
        elbow = _ahead(shoulder, side * rng.uniform(*reach.upper), arm)
        pelvis = (sign * across[0] * shoulders * 0.62, sign * across[1] * shoulders * 0.62)
        knee = _ahead(pelvis, side * rng.uniform(*stride.upper), leg * thigh)
        joints[top : top + 3] = [shoulder, elbow, _ahead(elbow, side * rng.uniform(*reach.lower), arm * 0.95)]
        joints[hip : hip + 3] = [pelvis, knee, _ahead(knee, side * rng.uniform(*stride.lower), leg)]
    tilt = rng.uniform(-0.15, 0.15) + lean * 0.5
    up = (math.sin(tilt), -math.cos(tilt))
    rise = radius * (1.12 if build == radius else 0.75)
    skull = (neck[0] + up[0] * rise, neck[1] + up[1] * rise)

    def on_head(a: float, b: float, size: float) -> Point:
        return (skull[0] + (-up[1] * a + up[0] * b) * size, skull[1] + (up[0] * a + up[1] * b) * size)

    joints[NOSE] = on_head(yaw * 0.55, -0.12, radius)
    face = yaw * 0.55 * (radius - build), -0.12 * (radius - build)  # a small face lies around the drawn nose
    for sign, eye, ear in ((-1, R_EYE, R_EAR), (1, L_EYE, L_EAR)):
        joints[eye] = on_head(face[0] / build + sign * 0.36 + yaw * 0.45, face[1] / build + 0.14, build)
        hidden = sign * yaw > 0.45
        joints[ear] = None if hidden else on_head(face[0] / build + sign * 0.88 + yaw * 0.25, face[1] / build, build)
    return joints, skull, tilt


def _placement(
    rng: Random, joints: list[Point | None], skull: Point, radius: float, framing: str, lift: float
) -> tuple[float, Point]:
    """Scale and shift that put the body where the camera of `framing` would see it; a full figure stays
    inside.
    """
    if framing != "full":
        scale = rng.uniform(1.2, 1.5) if framing == "half" else rng.uniform(1.65, 2.05) * (0.17 / radius)
        middle = rng.uniform(0.42, 0.58) if framing == "half" else rng.uniform(0.44, 0.56)
        return scale, (
            middle - skull[0] * scale,
            rng.uniform(0.03, 0.1) - (skull[1] - radius * 1.5) * scale,
        )
    points = [p for p in joints if p]
    crown, soles = min(min(p[1] for p in points), skull[1] - radius * 1.5), max(p[1] for p in points)
    ground = rng.uniform(0.89, 0.93) - lift
    scale = min(rng.uniform(0.75, 0.9), (ground - 0.03) / (soles - crown))
    left, right = min(p[0] for p in points) * scale, max(p[0] for p in points) * scale
    dx = rng.uniform(0.40, 0.60)
    dx += max(0.0, 0.03 - left - dx) or min(0.0, 0.97 - right - dx)
    return scale, (dx, ground - soles * scale)
