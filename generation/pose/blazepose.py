"""Photos: BlazePose (Bazarevsky et al. 2020, arXiv 2006.10204) finds one person and 33 landmarks; we keep
eighteen.

Two networks in TensorFlow Lite, run by LiteRT: a detector at 224 pixels gives hip centre and body size; the
crop, turned upright, goes at 256 pixels to the landmark network, whose heat maps refine its coordinates. The
model sees one person; of several in a photo it is the most prominent that is read, and only that one.

Measured on 40 studio and amateur photos of ten people: found in all, median distance to where MediaPipe's own
pipeline puts the points 1 % of the torso.
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray
from PIL import Image, ImageOps

from generation.pose.figure import (
    LEFT_SHOULDER,
    NECK,
    POINTS,
    RIGHT_SHOULDER,
    NobodyInPicture,
    Person,
    Point,
    Pose,
)

WEIGHTS = Path(__file__).resolve().parent / "weights"
DETECTOR_SIDE, LANDMARK_SIDE, HEAT_SIDE = 224, 256, 64  # pixels
SURE = 0.5  # scores and visibilities below this count as absent
BODY_TO_CROP = 1.25  # the crop's side, in body circles
# Looked at again with a margin (a share of the longer side) when nobody was found: the detector misses people
# who fill the picture, and drawings at one size that it knows at another.
MARGINS = (0.0, 0.3, 0.15)
WORKING_SIDE = 1024  # larger photos are shrunk first

# OpenPose point → BlazePose landmark; the neck is made from the shoulders.
_LANDMARK = {0: 0, 2: 12, 3: 14, 4: 16, 5: 11, 6: 13, 7: 15, 8: 24, 9: 26, 10: 28, 11: 23, 12: 25, 13: 27,
14: 5,
             15: 2, 16: 8, 17: 7}  # fmt: skip

Array = NDArray[np.float32]
_one_at_a_time = Lock()  # the interpreters keep their tensors to themselves


def read_photo(picture: Image.Image) -> Pose:
    """The pose of the most prominent person in an RGB photo. Raises NobodyInPicture."""
    width, height = picture.size
    small = picture.copy()
    small.thumbnail((WORKING_SIDE, WORKING_SIDE))
    with _one_at_a_time:
        found = next((found for margin in MARGINS if (found := _look(small, margin)) is not None), None)
    if found is None:
        raise NobodyInPicture(
            "Nobody was found in the pose picture. Use a photo of one person, body well visible and not too "
            "small, or send a skeleton map."
        )
    return Pose(people=(_openpose(*found, *small.size),), width=width, height=height, source="photo")


def _look(picture: Image.Image, margin: float) -> tuple[Array, Array] | None:
    """Landmarks in the picture's pixels and their visibilities; the picture is seen in a grey margin."""
    border = round(margin * max(picture.size))
    wider = ImageOps.expand(picture, border, fill=(127, 127, 127)) if border else picture
    circle = _detect(wider)
    found = _landmarks(wider, *circle) if circle is not None else None
    return (found[0] - border, found[1]) if found is not None else None


def _openpose(points: Array, visible: Array, width: int, height: int) -> Person:
    """33 landmarks in pixels to OpenPose's eighteen as shares; what is hidden or outside is None."""

    def seen(landmark: int) -> Point | None:
        x, y = float(points[landmark, 0]) / width, float(points[landmark, 1]) / height
        return (x, y) if visible[landmark] >= SURE and 0 <= x <= 1 and 0 <= y <= 1 else None

    person = [seen(_LANDMARK[point]) if point in _LANDMARK else None for point in range(POINTS)]
    right, left = person[RIGHT_SHOULDER], person[LEFT_SHOULDER]
    if right and left:
        person[NECK] = ((right[0] + left[0]) / 2, (right[1] + left[1]) / 2)
    return tuple(person)


def _detect(picture: Image.Image) -> tuple[Array, Array] | None:
    """Hip centre and a point on the body's circle, in the picture's pixels; None when nobody is there."""
    width, height = picture.size
    side = max(width, height)  # the picture is put in the middle of a black square
    left, top = (side - width) / 2, (side - height) / 2
    square = picture.transform(
        (DETECTOR_SIDE, DETECTOR_SIDE), Image.Transform.AFFINE,
        (side / DETECTOR_SIDE, 0, -left, 0, side / DETECTOR_SIDE, -top), resample=Image.Resampling.BILINEAR,
    )  # fmt: skip
    outputs = _run("pose_detection.tflite", np.asarray(square, dtype=np.float32) / 127.5 - 1)
    scores = _sigmoid(outputs[1, 2254, 1][0, :, 0])
    best = int(scores.argmax())
    if scores[best] < SURE:
        return None
    # Every box near the best one votes for the key points, by its score.
    keys = outputs[1, 2254, 12][0, :, 4:12].reshape(-1, 4, 2) / DETECTOR_SIDE + _anchors()[:, None]
    voters = (scores >= SURE) & (np.linalg.norm(keys[:, 0] - keys[best, 0], axis=1) < 0.1)
    weights = scores[voters][:, None, None]
    hips, rim = ((keys[voters] * weights).sum(0) / weights.sum() * side - (left, top))[:2]
    return hips, rim


