"""Commands and runners in processes of their own that need not import everything anew.

A command of the terminal spends a second of the processor on imports and a tenth on its work; a runner six, for torch
and diffusers. A server process imports once and forks for each: own memory, own exit code, own standard streams, as the
shell gives them.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from training.plan import TrainingPlan

_SERVER = multiprocessing.get_context("forkserver")
_FOR_COMMANDS = ["cli.main", "studio.house", "studio.imagine", "studio.train", "db.queue"]
_FOR_RUNNERS = ["runner.main", "generation.painter", "training.session"]
_SERVER.set_forkserver_preload([*_FOR_COMMANDS, *_FOR_RUNNERS])
READY = 120  # seconds a runner may take to be ready on a machine with other things to do


@dataclass
class Runner:
    """A `likeness runner`, with what can be done to a process."""

    process: BaseProcess

    def kill(self) -> None:
        """kill -9: no line of it runs any more."""
        self.process.kill()

    def terminate(self) -> None:
        """SIGTERM: an orderly end is asked for."""
        self.process.terminate()

    def wait(self, seconds: float) -> int:
        """Its exit code; fails when it is still there after so many seconds."""
        self.process.join(seconds)
        assert self.process.exitcode is not None, "the runner has not ended"
        return self.process.exitcode


@contextmanager
def runner(home: Path, environment: Mapping[str, str], *more: str) -> Iterator[Runner]:
    """A runner that is ready; killed at the end if it is still there. `runner.log` has what it says."""
    log, out = home / "runner.log", home / "runner.out"
    out.write_text("")
    settings = {**environment, "LIKENESS_HOME": str(home)}
    words = ["runner", *more]
    process = _SERVER.Process(target=_perform, args=(impolite, words, str(home), settings, str(out), str(log)))
    process.start()
    try:
        end = time.monotonic() + READY
        while "ready\n" not in out.read_text():
            assert process.exitcode is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.02)
        yield Runner(process)
    finally:
        process.kill()
        process.join()


def run(
    words: Sequence[str],
    folder: Path,
    environment: dict[str, str],
    timeout: float,
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Perform a command as `subprocess.run` would, after `before` (a function of a module) has run in its process.

    Raises subprocess.TimeoutExpired likewise.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        paths = [f"/proc/{os.getpid()}/fd/{file.fileno()}" for file in (out, err)]
        process = _SERVER.Process(target=_perform, args=(before, list(words), str(folder), environment, *paths))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(list(words), timeout)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(words), process.exitcode, out.read(), err.read())


def impolite() -> None:
    """A runner of this process takes its turn like everybody: a test waits for it, and others are at work beside it."""
    from runner import main

    main.POLITENESS = 0


def short_trainings(epochs: int = 2, steps_per_epoch: int = 12) -> None:
    """Trainings asked for in this process learn for so long: enough to be at work, too little to be like anybody."""
    from studio import plans

    plans.plan_for = partial(_short, plans.plan_for, epochs, steps_per_epoch)


def _short(
    whole: Callable[..., TrainingPlan], epochs: int, steps: int, *arguments: Any, **options: Any
) -> TrainingPlan:
    plan = whole(*arguments, **options)
    return replace(plan, epochs=epochs, steps_per_epoch=steps, batch_size=2, prior_images=4, prior_batch_size=1)


def _perform(
    before: Callable[[], None] | None,
    words: list[str],
    folder: str,
    environment: dict[str, str],
    out: str,
    err: str,
) -> None:
    from cli.main import main

    if before is not None:
        before()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    write = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    for path, flags, number in ((os.devnull, os.O_RDONLY, 0), (out, write, 1), (err, write, 2)):
        os.dup2(os.open(path, flags), number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    sys.argv = ["likeness", *words]
    sys.exit(main(words))
