"""A scope its subject is filling in, form by form, before they say yes to it, take a part back, or agree to more.

It binds to nothing and the ledger does not tell of it; it goes with their answer, with an erasure, or after a day. A
yes names the digest of what was shown, so that nobody agrees to something else than what they read: neither because
another window of theirs was open, nor because the notice has changed meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from consent import notice as notices
from consent.errors import NotAllowed, Reason
from consent.ledger import canonical_json
from consent.people import Actor
from consent.rules import PURPOSES
from consent.scope import DEFAULT_MONTHS, Purpose, Scope, months_later
from consent.states import OVER, State
from consent.words import in_words
from db.tables import ConsentRow, DraftRow, SubjectRow
from studio import amendments, gate, grants, parties
from studio import consents as versions
from studio.house import Studio
from studio.subjects import find
from studio.views import ConsentView

KEPT = timedelta(days=1)

GIVE, NARROW, WIDEN, SAME = "give", "narrow", "widen", "same"
"""What saying yes to a draft would be: a first answer, taking something back, agreeing to more, or nothing at all."""


@dataclass(frozen=True)
class DraftView:
    """A draft as it is shown. `offered` are the purposes to choose from: those asked for, else all.

    `sentences` say it in plain words, `limits` as it is stored; `act` is what a yes to it would be.
    """

    handle: str
    act: str
    purposes: tuple[str, ...]
    offered: tuple[str, ...]
    limits: dict[str, Any]
    months: int | None
    until: datetime
    sentences: tuple[str, ...]
    digest: str
    notice: notices.Notice


def begin(studio: Studio, actor: Actor, handle: str) -> DraftView:
    """A fresh draft: of what was asked, with no purpose ticked; of what holds, once there is a yes; else of nothing."""
    with studio.sessions.begin() as session:
        subject, consent = _own(studio, session, actor, handle)
        row = session.get(DraftRow, subject.id) or DraftRow(subject_id=subject.id)
        given = consent is not None and consent.state not in (State.ASKED, *OVER)
        row.purposes = list(consent.purposes) if consent is not None and given else []
        row.limits = dict(consent.scope or {}) if consent is not None and consent.state not in OVER else {}
        row.months, row.changed_at = None, studio.clock()
        session.add(row)
        session.flush()
        return _view(studio, session, subject, consent, row)


def show(studio: Studio, actor: Actor, handle: str) -> DraftView:
    """The draft as it stands; a fresh one where there is none."""
    with studio.readers() as session:
        subject, consent = _own(studio, session, actor, handle)
        row = session.get(DraftRow, subject.id)
        if row is not None:
            return _view(studio, session, subject, consent, row)
    return begin(studio, actor, handle)


def change(studio: Studio, actor: Actor, handle: str, changes: Mapping[str, Any]) -> DraftView:
    """Put some of its fields as they are now: `purposes`, `months`, and fields of the scope in plain words.

    Raises NotAllowed for what means nothing.
    """
    show(studio, actor, handle)
    with studio.sessions.begin() as session:
        subject, consent = _own(studio, session, actor, handle)
        row = session.get_one(DraftRow, subject.id, with_for_update=True)
        limits = {**row.limits, **changes}
        purposes, months = limits.pop("purposes", row.purposes), limits.pop("months", row.months)
        scope = versions.scope_with(Scope(frozenset(), studio.clock()), {**limits, "purposes": purposes})
        row.purposes = [str(purpose) for purpose in Purpose if purpose in scope.purposes]
        row.limits, row.months, row.changed_at = scope.limits(), months, studio.clock()
        session.flush()
        return _view(studio, session, subject, consent, row)


def agree(studio: Studio, actor: Actor, handle: str, digest: str) -> tuple[str, ConsentView]:
    """Say yes to what was shown under this digest: give, take back or agree to more, whichever it is; says which.

    The door says by calling this that it showed the notice of today. Raises NotAllowed when the draft, or the notice,
    is not what was shown.
    """
    draft = show(studio, actor, handle)
    if draft.digest != digest:
        sentence = "This is not what you see any more: it has changed meanwhile. Look at it again, then answer."
        raise NotAllowed((Reason("changed_meanwhile", sentence),))
    changes = dict(_plain(draft))
    match draft.act:
        case "give":
            purposes = changes.pop("purposes")
            said = grants.give(studio, actor, handle, purposes, draft.months, changes)
        case "narrow":
            said = amendments.narrow(studio, actor, handle, changes | _end(draft))
        case "widen":
            said = amendments.widen(studio, actor, handle, changes | _end(draft), notice_read=True)
        case _:
            raise NotAllowed((Reason("nothing_changed", "That is what holds already: change something first."),))
    drop(studio, actor, handle)
    return draft.act, said


def drop(studio: Studio, actor: Actor, handle: str) -> None:
    """Forget a draft: the person has answered, or does not want to."""
    with studio.sessions.begin() as session:
        subject, _ = _own(studio, session, actor, handle)
        session.execute(delete(DraftRow).filter_by(subject_id=subject.id))


def forget_stale(studio: Studio) -> None:
    """Forget drafts nobody has touched for a day, a retention run's part."""
    with studio.sessions.begin() as session:
        session.execute(delete(DraftRow).where(DraftRow.changed_at <= studio.clock() - KEPT))


