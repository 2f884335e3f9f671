"""Whether the consents stand as the ledger says: its events, played again from nothing, give the rows there are.

What a consent covers is part of that: purposes, limits and end are compared with what was last said of them, unless the
event's words were erased with the person's.

The chain proves that the ledger was not changed; this proves that nobody changed a consent beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.lifecycle import replay
from consent.states import CLOCK, EVENTS, NEW_VERSION, Act
from consent.tampering import Fault
from db.tables import ConsentRow, LedgerDetailRow, LedgerRow, SubjectRow

_ACTS = {str(kind): act for act, kind in EVENTS.items()}
_AMENDS = NEW_VERSION - {Act.ASK}
_SAYS_WHAT = NEW_VERSION | {Act.GIVE}
"""Acts whose events say in their details what the consent covers from then on."""


@dataclass(frozen=True)
class _Deed:
    """One act on a consent, as the ledger tells of it."""

    seq: int
    act: Act
    actor: UUID
    version: str | None
    details: Mapping[str, Any]


def faults(session: Session) -> list[Fault]:
    """Every consent that is not where its events lead; none when all are."""
    query = (
        select(LedgerRow.subject, LedgerRow.seq, LedgerRow.kind, LedgerRow.actor, LedgerRow.ref, LedgerDetailRow.body)
        .outerjoin(LedgerDetailRow, LedgerDetailRow.seq == LedgerRow.seq)
        .where(LedgerRow.kind.in_(_ACTS), LedgerRow.subject.is_not(None))
        .order_by(LedgerRow.subject, LedgerRow.seq)
    )
    told = {
        UUID(subject): [
            _Deed(row.seq, _ACTS[row.kind], UUID(row.actor) if row.actor else CLOCK, row.ref, _details(row.body))
            for row in rows
        ]
        for subject, rows in groupby(session.execute(query), key=lambda row: str(row.subject))
    }
    kept: dict[UUID, list[ConsentRow]] = {}
    for row in session.scalars(select(ConsentRow).order_by(ConsentRow.subject_id, ConsentRow.version)):
        kept.setdefault(row.subject_id, []).append(row)
    owners = {subject: owner for subject, owner in session.execute(select(SubjectRow.id, SubjectRow.owner_id))}
    return [
        fault
        for subject in sorted(told.keys() | kept.keys(), key=str)
        for fault in _of_one(told.get(subject, []), kept.get(subject, []), owners.get(subject, CLOCK))
    ]


def _of_one(deeds: Sequence[_Deed], rows: Sequence[ConsentRow], owner: UUID) -> list[Fault]:
    """One subject's consents against their events."""
    last = deeds[-1].seq if deeds else 0
    try:
        states = replay([(deed.act, deed.actor) for deed in deeds], owner)
    except KeyError:
        return [_impossible(deeds, owner)]
    if len(states) != len(rows):
        sentence = f"The ledger tells of {len(states)} versions of a consent, and {len(rows)} are kept."
        return [Fault(last, "versions", sentence)]
    found = []
    verifiers = _verifiers(deeds)
    for index, (state, row) in enumerate(zip(states, rows, strict=True)):
        if row.state != state:
            sentence = f"Consent {row.id} is kept as {row.state}; by its events it is {state}."
            found.append(Fault(last, "state", sentence))
        if row.verified_by != verifiers[index]:
            found.append(Fault(last, "verifier", f"Consent {row.id} was verified by somebody else than is kept."))
    version = -1
    for deed in deeds:
        version += deed.act in NEW_VERSION
        if deed.version != str(rows[version].id):
            found.append(Fault(deed.seq, "version", f"Event {deed.seq} tells of another version than is kept."))
    return found + _scopes(deeds, rows)


def _details(body: object) -> Mapping[str, Any]:
    return body if isinstance(body, dict) else {}


def _scopes(deeds: Sequence[_Deed], rows: Sequence[ConsentRow]) -> list[Fault]:
    """Versions that cover something else than the last event that says what they cover."""
    last: dict[str, _Deed] = {deed.version: deed for deed in deeds if deed.version and deed.act in _SAYS_WHAT}
    found = []
    for row in rows:
        deed = last.get(str(row.id))
        differs = [] if deed is None else [name for name in _SCOPE if not _as_told(row, name, deed.details)]
        if deed is not None and differs:
            other = " and ".join(_SCOPE[name] for name in differs)
            sentence = f"Consent {row.id} is kept with other {other} than event {deed.seq} tells."
            found.append(Fault(deed.seq, "scope", sentence))
    return found


_SCOPE: Mapping[str, str] = {"purposes": "purposes", "limits": "limits", "until": "end"}
"""What details say of a scope, and how it is called in a sentence."""


def _as_told(row: ConsentRow, name: str, details: Mapping[str, Any]) -> bool:
    """Whether a part of the scope is kept as it was told; what was not told, or is erased, cannot be compared.

    Details that somebody has edited can be anything, and then nothing is as it was told.
    """
    told = details.get(name)
    if told is None:
        return True
    try:
        if name == "purposes":
            return set(row.purposes) == set(told)
        if name == "limits":
            return bool((row.scope or {}) == told)
        return row.expires_at == datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return False


def _verifiers(deeds: Sequence[_Deed]) -> list[UUID | None]:
    """Who verified each version; an amended one was verified by whoever verified what it amends."""
    verifiers: list[UUID | None] = []
    for deed in deeds:
        if deed.act in NEW_VERSION:
            verifiers.append(verifiers[-1] if deed.act in _AMENDS else None)
        elif deed.act is Act.VERIFY:
            verifiers[-1] = deed.actor
    return verifiers


def _impossible(deeds: Sequence[_Deed], owner: UUID) -> Fault:
    """The first event that leads nowhere from where the ones before it lead."""
    acts = [(deed.act, deed.actor) for deed in deeds]
    number = next(number for number in range(len(acts)) if not _leads(acts[: number + 1], owner))
    deed = deeds[number]
    return Fault(deed.seq, "act", f"Event {deed.seq} says “{EVENTS[deed.act]}”, which could not be done there.")


def _leads(acts: Sequence[tuple[Act, UUID]], owner: UUID) -> bool:
    try:
        replay(acts, owner)
    except KeyError:
        return False
    return True
