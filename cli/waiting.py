"""Waiting for a job: a bar with phase, loss and time left on a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from cli.company import Company
from cli.show import lasting, remark
from studio import jobs
from studio.house import Studio
from studio.views import HELD, UNAPPROVED, JobView

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

LOOK_EVERY = 0.25
SAY_EVERY = 5.0  # seconds between plain lines of one phase
SAY_AT_MOST = (
    2.0  # seconds between plain lines of any phase: a picture is drawn faster than its phases are read
)


class Meter(Protocol):
    """Something that shows how far a job is."""

    def __enter__(self) -> Meter: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def show(self, job: JobView, title: str) -> None:
        """Show where `job` stands."""


def meter() -> Meter:
    """A bar if somebody is looking at stderr, else lines."""
    return Bar() if sys.stderr.isatty() else Lines()


def wait_for(
    studio: Studio,
    job_id: str,
    title: str,
    company: Company,
    gauge: Meter,
    on_look: Callable[[JobView], None] | None = None,
) -> JobView:
    """Look at the job until it has ended, whatever its end; `on_look` sees every look.

    Raises RunnerTrouble when no runner can be kept alive.
    """
    while True:
        job = jobs.view(studio, job_id)
        gauge.show(job, title)
        if on_look is not None:
            on_look(job)
        if job.finished or job.state in (HELD, *UNAPPROVED):
            return job
        company.keep()
        time.sleep(LOOK_EVERY)


def phase_of(job: JobView) -> str:
    """Where a job stands, in words without figures that change every second."""
    if job.state == "queued":
        ahead = (job.position or 1) - 1
        return "waiting for the runner" if ahead < 1 else f"waiting, {ahead} before it"
    if job.state == "running":
        return job.progress.phase if job.progress else "preparing"
    return job.state


def figures_of(job: JobView) -> str:
    """Step, loss and time left, as far as they are known."""
    progress = job.progress
    if progress is None or job.finished:
        return ""
    parts = []
    if progress.steps:
        parts.append(f"step {progress.step} of {progress.steps}")
    if progress.loss is not None:
        parts.append(f"loss {progress.loss:.3f}")
    if progress.seconds_left is not None:
        parts.append(f"{lasting(progress.seconds_left)} left")
    return ", ".join(parts)


class Lines:
    """A line when the phase changes, and one every few seconds in between: for logs and pipes."""

    def __init__(self) -> None:
        self._phase = ""
        self._said_at = 0.0

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lines need no end."""

    def show(self, job: JobView, title: str) -> None:
        """Say it, unless it was said a moment ago."""
        phase, now = f"{title}: {phase_of(job)}", time.monotonic()
        figures = figures_of(job)
        if not job.finished and now - self._said_at < SAY_AT_MOST:
            return
        if phase == self._phase and (now - self._said_at < SAY_EVERY or not figures):
            return
        self._phase, self._said_at = phase, now
        remark(f"{phase}{' · ' if figures else ''}{figures}")


class Bar:
    """One living line on the terminal."""

    def __init__(self) -> None:
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Bar:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=28),
            TextColumn("{task.fields[figures]}", markup=False),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, job: JobView, title: str) -> None:
        """Move the bar."""
        if self._bar is None:
            return
        words = f"{title}: {phase_of(job)}"
        if self._task is None:
            self._task = self._bar.add_task(words, total=None, figures="")
        progress = job.progress
        known = progress is not None and progress.steps > 0 and not job.finished
        self._bar.update(
            self._task,
            description=words,
            figures=figures_of(job),
            total=progress.steps if known and progress else None,
            completed=progress.step if known and progress else 0,
        )
