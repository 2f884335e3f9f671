"""The pieces a command line is made of: parsers that say one clear line when misused, and readers of
arguments.

Only argparse is imported, here and in `cli/commands.py`, so that help is instant.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """A parser that keeps line breaks in its texts and answers misuse in one line."""

    def __init__(self, *args: object, **more: object) -> None:
        more.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **more)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """One line and where to read more, instead of the whole usage; exit code 2."""
        self.exit(2, f"{self.prog}: {message}. See `{self.prog} --help`.\n")


class Commands:
    """A list of commands in the making: the top one, or the acts of a command (`consent` → `give`)."""

    def __init__(self, parser: argparse.ArgumentParser, dest: str, metavar: str, *, required: bool) -> None:
        self._parsers: argparse._SubParsersAction[argparse.ArgumentParser] = parser.add_subparsers(
            dest=dest, metavar=metavar, required=required, parser_class=Parser
        )

    def command(self, name: str, run: str, about: str, example: str = "") -> argparse.ArgumentParser:
        """A command performed by `run` (`module:function`, imported when it is needed)."""
        parser = self._parsers.add_parser(
            name,
            parents=[shared(argparse.SUPPRESS)],
            help=_first_words(about),
            description=about,
            epilog=f"Example:\n{example}" if example else None,
        )
        parser.set_defaults(run=run)
        return parser

    def group(self, name: str, about: str, run: str | None = None) -> Commands:
        """A command made of acts; with `run` it can also stand alone."""
        parser = self._parsers.add_parser(
            name, parents=[shared(argparse.SUPPRESS)], help=_first_words(about), description=about
        )
        parser.set_defaults(run=run)
        return Commands(parser, "act", "ACT", required=run is None)


def shared(default: str | None) -> argparse.ArgumentParser:
    """What every command takes, before its name or after it; SUPPRESS keeps one from undoing the other."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("everywhere")
    data_help = "data folder (LIKENESS_HOME; ./data)"
    group.add_argument("--data", type=Path, metavar="DIR", default=default, help=data_help)
    as_help = "who is asking (LIKENESS_AS; your login name)"
    group.add_argument("--as", dest="acting_as", metavar="NAME", default=default, help=as_help)
    json_help = "answer in JSON, and nothing else on stdout"
    absent = default or False
    group.add_argument("--json", dest="as_json", action="store_true", default=absent, help=json_help)
    return parser


def size(text: str) -> tuple[int, int]:
    """`512x768` as (width, height)."""
    match = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text.strip().lower())
    if not match:
        raise argparse.ArgumentTypeError(f"a size looks like 512x768, not {text!r}")
    return int(match[1]), int(match[2])


def among(low: float, high: float, kind: type[int] | type[float]) -> Callable[[str], float]:
    """A reader of numbers from `low` to `high`, both included."""

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be a number from {low:g} to {high:g}, not {text!r}")
        return value

    return read


seed = among(0, 2**32 - 1, int)


def output(parser: argparse.ArgumentParser) -> None:
    """Where a picture is written to."""
    where = "where to (./likeness-ID.png)"
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=where)


def _first_words(about: str) -> str:
    """The first sentence, as it stands in a list of commands."""
    return about[0].lower() + about[1:].split(". ")[0].rstrip(".")
