"""The commands and their arguments. Each names the function that performs it."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.approving_commands import add_approve
from cli.audit_commands import add_audit, add_receipts
from cli.community_commands import community
from cli.consent_commands import consent_acts
from cli.drawing_commands import add_drawing
from cli.keeping_commands import keeping
from cli.list_commands import lists
from cli.parser import Commands, Parser, among, output, seed, shared

ABOUT = "A consent-first portrait studio: photos and a yes go in, a posed picture of the person comes out."
TEACHING = """\
One evening with the studio, from nothing:

  likeness doctor                                       what this machine has and lacks
  likeness demo --data ./demo-data                      the whole story, played with paper dolls

  likeness subject add radke --owner radke              who can be drawn, and who that person is
  likeness consent ask radke --as anna                  a trainer asks
  likeness consent give radke --as radke                only the subject can say yes
  likeness consent verify radke --as mo                 somebody who is neither of them checks it
  likeness train radke photos/*.jpg --as anna           photos and a yes go in …
  likeness approve radke --yes --as radke               … once somebody else has looked at them …
  likeness imagine "<lora:radke:1> radke playing guitar" --pose pose.png -o radke.png
  likeness consent withdraw radke --as radke            … and everything goes when the yes goes

Each command explains itself: `likeness train --help`.
Exit codes: 0 done, 1 refused or failed (one sentence on stderr says why), 2 wrong usage, 130 interrupted.
"""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(prog="likeness", description=ABOUT, epilog=TEACHING, parents=[shared(None)])
    top = Commands(parser, "command", "COMMAND", required=True)
    _demo(top)
    _rehearse(top)
    _subject(top.group("subject", "Who can be drawn."))
    consent = top.group("consent", "The yes: ask for it, give, refuse, verify, amend, withdraw or look at it.")
    consent_acts(consent)
    add_receipts(consent)
    _train(top)
    add_approve(top)
    add_drawing(top)
    _export(top.group("export", "Hands out what the studio keeps encrypted, to whoever may have it."))
    _jobs(top.group("jobs", "What was asked for, and how far it is.", run="cli.queue:list_jobs"))
    _runner(top)
    top.command("bot", "cli.programs:run_bot", "The program in Discord. Needs DISCORD_TOKEN.")
    add_audit(top.group("audit", "The ledger: what happened, whether somebody changed it, and what one can ask."))
    keeping(top)
    community(top)
    lists(top)
    about = "What this machine has and lacks, and how to mend it. Exits 1 when something needed is missing."
    top.command("doctor", "cli.programs:doctor", about)
    _db(top.group("db", "The database: bring it to this version, or see where it is."))
    return parser


def _demo(top: Commands) -> None:
    demo = top.command(
        "demo",
        "cli.demo:play",
        "Plays the whole story with paper dolls. Photos, a consent, a training, three posed scenes,\n"
        "a withdrawal; writes DIR/demo/sheet.png, DIR/demo/radke.safetensors and DIR/demo/story.md.",
        "  likeness demo --data ./data --seed 7",
    )
    demo.add_argument("--seed", type=seed, default=7, metavar="N", help="another seed, another evening (7)")


def _rehearse(top: Commands) -> None:
    rehearse = top.command(
        "rehearse",
        "cli.rehearse:play",
        "Plays an evening in Discord without Discord. The real bot and runner, a Discord on this machine, four\n"
        "members: a yes, photos, a picture, a refusal, a withdrawal. Writes DIR/transcript.html.",
        "  likeness rehearse --out ./evening",
    )
    rehearse.add_argument("--out", type=Path, default=Path("evening"), metavar="DIR", help="where to (./evening)")
    photos = "how many photos are handed in (18)"
    rehearse.add_argument("--photos", type=among(6, 60, int), default=18, metavar="N", help=photos)


def _subject(acts: Commands) -> None:
    add = acts.command(
        "add",
        "cli.people:add_subject",
        "Registers somebody who can be drawn, under the name that stands in `<lora:…>`.",
        "  likeness subject add radke --owner radke",
    )
    add.add_argument("handle", metavar="HANDLE", help="the name in prompts, like radke")
    owner = "the person it depicts: only they can say yes"
    add.add_argument("--owner", required=True, metavar="NAME", help=owner)
    rights = "a character, nobody real: who made it, and who may use it (the owner created it)"
    add.add_argument("--rights", metavar="TEXT", help=rights)
    acts.command("list", "cli.people:list_subjects", "Everybody registered, and where their consent stands.")


def _train(top: Commands) -> None:
    train = top.command(
        "train",
        "cli.work:train",
        "Teaches the base model a subject, from photos and a consent. A `photo.txt` beside `photo.jpg` is\n"
        "its caption; a photo without one is “a photo of SUBJECT”. It waits until somebody else has approved photos\n"
        "and captions (`likeness approve`); photos of oneself need nobody else.",
        "  likeness train radke photos/*.jpg --as anna\n  likeness train radke photos/ --seed 1 --json",
    )
    train.add_argument("subject", metavar="SUBJECT", help="whom: a registered handle")
    train.add_argument(
        "photos", metavar="PHOTO", nargs="+", type=Path, help="picture files, or folders of them"
    )
    rank, alpha = among(1, 256, int), among(0.1, 512, float)
    train.add_argument("--rank", type=rank, metavar="N", help="size of the LoRA (as the base model likes it)")
    train.add_argument("--alpha", type=alpha, metavar="X", help="strength of the LoRA (its rank)")
    train.add_argument("--seed", type=seed, metavar="N", help="same seed and photos, same file")
    previews = (
        "also write each epoch's preview there; they show the subject, so they stay encrypted otherwise"
    )
    train.add_argument("--previews", type=Path, metavar="DIR", help=previews)


def _export(acts: Commands) -> None:
    adapter = acts.command(
        "adapter",
        "cli.work:export_adapter",
        "The subject's LoRA in clear, in kohya's format. For the subject, and for whoever trained it, while\n"
        "the consent is active.",
        "  likeness export adapter radke -o radke.safetensors --as radke",
    )
    adapter.add_argument("subject", metavar="SUBJECT", help="whose adapter")
    adapter.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="where to")


def _jobs(acts: Commands) -> None:
    acts.command("list", "cli.queue:list_jobs", "The latest jobs, newest first.")
    for act, run, words in (
        ("show", "cli.queue:show_job", "One job."),
        ("cancel", "cli.queue:cancel_job", "Stops a job of yours."),
        ("fetch", "cli.fetching:fetch_job", "Fetches a finished picture, or a sheet, that did not arrive."),
    ):
        parser = acts.command(act, run, words, f"  likeness jobs {act} picture-5f2c")
        parser.add_argument("id", metavar="ID", help="as `likeness jobs` lists it; its beginning is enough")
        if act == "fetch":
            output(parser)


def _runner(top: Commands) -> None:
    runner = top.command(
        "runner",
        "cli.programs:run_runner",
        "The program on the GPU machine: takes jobs and does them. Stop it with Ctrl-C or SIGTERM; its\n"
        "job has a minute to end, or goes on at the next start.",
        "  likeness runner --name gpu-0",
    )
    runner.add_argument("--name", default="runner-0", metavar="NAME", help="its own name (runner-0)")
    idle = "end after that long with nothing to do"
    runner.add_argument("--until-idle", type=among(0, 86_400, float), metavar="SECONDS", help=idle)


def _db(acts: Commands) -> None:
    acts.command("upgrade", "cli.records:upgrade", "Brings the database to this version; twice is harmless.")
    acts.command("status", "cli.records:status", "Which version the database has, and which it should have.")
