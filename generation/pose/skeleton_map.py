"""Skeleton maps read back: the key points of an OpenPose picture from its colours.

The eighteen joints are full-brightness hues twenty degrees apart, the limbs the same hues at six tenths. So:
blobs of a joint's hue are candidates for that joint; two candidates are joined where the limb's own hue lies
along the line between them; joined candidates are a person. That tells people apart who cross, and leaves
out the faces and hands some tools draw, whose dots have a joint's colour but hang on no limb.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generation.pose.figure import POINTS, NobodyInPicture, Point, Pose
from miniature.skeleton import LIMBS

DARK = 40  # brightest channel below this: background
LIT = 60  # above this: drawn
JOINT = 190  # a joint is 255, a limb 153
SATURATED = 0.6  # (max - min) / max
HUE_STEP = 360 / POINTS
LARGEST_SIDE = 1024  # larger maps are shrunk first: their lines are broad enough

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _Blob:
    """A candidate for a joint: its centre in pixels."""

    joint: int
    x: float
    y: float
    area: int


def is_skeleton_map(picture: Image.Image) -> bool:
    """Whether an RGB picture is a skeleton map: mostly black, and what is not black is mostly pure colour.

    White is let pass (faces are white dots), as are the blurred edges a JPEG has. At least three hues must be
    there, so that a lone neon sign is a photo.
    """
    brightest, saturation, hue = _colour(_shrunk(picture, 512))
    lit = brightest >= LIT
    if (brightest < DARK).mean() < 0.5 or lit.sum() < 20:
        return False
    coloured = lit & (saturation >= SATURATED)
    white = lit & (saturation < 0.15) & (brightest > 200)
    hues = np.bincount((hue[coloured] / HUE_STEP).round().astype(int) % POINTS, minlength=POINTS)
    pure = coloured.sum() >= 0.7 * (lit.sum() - white.sum())
    return bool(pure and (hues >= max(4, 0.01 * coloured.sum())).sum() >= 3)


def read_skeleton_map(picture: Image.Image) -> Pose:
    """The people drawn in a skeleton map. Raises NobodyInPicture when no two joints hang together."""
    width, height = picture.size
    brightest, saturation, hue = _colour(_shrunk(picture, LARGEST_SIDE))
    coloured = (brightest >= LIT) & (saturation >= SATURATED)
    joints = [coloured & (brightest >= JOINT) & _near(hue, joint, HUE_STEP / 2) for joint in range(POINTS)]
    blobs = [blob for joint, mask in enumerate(joints) for blob in _blobs(mask, joint)]
    # Where two joints touch, their discs hide the limb between them: they count as limb.
    lines = [
        _broadened(coloured & _near(hue, limb, 12)) | joints[start] | joints[end]
        for limb, (start, end) in enumerate(LIMBS)
    ]
    people = _people(blobs, lines)
    if not people:
        raise NobodyInPicture(
            "The pose picture looks like a skeleton map, but no joints connected by limbs could be read from "
            "it. Use OpenPose's colours (18 points), or send the photo itself."
        )
    high, wide = brightest.shape
    placed = tuple(
        tuple(_share(person.get(joint), wide, high) for joint in range(POINTS)) for person in people
    )
    return Pose(people=placed, width=width, height=height, source="skeleton")


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    scale = side / max(picture.size)
    if scale >= 1:
        return picture
    return picture.resize([max(1, round(length * scale)) for length in picture.size], Image.Resampling.BOX)


def _colour(picture: Image.Image) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Brightest channel (0..255), saturation (0..1) and hue (degrees), each (height, width)."""
    red, green, blue = np.moveaxis(np.asarray(picture.convert("RGB"), dtype=np.float32), -1, 0)
    brightest = np.maximum(np.maximum(red, green), blue)
    spread = brightest - np.minimum(np.minimum(red, green), blue)
    safe = np.maximum(spread, 1)
    from_green, from_blue = 2 + (blue - red) / safe, 4 + (red - green) / safe
    sixths = np.where(
        brightest == red, (green - blue) / safe, np.where(brightest == green, from_green, from_blue)
    )
    return brightest, spread / np.maximum(brightest, 1), (sixths * 60 % 360).astype(np.float32)


