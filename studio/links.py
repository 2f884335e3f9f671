"""One-time links: how somebody without an account answers for themself (evidence B).

A link is a secret of 256 bits, of which only the digest is kept: it cannot be guessed, is used once, ends after a
week, and can be called back; a signature would prove no more. It proves little by itself, because whoever makes it
could use it: so a yes by a link counts only after a live challenge or a call by a moderator who did not make it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import LinkRow, PartyRow, SubjectRow
from studio import gate
from studio.house import Studio
from studio.subjects import find

VALID = timedelta(days=7)


def make(studio: Studio, actor: Actor, handle: str) -> str:
    """A new secret for a subject; an older one that was not used ends with it. It is shown once and kept nowhere."""
    secret = secrets.token_hex(32)  # letters and digits: one that began with a dash would be read as an option
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        if not actor.is_moderator:
            raise NotAllowed((Reason("not_a_moderator", "Only a moderator makes a link: ask one."),))
        now = studio.clock()
        for old in session.scalars(select(LinkRow).filter_by(subject_id=subject.id, used_at=None)):
            old.expires_at = min(old.expires_at, now)
        row = LinkRow(subject_id=subject.id, digest=_digest(secret), made_by=actor.party, made_at=now,
                      expires_at=now + VALID)  # fmt: skip
        session.add(row)
        session.flush()
        studio.record(session, "consent.linked", actor, subject.id, str(row.id))
    return secret


def use(studio: Studio, secret: str, handle: str) -> Actor:
    """The person a link was made for, for one answer; the link is used up by it, whatever the answer."""
    with studio.sessions.begin() as session:
        query = select(LinkRow).filter_by(digest=_digest(secret)).with_for_update()
        row = session.scalar(query)
        subject = session.get(SubjectRow, row.subject_id) if row else None
        good = row is not None and row.used_at is None and studio.clock() < row.expires_at
        if row is None or subject is None or subject.handle != handle or not good:
            raise NotAllowed((Reason("bad_link", "This link does not hold (any more): ask for a new one."),))
        row.used_at = studio.clock()
        name = session.get_one(PartyRow, subject.owner_id).name
        return replace(Actor(subject.owner_id, name), via="link")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
