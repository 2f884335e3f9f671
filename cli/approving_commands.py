"""`likeness approve` and its arguments. Only argparse is imported, so that help is instant."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from cli.parser import Commands


def add_approve(top: Commands) -> None:
    """The command by which somebody other than the trainer looks, changes, and says yes."""
    approve = top.command(
        "approve",
        "cli.approving:approve",
        "Looks at the photos and captions of a training, and lets it begin. The subject and moderators may, never\n"
        "whoever handed them in. Without an ID it lists what waits; without --yes it shows and changes, and no more.",
        "  likeness approve --as radke\n"
        "  likeness approve radke --sheet sheet.jpg --as radke\n"
        '  likeness approve train-5f2c --drop 3,5-7 --caption "2=radke in a red shirt" --as radke\n'
        "  likeness approve radke --yes --as radke",
    )
    approve.add_argument("id", metavar="ID", nargs="?", help="as `likeness jobs` lists it, or the subject")
    approve.add_argument("--sheet", type=Path, metavar="FILE", help="also write the contact sheet there, in clear")
    drop = "leave these photos out; they are deleted at the approval"
    approve.add_argument("--drop", type=numbers, default=[], metavar="N,N-N", help=drop)
    keep = "take these back in, whatever was remarked of them"
    approve.add_argument("--keep", type=numbers, default=[], metavar="N,N-N", help=keep)
    words = "what a photo shows, in other words; as often as needed"
    approve.add_argument("--caption", type=caption, action="append", metavar="N=TEXT", help=words)
    approve.add_argument("--yes", action="store_true", help="approve what is there now, and see the training through")
    digest = "with --yes: only if nothing was changed since it was shown with this digest"
    approve.add_argument("--digest", metavar="HEX", help=digest)
    previews = "with --yes: write each epoch's preview there"
    approve.add_argument("--previews", type=Path, metavar="DIR", help=previews)


def numbers(text: str) -> list[int]:
    """`3,5-7` as 3, 5, 6 and 7."""
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,3})\s*(?:[-–]\s*(\d{1,3})\s*)?", part)
        if match is None:
            raise argparse.ArgumentTypeError(f"photos are named like 3,5-7, not {text!r}")
        found += range(int(match[1]), int(match[2] or match[1]) + 1)
    return found


def caption(text: str) -> tuple[int, str]:
    """`3=radke in a red shirt` as the number and the words."""
    number, equals, words = text.partition("=")
    if not equals or not number.strip().isdecimal():
        raise argparse.ArgumentTypeError(f"a caption looks like 3=radke in a red shirt, not {text!r}")
    return int(number), words
