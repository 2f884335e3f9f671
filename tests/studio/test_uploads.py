"""Somebody's file becomes a clean picture, or a sentence that says what is wrong with it."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.errors import BadUpload
from studio.uploads import KEPT_SIDE, clean_picture, clean_pose
from tests.studio.conftest import png


def jpeg(size: tuple[int, int], **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(buffer, "JPEG", **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """The beginning of a PNG that claims a size and has hardly any pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100)))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"hello, I am a text file", "is not a picture we can read"),
        (b"", "is not a picture we can read"),
        (jpeg((400, 300))[:2000], "damaged or cut off"),
        (png((1, 1)), "too small"),
        (png_header(10_000, 10_000), "million pixels"),
        (png_header(60_000, 60_000), "million pixels"),
        (b"\x00" * (20 * 2**20 + 1), "larger than 20 MB"),
        (b"GIF89a" + bytes(100), "is not a picture we can read"),
    ],
    ids=[
        "text",
        "empty",
        "truncated",
        "one pixel",
        "100 megapixels",
        "bomb",
        "too many bytes",
        "another format",
    ],
)
def test_a_bad_file_is_refused_by_name_with_what_is_wrong(data: bytes, sentence: str) -> None:
    with pytest.raises(BadUpload, match=sentence) as refusal:
        clean_picture(data, "holiday.png")
    assert "holiday.png" in str(refusal.value) or "million" in sentence


def test_a_photo_loses_its_metadata_and_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: rotated by 90°
    exif[0x013B] = "somebody's name"
    clean = clean_picture(jpeg((300, 200), exif=exif), "photo.jpg")
    with Image.open(io.BytesIO(clean.png)) as image:
        assert image.size == (200, 300)
        assert len(image.getexif()) == 0
    assert b"somebody" not in clean.png


def test_a_large_photo_is_kept_no_larger_than_any_use_of_it() -> None:
    clean = clean_picture(png((3000, 2000)), "large.png")
    assert (clean.width, clean.height) == (KEPT_SIDE, 1024)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused_in_words_and_never_break(data: bytes) -> None:
    with pytest.raises(BadUpload):
        clean_picture(data, "noise")


@given(st.integers(min_value=0, max_value=2000), st.binary(min_size=1, max_size=8))
def test_a_damaged_jpeg_is_a_picture_or_a_sentence(at: int, junk: bytes) -> None:
    data = bytearray(_JPEG)
    at = at % len(data)
    data[at : at + len(junk)] = junk
    with suppress(BadUpload):  # and no other exception
        assert clean_picture(bytes(data), "damaged.jpg").width > 0


_JPEG = jpeg((96, 96))


def test_openpose_json_passes_as_a_pose_and_broken_json_does_not() -> None:
    assert clean_pose(b' {"people": []}', "pose.json") == b'{"people": []}'
    assert clean_pose(b'\xef\xbb\xbf{"people": []}', "windows.json") == b'{"people": []}'
    with pytest.raises(BadUpload, match="JSON"):
        clean_pose(b'{"people": [', "pose.json")
    with pytest.raises(BadUpload, match="JSON"):
        clean_pose(b"[" * 100_000, "pose.json")


@pytest.mark.parametrize("number", ["9" * 400, "9" * 5000, "1e999", "NaN", "-Infinity"])
def test_a_number_that_is_no_place_in_a_picture_is_refused_in_words(number: str) -> None:
    with pytest.raises(BadUpload, match=r"^pose\.json: .{1,60} is no number for a pose"):
        clean_pose(f'{{"people": [{{"pose_keypoints_2d": [{number}, 2, 1]}}]}}'.encode(), "pose.json")
    assert clean_pose(b'{"people": [1, 2.5, -3, 1700000000000]}', "pose.json").endswith(b"[1, 2.5, -3, 1700000000000]}")


def test_a_transparent_skeleton_map_stays_on_black_and_a_transparent_photo_comes_on_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (80, 80), (255, 255, 255, 0)).save(buffer, "PNG")
    for clean, ground in (
        (clean_pose(buffer.getvalue(), "map.png"), (0, 0, 0)),
        (clean_picture(buffer.getvalue(), "cut-out.png").png, (255, 255, 255)),
    ):
        with Image.open(io.BytesIO(clean)) as image:
            assert image.getpixel((40, 40)) == ground


def test_damaged_metadata_is_a_sentence_or_is_left_behind() -> None:
    exif = b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x02\xff\xff\xff\xff\x00\x00\x00\x00"
    with suppress(BadUpload):
        assert clean_picture(jpeg((96, 96), exif=exif), "odd.jpg").width == 96
