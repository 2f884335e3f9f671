"""Who may look into the books: moderators, and everybody about themself; nobody else, and nobody unseen.

A moderator who is shown somebody's prompts, pictures or photos is written down before they are shown (R6). Do not
move that behind the answer, and do not let an answer pass when it cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import IdentityRow, PartyRow, SubjectRow
from studio.errors import UnknownParty
from studio.house import Studio


def require_moderator(actor: Actor) -> None:
    """Raise NotAllowed for anybody else."""
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Only a moderator can ask that: ask one of them."),))


def require_own(actor: Actor, subject: SubjectRow | None) -> None:
    """A moderator may ask about everybody, a subject about themself; raise NotAllowed for anybody else."""
    if actor.is_moderator or (subject is not None and subject.owner_id == actor.party):
        return
    whom = f"{subject.handle} is somebody else: only they and" if subject else "That is about everybody: only"
    raise NotAllowed((Reason("not_yours", f"{whom} moderators can ask that. You can ask about yourself."),))


def look(studio: Studio, actor: Actor, what: str, subjects: Iterable[UUID | None], **details: Any) -> None:
    """Write down that a moderator looks at `what` of these subjects; who looks at their own is nobody's business."""
    with studio.sessions.begin() as session:
        own = set(session.scalars(select(SubjectRow.id).filter_by(owner_id=actor.party)))
        for subject in sorted(set(subjects) - own, key=str):
            studio.record(session, "moderator.looked", actor, subject, what, **details)


def find_party(session: Session, who: str) -> PartyRow:
    """The person of this name, account or id; UnknownParty when there is none, or more than one."""
    by_account = session.scalars(
        select(PartyRow).join(IdentityRow).where(IdentityRow.external_id == who).limit(2)
    ).all()
    found = by_account or session.scalars(select(PartyRow).where(PartyRow.name == who).limit(2)).all()
    if not found and (party := _uuid(who)) is not None:
        known = session.get(PartyRow, party)
        found = [known] if known else []
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownParty(f"Several people are called “{who}”. Say whom you mean by their account's number.")
    raise UnknownParty(f"Nobody called “{who}” has ever asked this studio for anything.")


def names(session: Session) -> dict[UUID, str]:
    """What everybody is called, as far as the studio still knows."""
    return {party: name for party, name in session.execute(select(PartyRow.id, PartyRow.name))}


def handles(session: Session) -> dict[UUID, str]:
    """What every subject is called."""
    return {subject: handle for subject, handle in session.execute(select(SubjectRow.id, SubjectRow.handle))}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
