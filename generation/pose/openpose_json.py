"""OpenPose JSON as tools write it: `{"people": [{"pose_keypoints_2d": [x, y, confidence, …]}], …}`.

Taken are 18 points a person (COCO order, ControlNet's) and 25 (BODY_25, OpenPose's own default, whose
mid-hip and feet are left out); a canvas in `canvas_width`/`canvas_height`, or none, as OpenPose itself
writes; pixels or shares of the canvas; one frame or a list with one frame in it.
"""

from __future__ import annotations

import json
import math
from typing import Any

from generation.pose.figure import POINTS, Person, Point, Pose
from generation.request import BadRequest

MAX_PEOPLE = 16
MAX_CANVAS = 10_000  # pixels
_BODY_25 = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    16,
    17,
    18,
)  # our point i is its point _BODY_25[i]
_MARGIN = 0.1  # around the people when there is no canvas, as a share of their extent
_FAR_OUT = (
    1.0  # a point further than a canvas's side outside the canvas is a mistake, not an arm leaving the frame
)


def read_json(data: bytes) -> Pose:
    """The pose in OpenPose JSON. BadRequest for other JSON, NobodyInPicture when no limb is in it."""
    try:
        frame = json.loads(data)
    except (ValueError, RecursionError):
        raise BadRequest("The pose file begins like JSON but cannot be read as JSON.") from None
    if isinstance(frame, list) and len(frame) == 1:
        frame = frame[0]
    if not isinstance(frame, dict) or not isinstance(frame.get("people"), list):
        raise BadRequest(
            'The pose file is JSON but not OpenPose JSON: one object with "people" in it is expected.'
        )
    if len(frame["people"]) > MAX_PEOPLE:
        raise BadRequest(f"The pose file has {len(frame['people'])} people; at most {MAX_PEOPLE} are drawn.")
    people = [_points(person) for person in frame["people"]]
    seen = [point for person in people for point in person if point]
    width, height, origin = _canvas(frame, seen)
    unit = (1.0, 1.0) if _are_shares(seen) and "canvas_width" in frame else (1 / width, 1 / height)
    placed = tuple(tuple(_placed(point, origin, unit) for point in person) for person in people)
    return Pose(people=placed, width=max(1, round(width)), height=max(1, round(height)), source="json")


def _points(person: Any) -> Person:
    """A person's points in the file's own units; None where confidence is 0 or the point is the origin."""
    numbers = person.get("pose_keypoints_2d") if isinstance(person, dict) else None
    if not isinstance(numbers, list) or len(numbers) not in (3 * POINTS, 3 * 25):
        raise BadRequest(
            f"Each person needs pose_keypoints_2d with {POINTS} or 25 points of three numbers each."
        )
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in numbers):
        raise BadRequest("“pose_keypoints_2d” must hold finite numbers only.")
    triples = list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))
    if len(triples) == 25:
        triples = [triples[index] for index in _BODY_25]
    return tuple((float(x), float(y)) if seen > 0 and (x or y) else None for x, y, seen in triples)


def _are_shares(seen: list[Point]) -> bool:
    return all(abs(x) <= 1.5 and abs(y) <= 1.5 for x, y in seen)


def _canvas(frame: dict[str, Any], seen: list[Point]) -> tuple[float, float, Point]:
    """Width, height and origin of the canvas; where none is given, the people's extent with a margin."""
    given = frame.get("canvas_width"), frame.get("canvas_height")
    if given != (None, None):
        if not all(isinstance(side, int | float) and 1 <= side <= MAX_CANVAS for side in given):
            raise BadRequest(f"“canvas_width” and “canvas_height” must be pixels from 1 to {MAX_CANVAS}.")
        return float(given[0]), float(given[1]), (0.0, 0.0)
    if not seen:
        return 1.0, 1.0, (0.0, 0.0)
    left, top = min(x for x, _ in seen), min(y for _, y in seen)
    across, down = max(x for x, _ in seen) - left, max(y for _, y in seen) - top
    margin = _MARGIN * max(across, down, 1e-6)
    return across + 2 * margin, down + 2 * margin, (left - margin, top - margin)


def _placed(point: Point | None, origin: Point, unit: Point) -> Point | None:
    if point is None:
        return None
    x, y = (point[0] - origin[0]) * unit[0], (point[1] - origin[1]) * unit[1]
    return (x, y) if all(-_FAR_OUT <= share <= 1 + _FAR_OUT for share in (x, y)) else None
