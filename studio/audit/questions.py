"""The questions moderators must be able to ask, by their names in plain words; each is a query or two.

A subject may ask them too, about themself; see `studio/audit/asking.py`. What is told is a table: a line of a frozen
dataclass each, whose fields are the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from consent.people import Actor
from db.tables import PartyRow
from studio import tracing
from studio.audit import duties, people, pictures
from studio.audit.asking import find_party, look, require_own
from studio.errors import BadQuestion
from studio.house import Studio
from studio.subjects import find

WEEK = timedelta(days=7)
SOON = 30


@dataclass(frozen=True)
class About:
    """What a question is narrowed to. `subject` is a handle; `since` is included and `until` is not.

    `asker` is a name, an account's number or a party's id; `file` are the bytes of a picture; `strict` asks for more
    than must not be there.
    """

    subject: str | None = None
    asker: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    days: int = SOON
    file: bytes | None = None
    strict: bool = False


@dataclass(frozen=True)
class Answer:
    """Rows, and what they are columns of; `alarming` when there must be none and there are."""

    question: str
    asks: str
    columns: tuple[str, ...]
    rows: tuple[Any, ...]
    alarming: bool


@dataclass(frozen=True)
class _Whom:
    """What a question is about, found in the tables."""

    subject: UUID | None
    asker: UUID | None


@dataclass(frozen=True)
class Question:
    """One question: what it asks, what it must be told, what a line of its answer is, and who is looked at.

    `shows` gives the subjects whose prompts or photos the answer shows; None when it shows none.
    """

    asks: str
    line: type[Any]
    answer: Callable[[Studio, Session, _Whom, About], Sequence[Any]]
    needs: tuple[str, ...] = ()
    shows: Callable[[Session, _Whom], Iterable[UUID | None]] | None = None
    must_be_none: bool = False


def ask(studio: Studio, actor: Actor, question: str, about: About | None = None) -> Answer:
    """The answer to a question; raises NotAllowed, BadQuestion, UnknownSubject or UnknownParty.

    A moderator's look at prompts is in the ledger before the answer is read.
    """
    about = about or About()
    asked = QUESTIONS.get(question)
    if asked is None:
        raise BadQuestion(f"There is no question “{question}”. There are {', '.join(QUESTIONS)}.")
    for name in asked.needs:
        if getattr(about, name) is None:
            raise BadQuestion(f"“{question}” needs to know {_NEEDS[name]}.")
    if question == "refusals" and about.since is None:
        about = replace(about, since=studio.clock() - WEEK)
    with studio.readers() as session:
        whom = _whom(session, actor, about)
        looked_at = set(asked.shows(session, whom)) if asked.shows and actor.is_moderator else set()
    if looked_at:
        look(studio, actor, question, looked_at, **({"asker": str(whom.asker)} if whom.asker else {}))
    with studio.readers() as session:
        rows = tuple(asked.answer(studio, session, whom, about))
    columns = tuple(field.name for field in fields(asked.line))
    # What may still be there says why; what must not has nothing to say.
    alarming = asked.must_be_none and any(getattr(row, "kept_because", None) is None for row in rows)
    return Answer(question, asked.asks, columns, rows, alarming)


def _whom(session: Session, actor: Actor, about: About) -> _Whom:
    """Whom it is about, after making sure that this actor may ask."""
    subject = find(session, about.subject) if about.subject else None
    if about.asker is not None and subject is None and not actor.is_moderator:
        return _Whom(None, _oneself(session, actor, about.asker).id)
    require_own(actor, subject)
    asker = find_party(session, about.asker) if about.asker is not None else None
    return _Whom(subject.id if subject else None, asker.id if asker else None)


def _oneself(session: Session, actor: Actor, who: str) -> PartyRow:
    """The actor themself; anybody else is nobody's business, known here or not."""
    own = session.get_one(PartyRow, actor.party)
    if who not in (own.name, str(own.id)):
        require_own(actor, None)
    return own


