"""The door for pose pictures: whatever a person attached, recognised by its content and read as a Pose.

JSON by how it begins; a skeleton map by its saturated colours on black; any other picture is a photo. A
skeleton map never goes to the photo detector, which finds nobody in it or, worse, somebody. The detector is
imported when the first photo comes: JSON and skeleton maps are read without its package too.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from generation.pose.figure import Pose
from generation.pose.openpose_json import read_json
from generation.pose.skeleton_map import is_skeleton_map, read_skeleton_map
from generation.request import BadRequest

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 50_000_000
MIN_SIDE = 32  # pixels; nobody's elbow can be told in less
FORMATS = ("PNG", "JPEG", "WEBP")


def read_pose(data: bytes) -> Pose:
    """The pose in a file someone attached.

    Raises NobodyInPicture when the file is fine but shows nobody, BadRequest for every other file that will
    not do.
    """
    if len(data) > MAX_BYTES:
        raise BadRequest(
            f"The pose file has {len(data) / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} are taken."
        )
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return read_json(data)
    picture = _decoded(data)
    if is_skeleton_map(picture):
        return read_skeleton_map(picture)
    return read_person(picture)


def read_person(picture: Image.Image) -> Pose:
    """The pose of the most prominent person in a photo. Raises NobodyInPicture; BadRequest where LiteRT is missing."""
    try:
        from generation.pose.blazepose import read_photo
    except ModuleNotFoundError as missing:
        raise BadRequest(
            "Photos cannot be read as poses here: the package ai-edge-litert is not installed. "
            "Use a skeleton map or OpenPose JSON."
        ) from missing
    return read_photo(picture)


def _decoded(data: bytes) -> Image.Image:
    """The picture upright, in RGB, what is transparent in black. Its size is judged before it is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is lower
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise BadRequest(f"The pose picture has too many pixels; at most {MAX_PIXELS:,} are taken.") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise BadRequest("The pose file is neither a PNG, JPEG or WebP picture nor OpenPose JSON.") from None
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise BadRequest(f"The pose picture has {width * height:,} pixels; at most {MAX_PIXELS:,} are taken.")
    if min(width, height) < MIN_SIDE:
        raise BadRequest(
            f"The pose picture is {width}x{height} pixels; each side needs at least {MIN_SIDE} to tell a pose."
        )
    try:
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    except (OSError, ValueError, SyntaxError, EOFError) as problem:
        raise BadRequest(
            f"The pose picture is damaged and cannot be opened ({problem}); send it again."
        ) from None
    if upright.has_transparency_data:
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "black"), upright.convert("RGBA"))
    return upright.convert("RGB")
