"""However a text is written, it folds to the same letters; and folding twice is folding once."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.normalise import EMOJI, LOOKALIKES, elongates, fold, origin, readings, squeezed, words
from tests.corpus import EVASIONS

PLAIN = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
INVISIBLE = st.sampled_from(["\u200b", "\u200d", "\u00ad", "\ufeff", "\u2060", "\u0301", "\ufe0f", "\U000e0061"])
ONE_FOR_ONE = ("accents", "look-alikes", "full width")


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_characters_of_every_script_fold_once_and_for_all() -> None:
    everyone = (chr(point) for point in range(0, 0x20000, 5) if not 0xD800 <= point < 0xE000)
    assert [letter for letter in everyone if fold(fold(letter)) != fold(letter)] == []


@settings(max_examples=50)
@given(st.text(max_size=40), st.text(max_size=40))
def test_a_text_folds_piece_by_piece(one: str, other: str) -> None:
    whole = one + other
    if not whole.isascii():
        assert fold(whole) == fold(one + "é")[: -1] + fold("é" + other)[1:]


@settings(max_examples=50)
@given(PLAIN, st.sampled_from(ONE_FOR_ONE))
def test_a_word_written_with_other_letters_is_the_same_word(word: str, evasion: str) -> None:
    assert fold(EVASIONS[evasion](word)) == word


@settings(max_examples=50)
@given(PLAIN, st.lists(INVISIBLE, min_size=1, max_size=12))
def test_what_cannot_be_seen_changes_nothing(word: str, invisible: list[str]) -> None:
    hidden = "".join(letter + sign for letter, sign in zip(word, invisible * 12, strict=False))
    assert fold(hidden) == word


@settings(max_examples=50)
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12), st.sampled_from(" ._-*/"))
def test_letters_apart_can_be_read_as_the_word(word: str, between: str) -> None:
    spelled = {spelling for reading in readings(fold(between.join(word))) for t in reading for spelling in t.spellings}
    assert word in spelled


@settings(max_examples=50)
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=10))
def test_digits_can_be_read_as_letters(word: str) -> None:
    written = EVASIONS["digits"](word)
    spelled = {spelling for reading in readings(fold(f"x {written}")) for t in reading for spelling in t.spellings}
    if len(written) > 3 or not written.isdigit():
        assert word in spelled or written.isdigit()


@settings(max_examples=50)
@given(PLAIN, st.integers(2, 5))
def test_held_letters_are_the_word_and_the_word_is_not_a_shorter_one(word: str, times: int) -> None:
    held = "".join(letter * times for letter in word)
    assert elongates(held, word)
    assert squeezed(held) == squeezed(word)
    assert elongates(word, held) is False


@settings(max_examples=50)
@given(st.text(max_size=40), st.text(max_size=10), st.text(max_size=40))
def test_a_place_in_the_folded_text_is_found_again_in_the_text(before: str, word: str, after: str) -> None:
    text = before + word + after
    if text.isascii():
        return
    start = len(fold(before + "é")) - 1
    end = len(fold(before + word + "é")) - 1
    first, last = origin(text, start, end)
    if end > start:
        assert fold("é" + text[first:last])[1:].find(fold("é" + word)[1:]) >= 0


@pytest.mark.parametrize(("text", "read"), [
    ("Radke's guitar", ("radke", "guitar")),
    ("I'd like an ID, he'd not", ("i", "like", "an", "id", "he", "not")),
    ("don’t", ("dont",)),
    ("radke -clothes", ("radke", "no", "clothes")),
    ("well-known", ("well", "known")),
    ("ＲＡＤＫＥ", ("radke",)),
    ("ⓡⓐⓓⓚⓔ 🅡🅐🅓🅚🅔 🇷🇦🇩🇰🇪", ("radke", "radke", "radke")),
    ("ｅﬀｅｃｔ", ("effect",)),
    ("Straße", ("strasse",)),
    ("٤٢", ("42",)),
    ("👩‍🦽 radke", ("wheelchair", "radke")),
])  # fmt: skip
def test_words_are_read_as_a_person_would(text: str, read: tuple[str, ...]) -> None:
    assert words(text) == read


def test_an_ordinary_text_has_one_reading() -> None:
    assert len(readings(fold("<radke>, playing guitar on a stage; soft light!"))) == 1
    assert len(readings(fold("radke with a b33r"))) > 1


def test_the_tables_fold_to_themselves() -> None:
    assert all(fold(meaning) == meaning for meaning in EMOJI.values())
    assert all(fold(letter) == letter for letter in LOOKALIKES.values())
    assert all(len(unicodedata.normalize("NFC", sign)) == 1 for sign in EMOJI)
