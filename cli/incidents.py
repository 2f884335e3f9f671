"""`likeness incident`: what has to be looked into, and what came of it."""

from __future__ import annotations

from argparse import Namespace

from cli.door import asker, open_house
from cli.show import answer, table
from studio import incidents
from studio.incidents import IncidentView


def listed(arguments: Namespace) -> None:
    """`incident list`."""
    with open_house(arguments) as studio:
        views = incidents.incidents(studio, asker(arguments, studio), everything=arguments.everything)
    answer(arguments, views, lambda: _table(views) if views else "There is no open incident.")


def close(arguments: Namespace) -> None:
    """`incident close ID OUTCOME`."""
    with open_house(arguments) as studio:
        view = incidents.close(studio, asker(arguments, studio), arguments.id, arguments.outcome)
    answer(arguments, view, lambda: f"Incident {str(view.id)[:8]}, of {view.handle}, is closed: {view.outcome}")


def _table(views: list[IncidentView]) -> str:
    head = ("incident", "of", "what", "opened by", "since (UTC)", "closed by", "closed (UTC)", "outcome")
    rows = [
        (str(view.id)[:8], view.handle, view.what, view.opened_by, view.opened_at, view.closed_by, view.closed_at,
         view.outcome)
        for view in views
    ]  # fmt: skip
    return table(head, rows)
