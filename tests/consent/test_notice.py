"""What people are told before they say yes."""

from __future__ import annotations

import hashlib

import pytest

from consent.notice import NOTICE, NOTICE_SHA256, NOTICE_VERSION, TEXTS, notice
from consent.scope import Purpose


def test_the_notice_explains_every_purpose_that_can_be_ticked() -> None:
    for purpose in Purpose:
        assert f"\n- {purpose.value}: " in NOTICE


def test_the_notice_says_how_long_who_decides_and_how_to_stop() -> None:
    for heading in ("What happens to your photos", "How long", "Who decides", "How to stop"):
        assert f"\n{heading}\n- " in NOTICE
    assert "`consent withdraw`" in NOTICE


def test_the_notice_names_everything_a_person_can_be_particular_about() -> None:
    for words in ("only me", "never certain people", "unless you name some", "stylised ones only", "alone",
                  "a number a day", "tell me", "ask me first",
                  "kept for longer"):
        assert words in NOTICE


def test_changing_a_word_needs_a_new_version() -> None:
    """When this fails, raise NOTICE_VERSION, add the new text and its digest; what was shown stays."""
    published = {
        "1": "380a163ef8899d9166d61cae62a525b2f41f6f8767c59357327bbcf25ccdedaa",
        "2": "2ee67c16b1b64925d0677e0688eaae2b025dee0e7193ed0af239e955a0bc7906",
        "3": "d5ce35419f05d0f1d93e377e89ff4fdabb109c38162b71acd0aa9e8fc24a50dc",
    }
    assert {version: hashlib.sha256(text.encode()).hexdigest()
            for version, text in TEXTS["en"].items()} == published
    assert published[NOTICE_VERSION] == NOTICE_SHA256 == notice().sha256


def test_where_a_language_has_no_notice_of_today_english_is_shown_and_recorded() -> None:
    assert notice("de-AT").language == "en"
    assert notice("EN-gb").text == NOTICE
    assert notice("en", "1").sha256.startswith("380a163e"), "what an earlier yes was a yes to can still be shown"
    with pytest.raises(KeyError):
        notice("en", "99")


def test_a_notice_fits_where_it_is_shown() -> None:
    assert len(NOTICE) <= 4096, "the description of a message in Discord"
