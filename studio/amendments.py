"""Changing a consent that was given: less of it, more of it, for longer, or not for now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from consent import notice as notices
from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.scope import DEFAULT_MONTHS, MOST_MONTHS, Scope, months_later
from consent.states import Act
from db.tables import SubjectRow
from studio import consents as versions
from studio import gate
from studio.house import Studio
from studio.subjects import find
from studio.views import ConsentView


def narrow(studio: Studio, actor: Actor, handle: str, changes: Mapping[str, Any]) -> ConsentView:
    """The subject takes back a part, at once; what is on its way and no longer covered stops.

    `changes` are fields of the scope in plain words, `purposes` among them, each with its whole new value.
    """
    return _amend(studio, actor, handle, Act.NARROW, changes)


def widen(
    studio: Studio, actor: Actor, handle: str, changes: Mapping[str, Any], *, notice_read: bool
) -> ConsentView:
    """The subject agrees to more; the door says that it has shown the notice of today."""
    return _amend(studio, actor, handle, Act.WIDEN, changes, notice_read=notice_read)


def renew(
    studio: Studio, actor: Actor, handle: str, months: int = DEFAULT_MONTHS, *, notice_read: bool
) -> ConsentView:
    """The subject moves the end to so many months from now, before it has come."""
    until = months_later(studio.clock(), min(max(months, 1), MOST_MONTHS))
    return _amend(studio, actor, handle, Act.RENEW, {"expires_at": until}, notice_read=notice_read)


def pause(studio: Studio, actor: Actor, handle: str) -> ConsentView:
    """The subject or a moderator lets a consent rest: nothing is made or handed over, and nothing is deleted."""
    return _act(studio, actor, handle, Act.PAUSE)


def resume(studio: Studio, actor: Actor, handle: str) -> ConsentView:
    """Whoever paused it lets go; where both the subject and a moderator did, it rests until both have."""
    return _act(studio, actor, handle, Act.RESUME)


def _act(studio: Studio, actor: Actor, handle: str, what: Act) -> ConsentView:
    with studio.sessions.begin() as session:
        row = versions.act(studio, session, actor, find(session, handle), what)
        return versions.view(studio, session, row, handle)


def _amend(
    studio: Studio,
    actor: Actor,
    handle: str,
    what: Act,
    changes: Mapping[str, Any],
    *,
    notice_read: bool = False,
) -> ConsentView:
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        scope = _changed(studio, session, subject, changes)
        row = versions.act(
            studio,
            session,
            actor,
            subject,
            what,
            scope=scope,
            notice_read=notice_read,
            notice=notices.NOTICE_SHA256 if notice_read else None,
        )
        return versions.view(studio, session, row, handle)


def _changed(studio: Studio, session: Session, subject: SubjectRow, changes: Mapping[str, Any]) -> Scope:
    gate.hold(session, [subject])
    row = versions.current(studio, session, subject)
    if row is None:
        raise NotAllowed((Reason("never_asked", f"{subject.handle} has given no consent: give one first."),))
    return versions.scope_with(gate.scope_of(row), changes)
