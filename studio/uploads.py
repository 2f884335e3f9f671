"""Uploads: from somebody's bytes to a clean picture, or a sentence that says what is wrong with them.

Decoded by Pillow within limits; turned upright; metadata (EXIF, GPS, text) left behind; re-encoded, so that nothing
of the file as it came is ever stored.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import json
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from studio.errors import BadUpload

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
MIN_SIDE = 64
KEPT_SIDE = 1536  # larger than any training or control resolution; more would be kept for nothing
MOST_IN_A_POSE = 1e15  # larger than any place, confidence or time stamp in a pose file
FORMATS = ("PNG", "JPEG", "WEBP")
# What Pillow raises for truncated or damaged pixels, and for damaged EXIF when it reads the orientation.
DAMAGED = (OSError, SyntaxError, ValueError, TypeError, KeyError, EOFError, ArithmeticError, struct.error)


@dataclass(frozen=True)
class CleanPicture:
    """An upload after cleaning: PNG bytes, RGB, upright, at most KEPT_SIDE on its longer side."""

    png: bytes
    width: int
    height: int
    sha256: str


def clean_picture(data: bytes, name: str, onto: str = "white") -> CleanPicture:
    """Decode and clean one picture; what is transparent becomes `onto`. Raises BadUpload, which says `name`."""
    if len(data) > MAX_BYTES:
        raise BadUpload(f"{name} is larger than {MAX_BYTES // 2**20} MB. Send a smaller copy.")
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs at a size above ours; our own limit below is the one that counts.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(name) from error
    except UnidentifiedImageError as error:
        raise BadUpload(f"{name} is not a picture we can read. Send a PNG, JPEG or WebP.") from error
    except DAMAGED as error:
        raise _broken(name) from error
    with image:
        if image.width * image.height > MAX_PIXELS:
            raise _too_many_pixels(name)
        if min(image.size) < MIN_SIDE:
            raise BadUpload(
                f"{name} is {image.width} × {image.height} pixels; that is too small to see somebody in. "
                f"Send one of at least {MIN_SIDE} × {MIN_SIDE}."
            )
        try:
            upright = _flat(ImageOps.exif_transpose(image), onto)
        except DAMAGED as error:
            raise _broken(name) from error
    upright.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    upright.info.clear()
    buffer = io.BytesIO()
    upright.save(buffer, "PNG", compress_level=3)
    png = buffer.getvalue()
    return CleanPicture(png, upright.width, upright.height, hashlib.sha256(png).hexdigest())


def clean_pose(data: bytes, name: str) -> bytes:
    """Clean a pose input: a picture (photo or skeleton map), or OpenPose JSON passed through after parsing."""
    if data.removeprefix(codecs.BOM_UTF8).lstrip()[:1] not in (b"{", b"["):
        return clean_picture(data, name, onto="black").png
    if len(data) > 1024 * 1024:
        raise BadUpload(f"{name} is larger than 1 MB; OpenPose JSON of a picture is a few kilobytes.")
    try:
        read = json.loads(data.decode("utf-8-sig"), parse_int=_number, parse_float=_number, parse_constant=_number)
        return json.dumps(read).encode()
    except BadUpload as error:
        raise BadUpload(f"{name}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise BadUpload(f"{name} looks like JSON but cannot be read as such. Export it again.") from error


def _number(text: str) -> float:
    """A number of a pose: a pixel, a share or a confidence. One of hundreds of digits would break whoever reads it."""
    number = float(text)
    if not abs(number) <= MOST_IN_A_POSE:  # also NaN
        shown = text if len(text) <= 20 else f"{text[:12]}…, {len(text)} characters long,"
        raise BadUpload(f"{shown} is no number for a pose. Export it again.")
    return int(number) if number.is_integer() and text.lstrip("-").isdigit() else number


def _flat(image: Image.Image, onto: str) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    ground = Image.new("RGBA", layer.size, onto)
    return Image.alpha_composite(ground, layer).convert("RGB")


def _too_many_pixels(name: str) -> BadUpload:
    return BadUpload(
        f"{name} has more than {MAX_PIXELS // 1_000_000} million pixels. Send a smaller copy; "
        f"{KEPT_SIDE} pixels on the longer side are plenty."
    )


def _broken(name: str) -> BadUpload:
    return BadUpload(f"{name} is damaged or cut off and cannot be decoded. Send it again.")
