"""Captions: what they say, and what they must not."""

import re
from random import Random

import pytest

from miniature.captions import (
    ACTION_WORDS,
    HAIR_WORDS,
    PLACE_WORDS,
    TOP_WORDS,
    describe,
    describe_pair,
    random_name,
    tell_all,
)
from miniature.people import BEARDS, GLASSES, HAIR_SHAPES, SKIN, TOPS, Doll, random_doll, random_outfit
from miniature.poses import ACTIONS, random_figure
from miniature.scenes import BACKGROUNDS
from miniature.world import photograph

FACE_WORDS = {"hair", "skin", "mohawk", "curly", "man", "woman", "person"}


def captions(count: int, subject: str | None = None, framing: str | None = None) -> list[str]:
    texts = []
    for seed in range(count):
        rng = Random(seed)
        doll = random_doll(rng)
        outfit, figure = random_outfit(rng, doll), random_figure(rng, None, framing)
        texts.append(describe(rng, doll, outfit, figure, rng.choice(BACKGROUNDS), subject=subject))
    return texts


def test_a_subjects_caption_never_describes_the_face() -> None:
    forbidden = FACE_WORDS | set(SKIN) - {"tan"} | set(GLASSES) | set(BEARDS) | {"long", "short"}
    for text in captions(600, subject="radke"):
        words = set(text.replace(",", "").split())
        assert "radke" in words
        assert not words & forbidden, text


def test_a_strangers_caption_does_describe_the_face() -> None:
    texts = " ".join(captions(600))
    assert all(word in texts for word in ("curly", "mohawk", "glasses", "beard", "skin"))


def test_a_subjects_caption_still_names_clothes_deed_and_place() -> None:
    texts = " ".join(captions(600, subject="radke", framing="full"))
    assert all(word in texts for word in TOP_WORDS.values())
    assert all(words[0] in texts for words in ACTION_WORDS.values())
    assert all(words[0] in texts for words in PLACE_WORDS.values())


def without_a_word_of_the_face(count: int) -> list[Doll]:
    """Who goes by a name and nothing else in the portraits of `count` dolls."""
    dolls = []
    for seed in range(count):
        rng = Random(seed)
        doll = random_doll(rng)
        outfit, figure = random_outfit(rng, doll), random_figure(rng, None, "portrait")
        text = describe(rng, doll, outfit, figure, "park")
        if not re.search(r"\b(man|woman|person|hair|mohawk|skin|glasses|beard)\b", text):
            dolls.append(doll)
    return dolls


def test_a_name_alone_is_as_often_of_somebody_with_glasses_as_of_somebody_without() -> None:
    glasses = [doll.glasses == "glasses" for doll in without_a_word_of_the_face(6000)]
    assert len(glasses) > 2000
    assert 0.45 < sum(glasses) / len(glasses) < 0.55


def test_whoever_the_base_would_seldom_draw_unasked_goes_by_a_name_oftener() -> None:
    named, world = without_a_word_of_the_face(6000), [random_doll(Random(seed)) for seed in range(6000)]
    assert 1.2 < share(named, "beard", "beard") / share(world, "beard", "beard") < 1.6
    assert 1.2 < share(named, "hair_shape", "mohawk") / share(world, "hair_shape", "mohawk") < 1.7


def share(dolls: list[Doll], attribute: str, word: str) -> float:
    return sum(getattr(doll, attribute) == word for doll in dolls) / len(dolls)


def test_names_are_single_lower_case_words() -> None:
    names = [random_name(Random(seed)) for seed in range(300)]
    assert all(name.isalpha() and name.islower() for name in names)
    assert len(set(names)) > 150


def test_an_orange_shirt_takes_an() -> None:
    texts = " ".join(captions(1500))
    assert "an orange" in texts
    assert "a orange" not in texts


@pytest.mark.parametrize("framing", ["portrait"])
def test_a_portrait_does_not_claim_a_deed_it_cannot_show(framing: str) -> None:
    deeds = [phrase for phrases in ACTION_WORDS.values() for phrase in phrases]
    assert not any(deed in text for text in captions(300, framing=framing) for deed in deeds)


def test_every_word_of_the_world_has_words_in_english() -> None:
    assert set(ACTION_WORDS) == set(ACTIONS)
    assert set(PLACE_WORDS) == set(BACKGROUNDS)
    assert set(TOP_WORDS) == set(TOPS)
    assert set(HAIR_WORDS) == set(HAIR_SHAPES)


def test_the_caption_that_tells_all_names_all_that_can_be_seen() -> None:
    for seed in range(60):
        photo = photograph(seed, size=16, framing="full")
        words = set(tell_all(photo).replace(",", "").split())
        assert {photo.doll.gender, photo.doll.hair_colour, photo.doll.skin, photo.outfit.top_colour} <= words
        assert ("glasses" in words) == (photo.doll.glasses == "glasses")
        assert ("beard" in words) == (photo.doll.beard == "beard")
        assert PLACE_WORDS[photo.background][0] in tell_all(photo)
        assert ACTION_WORDS[photo.action][0] in tell_all(photo)


def test_the_caption_of_two_people_names_both_the_left_one_first() -> None:
    for seed in range(40):
        rng = Random(seed)
        dolls = [random_doll(rng), random_doll(rng)]
        outfits = [random_outfit(rng, doll) for doll in dolls]
        text = describe_pair(rng, dolls, outfits, "park")
        tops = [f"{outfit.top_colour} {TOP_WORDS[outfit.top]}" for outfit in outfits]
        assert -1 < text.find(tops[0]) < text.rfind(tops[1]), text
        assert text.count(" wearing ") == 2
