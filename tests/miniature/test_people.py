"""Dolls and their clothes."""

from random import Random

import pytest

from miniature.people import (
    BEARDS,
    CLOTH,
    GLASSES,
    HAIR,
    HAIR_SHAPES,
    RADKE,
    SKIN,
    VERA,
    jitter,
    random_doll,
    random_outfit,
)

MANY = [random_doll(Random(seed)) for seed in range(400)]


def test_women_have_no_beards() -> None:
    women = [doll for doll in MANY if doll.gender == "woman"]
    assert len(women) > 80
    assert {doll.beard for doll in women} == {"none"}


def test_every_word_for_a_person_is_somebodys() -> None:
    assert {doll.skin for doll in MANY} == set(SKIN)
    assert {doll.hair_colour for doll in MANY} == set(HAIR)
    assert {doll.glasses for doll in MANY} == set(GLASSES)
    assert {doll.beard for doll in MANY} == set(BEARDS)
    assert {doll.hair_shape for doll in MANY} == set(HAIR_SHAPES)


def test_a_shade_stays_near_the_colour_it_is_named_after() -> None:
    for doll in MANY:
        assert max(abs(a - b) for a, b in zip(doll.skin_rgb, SKIN[doll.skin], strict=True)) <= 11
        assert max(abs(a - b) for a, b in zip(doll.hair_rgb, HAIR[doll.hair_colour], strict=True)) <= 15


def test_two_dolls_of_the_same_words_are_still_two_people() -> None:
    assert len({doll.skin_rgb for doll in MANY}) > 350


def test_jitter_never_leaves_the_colour_cube() -> None:
    rng = Random(3)
    shades = [jitter(rng, (2, 253, 128), 30) for _ in range(200)]
    assert all(0 <= channel <= 255 for shade in shades for channel in shade)
    assert {shade[0] for shade in shades} > {0}


def test_no_man_wears_a_dress_and_somebody_else_does() -> None:
    tops = {doll.gender: set() for doll in MANY}
    for seed, doll in enumerate(MANY):
        tops[doll.gender].add(random_outfit(Random(seed), doll).top)
    assert "dress" not in tops["man"]
    assert "dress" in tops["woman"]


def test_stripes_are_never_the_colour_of_their_shirt() -> None:
    outfits = [random_outfit(Random(seed), RADKE) for seed in range(200)]
    assert all(sum(abs(a - b) for a, b in zip(o.top_rgb, o.stripe_rgb, strict=True)) > 60 for o in outfits)
    assert "white" in {o.top_colour for o in outfits} <= set(CLOTH)


@pytest.mark.parametrize("word", ["gender", "skin", "hair_colour", "hair_shape", "glasses", "beard"])
def test_the_two_subjects_of_the_demo_share_no_attribute(word: str) -> None:
    assert getattr(RADKE, word) != getattr(VERA, word)