def _landmarks(picture: Image.Image, hips: Array, rim: Array) -> tuple[Array, Array] | None:
    """(33, 2) landmarks in the picture's pixels and their (33,) visibilities; None when it is nobody."""
    towards = rim - hips
    side = 2 * float(np.linalg.norm(towards)) * BODY_TO_CROP
    turn = math.pi / 2 - math.atan2(-float(towards[1]), float(towards[0]))
    across = np.array([math.cos(turn), math.sin(turn)]) * side / LANDMARK_SIDE  # one crop pixel to the right
    down = np.array([-math.sin(turn), math.cos(turn)]) * side / LANDMARK_SIDE
    corner = hips - LANDMARK_SIDE / 2 * (across + down)
    outputs = _run(
        "pose_landmark_full.tflite", _crop(np.asarray(picture, dtype=np.float32), across, down, corner)
    )
    if float(outputs[1, 1].squeeze()) < SURE:
        return None
    raw = outputs[1, 195][0].reshape(39, 5)
    points = _refined(raw[:33, :2], _sigmoid(outputs[1, HEAT_SIDE, HEAT_SIDE, 39][0]))
    return points @ np.stack([across, down]) + corner, _sigmoid(raw[:33, 3])


def _refined(points: Array, heat: Array) -> Array:
    """Points in crop pixels, moved to the centre of their heat within 7×7 cells where that is hot enough."""
    refined = points.copy()
    cell = LANDMARK_SIDE / HEAT_SIDE
    for index, (x, y) in enumerate((points // cell).astype(int)):
        if not (0 <= x < HEAT_SIDE and 0 <= y < HEAT_SIDE):
            continue
        rows, columns = slice(max(0, y - 3), y + 4), slice(max(0, x - 3), x + 4)
        window = heat[rows, columns, index]
        if window.max() >= SURE:
            ys, xs = np.mgrid[
                rows.start : rows.start + window.shape[0], columns.start : columns.start + window.shape[1]
            ]
            refined[index] = (
                (window * xs).sum() / window.sum() * cell,
                (window * ys).sum() / window.sum() * cell,
            )
    return refined


def _crop(photo: Array, across: Array, down: Array, corner: Array) -> Array:
    """The turned square, (256, 256, 3) in 0..1, bilinear. Beyond the photo its edge goes on: on black, the
    network takes a selfie whose body is mostly outside for nobody."""
    steps = np.arange(LANDMARK_SIDE)[:, None, None]
    places = corner + steps * down + steps.swapaxes(0, 1) * across
    limits = np.array([photo.shape[1] - 1, photo.shape[0] - 1])
    places = places.clip(0, limits)
    first = places.astype(int)
    second = np.minimum(first + 1, limits)
    x, y = np.moveaxis(places - first, -1, 0)[..., None]
    (left, top), (right, bottom) = np.moveaxis(first, -1, 0), np.moveaxis(second, -1, 0)
    upper = photo[top, left] * (1 - x) + photo[top, right] * x
    lower = photo[bottom, left] * (1 - x) + photo[bottom, right] * x
    return ((upper * (1 - y) + lower * y) / 255).astype(np.float32)


@cache
def _network(file: str) -> Interpreter:
    # The default delegate is 0.15 s faster and writes a line into the terminal of whoever runs this.
    quietly = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    network = Interpreter(str(WEIGHTS / file), num_threads=1, experimental_op_resolver_type=quietly)
    network.allocate_tensors()
    return network


def _run(file: str, pixels: Array) -> dict[tuple[int, ...], Array]:
    """A network's outputs by their shape, which tells them apart."""
    network = _network(file)
    network.set_tensor(
        network.get_input_details()[0]["index"], np.ascontiguousarray(pixels[None], dtype=np.float32)
    )
    network.invoke()
    return {
        tuple(map(int, out["shape"])): network.get_tensor(out["index"])
        for out in network.get_output_details()
    }


@cache
def _anchors() -> Array:
    """Centres of the detector's 2254 boxes as shares: grids of 28, 14 and 7 with 2, 2 and 6 boxes a cell."""
    layers = []
    for grid, boxes in ((28, 2), (14, 2), (7, 6)):
        rows, columns = np.mgrid[0:grid, 0:grid]
        layers.append(
            np.repeat(np.stack([columns + 0.5, rows + 0.5], -1).reshape(-1, 2) / grid, boxes, axis=0)
        )
    return np.concatenate(layers).astype(np.float32)


def _sigmoid(values: Array) -> Array:
    return 1 / (1 + np.exp(-values.clip(-80, 80)))
