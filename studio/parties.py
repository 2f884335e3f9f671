"""Who is asking: from a Discord account or a login to an actor."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consent.people import Actor
from db.tables import IdentityRow, PartyRow
from studio.house import Studio


def actor(studio: Studio, kind: str, external_id: str, name: str, *, is_moderator: bool = False) -> Actor:
    """The actor behind an account; somebody new is remembered under a fresh random id."""
    try:
        return _actor(studio, kind, external_id, name, is_moderator)
    except IntegrityError:  # the same newcomer's other command was first
        return _actor(studio, kind, external_id, name, is_moderator)


def _actor(studio: Studio, kind: str, external_id: str, name: str, is_moderator: bool) -> Actor:
    with studio.sessions.begin() as session:
        identity = session.scalar(select(IdentityRow).filter_by(kind=kind, external_id=external_id))
        if identity is None:
            party = PartyRow(name=name, created_at=studio.clock())
            session.add(party)
            session.flush()
            session.add(IdentityRow(party_id=party.id, kind=kind, external_id=external_id))
            party_id = party.id
        else:
            party_id = identity.party_id
            known = session.get_one(PartyRow, party_id)
            if known.name != name:
                known.name = name
    return Actor(party=party_id, name=name, is_moderator=is_moderator, via=kind)


def name_of(session: Session, party: UUID | None) -> str | None:
    """The name to show for a party, None where the studio knows none any more."""
    row = session.get(PartyRow, party) if party is not None else None
    return row.name if row else None


def accounts(studio: Studio, kind: str, people: Sequence[UUID | str]) -> dict[str, str]:
    """The accounts of one kind that these parties have, by party; who has none is left out."""
    ids = [UUID(str(party)) for party in people]
    with studio.readers() as session:
        query = select(IdentityRow.party_id, IdentityRow.external_id).where(
            IdentityRow.kind == kind, IdentityRow.party_id.in_(ids)
        )
        return {str(party): external for party, external in session.execute(query)}
