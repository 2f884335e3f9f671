"""The command line explains itself, at once, and keeps to what its guide says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cli import drawing_commands
from cli.commands import build_parser
from cli.work import wish_of
from generation.request import FACE_DENOISE
from studio import sweeps
from tests.cli.conftest import environment

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "terminal.md"
COUNTING = """
import sys
calls = 0
def count(frame, event, argument):
    global calls
    calls += event in ("call", "c_call")
sys.argv = {words!r}
sys.setprofile(count)
try:
    {first}
    from cli.main import main
    main()
except SystemExit:
    sys.setprofile(None)
print(calls, file=sys.stderr)
"""


def every_command() -> set[str]:
    """`train`, `consent give`, …: as the parser knows them."""

    def under(parser: object, words: tuple[str, ...]) -> set[str]:
        lists = [
            action for action in parser._actions if hasattr(action, "choices") and action.nargs == "A..."
        ]
        names = {" ".join(words)} if words and parser.get_default("run") else set()
        for commands in lists:
            for name, child in commands.choices.items():
                names |= under(child, (*words, name))
        return names

    return under(build_parser(), ())


def commands_of_the_guide() -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("likeness ")]
    return [re.sub(r"\s{2,}#.*$", "", line) for line in lines]


def test_help_answers_at_once() -> None:
    """Counted in calls, not seconds: those are the machine's, and a busy one has fewer of them to give.

    A call takes well under a microsecond, so this many are a tenth of a second. Loading the studio alone takes more.
    """
    said, calls = performing("--help")
    assert "likeness doctor" in said
    assert calls < 250_000
    _, with_the_studio = performing("subject", "list", "--help", first="import studio.house")
    assert with_the_studio > 500_000, "the counting sees what makes a command slow"


def performing(*words: str, first: str = "pass") -> tuple[str, int]:
    """What a command says in a process of its own, after `first`, and how many calls all of that took."""
    code = COUNTING.format(first=first, words=["likeness", *words])
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment(), cwd="/")
    return done.stdout, int(done.stderr)


def test_help_loads_nothing_but_the_parser() -> None:
    code = "import sys, cli.main; cli.main.build_parser(); print(*(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )
    assert not {"sqlalchemy", "torch", "PIL", "rich", "studio", "db"} & set(done.stdout.split())


def test_every_command_is_in_the_guide() -> None:
    said = [shlex.split(line)[1:] for line in commands_of_the_guide()]
    missing = {
        name
        for name in every_command()
        if not any(words[: len(name.split())] == name.split() for words in said)
    }
    assert not missing


@pytest.mark.parametrize("line", commands_of_the_guide())
def test_every_command_of_the_guide_is_understood(line: str) -> None:
    arguments = build_parser().parse_args(shlex.split(line)[1:])
    module, function = arguments.run.split(":")
    source = (Path(__file__).parents[2] / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    assert f"\ndef {function}(" in source


def test_every_command_has_help_with_its_own_words() -> None:
    for name in every_command():
        with pytest.raises(SystemExit) as ended:
            build_parser().parse_args([*name.split(), "--help"])
        assert ended.value.code == 0


def test_all_that_can_be_compared_can_be_said() -> None:
    assert drawing_commands.AXES == sweeps.AXES


def test_shared_arguments_stand_before_or_after_the_command() -> None:
    before = build_parser().parse_args(["--data", "x", "--json", "--as", "mo", "jobs", "list"])
    after = build_parser().parse_args(["jobs", "list", "--data", "x", "--json", "--as", "mo"])
    assert (before.data, before.as_json, before.acting_as) == (Path("x"), True, "mo")
    assert vars(before) == vars(after)


@pytest.mark.parametrize(
    "words",
    [
        ["paint"],
        ["imagine"],
        ["imagine", "a man", "--size", "big"],
        ["imagine", "a man", "--seed", "-1"],
        ["compare", "a man", "--axis", "mood"],
        ["train", "radke"],
        ["train", "radke", "a.png", "--rank", "0"],
        ["consent", "give"],
        ["export", "adapter", "radke"],
    ],
)
def test_wrong_usage_is_one_line_and_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(words)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--help" in said


def test_a_rehearsal_writes_into_no_folder_of_the_source_s() -> None:
    out = build_parser().parse_args(["rehearse"]).out
    root = Path(__file__).parents[2]
    assert f"/{out}/" in (root / ".gitignore").read_text().splitlines()
    assert not (root / out / "__init__.py").exists()


def test_a_face_is_drawn_once_more_where_that_is_asked_for() -> None:
    parser = build_parser()
    plain, faced = (parser.parse_args(["imagine", "radke on a bench", *more]) for more in ([], ["--face"]))
    assert (wish_of(plain).face_denoise, wish_of(faced).face_denoise) == (0.0, FACE_DENOISE)
