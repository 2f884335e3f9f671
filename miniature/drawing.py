"""A doll, drawn: back to front, so that what is nearer covers what is farther.

Widths are in lengths of the torso, because a doll far away is a small doll, not a thin one. A little
modelling (a darker sleeve, a hem, a shadow under the chin) is what makes 512 pixels pleasant; none of it is
needed to read the picture at 64, where flat colour is all there is.
"""

from __future__ import annotations

from miniature import poses
from miniature.canvas import Canvas, Point, along
from miniature.hair import draw_back_hair
from miniature.heads import draw_head, head_frame, mouth_of
from miniature.people import Doll, Outfit, shaded
from miniature.poses import Figure
from miniature.props import (
    draw_basketball,
    draw_bench,
    draw_drums,
    draw_guitar,
    draw_microphone,
    draw_skateboard,
    feet,
)

_ARMS = ((poses.R_SHOULDER, poses.R_ELBOW, poses.R_WRIST), (poses.L_SHOULDER, poses.L_ELBOW, poses.L_WRIST))
_LEGS = ((poses.R_HIP, poses.R_KNEE, poses.R_ANKLE), (poses.L_HIP, poses.L_KNEE, poses.L_ANKLE))
ARM_WIDTH = 0.29
LEG_WIDTH = 0.36


def draw_doll(canvas: Canvas, doll: Doll, outfit: Outfit, figure: Figure) -> None:
    """The whole doll with whatever its action needs."""
    _shadow(canvas, figure)
    if figure.action == "sitting":
        draw_bench(canvas, figure)
    draw_back_hair(canvas, head_frame(figure), doll, figure.yaw)
    if figure.action == "skateboard":
        draw_skateboard(canvas, figure)
    for leg in _LEGS:
        _leg(canvas, doll, outfit, figure, leg)
    if outfit.top != "dress":
        seat = figure.torso * LEG_WIDTH
        canvas.limb(figure.joint(poses.R_HIP), figure.joint(poses.L_HIP), seat, seat, outfit.trousers_rgb)
    _torso(canvas, doll, outfit, figure)
    _arms_and_prop(canvas, doll, outfit, figure)
    draw_head(canvas, doll, figure)
    if figure.action == "basketball":
        draw_basketball(canvas, figure)
        _hand(canvas, doll, figure, figure.joint(figure.prop_hand), 0.8)
    elif figure.action == "singing":
        draw_microphone(canvas, figure, mouth_of(figure))
        _hand(canvas, doll, figure, figure.joint(figure.prop_hand), 0.95)


def _shadow(canvas: Canvas, figure: Figure) -> None:
    if figure.framing != "full":
        return
    t = figure.torso
    ground = feet(figure) + t * (0.42 if figure.action == "skateboard" else 0.17)
    spread = abs(figure.joint(poses.R_ANKLE)[0] - figure.joint(poses.L_ANKLE)[0]) / 2 + t * 0.35
    middle = (figure.joint(poses.R_ANKLE)[0] + figure.joint(poses.L_ANKLE)[0]) / 2
    canvas.ellipse((middle, ground), spread, t * 0.07, (20, 20, 40, 45))
    canvas.ellipse((middle, ground), spread * 0.7, t * 0.045, (20, 20, 40, 45))


def _leg(canvas: Canvas, doll: Doll, outfit: Outfit, figure: Figure, leg: tuple[int, int, int]) -> None:
    hip, knee, ankle = (figure.joint(i) for i in leg)
    t = figure.torso
    wide = t * LEG_WIDTH
    bare = outfit.top == "dress"
    cloth = doll.skin_rgb if bare else outfit.trousers_rgb
    canvas.limb(hip, knee, wide, wide * 0.93, cloth)
    canvas.limb(knee, ankle, wide * 0.88, wide * 0.8, cloth if bare else shaded(cloth, 0.93))
    if not bare:
        hem = along(ankle, knee, 0.14)
        canvas.limb(hem, along(ankle, knee, 0.06), wide * 0.86, wide * 0.86, shaded(cloth, 0.8))
    x, y = ankle[0] + figure.yaw * wide * 0.37, ankle[1]
    s = wide * 0.62
    canvas.ellipse((x, y + s * 0.2), s, s * 0.55, outfit.shoe_rgb)
    canvas.rectangle(
        x - s * 0.92, y + s * 0.52, x + s * 0.92, y + s * 0.74, shaded(outfit.shoe_rgb, 0.7), round=s * 0.1
    )
    lace = shaded(outfit.shoe_rgb, 0.7) if sum(outfit.shoe_rgb) > 400 else (225, 225, 225)
    canvas.stroke([(x - s * 0.35, y), (x + s * 0.35, y)], s * 0.1, (*lace, 200))


