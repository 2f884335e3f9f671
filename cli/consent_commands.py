"""`likeness consent …` on the command line: its acts and their arguments.

Only argparse is imported, as in `cli/commands.py`, so that help is instant.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.parser import Commands, among

PURPOSES = "train, generate, nightly, gallery, measure_likeness; once for each"
_months = among(1, 36, int)


def consent_acts(acts: Commands) -> None:
    """Every act of a consent's life, in the order in which one meets them."""
    ask = _act(acts, "people", "ask", "Asks the subject for a yes.")
    _purposes(ask, f"{PURPOSES} (train and generate)")
    _limits(ask)
    ask.add_argument("--months", type=_months, default=12, metavar="N", help="for how long (12)")
    give = _act(acts, "people", "give", "Says yes. Only the subject can; shows the notice first.")
    _purposes(give, f"{PURPOSES} (what was asked)")
    _limits(give)
    _yes(give)
    _link(give)
    _link(_act(acts, "people", "refuse", "Says no. Only the subject can."))
    verify = _act(
        acts,
        "people",
        "verify",
        "Confirms that the yes is the subject's own. By a moderator who is not the subject and neither asked,\n"
        "made the subject, nor handed in photos.",
    )
    verify.add_argument("--called", action="store_true", help="I called the person (for a yes by a link)")
    verify.add_argument("--nobody-real", action="store_true", help="this character is nobody real, nor an actor's part")
    _attest(acts)
    _challenge(acts)
    _act(acts, "consents", "link", "Makes a one-time link for a subject without an account. Moderators only.")
    _amendments(acts)
    _endings(acts)
    _reviews(acts)
    acts.command("mine", "cli.consents:mine", "Everything of yours: your consents in plain words, your pictures.")
    show = _act(acts, "people", "show", "Where a consent stands, and how it came there.", example="")
    show.add_argument("--notice", action="store_true", help="the notice of today, and nothing else")


def _act(
    acts: Commands, module: str, act: str, about: str, example: str | None = None
) -> argparse.ArgumentParser:
    line = f"  likeness consent {act} radke{' --as NAME' if example is None else example}"
    parser = acts.command(act, f"cli.{module}:{act}", about, line)
    parser.add_argument("handle", metavar="HANDLE", help="whose consent")
    return parser


def _amendments(acts: Commands) -> None:
    narrow = _act(
        acts,
        "consents",
        "narrow",
        "Takes a part back, at once. Only the subject can; needs nothing but the wish.",
        " --drop gallery --review ask_me_first --daily 3",
    )
    narrow.add_argument("--drop", action="append", default=[], metavar="PURPOSE", help="no longer for this")
    _limits(narrow)
    widen = _act(
        acts, "consents", "widen", "Agrees to more. Only the subject can; shows the notice first.", " --purpose gallery"
    )
    _purposes(widen, "also for this; once for each")
    _limits(widen)
    everybody = widen.add_argument_group("taking limits back")
    everybody.add_argument("--anybody", action="store_true", help="every member may ask")
    everybody.add_argument("--anywhere", action="store_true", help="in every channel")
    everybody.add_argument("--unblock", action="append", default=[], metavar="NAME", help="this person may ask again")
    everybody.add_argument("--allow", action="append", default=[], metavar="CONTEXT", help="no longer forbidden")
    everybody.add_argument("--allow-word", action="append", default=[], metavar="WORD", help="no longer forbidden")
    everybody.add_argument("--any-style", action="store_true", help="not only stylised pictures")
    everybody.add_argument("--with-others", action="store_true", help="together with others who agreed")
    everybody.add_argument("--no-daily", action="store_true", help="as many a day as are asked for")
    _yes(widen)
    about = "Moves the end. Only the subject can; shows the notice first."
    renew = _act(acts, "consents", "renew", about, " --months 12")
    renew.add_argument("--months", type=_months, default=12, metavar="N", help="from today (12)")
    _yes(renew)
    _act(acts, "consents", "pause", "Lets it rest: nothing is made or handed over. By the subject or a moderator.")
    _act(acts, "consents", "resume", "Ends a pause. By the side that made it.")


