"""The tokenizer of the miniature, shipped and learnt anew."""

import json
from pathlib import Path

import pytest
from transformers import CLIPTokenizer

from miniature import WEIGHTS
from miniature.captions import NAMES
from miniature.tokenizer import (
    BEGIN,
    END,
    learn_merges,
    new_tokenizer,
    save_tokenizer,
    words_to_learn,
    world_words,
)
from miniature.world import TRAINING_SEEDS, more_captions, photograph

CAPTIONS = [text for seed in TRAINING_SEEDS[:60] for text in more_captions(photograph(seed, size=16), 4)]
FRESH = new_tokenizer(CAPTIONS)
SHIPPED = CLIPTokenizer.from_pretrained(str(WEIGHTS / "tokenizer"))


@pytest.mark.parametrize("tokenizer", [FRESH, SHIPPED], ids=["fresh", "shipped"])
def test_every_word_of_the_world_is_one_token(tokenizer: CLIPTokenizer) -> None:
    assert [word for word in world_words() if len(tokenizer.tokenize(word)) != 1] == []
    assert {"guitar", "skateboard", "mohawk", "storefront", "sweater"} <= world_words()


@pytest.mark.parametrize("tokenizer", [FRESH, SHIPPED], ids=["fresh", "shipped"])
@pytest.mark.parametrize("text", ["radke playing guitar", "a photo of zoë ☃", "xyzzy in the park"])
def test_anything_can_be_written_and_read_back(tokenizer: CLIPTokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer(text).input_ids, skip_special_tokens=True).strip() == text


def test_every_name_is_spelt_from_pieces() -> None:
    assert [name for name in NAMES if len(FRESH.tokenize(name)) == 1] == []
    assert len(FRESH.tokenize("radke")) > 2


def test_every_caption_can_be_made_of_the_worlds_words_and_names() -> None:
    known = world_words() | set(NAMES)
    strange = [
        sum(word not in known for word in text.replace(",", "").replace("-", " ").split()) for text in CAPTIONS
    ]
    assert max(strange) == 1  # a made-up name
    assert sum(strange) < 0.25 * len(CAPTIONS)  # half of the names are, and .44 of the captions have one


def test_a_prompt_begins_and_ends_as_in_clip() -> None:
    ids = FRESH("a man", padding="max_length", max_length=8).input_ids
    assert FRESH.convert_ids_to_tokens(ids) == [BEGIN, "a</w>", "man</w>", *[END] * 5]
    assert FRESH.model_max_length == 77


def test_the_same_captions_give_the_same_tokenizer_in_any_order() -> None:
    assert new_tokenizer(CAPTIONS[::-1]).get_vocab() == FRESH.get_vocab()


def test_the_pair_that_most_words_share_is_merged_first() -> None:
    assert learn_merges(["aab", "xab", "zz"])[0] == ("a", "b</w>")
    assert learn_merges(["ab", "cd"]) == [("a", "b</w>"), ("c", "d</w>")]


def test_a_name_is_no_word_to_learn_however_often_it_is_said() -> None:
    learnt = words_to_learn(["a photo of alex by a lighthouse"] * 50)
    assert "alex" not in learnt
    assert "lighthouse" in learnt


def test_a_saved_tokenizer_is_read_by_its_old_files_as_by_its_new_one(tmp_path: Path) -> None:
    save_tokenizer(FRESH, tmp_path)
    assert CLIPTokenizer.from_pretrained(tmp_path).get_vocab() == FRESH.get_vocab()
    assert json.loads((tmp_path / "vocab.json").read_text()) == FRESH.get_vocab()
    merges = (tmp_path / "merges.txt").read_text().splitlines()
    assert merges[0].startswith("#version")
    assert len(merges) - 1 == len(FRESH) - 2 - 2 * 256
