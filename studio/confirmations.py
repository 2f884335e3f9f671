"""Who has said yes and waits for a moderator's confirmation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from consent.people import Actor
from consent.states import State
from db.tables import ChallengeRow, SubjectRow
from studio import gate, subjects
from studio.audit.asking import require_moderator
from studio.house import Studio
from studio.views import SubjectView


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits; `answered` when the picture of a challenge is there to be judged."""

    subject: SubjectView
    answered: bool


def waiting(studio: Studio, actor: Actor) -> list[Waiting]:
    """Those who wait, by name; for moderators. Raises NotAllowed."""
    require_moderator(actor)
    with studio.readers() as session:
        answers = set(session.scalars(select(ChallengeRow.subject_id).where(ChallengeRow.file.is_not(None))))
        found = []
        for row in session.scalars(select(SubjectRow).order_by(SubjectRow.handle)):
            consent = gate.newest_consent(session, row.id)
            if consent is not None and gate.state_now(studio, consent) is State.GIVEN:
                found.append(Waiting(subjects.view(studio, session, row), row.id in answers))
        return found
