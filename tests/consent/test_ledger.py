"""What the chain of events gives away, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from consent.ledger import (
    GENESIS,
    Details,
    Event,
    EventKind,
    canonical_json,
    commitment,
    link,
    verify_chain,
)

START = datetime(2026, 7, 1, 12, tzinfo=UTC)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(some.characters(exclude_categories=["Cs"])),
    lambda values: (some.lists(values, max_size=3)
                    | some.dictionaries(some.text("abc", max_size=3), values, max_size=3)),
    max_leaves=8,
)


def chain(length: int) -> tuple[list[Event], dict[int, Details]]:
    """A chain as it is written, with the details of every event."""
    events: list[Event] = []
    details: dict[int, Details] = {}
    prev = GENESIS
    for seq in range(1, length + 1):
        words = Details(bytes([seq]) * 32, {"prompt": f"radke number {seq}"})
        fields: dict[str, Any] = dict(
            seq=seq, at=START + timedelta(seconds=seq), kind="image.asked", actor=UUID(int=seq),
            subject=UUID(int=99), ref=f"job-{seq}", commitment=commitment(words.salt, words.body))
        prev_hash, prev = prev, link(prev, **fields)
        events.append(Event(**fields, prev=prev_hash, hash=prev))
        details[seq] = words
    return events, details


def faults(events: list[Event], details: dict[int, Details],
           anchors: dict[int, str] | None = None) -> set[str]:
    return {fault.kind for fault in verify_chain(events, details, anchors)}


def test_a_chain_as_it_was_written_has_no_fault() -> None:
    events, details = chain(5)
    assert verify_chain(events, details) == []
    assert verify_chain([], {}) == []


@pytest.mark.parametrize("change", [
    {"at": START}, {"kind": "image.made"}, {"actor": UUID(int=7)}, {"actor": None}, {"subject": None},
    {"ref": "job-9"}, {"ref": None}, {"commitment": "0" * 64}, {"hash": "0" * 64}, {"prev": "0" * 64},
], ids=lambda change: next(iter(change)))
def test_changing_any_column_of_an_event_shows(change: dict[str, Any]) -> None:
    events, _ = chain(5)
    events[2] = replace(events[2], **change)
    found = verify_chain(events, {})
    assert 3 in {fault.seq for fault in found}
    assert "edited" in {fault.kind for fault in found}


def test_an_edit_that_mends_its_own_hash_breaks_the_next_link() -> None:
    events, details = chain(5)
    edited = replace(events[2], kind="image.made")
    mended = link(edited.prev, seq=edited.seq, at=edited.at, kind=edited.kind, actor=edited.actor,
                  subject=edited.subject, ref=edited.ref, commitment=edited.commitment)
    events[2] = replace(edited, hash=mended)
    assert [(fault.seq, fault.kind) for fault in verify_chain(events, details)] == [(4, "link")]


def test_changed_words_and_changed_salt_show() -> None:
    events, details = chain(5)
    others = (Details(details[2].salt, {"prompt": "somebody else"}), Details(b"x" * 32, details[2].body))
    for forged in others:
        found = verify_chain(events, {**details, 2: forged})
        assert [(fault.seq, fault.kind) for fault in found] == [(2, "details")]


def test_a_deleted_event_shows() -> None:
    events, details = chain(5)
    del events[2]
    assert faults(events, details) == {"missing", "link", "orphan"}


def test_swapped_events_show() -> None:
    events, details = chain(5)
    events[1], events[2] = events[2], events[1]
    assert faults(events, details) >= {"order", "link"}


def test_events_that_swapped_their_numbers_show() -> None:
    events, details = chain(5)
    events[1], events[2] = replace(events[2], seq=2), replace(events[1], seq=3)
    assert faults(events, details) >= {"edited", "link", "details"}


def test_an_inserted_event_shows() -> None:
    events, details = chain(5)
    assert faults([*events[:3], events[1], *events[3:]], details) >= {"order", "link"}


def test_erased_details_are_no_fault() -> None:
    events, details = chain(5)
    assert verify_chain(events, {1: details[1]}) == []
    assert verify_chain(events, {}) == []


def rewritten(length: int) -> list[Event]:
    events: list[Event] = []
    prev = GENESIS
    for event in chain(length)[0]:
        fields: dict[str, Any] = dict(seq=event.seq, at=event.at, kind="image.made", actor=event.actor,
                                      subject=event.subject, ref=event.ref, commitment=event.commitment)
        events.append(Event(**fields, prev=prev, hash=(prev := link(prev, **fields))))
    return events


@pytest.mark.parametrize(("tamper", "kind"), [
    (lambda events: events[:3], "cut"),
    (lambda events: rewritten(len(events)), "rewritten"),
], ids=["tail cut", "all rewritten"])
def test_a_head_written_down_elsewhere_gives_away_what_the_chain_alone_cannot(
        tamper: Callable[[list[Event]], list[Event]], kind: str) -> None:
    events, _ = chain(5)
    anchors = {5: events[-1].hash}
    forged = tamper(events)
    assert verify_chain(forged, {}) == [], "the chain alone is silent"
    assert faults(forged, {}, anchors) == {kind}
    assert faults(events, {}, anchors) == set()


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
        assert word.isalpha()
        assert kind.__doc__ is not None
        assert kind.__doc__ != EventKind.__doc__
        assert kind.__doc__.endswith(".")
        assert EventKind(kind.value) is kind
