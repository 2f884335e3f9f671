"""A photo nobody described is learnt under what the base sees in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from miniature.people import RADKE
from miniature.world import portrait_session
from training import views
from training.photos import Example
from training.session import Training
from training.views import PLACES, VIEWS, described

VIEW = {"portrait": 0, "half": 1, "full": 2}
PLACE = {
    "park": "in the park", "stage": "on stage", "beach": "at the beach", "street": "in the street", "room": "in a room",
    "snow": "in the snow", "night": "at night", "court": "on the court", "pool": "at a swimming pool",
    "storefront": "in front of a store",
}  # fmt: skip


@pytest.fixture
def silent(examples) -> list[Example]:
    """The photos as they come from somebody who writes nothing."""
    return [replace(example, caption="a photo of radke") for example in examples]


@pytest.mark.slow
def test_the_base_tells_how_much_of_somebody_is_seen_and_names_no_place_they_are_not_at(fresh_base, short_plan):
    photos = portrait_session(RADKE, "radke", photos=6)
    training = Training(fresh_base(), [Example(each.image, "a photo of radke") for each in photos], short_plan)
    training.prepare()
    assert training._seen is not None
    seen = training._seen.tolist()
    assert [view for view, _ in seen] == [VIEW[each.figure.framing] for each in photos]
    said = [PLACES[place] for _, place in seen]
    assert all(words in ("", PLACE[each.background]) for words, each in zip(said, photos, strict=True))
    assert sum(bool(words) for words in said) >= 3


def test_only_a_photo_nobody_described_is_told_of_and_in_every_way_there_is(examples):
    written = replace(examples[0], caption="a photo of radke in a red shirt")
    silent = [replace(each, caption="A photo of Radke") for each in examples[1:3]]
    chance = torch.Generator().manual_seed(1)
    seen = [(0, 1), (2, PLACES.index("in the park")), (0, PLACES.index(""))]
    told = [described([written, *silent], "radke", seen, chance) for _ in range(40)]
    assert {each[0].caption for each in told} == {"a photo of radke in a red shirt"}
    assert {each[1].caption for each in told} == {
        "a full body photo of radke in the park",
        "a photo of radke in the park",
        "radke in the park",
    }
    assert {each[2].caption for each in told} == {way.format("radke") for way in VIEWS[0]}
    assert [each.image for each in told[0]] == [written.image, *(each.image for each in silent)]


def test_a_restored_training_does_not_look_again(fresh_base, silent, short_plan, monkeypatch):
    seen = torch.tensor([[number % len(VIEWS), number] for number in range(len(silent))])
    monkeypatch.setattr(views, "look", lambda *_: seen)
    first = Training(fresh_base(), silent, replace(short_plan, prior_images=0))
    first.prepare()
    monkeypatch.setattr(views, "look", lambda *_: pytest.fail("looked again"))
    again = Training(fresh_base(), silent, replace(short_plan, prior_images=0))
    again.restore(first.state())
    again.prepare()
    assert [each.caption for each in again._told()] == [each.caption for each in first._told()]
    assert len({each.caption for each in again._told()}) > 3


def test_where_every_photo_is_described_nothing_is_looked_at(fresh_base, examples, short_plan, monkeypatch):
    monkeypatch.setattr(views, "look", lambda *_: pytest.fail("looked"))
    training = Training(fresh_base(), examples, replace(short_plan, prior_images=0))
    training.prepare()
    assert training._told() == training._examples
