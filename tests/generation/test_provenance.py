"""Marks go into a file and come out again, and a stranger's file is not believed."""

from __future__ import annotations

import io
import zlib
from datetime import UTC, datetime

import pytest
from PIL import Image, PngImagePlugin

from generation.authority import new_identity
from generation.provenance import SOURCE_TYPE, Marks, NotMarkable, add_xmp, can_sign, read_marks, sign


def png(xmp: str = "") -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("parameters", "a cat\nSteps: 20, Seed: 1, Size: 64x64")
    if xmp:
        texts.add_itxt("XML:com.adobe.xmp", xmp)
    buffer = io.BytesIO()
    Image.effect_noise((64, 64), 50).convert("RGB").save(buffer, "PNG", pnginfo=texts)
    return buffer.getvalue()


def test_the_packet_leaves_pixels_and_parameters_as_they_were() -> None:
    plain = png()
    marked = add_xmp(plain, "Likeness “1” & <more>")
    found = read_marks(marked)
    assert found.xmp == {"DigitalSourceType": SOURCE_TYPE, "AISystemUsed": "Likeness “1” & <more>"}
    assert found.parameters == read_marks(plain).parameters
    assert Image.open(io.BytesIO(marked)).tobytes() == Image.open(io.BytesIO(plain)).tobytes()
    start = marked.index(b"iTXt")
    length = int.from_bytes(marked[start - 4 : start], "big")
    body = marked[start : start + 4 + length]
    assert int.from_bytes(marked[start + 4 + length : start + 8 + length], "big") == zlib.crc32(body)


@pytest.mark.parametrize("data", [b"", b"no picture", png()[:40], b"\xff\xd8\xff\xe0IDAT"])
def test_what_is_no_png_cannot_be_marked(data: bytes) -> None:
    with pytest.raises(NotMarkable):
        add_xmp(data, "Likeness")


@pytest.mark.parametrize(
    "xmp", ["<broken", "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>", "<x>" * 5_000 + "</x>" * 5_000]
)
def test_a_strangers_packet_is_read_as_nothing(xmp: str) -> None:
    assert read_marks(png(xmp)).xmp == {}


def test_a_file_without_marks_has_none() -> None:
    assert read_marks(b"no picture") == Marks()


@pytest.mark.skipif(not can_sign(), reason="c2pa-python is not installed")
def test_a_signature_is_ours_under_our_authority_alone() -> None:
    ours, theirs = (new_identity(datetime.now(UTC)) for _ in range(2))
    signed = sign(add_xmp(png(), "Likeness"), ours.chain, ours.key, "Likeness", {"output": "1"})
    for authority, known in ((ours.authority, True), (theirs.authority, False), (None, False)):
        credential = read_marks(signed, authority).credential
        assert credential is not None
        assert (credential.intact, credential.ours, credential.faults) == (True, known, ())
        assert credential.statement == {"output": "1"}
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(signed)) as image:
        image.save(buffer, "PNG")
    assert read_marks(buffer.getvalue()).credential is None, "saving anew drops the manifest"
