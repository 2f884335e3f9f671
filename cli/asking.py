"""Asking a person at the terminal for a yes, and saying where their consent stands."""

from __future__ import annotations

import sys

from cli.errors import Unanswered
from cli.show import cell, moment
from studio.views import ConsentView, SubjectView


def question(text: str, command: str) -> None:
    """Ask somebody at the terminal; anything but `yes` is a no, and silence is no yes."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Unanswered(
            f"`likeness {command}` asks a person. Answer at a terminal, or add --yes if it is your yes."
        )
    print(text, end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise Unanswered("That was not a yes. Nothing was changed.")


def stands(view: ConsentView) -> str:
    """`radke: active, for train, generate, until 2027-07-01.`"""
    return f"{view.handle}: {view.state}, for {cell(view.purposes)}, until {day(view)}."


def day(view: SubjectView | ConsentView) -> str:
    """The date a consent ends by itself."""
    return moment(view.expires_at)[:10] if view.expires_at else cell(None)
