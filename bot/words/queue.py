"""What `/queue` says."""

from __future__ import annotations

from collections.abc import Sequence

from bot.words import fit, in_code, moment
from studio.queueing import Line
from studio.views import JobView

QUEUE = "What waits and runs, when yours will be there, and stopping it"
WHOSE = "Only yours, or everybody's"
MINE, ALL = "mine", "everybody's"
EMPTY = "Nothing waits and nothing runs."
NONE_OF_YOURS = "Nothing of yours waits or runs."
STOP_ONE = "Stop one of yours…"
NO_RUNNER = "No machine is drawing right now; what waits goes on when one is back."
_KINDS = {"train": "training", "imagine": "picture", "pose": "pose"}


def line(view: Line, *, everybody: bool) -> str:
    """The line as its reader may see it: of others' jobs no more than that they are there."""
    running, waiting = view.running, view.waiting
    head = f"**{running} running, {waiting} waiting**"
    if not view.alive:
        head += f"\n-# {NO_RUNNER}"
    shown = view.everybodys if everybody else view.own
    if not shown:
        return f"{head}\n{EMPTY if everybody else NONE_OF_YOURS}"
    rows = [_row(job, theirs=any(job.id == own.id for own in view.own)) for job in shown]
    text = "\n".join([head, *rows])
    while len(text) > 1_900:
        rows.pop()
        text = "\n".join([head, *rows, "-# …"])
    return fit(text)


def choice(job: JobView) -> str:
    """One of somebody's jobs, as a choice (at most 100 characters)."""
    what = f"Training of {', '.join(job.handles)}" if job.kind == "train" else job.prompt or _KINDS.get(job.kind, "job")
    return what[:97] + "…" if len(what) > 98 else what


def _row(job: JobView, *, theirs: bool) -> str:
    place = f"`{job.position:>2}`" if job.position else "`▶ `" if job.state == "running" else "`· `"
    what = _KINDS.get(job.kind, job.kind)
    if theirs:
        what = f"{what} {in_code((job.prompt or ', '.join(job.handles))[:80])}" if job.prompt or job.handles else what
        what = f"**yours:** {what}"
    if job.state not in ("running", "queued"):
        what += f" · {job.state}"
    left = f" · ready {moment(job.ready_at, 'R')}" if job.ready_at else ""
    return f"{place} {what}{left}"


def choices(jobs: Sequence[JobView]) -> list[tuple[str, str]]:
    """Somebody's jobs to choose from (25 at most), by name and id."""
    return [(choice(job), job.id) for job in jobs[:25]]
