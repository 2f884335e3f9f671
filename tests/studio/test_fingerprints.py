"""A picture that was posted again is recognised, and another one is not."""

from __future__ import annotations

import io
import random
from itertools import combinations

import pytest
from PIL import Image

from miniature.world import photograph
from studio.errors import BadUpload
from studio.fingerprints import NEAR, distance, fingerprint, near
from tests.studio.conftest import png


def saved(image: Image.Image, kind: str = "PNG", quality: int = 75) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, quality=quality)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    return [photograph(number, size=128).image.convert("RGB") for number in range(8)]


def test_saving_without_loss_changes_the_file_and_not_the_pixels(pictures: list[Image.Image]) -> None:
    once, again = fingerprint(saved(pictures[0])), fingerprint(saved(pictures[0], "WEBP", 100))
    same = fingerprint(saved(Image.open(io.BytesIO(saved(pictures[0])))))
    assert once.pixels == same.pixels
    assert once.sha256 != again.sha256


def test_most_re_posts_are_near_and_different_pictures_are_far(pictures: list[Image.Image]) -> None:
    plain = [fingerprint(saved(picture)).dhash or "" for picture in pictures]
    for change in (
        lambda picture: saved(picture, "JPEG", 60),
        lambda picture: saved(picture.resize((64, 64))),
        lambda picture: saved(picture.resize((256, 256)), "WEBP"),
    ):
        apart = [
            distance(before, fingerprint(change(picture)).dhash or "0")
            for before, picture in zip(plain, pictures, strict=True)
        ]
        assert sum(bits <= NEAR for bits in apart) >= len(pictures) - 1, apart
    assert min(distance(*pair) for pair in combinations(plain, 2)) > 2 * NEAR


def test_a_mirrored_picture_is_an_edit_and_not_found(pictures: list[Image.Image]) -> None:
    mirrored = fingerprint(saved(pictures[0].transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    assert distance(fingerprint(saved(pictures[0])).dhash or "0", mirrored.dhash or "0") > NEAR


def test_a_plain_surface_looks_like_nothing_in_particular() -> None:
    assert fingerprint(png()).dhash is None


@pytest.mark.parametrize("data", [b"", b"no picture", png()[:60], b"GIF89a" + bytes(40)])
def test_what_is_no_picture_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(BadUpload):
        fingerprint(data)


def test_all_that_are_near_are_found_at_once_and_nothing_else() -> None:
    chance = random.Random(3)
    one = chance.getrandbits(64)
    flipped = [sum(1 << bit for bit in chance.sample(range(64), bits)) for bits in range(12) for _ in range(20)]
    others = [f"{one ^ bits:016x}" for bits in flipped] + [f"{chance.getrandbits(64):016x}" for _ in range(500)]
    sought = f"{one:016x}"
    wanted = {other: bits for other in others if (bits := distance(sought, other)) <= NEAR}
    assert near(sought, others) == wanted
    assert set(wanted.values()) == set(range(NEAR + 1))
    assert near(sought, []) == {}
