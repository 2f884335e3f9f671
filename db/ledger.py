"""The ledger's storage: append, read, verify. What a link is, `consent.ledger` says.

Rows are written in the caller's transaction, so that what happened and the record of it are one commit.
Writers come one after the other: a writer's session holds a lock from its beginning (`db/engine.py`), and who
appends without such a session holds one of the ledger's own on PostgreSQL from here to the commit. Use READ
COMMITTED there (the default): a stricter level would read the head as it was before the lock and fail on its own
number.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, delete, func, insert, select
from sqlalchemy.orm import Session

from consent.anchors import Anchor
from consent.ledger import (
    GENESIS,
    SALT_BYTES,
    Details,
    Event,
    EventKind,
    canonical_json,
    commitment,
    link,
)
from consent.tampering import Fault, verify_chain
from db.tables import LedgerDetailRow, LedgerRow

_LOCK = 0x6C65_6467_6572
"""Any number, as long as it is always the same one: "ledger" in ASCII."""

_EVENTS, _WORDS = cast(Table, LedgerRow.__table__), cast(Table, LedgerDetailRow.__table__)


@dataclass(frozen=True)
class Entry:
    """An event and what it says in words; None when its details were erased."""

    event: Event
    details: Mapping[str, Any] | None


def append(session: Session, kind: str, *, actor: UUID | None, subject: UUID | None, ref: str | None,
           at: datetime, details: Mapping[str, Any]) -> int:
    """Add an event in the caller's transaction and return its number; ValueError for a kind that has no
    meaning.

    `details` is JSON and the only place for words (a prompt, a reason): everything else outlives an erasure.
    """
    known = EventKind(kind)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    newest = select(LedgerRow.seq, LedgerRow.hash).order_by(LedgerRow.seq.desc()).limit(1)
    last = session.execute(newest).first()
    seq, prev = (1, GENESIS) if last is None else (last.seq + 1, last.hash)
    body: dict[str, Any] = json.loads(canonical_json(dict(details)))
    salt = secrets.token_bytes(SALT_BYTES)
    bound = commitment(salt, body)
    # Plain inserts: as mapped objects the two rows would take most of the time an append has.
    session.execute(insert(_EVENTS), {
        "seq": seq, "at": at, "kind": known.value, "actor": None if actor is None else str(actor),
        "subject": None if subject is None else str(subject), "ref": ref, "commitment": bound, "prev": prev,
        "hash": link(prev, seq=seq, at=at, kind=known.value, actor=actor, subject=subject, ref=ref,
                     commitment=bound)})
    session.execute(insert(_WORDS), {"seq": seq, "salt": salt, "body": body})
    return seq


def events(session: Session, *, kinds: Sequence[str] = (), actor: UUID | None = None,
           subject: UUID | None = None, ref: str | None = None, since: datetime | None = None,
           until: datetime | None = None, limit: int | None = None) -> list[Entry]:
    """The events that fit every filter given, oldest first; with `limit`, the newest of them, still oldest
    first.

    `since` is included and `until` is not.
    """
    query = select(LedgerRow, LedgerDetailRow.body).outerjoin(
        LedgerDetailRow, LedgerDetailRow.seq == LedgerRow.seq)
    if kinds:
        query = query.where(LedgerRow.kind.in_([str(kind) for kind in kinds]))
    if actor is not None:
        query = query.where(LedgerRow.actor == str(actor))
    if subject is not None:
        query = query.where(LedgerRow.subject == str(subject))
    if ref is not None:
        query = query.where(LedgerRow.ref == ref)
    if since is not None:
        query = query.where(LedgerRow.at >= since)
    if until is not None:
        query = query.where(LedgerRow.at < until)
    rows = session.execute(query.order_by(LedgerRow.seq.desc()).limit(limit)).all()
    return [Entry(_event(row), body) for row, body in reversed(rows)]


def head(session: Session) -> Event | None:
    """The newest event: what an anchor writes down elsewhere."""
    row = session.scalars(select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(1)).first()
    return None if row is None else _event(row)


def verify(session: Session, anchors: Collection[Anchor] = ()) -> list[Fault]:
    """Every fault in the whole chain; none when all is as it was written. `anchors`: see `verify_chain`."""
    faults = verify_chain(chain(session), anchors)
    lost = select(LedgerDetailRow.seq).where(LedgerDetailRow.seq.not_in(select(LedgerRow.seq)))
    return faults + [Fault(seq, "orphan", f"Details are kept for event {seq}, which is missing.")
                     for seq in sorted(session.scalars(lost))]


def chain(session: Session, *, after: int = 0, until: int | None = None) -> Iterator[tuple[Event, Details | None]]:
    """Every event, oldest first, with what is still there of its words; read as it is walked, never all at once.

    Events from `after` on (not included) to `until` (included) alone, when they are given.
    """
    query = (
        select(_EVENTS, _WORDS.c.salt, _WORDS.c.body)
        .select_from(_EVENTS.outerjoin(_WORDS, _WORDS.c.seq == _EVENTS.c.seq))
        .where(_EVENTS.c.seq > after)
        .order_by(_EVENTS.c.seq)
        .execution_options(yield_per=2_000)
    )
    for row in session.execute(query if until is None else query.where(_EVENTS.c.seq <= until)):
        yield _event(row), None if row.salt is None else Details(row.salt, row.body)


def erased(session: Session) -> int:
    """How many events say nothing in words any more: what was erased, by whoever it was."""
    words = select(LedgerDetailRow.seq).where(LedgerDetailRow.seq == LedgerRow.seq).exists()
    return session.scalar(select(func.count()).select_from(LedgerRow).where(~words)) or 0


def erase_details(session: Session, subject: UUID, refs: Sequence[str] = ()) -> int:
    """Delete what events about a subject, or about these jobs, say in words; returns how many went.

    The chain still verifies. The jobs matter because an event of a picture of two people is told once for each.
    """
    about = select(LedgerRow.seq).where((LedgerRow.subject == str(subject)) | LedgerRow.ref.in_(refs))
    gone = session.execute(delete(LedgerDetailRow).where(LedgerDetailRow.seq.in_(about)).returning(
        LedgerDetailRow.seq))
    return len(gone.all())


def _event(row: LedgerRow | Row[Any]) -> Event:
    """A row as the rules know it."""
    return Event(seq=row.seq, at=row.at, kind=row.kind, actor=None if row.actor is None else UUID(row.actor),
                 subject=None if row.subject is None else UUID(row.subject), ref=row.ref,
                 commitment=row.commitment, prev=row.prev, hash=row.hash)
