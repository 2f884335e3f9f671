"""`likeness audit log` and `likeness db`: the ledger as it stands, and the database it stands in."""

from __future__ import annotations

from argparse import Namespace

from cli.door import open_house, settings_of
from cli.files import make_folder
from cli.show import answer, cell, table
from db import migrate
from studio import audit
from studio.views import EventView


def log(arguments: Namespace) -> None:
    """`audit log`."""
    with open_house(arguments) as studio:
        kinds = (arguments.kind,) if arguments.kind else ()
        events = audit.events(studio, handle=arguments.subject, kinds=kinds, limit=arguments.limit)
    answer(arguments, events, lambda: event_table(events) if events else "Nothing of that has happened yet.")


def upgrade(arguments: Namespace) -> None:
    """`db upgrade`."""
    settings = settings_of(arguments)
    make_folder(settings.home)
    before = migrate.current(settings.database_url)
    migrate.upgrade(settings.database_url)
    after = migrate.current(settings.database_url)
    words = f"was {before or 'empty'}, is {after}" if before != after else f"was already at {after}"
    answer(arguments, {"before": before, "after": after}, lambda: f"The database {words}.")


def status(arguments: Namespace) -> int:
    """`db status`: exit code 1 when the database cannot be used as it is."""
    settings = settings_of(arguments)
    current, head = migrate.current(settings.database_url), migrate.HEAD
    ready = current == head
    words = f"The database is at {current or 'nothing yet'}; this version of Likeness works with {head}."
    mend = "" if ready or current else " `likeness db upgrade` makes it."
    answer(arguments, {"current": current, "head": head, "ready": ready}, lambda: words + mend)
    if current and not ready:
        migrate.check(settings.database_url)  # says in words whether it is too old or too new
    return 0 if ready else 1


def event_table(events: list[EventView]) -> str:
    """The ledger for people, oldest first."""
    rows = [
        (event.seq, event.at, event.kind, event.actor, event.subject, event.ref, _details(event))
        for event in events
    ]
    return table(("#", "at (UTC)", "event", "by", "of", "about", "details"), rows)


def _details(event: EventView) -> str:
    if event.details is None:
        return "erased"
    return "; ".join(
        f"{name}: {cell(value)}" for name, value in event.details.items() if value not in (None, [])
    )