_NEEDS: Mapping[str, str] = {
    "subject": "whose: say a subject's handle",
    "asker": "about whom: say a name, or the number of an account",
    "file": "which picture: name a file",
}

QUESTIONS: Mapping[str, Question] = MappingProxyType({
    "images-of": Question(
        "Every picture of somebody: who asked, for what, when, where, under which consent, and is it still up?",
        pictures.PictureOf,
        lambda studio, session, whom, about: pictures.images_of(session, _there(whom), about.since, about.until),
        needs=("subject",),
        shows=lambda session, whom: [whom.subject],
    ),
    "refusals": Question(
        "What was refused, by reason and by who asked: this week, or since the day that was named.",
        people.Refusal,
        lambda studio, session, whom, about: people.refusals(session, whom.subject, about.since, about.until),
    ),
    "who-saw": Question(
        "Who has seen somebody's photos?",
        people.Sight,
        lambda studio, session, whom, about: people.who_saw(session, _there(whom)),
        needs=("subject",),
    ),
    "made-under-invalidated": Question(
        "Which pictures were made under a consent that was later invalidated?",
        pictures.PictureUnder,
        lambda studio, session, whom, about: pictures.made_under_invalidated(session, whom.subject),
    ),
    "ending-soon": Question(
        "Which consents end within 30 days?",
        duties.Ending,
        lambda studio, session, whom, about: duties.ending_soon(
            session, whom.subject, studio.clock(), about.days
        ),
    ),
    "adapters-without-consent": Question(
        "Which adapters are there without an active consent? There must be none.",
        duties.LooseAdapter,
        lambda studio, session, whom, about: duties.adapters_without_consent(
            session, whom.subject, studio.clock(), kept=about.strict
        ),
        must_be_none=True,
    ),
    "delivered-after-withdrawal": Question(
        "Which pictures were handed over after the consent had ended? There must be none.",
        pictures.PictureAfter,
        lambda studio, session, whom, about: pictures.delivered_after_withdrawal(session, whom.subject),
        must_be_none=True,
    ),
    "trained-alone": Question(
        "In which trainings did the trainer verify the consent themself? There must be none.",
        duties.LoneTraining,
        lambda studio, session, whom, about: duties.trained_alone(session, whom.subject, captions=about.strict),
        must_be_none=True,
    ),
    "made-here": Question(
        "Did we make this? By its bytes, its pixels, its look (dHash), and what it says of itself.",
        tracing.Match,
        lambda studio, session, whom, about: [
            match
            for match in tracing.made_here(studio, about.file or b"")
            if about.subject is None or about.subject in match.handles
        ],
        needs=("file",),
        shows=lambda session, whom: [whom.subject],
    ),
    "passed-then-reported": Question(
        "Which prompts passed every check, and were reported later?",
        pictures.PromptReported,
        lambda studio, session, whom, about: pictures.passed_then_reported(session, whom.subject),
        shows=lambda session, whom: [whom.subject] if whom.subject else pictures.subjects_reported(session),
    ),
    "about-asker": Question(
        "Everything somebody did and asked for, and what came of it.",
        people.Doing,
        lambda studio, session, whom, about: people.about_asker(session, _asker(whom), whom.subject),
        needs=("asker",),
        shows=lambda session, whom: (
            [whom.subject] if whom.subject else people.subjects_of_asker(session, _asker(whom)) or [None]
        ),
    ),
    "open-duties": Question(
        "Which erasures, reports and incidents are still open, and since when?",
        duties.OpenDuty,
        lambda studio, session, whom, about: duties.open_duties(session, whom.subject, studio.clock()),
    ),
})


def _there(whom: _Whom) -> UUID:
    assert whom.subject is not None  # `needs` has just said so
    return whom.subject


def _asker(whom: _Whom) -> UUID:
    assert whom.asker is not None  # `needs` has just said so
    return whom.asker
