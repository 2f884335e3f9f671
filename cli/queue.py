"""`likeness jobs`: what was asked for, how far it is, and stopping it."""

from __future__ import annotations

from argparse import Namespace

from cli.door import asker, open_house
from cli.show import answer, cell, table
from cli.waiting import figures_of, phase_of
from studio import jobs
from studio.views import JobView


def list_jobs(arguments: Namespace) -> None:
    """`jobs` and `jobs list`."""
    with open_house(arguments) as studio:
        views = jobs.recent(studio, 30)
    rows = [(view.id, view.kind, _state(view), view.handles, view.asker, view.created_at) for view in views]
    head = ("id", "kind", "state", "of", "asked by", "asked at (UTC)")
    answer(arguments, views, lambda: table(head, rows) if rows else "Nothing has been asked for yet.")


def show_job(arguments: Namespace) -> None:
    """`jobs show ID`."""
    with open_house(arguments) as studio:
        view = jobs.view(studio, jobs.find_id(studio, arguments.id))
    rows = [
        ("job", view.id),
        ("kind", view.kind),
        ("state", _state(view)),
        ("of", view.handles),
        ("asked by", view.asker),
        ("prompt", view.prompt),
        ("asked at", view.created_at),
        ("begun at", view.started_at),
        ("ended at", view.finished_at),
        ("handed over at", view.delivered_at),
        ("why", view.error),
    ]
    answer(arguments, view, lambda: "\n".join(f"{name:<15} {cell(value)}" for name, value in rows))


def cancel_job(arguments: Namespace) -> None:
    """`jobs cancel ID`."""
    with open_house(arguments) as studio:
        view = jobs.cancel(studio, asker(arguments, studio), jobs.find_id(studio, arguments.id))
    answer(arguments, view, lambda: f"{view.id} is {view.state}.")


def _state(view: JobView) -> str:
    if view.state == "running":
        return " · ".join(part for part in (phase_of(view), figures_of(view)) if part)
    return phase_of(view) if view.state == "queued" else view.state
