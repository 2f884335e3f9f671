"""Subjects: who can be drawn, and where each stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent import wording
from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.scope import Purpose
from db.tables import AdapterRow, OutputAdapterRow, PartyRow, PhotoRow, SubjectRow
from studio import gate, lists
from studio.errors import BadHandle, SubjectExists, UnknownSubject
from studio.house import Studio
from studio.views import SubjectView

_HANDLE = re.compile(r"[a-z][a-z0-9_-]{1,31}")


def add_subject(
    studio: Studio,
    actor: Actor,
    handle: str,
    *,
    owner: Actor,
    kind: str = "real_person",
    rights: str | None = None,
) -> SubjectView:
    """Make a subject that depicts `owner`. This is a name and nothing else: no photo before a yes.

    A `character` depicts nobody: `owner` created it, and `rights` says where it comes from and who may use it.
    """
    if not _HANDLE.fullmatch(handle):
        raise BadHandle(
            f"“{handle}” cannot be a subject's name. Use 2 to 32 small letters, digits, - or _, starting with a "
            "letter, so that it can stand in <lora:name:1>."
        )
    if kind == "character" and not (rights or "").strip():
        sentence = "A character needs a note on its rights: say who made it and who may use it, with --rights."
        raise NotAllowed((Reason("no_rights", sentence),))
    _require_a_harmless_name(studio, actor, handle)
    with studio.sessions.begin() as session:
        if gate.standing_refusal(session, owner.party) is not None:
            sentence = f"{owner.name} has said no to everybody, once and for all: please respect it."
            raise NotAllowed((Reason("never", sentence),))
        if session.scalar(select(SubjectRow).filter_by(handle=handle)) is not None:
            raise SubjectExists(f"There is already a subject called {handle}. Choose another name.")
        row = SubjectRow(
            handle=handle,
            kind=kind,
            owner_id=owner.party,
            created_by=actor.party,
            created_at=studio.clock(),
            rights_note=rights,
        )
        session.add(row)
        session.flush()
        studio.record(session, "subject.created", actor, row.id, handle=handle, kind=kind)
        return view(studio, session, row)


def _require_a_harmless_name(studio: Studio, actor: Actor, handle: str) -> None:
    """A name stands in every prompt: it must neither call somebody something nor be somebody else's."""
    with studio.readers() as session:
        reasons = wording.against_name(lists.read_lists(), handle, lists.exceptions(session))
    if reasons:
        gate.record_refusal(studio, "subject.refused", actor, [], reasons)
        raise NotAllowed(reasons)


def subjects(studio: Studio) -> list[SubjectView]:
    """Every subject, by name."""
    with studio.readers() as session:
        return [
            view(studio, session, row)
            for row in session.scalars(select(SubjectRow).order_by(SubjectRow.handle))
        ]


def subject(studio: Studio, handle: str) -> SubjectView:
    """One subject, or UnknownSubject."""
    with studio.readers() as session:
        return view(studio, session, find(session, handle))


def usable_by(studio: Studio, actor: Actor) -> list[str]:
    """Handles that `actor` may have drawn right now: an active consent for it, and a training."""
    with studio.readers() as session:
        return [row.handle for row in trained(session) if _may(studio, session, actor, Purpose.GENERATE, row)]


def trainable_by(studio: Studio, actor: Actor) -> list[str]:
    """Handles on whose photos `actor` may train right now."""
    with studio.readers() as session:
        rows = session.scalars(select(SubjectRow).order_by(SubjectRow.handle))
        return [row.handle for row in rows.all() if _may(studio, session, actor, Purpose.TRAIN, row)]


def told_of(studio: Studio, session: Session, actor: Actor, channel: str | None) -> list[str]:
    """Handles that an error about an unknown `<lora:x>` may name to `actor`: whom they may have drawn where they ask,
    and themself; to moderators everybody who has been trained. Do not name more: whoever may not draw somebody does
    not learn that they are here, and a guess at a name is how one would try.
    """
    return [
        row.handle
        for row in trained(session)
        if actor.is_moderator
        or row.owner_id == actor.party
        or _may(studio, session, actor, Purpose.GENERATE, row, channel)
    ]


def _may(
    studio: Studio, session: Session, actor: Actor, purpose: Purpose, row: SubjectRow, channel: str | None = None
) -> bool:
    return gate.allows(studio, session, purpose, [row], "ask", gate.asking(actor, channel))


@dataclass(frozen=True)
class Seen:
    """Whom somebody learns of, and whom of those they may have drawn right now."""

    everybody: tuple[SubjectView, ...]
    usable: frozenset[str]


def seen_by(studio: Studio, actor: Actor) -> Seen:
    """Oneself, and whom one may draw; to moderators everybody. Nobody else learns who is here."""
    usable = frozenset(usable_by(studio, actor))
    views = [
        view
        for view in subjects(studio)
        if actor.is_moderator or view.owner_party == actor.party or view.handle in usable
    ]
    return Seen(tuple(views), usable)


def find(session: Session, handle: str) -> SubjectRow:
    """The subject of this name, or UnknownSubject; what that says names nobody, because whoever asks may be anybody."""
    row = session.scalar(select(SubjectRow).filter_by(handle=handle))
    if row is None:
        sentence = f"Nobody here is called “{handle}”: check the spelling. `subject list` names whom you may draw."
        everybody = session.scalars(select(SubjectRow.handle).order_by(SubjectRow.handle))
        raise UnknownSubject(sentence, tuple(everybody))
    return row


def trained(session: Session) -> list[SubjectRow]:
    """Subjects that have at least one adapter, by name."""
    query = select(SubjectRow).join(AdapterRow, AdapterRow.subject_id == SubjectRow.id)
    return list(session.scalars(query.distinct().order_by(SubjectRow.handle)))


def view(studio: Studio, session: Session, row: SubjectRow) -> SubjectView:
    """What is shown of a subject."""
    consent = gate.newest_consent(session, row.id)

    def count(table: type[PhotoRow] | type[OutputAdapterRow]) -> int:
        return session.scalar(select(func.count()).select_from(table).filter_by(subject_id=row.id)) or 0

    return SubjectView(
        handle=row.handle,
        kind=row.kind,
        owner=session.get_one(PartyRow, row.owner_id).name,
        owner_party=row.owner_id,
        consent=gate.state_now(studio, consent) if consent else None,
        purposes=tuple(consent.purposes) if consent else (),
        expires_at=consent.expires_at if consent else None,
        photos=count(PhotoRow),
        trained_at=session.scalar(
            select(AdapterRow.created_at)
            .filter_by(subject_id=row.id)
            .order_by(AdapterRow.created_at.desc())
            .limit(1)
        ),
        pictures=count(OutputAdapterRow),
    )
