"""The lists of what may not be asked for, as this studio reads them, and the notes its moderators add.

The lists come with the program: changing a word is a change of the program, and shows in their version. A moderator can
only vouch for a phrase around a word that has two meanings (“mallard drake”), and that is in the ledger. Nothing here
opens a context that is closed with every real person.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.contexts import FORBIDDEN_WITH_A_PERSON, Lists, read
from consent.errors import NotAllowed, Reason
from consent.normalise import words
from consent.people import Actor
from consent.wording import Exceptions
from db.tables import AllowNoteRow, NeverRow
from studio import parties
from studio.errors import BadNote
from studio.house import Studio
from studio.views import AllowNoteView

LONGEST_PHRASE = 100


_READING = threading.Lock()
_read: list[Lists] = []


def read_lists(between: Callable[[], None] = lambda: None) -> Lists:
    """The lists that come with the program, read once; `between` two lines it may let others go first."""
    with _READING:
        if not _read:
            folder = files("consent")
            texts = [folder.joinpath(name).read_text("utf-8") for name in ("contexts.toml", "names.toml")]
            _read.append(read(*texts, between=between))
    return _read[0]


def exceptions(session: Session) -> Exceptions:
    """What the database adds to the lists right now."""
    notes = session.scalars(select(AllowNoteRow.phrase).filter_by(ended_at=None))
    refused = session.scalars(select(NeverRow.names).filter_by(lifted_at=None))
    return Exceptions(frozenset(notes), frozenset(name for names in refused for name in names))


def caution(names: Collection[str]) -> str:
    """What somebody has to know who says never and is called like an everyday word; empty when nobody is."""
    everyday = [name for name in names if read_lists().is_everyday(name)]
    if not everyday:
        return ""
    said, handles = " and ".join(f"“{name}”" for name in everyday), " or ".join(f"@{name}" for name in everyday)
    alone = "is a word" if len(everyday) == 1 else "are words"
    return (
        f"{said} {alone} that prompts are full of, so a prompt is refused for it only as {handles}. "
        "Say your name with a second word too, and prompts that name you so are refused."
    )


def require_contexts(names: Collection[str]) -> None:
    """ValueError for a context the lists do not know: ruled out by a slip of the pen, it would stop every picture."""
    known = read_lists().contexts
    unknown = sorted(set(names) - known.keys())
    if unknown:
        raise ValueError(
            f"there is no context “{unknown[0]}”, only {', '.join(known)}; any other word can be ruled out by itself"
        )


def allow(studio: Studio, actor: Actor, phrase: str, note: str) -> AllowNoteView:
    """Note that a phrase is harmless, or that a name means somebody else; raises NotAllowed and BadNote."""
    _require_moderator(actor)
    phrase = " ".join(phrase.split())
    if not words(phrase) or len(phrase) > LONGEST_PHRASE or not note.strip():
        raise BadNote(f"A note needs a phrase of 1 to {LONGEST_PHRASE} characters, and a reason.")
    lists = read_lists()
    if lists.is_whole_finding(phrase):
        raise BadNote(
            f"“{phrase}” is just what the lists forbid. Note the harmless words around it, like “gin rummy” for “gin”."
        )
    closed = sorted({f.context for f in lists.check(phrase, FORBIDDEN_WITH_A_PERSON)} & FORBIDDEN_WITH_A_PERSON)
    if closed:
        raise BadNote(f"“{phrase}” is about {closed[0]}, which no note opens: it is never drawn with a real person.")
    with studio.sessions.begin() as session:
        row = AllowNoteRow(phrase=phrase, note=note.strip(), made_by=actor.party, made_at=studio.clock())
        session.add(row)
        session.flush()
        studio.record(session, "list.changed", actor, None, str(row.id), allowed=phrase, note=note.strip(),
                      lists=lists.version)
        return _view(session, row)


def disallow(studio: Studio, actor: Actor, phrase: str) -> None:
    """Take a note back; BadNote when there is none."""
    _require_moderator(actor)
    with studio.sessions.begin() as session:
        found = session.scalars(select(AllowNoteRow).filter_by(ended_at=None)).all()
        rows = [row for row in found if words(row.phrase) == words(phrase)]
        if not rows:
            raise BadNote(f"There is no note on “{phrase}”. `lists show` shows those there are.")
        for row in rows:
            row.ended_at = studio.clock()
            studio.record(session, "list.changed", actor, None, str(row.id), disallowed=row.phrase)


def notes(studio: Studio) -> list[AllowNoteView]:
    """The notes that hold, oldest first."""
    with studio.readers() as session:
        query = select(AllowNoteRow).filter_by(ended_at=None).order_by(AllowNoteRow.made_at)
        return [_view(session, row) for row in session.scalars(query)]


def _require_moderator(actor: Actor) -> None:
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Only a moderator can change the lists."),))


def _view(session: Session, row: AllowNoteRow) -> AllowNoteView:
    by = parties.name_of(session, row.made_by)
    return AllowNoteView(phrase=row.phrase, note=row.note, made_by=by, made_at=row.made_at)
