"""The arguments of what a community does together: nightly pictures, the gallery, strikes, numbers.

Only argparse is imported, so that help is instant.
"""

from __future__ import annotations

from cli.parser import Commands, among


def community(top: Commands) -> None:
    """The commands, into the list of all."""
    _nightly(top.group("nightly", "Pictures drawn at night of those who agreed to it.", run="cli.community:nights"))
    on_show = "Pictures on show, of people who agreed to the gallery."
    gallery = top.group("gallery", on_show, run="cli.community:gallery")
    for act, words in (("show", "Puts a picture into the gallery."), ("take-out", "Takes a picture out of it.")):
        run = f"cli.community:{act.replace('-', '_')}"
        parser = gallery.command(act, run, words, f"  likeness gallery {act} picture-5f2c --as radke")
        parser.add_argument("id", metavar="ID", help="the picture's job; the beginning of its id is enough")
    _strikes(top.group("strikes", "Who was refused for forbidden words, and appeals.", run="cli.community:strikes"))
    stats = top.command("stats", "cli.community:stats", "What the studio has done, in numbers that single nobody out.")
    stats.add_argument("--days", type=among(1, 3660, int), default=30, metavar="N", help="of how many days (30)")


def _nightly(acts: Commands) -> None:
    acts.command(
        "run",
        "cli.community:run_night",
        "Asks for tonight's pictures, once a date. The bot does so by itself at the hour that is set; without a\n"
        "bot, let cron say this.",
        "  likeness nightly run",
    )
    plan = acts.command("plan", "cli.community:plan_nights", "Sets the hour (UTC) and how many of each. A moderator's.")
    plan.add_argument("hour", metavar="HOUR", help="0 to 23, or `never`")
    plan.add_argument("--pictures", type=among(1, 4, int), default=1, metavar="N", help="of each a night (1)")
    for act, words in (("join", "Enters a subject who agreed to it."), ("leave", "Leaves a subject out again.")):
        parser = acts.command(act, "cli.community:take_part", words, f"  likeness nightly {act} radke --as radke")
        parser.set_defaults(part=act == "join")
        parser.add_argument("handle", metavar="HANDLE", help="who")
    add = acts.command(
        "add",
        "cli.community:add_prompt",
        "Adds what is drawn, {subject} for whoever it is. A moderator's.",
        '  likeness nightly add "{subject} playing guitar" --as mo',
    )
    add.add_argument("prompt", metavar="PROMPT", help="what is drawn")
    remove = acts.command("remove", "cli.community:remove_prompt", "Takes a prompt away. A moderator's.")
    remove.add_argument("number", type=among(1, 10**9, int), metavar="NUMBER", help="as `likeness nightly` shows it")


def _strikes(acts: Commands) -> None:
    listed = acts.command("list", "cli.community:strikes", "Appeals first, then what counts. A moderator's.")
    listed.add_argument("--who", metavar="NAME", help="only of this person")
    acts.command("mine", "cli.community:own_strikes", "What counts against you, and until when.")
    appeal = acts.command(
        "appeal",
        "cli.community:appeal",
        "Has a moderator look at a strike against you.",
        '  likeness strikes appeal 3f2a "a statue in the museum" --as anna',
    )
    appeal.add_argument("id", metavar="ID", help="as `likeness strikes mine` shows it; its beginning is enough")
    appeal.add_argument("words", metavar="WORDS", help="what you had asked for, and why it is harmless")
    for act, words in (("lift", "Takes a strike back."), ("uphold", "Lets an appealed strike stand.")):
        parser = acts.command(act, "cli.community:decide", f"{words} A moderator's, and not of whom it is against.")
        parser.set_defaults(lift=act == "lift")
        parser.add_argument("id", metavar="ID", help="as `likeness strikes` shows it; its beginning is enough")