def _corners(figure: Figure) -> list[Point]:
    """The torso's corners clockwise from the upper left, as seen in the picture."""
    t, ease = figure.torso, figure.torso * ARM_WIDTH * 0.42
    right, left = figure.joint(poses.R_SHOULDER), figure.joint(poses.L_SHOULDER)
    right_hip, left_hip = figure.joint(poses.R_HIP), figure.joint(poses.L_HIP)
    if right[0] > left[0]:
        right, left, right_hip, left_hip = left, right, left_hip, right_hip
    return [
        (right[0] - ease * 0.6, right[1] - ease * 0.7),
        (left[0] + ease * 0.6, left[1] - ease * 0.7),
        (left_hip[0] + ease * 0.8, left_hip[1] + ease * 0.9 + t * 0.01),
        (right_hip[0] - ease * 0.8, right_hip[1] + ease * 0.9 + t * 0.01),
    ]


def _torso(canvas: Canvas, doll: Doll, outfit: Outfit, figure: Figure) -> None:
    t, top = figure.torso, outfit.top_rgb
    a, b, c, d = _corners(figure)
    neck, head = figure.joint(poses.NECK), figure.head
    middle = along(a, b, 0.5)
    throat = (middle[0], neck[1])
    chin = along(throat, (head[0], head[1] + figure.head_radius * 0.5), 1.0)
    canvas.limb(
        throat, chin, figure.head_radius * 0.62, figure.head_radius * 0.62, shaded(doll.skin_rgb, 0.86)
    )
    if outfit.top == "dress":
        right, left = figure.joint(poses.R_KNEE), figure.joint(poses.L_KNEE)
        x, y = (right[0] + left[0]) / 2, (right[1] + left[1]) / 2
        half = max(abs(right[0] - left[0]) / 2 + t * LEG_WIDTH / 2, t * 0.42)
        waist_right, waist_left = along(b, c, 0.62), along(a, d, 0.62)
        canvas.polygon([a, b, waist_right, (x + half, y), (x, y + t * 0.05), (x - half, y), waist_left], top)
        canvas.stroke([waist_left, waist_right], t * 0.07, shaded(top, 0.75))
        canvas.stroke(
            [along((x - half, y), waist_left, 0.1), along((x + half, y), waist_right, 0.1)],
            t * 0.03,
            shaded(top, 0.85),
        )
    else:
        canvas.polygon([a, b, c, d], top)
        canvas.stroke([along(d, a, 0.03), along(c, b, 0.03)], t * 0.045, shaded(top, 0.82))
    round_off = t * ARM_WIDTH * 0.42
    for corner, hip in ((a, d), (b, c)):
        canvas.disc(along(corner, hip, 0.08), round_off * 0.8, top)
    if outfit.top == "striped":
        for i in range(3):
            high, low = 0.18 + 0.3 * i, 0.30 + 0.3 * i
            canvas.polygon(
                [along(a, d, high), along(b, c, high), along(b, c, low), along(a, d, low)], outfit.stripe_rgb
            )
    _collar(canvas, doll, outfit, figure, middle, throat)
    if outfit.top == "hoodie":
        pocket = along(along(d, c, 0.5), middle, 0.24)
        canvas.rectangle(
            pocket[0] - t * 0.2,
            pocket[1] - t * 0.13,
            pocket[0] + t * 0.2,
            pocket[1] + t * 0.13,
            shaded(top, 0.72),
            round=t * 0.06,
        )
        canvas.stroke(
            [along(a, b, 0.42), (along(a, b, 0.4)[0], throat[1] + t * 0.3)], t * 0.03, (245, 245, 245, 200)
        )
        canvas.stroke(
            [along(a, b, 0.58), (along(a, b, 0.6)[0], throat[1] + t * 0.3)], t * 0.03, (245, 245, 245, 200)
        )