def _near(hue: NDArray[np.float32], index: int, tolerance: float) -> Mask:
    """Where the hue is that of joint or limb `index`, give or take degrees."""
    return np.abs((hue - index * HUE_STEP + 180) % 360 - 180) <= tolerance


def _broadened(mask: Mask) -> Mask:
    """The mask grown by a pixel to all sides."""
    padded = np.pad(mask, 1)
    high, wide = mask.shape
    return np.logical_or.reduce([padded[y : y + high, x : x + wide] for y in range(3) for x in range(3)])


def _blobs(mask: Mask, joint: int) -> list[_Blob]:
    """Connected pieces of a mask (eight neighbours); specks beside a larger piece are its blurred edge."""
    waiting = {(int(y), int(x)) for y, x in np.argwhere(mask)}
    blobs: list[_Blob] = []
    while waiting:
        front = [waiting.pop()]
        piece = list(front)
        while front:
            y, x = front.pop()
            for near in [(y + down, x + across) for down in (-1, 0, 1) for across in (-1, 0, 1)]:
                if near in waiting:
                    waiting.remove(near)
                    front.append(near)
                    piece.append(near)
        centre_y, centre_x = np.mean(piece, axis=0) + 0.5
        blobs.append(_Blob(joint, float(centre_x), float(centre_y), len(piece)))
    largest = max((blob.area for blob in blobs), default=0)
    return [blob for blob in blobs if blob.area >= largest / 5]


def _people(blobs: list[_Blob], limbs: list[Mask]) -> list[dict[int, Point]]:
    """Joints grouped into people, the surest limbs first; no person gets a joint twice.

    A blob much smaller than joints are here is likely the seam where two other colours meet: it makes its limbs
    unsure, and the tiniest are left out.
    """
    largest: dict[int, int] = {}
    for blob in blobs:
        largest[blob.joint] = max(blob.area, largest.get(blob.joint, 0))
    typical = float(np.median(list(largest.values()))) if largest else 1.0
    blobs = [blob for blob in blobs if blob.area >= typical / 6]
    links: list[tuple[float, float, int, int]] = []
    for limb, (start, end) in enumerate(LIMBS):
        for a, one in enumerate(blobs):
            for b, other in enumerate(blobs):
                if (one.joint, other.joint) == (start, end) and (
                    share := _covered(one, other, limbs[limb])
                ) >= 0.5:
                    sure = share * min(1.0, one.area / typical, other.area / typical)
                    links.append((sure, -math.dist((one.x, one.y), (other.x, other.y)), a, b))
    group = {index: {blobs[index].joint: index} for index in range(len(blobs))}  # shared dict per person
    for _, _, a, b in sorted(links, reverse=True):
        mine, theirs = group[a], group[b]
        if mine is theirs or mine.keys() & theirs.keys():
            continue
        mine.update(theirs)
        for index in theirs.values():
            group[index] = mine
    unique = {id(person): person for person in group.values() if len(person) > 1}
    return [{joint: (blobs[i].x, blobs[i].y) for joint, i in person.items()} for person in unique.values()]


def _covered(a: _Blob, b: _Blob, limb: Mask) -> float:
    """Share of the line between two blobs, their own discs left out, that has the limb's colour."""
    steps = max(3, round(math.dist((a.x, a.y), (b.x, b.y))))
    along = np.linspace(0.2, 0.8, steps)
    xs, ys = a.x + (b.x - a.x) * along, a.y + (b.y - a.y) * along
    return float(
        limb[ys.astype(int).clip(0, limb.shape[0] - 1), xs.astype(int).clip(0, limb.shape[1] - 1)].mean()
    )


def _share(point: Point | None, wide: int, high: int) -> Point | None:
    return (point[0] / wide, point[1] / high) if point else None
