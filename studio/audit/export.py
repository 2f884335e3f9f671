"""The ledger as a file: JSON Lines, one event each, and a last line that is the head.

Without details nothing in it is personal: random ids, kinds, times and digests. Somebody else can walk the chain in
it (`consent/ledger.py` says how) and hold its head against the ones that were posted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from consent.anchors import Anchor
from consent.ledger import Details, Event
from consent.people import Actor
from db import ledger
from studio.audit.asking import require_moderator
from studio.house import Studio

AT_ONCE = 2_000
"""Events read in one transaction."""


def ledger_lines(studio: Studio, actor: Actor, *, details: bool = False) -> Iterator[str]:
    """The lines, without their ends; for moderators, and an event in the ledger before the first line is read.

    With `details` each event also has what is still there of its words, and the salt of its commitment.
    """
    require_moderator(actor)
    with studio.sessions.begin() as session:
        studio.record(session, "export.made", actor, None, "ledger-with-details" if details else "ledger")
    return _lines(studio, details)


def _lines(studio: Studio, details: bool) -> Iterator[str]:
    """The events there are now, some at a time: whoever reads slowly must not keep an erasure waiting."""
    with studio.readers() as session:
        newest = ledger.head(session)
    assert newest is not None  # the export itself
    for start in range(0, newest.seq, AT_ONCE):
        with studio.readers() as session:
            events = list(ledger.chain(session, after=start, until=min(start + AT_ONCE, newest.seq)))
        for event, words in events:
            yield _line(event, words if details else None)
    head = str(Anchor(newest.seq, newest.hash))
    yield json.dumps({"ledger_head": head, "events": newest.seq, "details": details})


def _line(event: Event, words: Details | None) -> str:
    said: dict[str, Any] = {
        "seq": event.seq,
        "at": event.at.isoformat(timespec="microseconds"),
        "kind": event.kind,
        "actor": None if event.actor is None else str(event.actor),
        "subject": None if event.subject is None else str(event.subject),
        "ref": event.ref,
        "commitment": event.commitment,
        "prev": event.prev,
        "hash": event.hash,
    }
    if words is not None:
        said |= {"salt": words.salt.hex(), "details": dict(words.body)}
    return json.dumps(said, ensure_ascii=False)
