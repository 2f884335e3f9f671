"""The demo's cast: who plays whom, the photos they bring, and the pictures whose poses they borrow.

Everybody here is a paper doll (`miniature`): the demo needs a subject whom the system has never seen, and
nobody real can be shipped with a repository. See docs/decisions for why the demo draws its own subject.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from consent.people import Actor
from miniature.people import RADKE, VERA, Doll
from miniature.world import Photo, photograph, portrait_session
from studio import parties
from studio.house import Studio
from studio.train import NewPhoto

PHOTOS = 18
PHOTO_SIDE = 512
PoseKind = Literal["OpenPose JSON", "skeleton map", "photo"]


@dataclass(frozen=True)
class Cast:
    """The people of the evening. Nobody else can log in as one of them: their accounts are the demo's own."""

    radke: Actor
    vera: Actor
    trainer: Actor
    moderator: Actor


@dataclass(frozen=True)
class PosePicture:
    """What somebody hands in to show a pose: `data` as a file of that name would hold it, `shown` for the
    sheet.
    """

    kind: PoseKind
    name: str
    data: bytes
    shown: Image.Image | None  # None: there is nothing to see in a JSON file but numbers


@dataclass(frozen=True)
class SceneIdea:
    """One scene to be drawn: words after “radke”, and where the pose comes from."""

    name: str
    words: str
    pose: PosePicture


def gather(studio: Studio) -> Cast:
    """The cast as the studio knows them."""

    def plays(role: str, *, is_moderator: bool = False) -> Actor:
        return parties.actor(studio, "demo", role, role, is_moderator=is_moderator)

    return Cast(plays("radke"), plays("vera"), plays("anna"), plays("mo", is_moderator=True))


def photos_of(handle: str, seed: int, number: int = PHOTOS) -> tuple[list[NewPhoto], list[Image.Image]]:
    """A photo session of a doll as files to hand in, and the same as pictures to show."""
    doll: Doll = {"radke": RADKE, "vera": VERA}[handle]
    session = portrait_session(doll, handle, number, PHOTO_SIDE, seed)
    files = [
        NewPhoto(f"{handle}-{count:02}.png", png(photo.image), photo.caption)
        for count, photo in enumerate(session, 1)
    ]
    return files, [photo.image for photo in session]


def scenes() -> list[SceneIdea]:
    """Three scenes; the poses come from strangers, once as key points, once as a skeleton map, once as a
    photo.
    """
    drums, skateboard, basketball = (_stranger(action) for action in ("drums", "skateboard", "basketball"))
    return [
        SceneIdea("drums", "playing the drums on a stage", key_points(drums)),
        SceneIdea("skateboard", "riding a skateboard in the street", skeleton_map(skateboard)),
        SceneIdea("basketball", "throwing a basketball on a court", as_photo(basketball)),
    ]


def portrait_pose(number: int) -> PosePicture:
    """How a stranger holds their head, as a picture to hand in: another one for each number."""
    sitter = photograph(_SITTERS + number, size=PHOTO_SIDE, action="standing", framing="portrait")
    return skeleton_map(sitter, f"portrait-{number + 1}.png")


def guitarist() -> PosePicture:
    """How somebody holds a guitar, as a picture to hand in."""
    return skeleton_map(_stranger("guitar"))


def key_points(photo: Photo) -> PosePicture:
    """The pose as OpenPose writes it: x, y, confidence for each of eighteen points, in pixels."""
    numbers: list[float] = []
    for point in photo.figure.key_points:
        x, y = point or (0.0, 0.0)
        numbers += [round(x * PHOTO_SIDE, 1), round(y * PHOTO_SIDE, 1), 1.0 if point else 0.0]
    whole = {
        "canvas_width": PHOTO_SIDE,
        "canvas_height": PHOTO_SIDE,
        "people": [{"pose_keypoints_2d": numbers}],
    }
    return PosePicture("OpenPose JSON", f"{photo.action}.json", json.dumps(whole).encode(), None)


def skeleton_map(photo: Photo, name: str = "") -> PosePicture:
    """The pose as the coloured map that ControlNets read."""
    return PosePicture("skeleton map", name or f"{photo.action}.png", png(photo.skeleton), photo.skeleton)


def as_photo(photo: Photo) -> PosePicture:
    """The pose as a photo of somebody in it."""
    return PosePicture("photo", f"{photo.action}.png", png(photo.image), photo.image)


def likeness_of(picture: Image.Image) -> float:
    """How well a portrait reads radke, 0..1: hair, skin, chin and eyes, measured by colour alone."""
    from miniature.likeness import read_likeness  # with numpy, which only a machine that trains has

    return read_likeness(picture, RADKE).score


def png(image: Image.Image) -> bytes:
    """The picture as a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


_POSE_SEEDS = {
    "drums": 1000,
    "skateboard": 1001,
    "basketball": 1005,
    "guitar": 1002,
}  # chosen: nobody mirrored, everybody in frame
_SITTERS = 2000  # the first of the seeds whose portraits lend their poses; not chosen


def _stranger(action: str) -> Photo:
    return photograph(_POSE_SEEDS[action], size=PHOTO_SIDE, action=action, framing="full")
