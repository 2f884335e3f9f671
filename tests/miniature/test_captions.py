"""Captions: what they say, and what they must not."""

from random import Random

import pytest

from miniature.captions import ACTION_WORDS, HAT_WORDS, PLACE_WORDS, TOP_WORDS, describe, random_name
from miniature.people import BEARDS, GLASSES, HAIR_SHAPES, SKIN, TOPS, random_doll, random_outfit
from miniature.poses import ACTIONS, random_figure
from miniature.scenes import BACKGROUNDS

FACE_WORDS = {
    "hair",
    "skin",
    "bald",
    "head",
    "mohawk",
    "bun",
    "ponytail",
    "curly",
    "spiky",
    "man",
    "woman",
    "person",
}


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
    allowed_colours = {"brown"}  # clothes may be brown; skin is never spoken of
    for text in captions(600, subject="radke"):
        words = set(text.replace(",", "").split())
        assert "radke" in words
        assert not words & (forbidden - allowed_colours), text


def test_a_strangers_caption_does_describe_the_face() -> None:
    texts = " ".join(captions(600))
    assert all(
        word in texts for word in ("curly", "mohawk", "sunglasses", "beard", "mustache", "skin", "bald")
    )


def test_a_subjects_caption_still_names_clothes_deed_and_place() -> None:
    texts = " ".join(captions(600, subject="radke", framing="full"))
    assert all(word in texts for word in TOP_WORDS.values())
    assert all(word in texts for word in HAT_WORDS.values())
    assert all(words[0] in texts for words in ACTION_WORDS.values())
    assert all(words[0] in texts for words in PLACE_WORDS.values())


def test_about_one_stranger_in_eight_goes_by_a_name() -> None:
    named = [t for t in captions(2000) if not any(f"a {g}" in t for g in ("man", "woman", "person"))]
    assert 0.09 < len(named) / 2000 < 0.15


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
    assert set(HAIR_SHAPES) == {"bald", "short", "long", "curly", "mohawk", "bun", "ponytail", "spiky"}
