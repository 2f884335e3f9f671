"""The real command line, in processes of its own, on fresh data folders; one training for all the tests."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from miniature.people import RADKE
from miniature.world import portrait_session
from tests import warm


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one line a refusal is; fails when there is more of it, or a traceback."""
        lines = self.err.strip().splitlines()
        assert "Traceback" not in self.err, self.err
        assert len(lines) == 1, f"not one sentence: {self.err}"
        return lines[0]


@dataclass(frozen=True)
class Terminal:
    """A shell in front of one data folder."""

    home: Path
    folder: Path
    prepared: Callable[[], None] | None = None  # runs in each command's process first

    def __call__(
        self,
        *words: str | Path,
        before: Callable[[], None] | None = None,
        timeout: float = 60,
        **settings: str,
    ) -> Said:
        """Run a command and wait; `before` runs in its process first, `settings` are its environment."""
        if before is None:
            command = ["--data", str(self.home), *map(str, words)]
            done = warm.run(command, self.folder, environment() | settings, timeout, self.prepared)
            return Said(done.returncode, done.stdout, done.stderr)
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "--data", str(self.home), *map(str, words)],
            cwd=self.folder,
            env=environment() | settings,
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            preexec_fn=before,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def typing(self, line: str, *words: str) -> str:
        """Run a command at a real terminal and type one line; returns all that stood on it."""
        ours, theirs = pty.openpty()
        with os.fdopen(ours, "r+b", buffering=0) as screen:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "--data", str(self.home), *words],
                cwd=self.folder,
                env=environment(),
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
            )
            os.close(theirs)
            screen.write(line.encode() + b"\n")
            shown = b""
            with suppress(OSError):  # how Linux says that the other end is closed
                while piece := screen.read(4096):
                    shown += piece
            process.wait(60)
        return shown.decode().replace("\r\n", "\n")

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start a command and come back at once."""
        return subprocess.Popen(
            [sys.executable, "-m", "cli.main", "--data", str(self.home), *map(str, words)],
            cwd=self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell starts what it puts into the background with interrupts ignored, and a child inherits that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def files(self) -> set[str]:
        """Every file of the data folder but the database's own and the runner's log."""
        found = (path for path in self.home.rglob("*") if path.is_file())
        return {
            str(p.relative_to(self.home)) for p in found if not p.name.startswith(("likeness.db", "runner"))
        }

    def jobs(self) -> list[dict[str, Any]]:
        return self("jobs", "--json").json

    def events(self) -> list[str]:
        return [event["kind"] for event in self("audit", "log", "--json").json]


def environment() -> dict[str, str]:
    """No setting of whoever runs the tests; one thread, because the tests share the machine."""
    ours = ("LIKENESS_", "DATABASE_URL", "BASE_MODEL", "OPENPOSE_MODEL", "DISCORD_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"LIKENESS_AS": "anna", "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal in an empty folder, with a data folder that does not exist yet."""
    return Terminal(tmp_path / "data", tmp_path)


def consenting(terminal: Terminal, handle: str = "radke") -> Terminal:
    """The same terminal, after `handle` has said yes and mo has verified it."""
    for words in (
        ("subject", "add", handle, "--owner", handle),
        ("consent", "ask", handle),
        ("consent", "give", handle, "--as", handle, "--yes"),
        ("consent", "verify", handle, "--as", "mo"),
    ):
        said = terminal(*words)
        assert said.code == 0, said.err
    return terminal


@pytest.fixture(scope="session")
def consenting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with radke's verified yes: made once, copied for every test."""
    folder = tmp_path_factory.mktemp("agreed")
    return consenting(Terminal(folder / "data", folder)).home


@pytest.fixture
def agreed(terminal: Terminal, consenting_home: Path) -> Terminal:
    """A terminal whose studio has radke's verified yes."""
    shutil.copytree(consenting_home, terminal.home)
    return terminal


def write_photos(folder: Path, number: int = 18, size: int = 256) -> list[Path]:
    """Photos of the doll radke, each with its caption beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for count, photo in enumerate(portrait_session(RADKE, "radke", number, size), 1):
        path = folder / f"radke-{count:02}.png"
        photo.image.save(path)
        path.with_suffix(".txt").write_text(photo.caption, encoding="utf-8")
        paths.append(path)
    return paths


@dataclass(frozen=True)
class Trained:
    """A studio that has learnt radke, and what the terminal said while it did."""

    terminal: Terminal
    said: Said
    previews: Path


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The one training of these tests, a short one, by the ordinary commands: Anna hands in, Radke approves."""
    folder = tmp_path_factory.mktemp("trained")
    terminal = consenting(Terminal(folder / "data", folder, warm.short_trainings))
    write_photos(folder / "photos")
    previews = folder / "previews"
    asked = terminal("train", "radke", folder / "photos", "--seed", "3")
    assert asked.code == 0, asked.err
    assert "waiting for approval by radke or a moderator" in asked.out
    said = terminal(
        "approve", "radke", "--yes", "--as", "radke", "--previews", previews, "--json", timeout=840
    )
    assert said.code == 0, said.err
    return Trained(terminal, said, previews)
