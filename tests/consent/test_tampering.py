"""What somebody did to a ledger is found, and called by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from consent.anchors import Anchor
from consent.ledger import GENESIS, Details, Event, commitment, link
from consent.tampering import Fault, Tampering, tamperings, verify_chain

START = datetime(2026, 7, 1, 12, tzinfo=UTC)


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
           anchors: list[Anchor] | None = None) -> set[str]:
    return {fault.kind for fault in verify(events, details, anchors)}


def verify(events: list[Event], details: dict[int, Details],
           anchors: list[Anchor] | None = None) -> list[Fault]:
    return verify_chain([(event, details.get(event.seq)) for event in events], anchors or [])


def test_a_chain_as_it_was_written_has_no_fault() -> None:
    events, details = chain(5)
    assert verify(events, details) == []
    assert verify([], {}) == []


@pytest.mark.parametrize("change", [
    {"at": START}, {"kind": "image.made"}, {"actor": UUID(int=7)}, {"actor": None}, {"subject": None},
    {"ref": "job-9"}, {"ref": None}, {"commitment": "0" * 64}, {"hash": "0" * 64}, {"prev": "0" * 64},
], ids=lambda change: next(iter(change)))
def test_changing_any_column_of_an_event_shows(change: dict[str, Any]) -> None:
    events, _ = chain(5)
    events[2] = replace(events[2], **change)
    found = verify(events, {})
    assert 3 in {fault.seq for fault in found}
    assert "edited" in {fault.kind for fault in found}


def test_an_edit_that_mends_its_own_hash_breaks_the_next_link() -> None:
    events, details = chain(5)
    edited = replace(events[2], kind="image.made")
    mended = link(edited.prev, seq=edited.seq, at=edited.at, kind=edited.kind, actor=edited.actor,
                  subject=edited.subject, ref=edited.ref, commitment=edited.commitment)
    events[2] = replace(edited, hash=mended)
    assert [(fault.seq, fault.kind) for fault in verify(events, details)] == [(4, "link")]


def test_changed_words_and_changed_salt_show() -> None:
    events, details = chain(5)
    others = (Details(details[2].salt, {"prompt": "somebody else"}), Details(b"x" * 32, details[2].body))
    for forged in others:
        found = verify(events, {**details, 2: forged})
        assert [(fault.seq, fault.kind) for fault in found] == [(2, "details")]


def test_a_deleted_event_shows() -> None:
    events, details = chain(5)
    del events[2]
    assert faults(events, details) == {"missing", "link"}


def test_swapped_events_show() -> None:
    events, details = chain(5)
    events[1], events[2] = events[2], events[1]
    assert faults(events, details) >= {"order", "link"}


def test_events_that_swapped_their_numbers_show() -> None:
    events, details = chain(5)
    events[1], events[2] = replace(events[2], seq=2), replace(events[1], seq=3)
    assert faults(events, details) >= {"swapped", "link", "details"}


def test_an_inserted_event_shows() -> None:
    events, details = chain(5)
    assert faults([*events[:3], events[1], *events[3:]], details) >= {"order", "link"}


def test_erased_details_are_no_fault() -> None:
    events, details = chain(5)
    assert verify(events, {1: details[1]}) == []
    assert verify(events, {}) == []


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
    anchors = [Anchor(5, events[-1].hash)]
    forged = tamper(events)
    assert verify(forged, {}) == [], "the chain alone is silent"
    assert faults(forged, {}, anchors) == {kind}
    assert faults(events, {}, anchors) == set()


def mended(event: Event, prev: str, **changed: Any) -> Event:
    """An event as an intruder would write it: changed, and whole in itself."""
    fields = {name: getattr(event, name) for name in ("seq", "at", "kind", "actor", "subject", "ref", "commitment")}
    fields |= changed
    return Event(**fields, prev=prev, hash=link(prev, **fields))


def swapped(events: list[Event]) -> list[Event]:
    return [events[0], replace(events[2], seq=2), replace(events[1], seq=3), *events[3:]]


@pytest.mark.parametrize(("tamper", "name"), [
    (lambda events: events, []),
    (lambda events: [*events[:2], replace(events[2], kind="image.made"), *events[3:]], [Tampering.EDITED]),
    (lambda events: [*events[:2], mended(events[2], events[1].hash, ref="job-9"), *events[3:]],
     [Tampering.EDITED]),
    (lambda events: [*events[:2], *events[3:]], [Tampering.DELETED]),
    (lambda events: events[1:], [Tampering.DELETED]),
    (swapped, [Tampering.SWAPPED]),
    (lambda events: events[:3], [Tampering.CUT]),
    (lambda events: rewritten(len(events)), [Tampering.REWRITTEN]),
    (lambda events: [*swapped(events)[:4], replace(events[4], kind="image.made")],
     [Tampering.EDITED, Tampering.SWAPPED]),
], ids=["nothing", "edited", "edited and mended", "deleted", "first deleted", "swapped", "cut", "rewritten",
        "swapped and edited"])
def test_each_way_to_tamper_is_called_by_its_name_and_by_no_other(
        tamper: Callable[[list[Event]], list[Event]], name: list[Tampering]) -> None:
    events, _ = chain(5)
    assert tamperings(verify(tamper(events), {}, [Anchor(5, events[-1].hash)])) == name


def test_edited_words_are_not_called_an_edited_event() -> None:
    events, details = chain(5)
    forged = {**details, 2: Details(details[2].salt, {"prompt": "somebody else"})}
    assert tamperings(verify(events, forged)) == [Tampering.WORDS]
    assert all(way.sentence for way in Tampering)
