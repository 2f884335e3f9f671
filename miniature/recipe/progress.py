"""How far a step has come, and how long it still takes: a bar in a terminal, a line every half minute in a log."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

_EVERY = 30.0
"""Seconds between two lines of a log."""


class Stage:
    """One step of the recipe, `total` units long, of which `done` were there before."""

    def __init__(self, what: str, total: int, done: int = 0, console: Console | None = None) -> None:
        self.what, self.total, self._first = what, total, done
        self._console = console or Console()
        self._began = self._spoke = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Stage:
        if self._console.is_terminal:
            text = (
                TextColumn("[bold]{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[note]}"),
            )
            self._bar = Progress(*text, console=self._console)
            self._bar.start()
            self._task = self._bar.add_task(self.what, total=self.total, completed=self._first, note="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif kind is None:
            self._console.print(f"{self.what}: {_spoken(time.monotonic() - self._began)}", highlight=False)

    def hear(self, done: int, note: str = "") -> None:
        """`done` of `total` are done."""
        now = time.monotonic()
        pace = (now - self._began) / max(1, done - self._first)
        left = f"{_spoken(pace * (self.total - done))} left" if done > self._first else ""
        told = ", ".join(part for part in (note, left) if part)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, note=told)
        elif now - self._spoke >= _EVERY:
            self._spoke = now
            self._console.print(
                f"{self.what} {done} of {self.total}, {told}", highlight=False, soft_wrap=True
            )


def _spoken(seconds: float) -> str:
    """A time as one says it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"


class Halt:
    """When a training is to stop: after `minutes`, or when somebody asks the program to end.

    Called, it says whether to stop now. A training that stops finishes its step and writes a checkpoint first.
    """

    def __init__(self, minutes: float | None = None) -> None:
        self._end = None if minutes is None else time.monotonic() + 60 * minutes
        self._asked = False

    def __call__(self) -> bool:
        return self._asked or (self._end is not None and time.monotonic() >= self._end)

    @contextmanager
    def listening(self) -> Iterator[Halt]:
        """Ctrl-C and SIGTERM ask for a stop; a second Ctrl-C ends at once."""

        def ask(number: int, frame: FrameType | None) -> None:
            if self._asked:
                raise KeyboardInterrupt
            self._asked = True

        before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
