"""Company for a waiting job: a runner of this command's own, when nobody else's is alive.

`likeness train` on a laptop has no GPU machine behind it. So the command starts `likeness runner` beside
itself, watches it, starts it again when it dies in the middle of the work (the queue kept the job), and sends
it home at the end. A runner somebody else started is used and left alone.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from cli.errors import RunnerTrouble
from cli.show import remark
from studio import jobs
from studio.house import Studio
from studio.views import RunnerView

MOST_RESTARTS = 5
IDLE_SECONDS = 60.0
"""If this command is killed so hard that it cannot send its runner home, the runner goes by itself after
this.
"""
GOODBYE_SECONDS = 15.0


class Company:
    """Keeps one runner alive while there is work: call `keep` between looks at the job.

    With `with`: on leaving, the runner started here (if any) is sent home with SIGTERM and not waited for
    longer than GOODBYE_SECONDS; it ends whatever job it is at, which may be somebody else's.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._log = studio.settings.home / "runner.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self.starts = 0

    def __enter__(self) -> Company:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.send_home()

    @property
    def pid(self) -> int | None:
        """The process of our own runner, while it lives."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def keep(self) -> None:
        """See that a runner is alive; start one, or start ours again. Raises RunnerTrouble when that is no
        use.
        """
        if self.pid is not None or any(_lives(runner) for runner in jobs.runners(self._studio)):
            return
        if self._process is not None:
            self._look_at_the_end(self._process.returncode)
        self._start()

    def send_home(self) -> None:
        """Ask our runner to end; it finishes its step and leaves."""
        if self._process is None or self._process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GOODBYE_SECONDS)

    def _start(self) -> None:
        self.starts += 1
        self._log_start = self._log.stat().st_size if self._log.exists() else 0
        # -P: a folder called `training` where the person happens to stand must not hide ours.
        command = [
            sys.executable,
            "-P",
            "-m",
            "cli.main",
            "runner",
            "--data",
            str(self._studio.settings.home),
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--until-idle", str(IDLE_SECONDS)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for this command, which then cancels its job
            )

    def _look_at_the_end(self, code: int | None) -> None:
        """Whether starting again makes sense. A kill does not speak against it; a start that fails does."""
        if code == 0:  # it went idle, and then work came
            return
        words = _last_words(self._log, self._log_start)
        if code is not None and code > 0 and not _was_ready(self._log, self._log_start):
            raise RunnerTrouble(
                f"The runner could not start: {words} See {self._log}, or ask `likeness doctor`."
            )
        if self.starts > MOST_RESTARTS:
            raise RunnerTrouble(
                f"The runner ended {self.starts} times in the middle of the work, at last with: {words} "
                f"The job is kept; `likeness runner` takes it up again. See {self._log}."
            )
        remark(f"The runner ended in the middle of the work (exit {code}); it is started again.")
        time.sleep(0.5 * self.starts)  # a machine short of memory needs a breath


def _lives(runner: RunnerView) -> bool:
    """Whether a runner is there: by its heartbeat, and on this machine by its process."""
    if not runner.alive or runner.host != socket.gethostname():
        return runner.alive
    try:
        os.kill(runner.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _tail(log: Path, start: int) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(start)
        return file.read(1 << 20).decode("utf-8", "replace")


def _was_ready(log: Path, start: int) -> bool:
    return any(line.strip() == "ready" for line in _tail(log, start).splitlines())


def _last_words(log: Path, start: int) -> str:
    lines = [line.strip() for line in _tail(log, start).splitlines() if line.strip()]
    return f"“{lines[-1][:300]}”." if lines else "nothing in its log."
