"""Commands in processes of their own that need not import everything anew.

A command of the terminal spends a second of the processor on imports and a tenth on its work. A server process imports
once and forks for each command: own memory, own exit code, own standard streams, as the shell gives them.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.plan import TrainingPlan

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["cli.main", "studio.house", "studio.imagine", "studio.train", "db.queue"])


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


def short_trainings() -> None:
    """Trainings asked for in this process learn for 48 steps: enough to be at work, too few to be like anybody."""
    from studio import plans

    whole = plans.plan_for

    def short(*arguments: Any, **options: Any) -> TrainingPlan:
        return replace(whole(*arguments, **options), epochs=2, steps_per_epoch=24, prior_images=4)

    plans.plan_for = short


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
    for path, flags, number in ((os.devnull, os.O_RDONLY, 0), (out, os.O_WRONLY, 1), (err, os.O_WRONLY, 2)):
        os.dup2(os.open(path, flags), number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    sys.argv = ["likeness", *words]
    sys.exit(main(words))
