"""The arguments of what keeps and ends things: the vault's key, erasures, the retention run, reports, incidents,
tracing.

Only argparse is imported, so that help is instant.
"""

from __future__ import annotations

from pathlib import Path

from cli.parser import Commands


def keeping(top: Commands) -> None:
    """The commands, into the list of all."""
    vault = top.group("vault", "The encrypted files: another master key for them.")
    vault.command(
        "rotate",
        "cli.keeping:rotate",
        "Changes the master key. Every subject's key is wrapped anew; no file is touched. Interrupted, say it again.",
        "  LIKENESS_NEW_MASTER_KEY=… likeness vault rotate --as mo",
    )
    erasure = top.group("erasure", "What was erased: certificates, and going on with what was interrupted.")
    certificate = erasure.command(
        "certificate",
        "cli.keeping:certificate",
        "What was erased of somebody, how many of each, and what could not be reached.",
        "  likeness erasure certificate radke --as radke",
    )
    certificate.add_argument("handle", metavar="HANDLE", nargs="?", help="of whom (of everybody)")
    erasure.command("resume", "cli.keeping:resume", "Goes on with every erasure that was interrupted.")
    top.command(
        "retention",
        "cli.keeping:retention",
        "Deletes what may not be kept any longer. A runner does so by itself, at its start and once a day.",
    )
    _report(top.group("report", "Objections to pictures: hidden at once, decided within 48 hours."))
    _incident(top.group("incident", "What has to be looked into, like a yes that was not the person's own."))
    made_here = top.command(
        "made-here",
        "cli.keeping:made_here",
        "Did we make this picture? Looks for the file, its pixels and its looks, and reads its marks.\n"
        "Finds re-posts, not edits; finding nothing proves nothing. Exits 1 when nothing is found.",
        "  likeness made-here found-elsewhere.jpg",
    )
    made_here.add_argument("file", metavar="FILE", type=Path, help="a PNG, JPEG or WebP")


def _report(acts: Commands) -> None:
    add = acts.command(
        "add",
        "cli.keeping:report",
        "Objects to a picture, which is hidden at once with its copies. Anybody may.",
        '  likeness report add picture-5f2c --reason "This never happened." --as radke\n'
        "  likeness report add found-elsewhere.jpg",
    )
    what = "a job's or picture's id or a file's sha256 (the beginning is enough), or the file"
    add.add_argument("picture", metavar="PICTURE", help=what)
    add.add_argument("--reason", default="", metavar="TEXT", help="what is wrong with it")
    reports = acts.command("list", "cli.keeping:reports", "Open reports, the most urgent first.")
    reports.add_argument("--all", dest="everything", action="store_true", help="closed ones too")
    close = acts.command(
        "close",
        "cli.keeping:close",
        "Decides: the picture stays, or it and its copies are deleted. A moderator who did not ask for it.",
        "  likeness report close 3f2a remove --as mo",
    )
    close.add_argument("id", metavar="ID", help="as `likeness report list` shows it; its beginning is enough")
    close.add_argument("verdict", choices=("keep", "remove"), help="what is to happen to the picture")


def _incident(acts: Commands) -> None:
    incidents = acts.command("list", "cli.incidents:listed", "Open incidents, the oldest first.")
    incidents.add_argument("--all", dest="everything", action="store_true", help="closed ones too")
    close = acts.command(
        "close",
        "cli.incidents:close",
        "Writes down what came of an incident. A moderator's.",
        '  likeness incident close 3f2a "The account was banned, and radke was told." --as mo',
    )
    close.add_argument("id", metavar="ID", help="as `likeness incident list` shows it; its beginning is enough")
    close.add_argument("outcome", metavar="OUTCOME", help="what came of it, in a sentence")
