"""What somebody did to the ledger, read from the chain: six ways, each with its name.

The chain by itself shows an edit, a deletion and a swap. That its tail was cut off, or that all of it was written
anew, shows only against an anchor: a head that was written down somewhere else. (Measured: without anchors two of
the six pass unseen, with them none.)
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from consent.anchors import Anchor
from consent.ledger import GENESIS, Details, Event, commitment, link

MOST_COMPARED = 500
"""Edited events among which a swap is looked for; more of them are no swap."""


class Tampering(StrEnum):
    """What was done, in the words a moderator reads; the value is its short name."""

    EDITED = "edited", "an event was edited"
    WORDS = "words", "what an event says was edited"
    DELETED = "deleted", "an event was deleted"
    SWAPPED = "swapped", "events were swapped"
    CUT = "cut", "the end was cut off"
    REWRITTEN = "rewritten", "events were written anew"

    def __new__(cls, value: str, sentence: str) -> Tampering:
        """A name with its sentence."""
        tampering = str.__new__(cls, value)
        tampering._value_ = value
        tampering.sentence = sentence
        return tampering

    sentence: str


@dataclass(frozen=True)
class Fault:
    """Something that should not be: at which event, of which kind, and in a sentence."""

    seq: int
    kind: str
    sentence: str


def verify_chain(chain: Iterable[tuple[Event, Details | None]],
                 anchors: Collection[Anchor] = ()) -> list[Fault]:
    """Walk the chain in the order given; an empty list means that all is as it was written.

    Each event comes with what is still there of its words; words that were erased are no fault. `anchors` are heads
    as they were written down elsewhere. One pass, and nothing of the chain is kept but what is at fault.
    """
    faults: list[Fault] = []
    edited: list[Event] = []
    wanted = {anchor.seq for anchor in anchors}
    seen: dict[int, str] = {}
    prev, expected = GENESIS, 1
    for event, words in chain:
        whole = _hash_of(event, event.seq) == event.hash
        if not whole:
            edited.append(event)
        faults.extend(_faults_of(event, prev, expected, whole, words))
        if event.seq in wanted:
            seen[event.seq] = event.hash
        prev, expected = event.hash, event.seq + 1
    for seq, known in sorted(set(anchors)):
        if seq not in seen:
            faults.append(Fault(seq, "cut", f"Event {seq} was anchored elsewhere and is missing here."))
        elif seen[seq] != known:
            faults.append(Fault(seq, "rewritten", f"Event {seq} is not the one that was anchored elsewhere."))
    return _with_swaps(faults, edited)


def tamperings(faults: Iterable[Fault]) -> list[Tampering]:
    """What the faults amount to, each way named once."""
    kinds: dict[int, set[str]] = {}
    for fault in faults:
        kinds.setdefault(fault.seq, set()).add(fault.kind)
    found = {_AMOUNTS[kind] for at in kinds.values() for kind in at if kind in _AMOUNTS}
    # A broken link that nothing beside it explains: the event before was edited and its own hash mended.
    if any("link" in at and not (at | kinds.get(seq - 1, set())) & _EXPLAINS for seq, at in kinds.items()):
        found.add(Tampering.EDITED)
    return [tampering for tampering in Tampering if tampering in found]


_AMOUNTS: Mapping[str, Tampering] = {
    "edited": Tampering.EDITED,
    "details": Tampering.WORDS,
    "missing": Tampering.DELETED,
    "orphan": Tampering.DELETED,
    "order": Tampering.SWAPPED,
    "swapped": Tampering.SWAPPED,
    "cut": Tampering.CUT,
    "rewritten": Tampering.REWRITTEN,
}
_EXPLAINS = frozenset({"edited", "missing", "orphan", "order", "swapped"})


def _hash_of(event: Event, seq: int) -> str:
    return link(event.prev, seq=seq, at=event.at, kind=event.kind, actor=event.actor, subject=event.subject,
                ref=event.ref, commitment=event.commitment)


def _faults_of(event: Event, prev: str, expected: int, whole: bool, words: Details | None) -> list[Fault]:
    """What is wrong with one event, given the hash and number it has to follow on."""
    faults: list[Fault] = []
    if event.seq > expected:
        gap = f"{expected}" if event.seq == expected + 1 else f"{expected} to {event.seq - 1}"
        faults.append(Fault(event.seq, "missing", f"Before event {event.seq}, there is no event {gap}."))
    elif event.seq < expected:
        faults.append(Fault(event.seq, "order", f"Event {event.seq} stands where event {expected} should."))
    if event.prev != prev:
        faults.append(Fault(event.seq, "link", f"Event {event.seq} does not follow on the one before it."))
    if not whole:
        faults.append(Fault(event.seq, "edited", f"Event {event.seq} was changed after it was written."))
    if words is not None and not hmac.compare_digest(commitment(words.salt, words.body), event.commitment):
        faults.append(Fault(event.seq, "details", f"The details of event {event.seq} were changed."))
    return faults


def _with_swaps(faults: list[Fault], edited: list[Event]) -> list[Fault]:
    """The same faults, where an edited event that is whole under another's number is called swapped."""
    if not 2 <= len(edited) <= MOST_COMPARED:
        return faults
    numbers = [event.seq for event in edited]
    written = {
        event.seq: seq
        for event in edited
        for seq in numbers
        if seq != event.seq and _hash_of(event, seq) == event.hash
    }
    return [
        Fault(fault.seq, "swapped", f"Event {fault.seq} was written as event {written[fault.seq]}.")
        if fault.kind == "edited" and fault.seq in written
        else fault
        for fault in faults
    ]