def _endings(acts: Commands) -> None:
    withdraw = _act(
        acts, "people", "withdraw", "Takes the yes back, stops what runs and erases everything of the subject."
    )
    withdraw.add_argument("--keep", action="store_true", help="stop new images only; what there is stays, out of reach")
    _yes(withdraw)
    revoke = _act(acts, "consents", "revoke", "A moderator ends somebody's consent; everything of theirs is erased.")
    revoke.add_argument("--why", required=True, metavar="TEXT", help="why, for the record")
    invalid = _act(
        acts, "consents", "invalidate", "The yes was not the person's own: everything goes, and an incident is opened."
    )
    invalid.add_argument("--what", required=True, metavar="TEXT", help="what happened, for whoever looks into it")
    never = acts.command(
        "never",
        "cli.consents:never",
        "A standing no to everybody, for yourself: nobody may ask you, and what you agreed to ends and is erased.",
        "  likeness consent never --as eve --name 'Eve Example'\n  likeness consent never --lift --as eve",
    )
    never.add_argument("--name", dest="names", action="append", default=[], metavar="NAME", help="also called this")
    never.add_argument("--lift", action="store_true", help="take it back; only you can")
    _yes(never)


def _attest(acts: Commands) -> None:
    attest = _act(
        acts,
        "consents",
        "attest",
        "A moderator has read the person's signed yes. A second one verifies it. Of the document only the\n"
        "SHA-256 is kept. Never for the nightly pictures or the gallery.",
        " --document signed.pdf --as mo",
    )
    attest.add_argument("--document", type=Path, required=True, metavar="FILE", help="the signed document")


def _challenge(acts: Commands) -> None:
    challenge = _act(
        acts,
        "consents",
        "challenge",
        "A live challenge: words to show and a pose to take. Without options it draws one, valid for half an\n"
        "hour; the subject answers it with a picture, and a moderator looks and says what they saw.",
        "\n  likeness consent challenge radke --answer me.jpg --as radke"
        "\n  likeness consent challenge radke --look radke.png --as mo"
        "\n  likeness consent challenge radke --passed --as mo",
    )
    way = challenge.add_mutually_exclusive_group()
    way.add_argument("--answer", type=Path, metavar="FILE", help="your picture, with the words and the pose")
    way.add_argument("--look", type=Path, metavar="FILE", help="write the answer there, to look at; it is recorded")
    way.add_argument("--passed", action="store_true", help="it is them; verifies the yes, deletes the picture")
    way.add_argument("--failed", action="store_true", help="it is not; deletes the picture")
    challenge.add_argument("--nobody-real", action="store_true", help=argparse.SUPPRESS)


def _reviews(acts: Commands) -> None:
    for act, about in (
        ("approve", "Lets a picture of you that was held be handed over."),
        ("veto", "Erases a picture of you, held or handed over."),
    ):
        parser = acts.command(act, f"cli.consents:{act}", about, f"  likeness consent {act} picture-5f2c --as radke")
        parser.add_argument("id", metavar="ID", help="as `likeness consent mine` lists it; its beginning is enough")
        if act == "approve":
            look = "write the picture there, to look at, and decide nothing"
            parser.add_argument("--look", type=Path, metavar="FILE", help=look)


def _purposes(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--purpose", dest="purposes", action="append", metavar="WORD", help=words)


def _limits(parser: argparse.ArgumentParser) -> None:
    """What one may be particular about; what is not said stays as it is."""
    limits = parser.add_argument_group("particular about")
    limits.add_argument("--only-me", action="store_true", help="only the subject may ask for pictures")
    limits.add_argument("--asker", action="append", default=[], metavar="NAME", help="only the subject and these")
    limits.add_argument("--role", action="append", default=[], metavar="ID", help="only the subject and this role")
    limits.add_argument("--block", action="append", default=[], metavar="NAME", help="never this person")
    places = "only there: a channel like discord:123, or terminal"
    limits.add_argument("--place", action="append", default=[], metavar="PLACE", help=places)
    limits.add_argument("--stylised", action="store_true", help="nothing that could be taken for a photo")
    limits.add_argument("--forbid", action="append", default=[], metavar="CONTEXT", help="like alcohol or politics")
    limits.add_argument("--never-word", action="append", default=[], metavar="WORD", help="a word of your own")
    limits.add_argument("--alone", action="store_true", help="nobody else in the picture")
    review = ("none", "tell_me", "ask_me_first")
    how = f"before a picture is handed over: {', '.join(review)}"
    limits.add_argument("--review", choices=review, metavar="HOW", help=how)
    limits.add_argument("--daily", type=among(0, 1000, int), metavar="N", help="so many pictures a day at most")
    days = among(0, 1100, int)
    limits.add_argument("--keep-photos", type=days, metavar="DAYS", help="after they were learnt from (0)")


def _yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="say yes here, without being asked")


def _link(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--link", metavar="SECRET", help="as the person a one-time link was made for")
