"""The ruler that reads a doll in a portrait."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from PIL import Image

from miniature.likeness import read_likeness
from miniature.people import RADKE, VERA, Doll, random_doll, random_outfit
from miniature.world import Photo, photograph

ACTIONS = ("standing", "waving", "sitting", "running", "dancing")


def portrait(seed: int, doll: Doll, size: int = 64) -> Photo:
    outfit = random_outfit(Random(seed), doll)
    action = ACTIONS[seed % len(ACTIONS)]
    return photograph(seed, size=size, doll=doll, outfit=outfit, framing="portrait", action=action)


def scores(doll: Doll, others: list[Doll], start: int = 300) -> list[float]:
    return [read_likeness(portrait(start + i, other).image, doll).score for i, other in enumerate(others)]


@pytest.mark.parametrize("doll", [RADKE, VERA], ids=["radke", "vera"])
def test_a_dolls_own_portraits_read_as_the_doll(doll: Doll) -> None:
    own = scores(doll, [doll] * 32)
    assert np.mean(own) >= 0.9
    assert min(own) >= 0.7


@pytest.mark.parametrize("doll", [RADKE, VERA], ids=["radke", "vera"])
def test_strangers_do_not_read_as_the_doll(doll: Doll) -> None:
    everybody = [random_doll(Random(seed)) for seed in range(64)]
    strangers = [other for other in everybody if other.hair_colour != doll.hair_colour]
    assert len(strangers) > 48
    assert np.mean(scores(doll, strangers)) <= 0.22


def test_the_two_subjects_are_never_taken_for_each_other() -> None:
    assert max(scores(RADKE, [VERA] * 16)) < 0.4
    assert max(scores(VERA, [RADKE] * 16)) < 0.4


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("hair", {"hair_rgb": (60, 170, 90), "beard": "none"}),
        ("skin", {"skin_rgb": (92, 58, 42)}),
        ("chin", {"beard": "none"}),
        ("eyes", {"glasses": "none"}),
    ],
)
def test_each_part_falls_when_just_that_part_of_the_doll_changes(part: str, change: dict) -> None:
    other = replace(RADKE, **change)
    before = np.mean([getattr(read_likeness(portrait(s, RADKE).image, RADKE), part) for s in range(8)])
    after = np.mean([getattr(read_likeness(portrait(s, other).image, RADKE), part) for s in range(8)])
    assert before - after >= 0.4


def test_the_size_of_the_portrait_does_not_matter() -> None:
    small, large = (read_likeness(portrait(5, RADKE, size).image, RADKE).score for size in (64, 512))
    assert small == pytest.approx(large, abs=0.1)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (128, 128, 128)])
def test_an_empty_picture_is_nobody(colour: tuple[int, int, int]) -> None:
    empty = Image.new("RGB", (64, 64), colour)
    assert read_likeness(empty, RADKE).score < 0.25
    assert read_likeness(empty, VERA).score < 0.25
