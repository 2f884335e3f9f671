"""What the chain of events gives away, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from consent.ledger import GENESIS, EventKind, canonical_json, commitment, link

START = datetime(2026, 7, 1, 12, tzinfo=UTC)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(some.characters(exclude_categories=["Cs"])),
    lambda values: (some.lists(values, max_size=3)
                    | some.dictionaries(some.text("abc", max_size=3), values, max_size=3)),
    max_leaves=8,
)


@given(JSON)
def test_the_same_value_is_written_the_same_way_whatever_the_order_of_its_keys(value: Any) -> None:
    import json

    turned = json.loads(canonical_json(value), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert canonical_json(turned) == canonical_json(value)


def test_numbers_that_json_does_not_know_are_refused() -> None:
    for number in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="JSON"):
            canonical_json({"loss": number})


def test_the_same_moment_in_another_zone_is_the_same_link() -> None:
    fields: dict[str, Any] = dict(seq=1, kind="image.asked", actor=None, subject=None, ref=None,
                                  commitment="0" * 64)
    there = START.astimezone(timezone(timedelta(hours=2)))
    assert link(GENESIS, at=there, **fields) == link(GENESIS, at=START, **fields)
    with pytest.raises(ValueError, match="time zone"):
        link(GENESIS, at=START.replace(tzinfo=None), **fields)


def test_a_commitment_without_its_salt_cannot_be_guessed_from_the_words() -> None:
    body = {"prompt": "radke playing drums"}
    assert commitment(b"a" * 32, body) != commitment(b"b" * 32, body)


def test_every_kind_of_event_says_what_it_means() -> None:
    for kind in EventKind:
        group, _, word = kind.value.partition(".")
        assert group.isalpha()
        assert word.replace("-", "").isalpha()
        assert kind.__doc__ is not None
        assert kind.__doc__ != EventKind.__doc__
        assert kind.__doc__.endswith(".")
        assert EventKind(kind.value) is kind
