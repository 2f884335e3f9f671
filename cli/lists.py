"""`likeness lists`: what may not be asked for, and the moderators' notes on it."""

from __future__ import annotations

from argparse import Namespace

from cli.door import asker, open_house
from cli.show import answer, cell, table
from consent.contexts import FORBIDDEN_TO_ALL, FORBIDDEN_WITH_A_PERSON
from studio import lists
from studio.views import AllowNoteView


def show(arguments: Namespace) -> None:
    """`lists show`: the contexts, the version of the lists, and the notes that hold."""
    with open_house(arguments) as studio:
        notes = lists.notes(studio)
    read = lists.read_lists()
    closed = {name: _closed(name) for name in read.contexts}

    def words() -> str:
        rows = [(context.name, context.is_about, closed[context.name]) for context in read.contexts.values()]
        parts = [f"The lists are at version {read.version}.", table(("context", "is about", "closed"), rows)]
        return "\n\n".join([*parts, _note_table(notes)] if notes else parts)

    answer(arguments, {"version": read.version, "contexts": closed, "notes": notes}, words)


def check(arguments: Namespace) -> None:
    """`lists check TEXT`: what the lists find in a text, whoever would be in the picture."""
    read = lists.read_lists()
    with open_house(arguments) as studio:
        phrases = [note.phrase for note in lists.notes(studio)]
    found = read.check(arguments.text, read.contexts, allowed=phrases)

    def words() -> str:
        if not found:
            return "The lists find nothing in that."
        return table(("words", "about"), [(finding.word, finding.context) for finding in found])

    answer(arguments, {"version": read.version, "found": found}, words)


def allow(arguments: Namespace) -> None:
    """`lists allow PHRASE --because WHY`."""
    with open_house(arguments) as studio:
        view = lists.allow(studio, asker(arguments, studio), arguments.phrase, arguments.because)
    answer(arguments, view, lambda: f"“{view.phrase}” may be said from now on. The ledger keeps who vouched for it.")


def disallow(arguments: Namespace) -> None:
    """`lists disallow PHRASE`."""
    with open_house(arguments) as studio:
        lists.disallow(studio, asker(arguments, studio), arguments.phrase)
    answer(arguments, {"phrase": arguments.phrase}, lambda: f"The note on “{cell(arguments.phrase)}” is taken back.")


def _closed(context: str) -> str:
    if context in FORBIDDEN_TO_ALL:
        return "always"
    return "with a real person" if context in FORBIDDEN_WITH_A_PERSON else "where the person rules it out"


def _note_table(notes: list[AllowNoteView]) -> str:
    rows = [(note.phrase, note.note, note.made_by, note.made_at) for note in notes]
    return table(("may be said", "because", "by", "since (UTC)"), rows)
