"""Bot and runner as they really run: processes of their own over one data folder, started, killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from rehearsal.world import RehearsalError

GOODBYE = 30.0  # seconds for an orderly end


class Program:
    """`likeness bot` or `likeness runner`, or a stand-in for one of them, with its log in the data folder."""

    def __init__(self, name: str, home: Path, environment: Mapping[str, str], command: list[str]) -> None:
        self.name = name
        self.log = home / f"{name}.log"
        self._environment = {"PATH": os.defpath, "HOME": str(home), "LIKENESS_HOME": str(home), **environment}
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Its process, while it lives."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def start(self) -> None:
        """Start it, again if need be."""
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the rehearsal, which then ends its programs
            )

    async def kill(self) -> None:
        """kill -9: no line of it runs any more."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM, and wait for it to leave; what does not leave is killed. Its exit code."""
        return await self._end(signal.SIGTERM)

    def check(self) -> None:
        """Raise RehearsalError if it has ended by itself, with its last words."""
        if self._process is not None and self._process.returncode is not None:
            raise RehearsalError(f"the {self.name} has ended: {self.last_words}")

    @property
    def last_words(self) -> str:
        """The last line of its log."""
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return lines[-1] if lines else "without a word"

    async def _end(self, number: signal.Signals) -> int:
        process = self._process
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(number)
            try:
                await asyncio.wait_for(process.wait(), GOODBYE)
            except TimeoutError:
                process.kill()
                await process.wait()
        return process.returncode or 0


def bot(home: Path, environment: Mapping[str, str]) -> Program:
    """The program in Discord, pointed at a rehearsal by `environment`."""
    return Program("bot", home, environment, _likeness("bot"))


def runner(home: Path, environment: Mapping[str, str], name: str = "runner-0") -> Program:
    """The program that draws and learns."""
    return Program(name, home, environment, _likeness("runner", "--name", name))


def _likeness(*arguments: str) -> list[str]:
    # -P: a folder called `training` where the person happens to stand must not hide ours.
    return [sys.executable, "-P", "-m", "cli.main", *arguments]