def _own(
    studio: Studio, session: Session, actor: Actor, handle: str
) -> tuple[SubjectRow, ConsentRow | None]:
    """The subject and where its consent stands; only whom it depicts fills in a scope."""
    subject = find(session, handle)
    if actor.party != subject.owner_id:
        sentence = f"Only {handle} says what {handle} agrees to, from their own account."
        raise NotAllowed((Reason("not_the_subject", sentence),))
    consent = gate.newest_consent(session, subject.id)
    if consent is not None and gate.state_now(studio, consent) in OVER:
        consent = None
    return subject, consent


def _view(
    studio: Studio, session: Session, subject: SubjectRow, consent: ConsentRow | None, row: DraftRow
) -> DraftView:
    old = gate.scope_of(consent) if consent is not None else None
    asked = old if consent is not None and consent.state == State.ASKED else None
    until = _until(studio, row, old)
    scope = Scope.of(row.purposes, until, row.limits)
    if old is None or asked is not None:
        act = GIVE
    elif scope == old:
        act = SAME
    else:
        act = NARROW if scope.within(old) else WIDEN
    named = {party: parties.name_of(session, party) or "somebody" for party in {*scope.people, *scope.blocked}}
    shown = notices.notice()
    body = [subject.handle, act, row.purposes, row.limits, row.months, shown.sha256, consent and str(consent.id)]
    return DraftView(
        handle=subject.handle,
        act=act,
        purposes=tuple(row.purposes),
        offered=tuple(str(purpose) for purpose in Purpose if asked is None or purpose in asked.purposes),
        limits=dict(row.limits),
        months=row.months,
        until=until,
        sentences=in_words(scope, PURPOSES, named),
        digest=hashlib.sha256(canonical_json(body)).hexdigest()[:16],
        notice=shown,
    )


def _until(studio: Studio, row: DraftRow, old: Scope | None) -> datetime:
    """When it would end: as chosen; else as it is, or in a year."""
    if row.months is None:
        return old.expires_at if old is not None else months_later(studio.clock(), DEFAULT_MONTHS)
    return months_later(studio.clock(), row.months)


def _plain(draft: DraftView) -> Mapping[str, Any]:
    """Every field with its whole new value, also the ones that are as wide as can be."""
    scope = Scope.of(draft.purposes, draft.until, draft.limits)
    fields = ("askers", "people", "roles", "blocked", "places", "realism", "forbidden", "own_words", "company",
              "review", "daily_limit", "keep_photos_days")  # fmt: skip
    said: dict[str, Any] = {}
    for name in fields:
        value = getattr(scope, name)
        said[name] = sorted(map(str, value)) if isinstance(value, frozenset) else value
    return said | {"purposes": list(draft.purposes)}


def _end(draft: DraftView) -> dict[str, Any]:
    return {} if draft.months is None else {"expires_at": draft.until}

