"""The commands of the lists and their arguments."""

from __future__ import annotations

from cli.parser import Commands


def lists(top: Commands) -> None:
    """`likeness lists …`."""
    acts = top.group("lists", "What may not be asked for in words, and the moderators' notes on it.")
    acts.command("show", "cli.lists:show", "The contexts, the version of the lists, and the notes that hold.")
    check = acts.command(
        "check",
        "cli.lists:check",
        "What the lists find in a text. Nothing is asked for and nothing is recorded.",
        '  likeness lists check "radke with a glass of w1ne"',
    )
    check.add_argument("text", metavar="TEXT", help="a prompt, a caption, a name")
    allow = acts.command(
        "allow",
        "cli.lists:allow",
        "Vouches for a harmless phrase, or for a name that is a member's own. Kept in the ledger; opens nothing that\n"
        "is closed with every real person.",
        '  likeness lists allow "drake" --because "a member called Drake Ng" --as mo',
    )
    allow.add_argument("phrase", metavar="PHRASE", help="the words that may be said")
    allow.add_argument("--because", required=True, metavar="WHY", help="why they are harmless")
    disallow = acts.command("disallow", "cli.lists:disallow", "Takes such a note back.")
    disallow.add_argument("phrase", metavar="PHRASE", help="as `likeness lists show` shows it")
