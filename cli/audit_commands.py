"""The arguments of `likeness audit`, and of what is handed out to a person: their receipt and their data.

Only argparse is imported, so that help is instant; tests/cli/test_books.py holds these questions against the studio's.
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, time
from pathlib import Path

from cli.parser import Commands, among

QUESTIONS = {
    "images-of": "Every picture of somebody: who asked, for what, when, where, under which consent, still up?",
    "refusals": "What was refused this week, by reason and by who asked.",
    "who-saw": "Who has seen somebody's photos.",
    "made-under-invalidated": "Pictures made under a consent that was later invalidated.",
    "ending-soon": "Consents that end within 30 days.",
    "adapters-without-consent": "Adapters that no active consent carries. Exits 1 if there are any.",
    "delivered-after-withdrawal": "Pictures handed over after the consent had ended. Exits 1 if there are any.",
    "trained-alone": "Trainings whose trainer verified the consent themself. Exits 1 if there are any.",
    "made-here": "Did we make this picture? By its bytes, then by its look: finds re-posts, not edits.",
    "passed-then-reported": "Prompts that passed every check and were reported later.",
    "about-asker": "Everything somebody did and asked for, and what came of it.",
    "open-duties": "Erasures, reports and incidents that are still open, and how old they are.",
}
EXAMPLES = {
    "images-of": "images-of radke --since 2026-06-01 --until 2026-07-01",
    "refusals": "refusals --csv > refusals.csv",
    "who-saw": "who-saw radke",
    "ending-soon": "ending-soon --days 14",
    "adapters-without-consent": "adapters-without-consent --kept",
    "trained-alone": "trained-alone --captions",
    "made-here": "made-here found-elsewhere.jpg",
    "about-asker": "about-asker ben --subject radke",
}
_STRICT = {
    "adapters-without-consent": ("--kept", "also those that rest, which nothing loads, and why"),
    "trained-alone": ("--captions", "also those whose captions nobody but the trainer has seen"),
}


def add_audit(acts: Commands) -> None:
    """`audit log`, `verify`, `anchor`, `export`, and a command for every question."""
    log = acts.command(
        "log",
        "cli.records:log",
        "What happened, oldest first.",
        "  likeness audit log --subject radke --kind image.delivered",
    )
    log.add_argument("--subject", metavar="HANDLE", help="only about this subject")
    log.add_argument("--kind", metavar="KIND", help="only this kind, like consent.given")
    most = among(1, 100_000, int)
    log.add_argument("--limit", type=most, default=100, metavar="N", help="the newest so many (100)")
    _verify(acts)
    acts.command(
        "anchor",
        "cli.books:anchor",
        "Writes the ledger's head down in the data folder's anchors.txt, and says the line to post elsewhere:\n"
        "in the moderators' channel, in a mail, on paper. Once a day is enough.",
        "  likeness audit anchor",
    )
    export = acts.command(
        "export",
        "cli.books:export",
        "The whole ledger as JSON Lines, its head last. Without details it names nobody and says nothing\n"
        "that somebody wrote; anybody can check the chain in it.",
        "  likeness audit export -o ledger.jsonl",
    )
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to (stdout)")
    export.add_argument("--details", action="store_true", help="with prompts, reasons and all else that is said")
    for question, about in QUESTIONS.items():
        _question(acts, question, about)


def _verify(acts: Commands) -> None:
    verify = acts.command(
        "verify",
        "cli.books:verify",
        "Checks the whole chain, and that the consents are as it tells. Exits 1 if anything was changed.\n"
        "The end cut off or all of it written anew shows only against a head that was written down: those in\n"
        "anchors.txt are known, others are named here.",
        "  likeness audit verify --anchors posted.txt --anchors receipt.json",
    )
    head = "a head that was posted, like 1234:5e88…"
    verify.add_argument("--anchor", action="append", default=[], metavar="SEQ:HASH", help=head)
    files = "a text in which heads stand: posted lines, a receipt"
    verify.add_argument("--anchors", action="append", type=Path, default=[], metavar="FILE", help=files)


def _question(acts: Commands, question: str, about: str) -> None:
    example = EXAMPLES.get(question, question)
    parser = acts.command(question, "cli.books:question", about, f"  likeness audit {example}")
    parser.set_defaults(question=question, subject=None, asker=None, file=None, strict=False)
    if question in ("images-of", "who-saw"):
        parser.add_argument("subject", metavar="HANDLE", help="of whom")
    elif question == "made-here":
        parser.add_argument("file", type=Path, metavar="FILE", help="the picture, as it was found")
    else:
        if question == "about-asker":
            parser.add_argument("asker", metavar="NAME", help="a name, or the number of an account")
        parser.add_argument("--subject", metavar="HANDLE", help="only about this subject")
    if question in ("images-of", "refusals"):
        week = " (a week ago)" if question == "refusals" else ""
        parser.add_argument("--since", type=day, metavar="DAY", help=f"from this day on, like 2026-06-01{week}")
        parser.add_argument("--until", type=day, metavar="DAY", help="until the day before this one")
    if question == "ending-soon":
        parser.add_argument("--days", type=among(1, 1100, int), default=30, metavar="N", help="how soon (30)")
    if question in _STRICT:
        flag, words = _STRICT[question]
        parser.add_argument(flag, dest="strict", action="store_true", help=words)
    parser.add_argument("--csv", dest="as_csv", action="store_true", help="answer in CSV, with a head line")


def day(text: str) -> datetime:
    """`2026-06-01` as its first moment in UTC."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day looks like 2026-06-01, not {text!r}") from None


def add_receipts(acts: Commands) -> None:
    """`consent receipt` and `consent data`: what a person holds, and everything there is of them."""
    receipt = acts.command(
        "receipt",
        "cli.receipts:receipt",
        "What the person agreed to, how it ends, and the ledger's head. For them, and for moderators.",
        "  likeness consent receipt radke --html receipt.html --as radke",
    )
    receipt.add_argument("handle", metavar="HANDLE", help="whose consent")
    receipt.add_argument("--html", type=Path, metavar="FILE", help="as a page to read or print")
    data = acts.command(
        "data",
        "cli.receipts:data",
        "Everything the studio has of the person, in clear, as a zip: receipt, scope, photos, captions,\n"
        "pictures and events. For them; a moderator's look is written down.",
        "  likeness consent data radke radke.zip --as radke",
    )
    data.add_argument("handle", metavar="HANDLE", help="whose data")
    data.add_argument("output", type=Path, metavar="FILE", help="the zip; only you can read it")
