"""OpenPose skeleton maps, the project's one drawer of them.

Eighteen points, seventeen limbs, the colours of OpenPose's COCO body (the ones ControlNets are trained on):
limbs at six tenths of their colour, joints in full. Drawn straight at the picture's own size: a map made at
512 pixels with four-pixel sticks and shrunk to 64 would keep half a pixel of each limb.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

Point = tuple[float, float]

LIMBS: tuple[tuple[int, int], ...] = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7),
    (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13),
    (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
)  # fmt: skip
"""Pairs of key points; limb i is drawn in COLOURS[i] times LIMB_SHADE."""

COLOURS: tuple[tuple[int, int, int], ...] = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0),
    (0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255),
    (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85),
)  # fmt: skip
"""Colour of each of the eighteen joints, in key-point order."""

LIMB_SHADE = 0.6
LINE_WIDTH = 1 / 45
"""Width of a limb as a share of the picture's shorter side, in the middle of what the ControlNet was
shown.
"""
JOINT_RADIUS = 0.62
"""Radius of a joint in widths of a limb."""

_SMOOTH = 4
_LARGEST_CANVAS = 6144


def draw_skeleton(
    people: Sequence[Sequence[Point | None]], width: int, height: int, *, line_width: float = LINE_WIDTH
) -> Image.Image:
    """Skeleton map of `people`, an RGB picture of `width` × `height` pixels on black.

    `people`: for each person the 18 points as shares of width and height (0..1), None where unseen. A limb is
    drawn when both its ends are seen. `line_width` is a share of the shorter side.
    """
    if width < 1 or height < 1:
        raise ValueError(f"a skeleton map needs at least one pixel, not {width}×{height}")
    smooth = max(1, min(_SMOOTH, _LARGEST_CANVAS // max(width, height)))
    wide, high = width * smooth, height * smooth
    thickness = max(1, round(min(wide, high) * line_width))
    radius = thickness * JOINT_RADIUS
    picture = Image.new("RGB", (wide, high))
    pen = ImageDraw.Draw(picture)
    for points in people:
        if len(points) != len(COLOURS):
            raise ValueError(f"a person has {len(COLOURS)} key points, not {len(points)}")
        placed = [(p[0] * wide, p[1] * high) if p else None for p in points]
        for (start, end), colour in zip(LIMBS, COLOURS, strict=False):
            a, b = placed[start], placed[end]
            if a and b:
                pen.line([a, b], fill=tuple(int(c * LIMB_SHADE) for c in colour), width=thickness)
        for point, colour in zip(placed, COLOURS, strict=True):
            if point:
                x, y = point
                pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)
    return picture if smooth == 1 else picture.resize((width, height), Image.Resampling.BOX)