def _collar(canvas: Canvas, doll: Doll, outfit: Outfit, figure: Figure, middle: Point, throat: Point) -> None:
    """Neckline and the shadow the head throws on it."""
    t, r, top = figure.torso, figure.head_radius, outfit.top_rgb
    reach = min(r * 0.42, t * 0.25)
    y = middle[1] + t * 0.01
    canvas.ellipse((middle[0], y), reach * 1.22, t * 0.115, shaded(top, 0.78))
    canvas.ellipse((middle[0], y - t * 0.012), reach, t * 0.09, shaded(doll.skin_rgb, 0.84))
    if outfit.top == "shirt":
        line = throat[1] + t * 0.16
        for i in range(4):
            button = along((middle[0], line), figure.hips, i * 0.26)
            canvas.disc(button, t * 0.02, shaded(top, 0.7))
    canvas.ellipse((middle[0], y - t * 0.02), reach * 1.1, t * 0.07, (20, 10, 30, 40))


def _arm(canvas: Canvas, doll: Doll, outfit: Outfit, figure: Figure, arm: tuple[int, int, int]) -> None:
    shoulder, elbow, wrist = (figure.joint(i) for i in arm)
    wide = figure.torso * ARM_WIDTH
    sleeve = shaded(outfit.top_rgb, 0.9)
    long = outfit.top in ("longsleeve", "hoodie")
    fore = shaded(outfit.top_rgb, 0.86) if long else doll.skin_rgb
    canvas.limb(elbow, wrist, wide * 0.88, wide * 0.8, fore)
    if long:
        canvas.limb(
            along(wrist, elbow, 0.2),
            along(wrist, elbow, 0.08),
            wide * 0.86,
            wide * 0.86,
            shaded(outfit.top_rgb, 0.72),
        )
        canvas.limb(shoulder, elbow, wide, wide * 0.92, sleeve)
    else:
        canvas.limb(shoulder, elbow, wide, wide * 0.98, sleeve)
        canvas.limb(along(elbow, shoulder, 0.1), elbow, wide * 0.98, wide * 0.98, shaded(outfit.top_rgb, 0.8))
        canvas.limb(along(elbow, wrist, 0.02), wrist, wide * 0.84, wide * 0.8, fore)
    _hand(canvas, doll, figure, wrist, 1.04)


def _hand(canvas: Canvas, doll: Doll, figure: Figure, wrist: Point, size: float) -> None:
    radius = figure.torso * ARM_WIDTH * 0.5 * size
    canvas.disc(wrist, radius, doll.skin_rgb)
    inward = 1 if wrist[0] < figure.head[0] else -1
    canvas.disc((wrist[0] + inward * radius * 0.72, wrist[1] - radius * 0.5), radius * 0.42, doll.skin_rgb)


def _arms_and_prop(canvas: Canvas, doll: Doll, outfit: Outfit, figure: Figure) -> None:
    """Both arms, and what they play: the fretting hand lies behind the guitar's neck, the strumming one
    before it.
    """
    right, left = _ARMS
    strumming, fretting = (right, left) if figure.prop_hand == poses.R_WRIST else (left, right)
    if figure.action == "guitar":
        _arm(canvas, doll, outfit, figure, fretting)
        draw_guitar(canvas, figure)
        _arm(canvas, doll, outfit, figure, strumming)
        return
    for arm in _ARMS:
        _arm(canvas, doll, outfit, figure, arm)
    if figure.action == "drums":
        draw_drums(canvas, figure)
        for wrist in (poses.R_WRIST, poses.L_WRIST):
            _hand(canvas, doll, figure, figure.joint(wrist), 0.95)
