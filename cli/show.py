"""What the terminal shows: sentences and tables for people, or one JSON value for programs, never both on
stdout.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

Plain = Any  # what json.dumps takes
WIDEST = 10_000
"""Columns of a table that is not on a screen."""


def answer(arguments: Namespace, value: object, words: Callable[[], str]) -> None:
    """Print the outcome: `value` with `--json`, else what `words` says."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=1) if arguments.as_json else words())


def remark(sentence: str) -> None:
    """Something on the way, beside the answer: to stderr, so that stdout stays the answer."""
    print(sentence, file=sys.stderr, flush=True)


def plain(value: object) -> Plain:
    """A view as JSON can hold it; bytes (pictures) are left out, only their number is told."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID | Path):
        return str(value)
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns as wide as what stands in them; nothing is cut, so that the output can be searched."""
    cells = [[cell(value) for value in row] for row in [list(head), *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def wide_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with a rule below its head. On a terminal it fits the screen; elsewhere nothing in it is broken."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in head:
        shown.add_column(name, overflow="fold")
    for row in rows:
        shown.add_row(*map(Text, row))  # as text: what somebody wrote is no markup
    screen = sys.stdout.isatty()
    console = Console(width=None if screen else WIDEST, highlight=False, color_system="auto" if screen else None)
    with console.capture() as said:
        console.print(shown)
    return "\n".join(line.rstrip() for line in said.get().strip("\n").splitlines()) + "\n"


def cell(value: object) -> str:
    """One value in one line."""
    if value is None or value == ():
        return "–"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return " ".join(str(value).split())


def moment(at: datetime) -> str:
    """A point in time, in UTC, to the second."""
    return f"{at:%Y-%m-%d %H:%M:%S}"


def lasting(seconds: float) -> str:
    """A span of time as people say it: `7 s`, `2 min 5 s`, `1 h 12 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def count(number: int, noun: str) -> str:
    """`1 photo`, `18 photos`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
