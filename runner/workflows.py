"""The workflows: what the job engine runs, and runs again after a crash.

Their inputs are a job's id alone, and their steps return numbers: nothing personal reaches the engine's tables.
`learn` is one step an epoch, so that a killed training goes on at its last epoch.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from dbos import DBOS

from consent.errors import NotAllowed
from db.queue import PROGRESS_KEY
from runner.engines import Engines, Report, as_event, spoken
from studio import jobs, poses, work
from studio.errors import SPOKEN, JobEnded
from studio.house import Studio
from studio.views import Progress
from studio.work import ImageWork, TrainingWork

_T = TypeVar("_T")
log = logging.getLogger("likeness.runner")

# A job that kills its runner this often is poison; below it, a machine that is switched off and on is not.
MOST_RECOVERIES = 25
REPORT_EVERY = 0.5  # seconds; a report is a database write, and the pulse at which a stop is noticed


def register(studio: Studio) -> Engines:
    """Define the workflows over this studio; call once, before the engine is launched."""
    engines = Engines(studio)

    @DBOS.step(name="draw")
    def draw(job_id: str) -> bool:
        def attempt() -> bool:
            job = work.claim(studio, job_id)
            assert isinstance(job, ImageWork)
            engines.draw(job, _reporter(studio, job_id))
            return True

        return _attempt(studio, engines, job_id, attempt) is not None

    @DBOS.step(name="begin")
    def begin(job_id: str) -> int:
        def attempt() -> int:
            return _training(studio, job_id).plan.epochs

        return _attempt(studio, engines, job_id, attempt) or 0

    @DBOS.step(name="learn")
    def learn(job_id: str, epoch: int) -> bool:
        def attempt() -> bool:
            engines.learn(_training(studio, job_id), epoch, _reporter(studio, job_id))
            return True

        return _attempt(studio, engines, job_id, attempt) is not None

    @DBOS.step(name="complete")
    def complete(job_id: str) -> bool:
        def attempt() -> bool:
            engines.complete(_training(studio, job_id), _reporter(studio, job_id))
            return True

        return _attempt(studio, engines, job_id, attempt) is not None

    @DBOS.step(name="read")
    def read(job_id: str) -> bool:
        def attempt() -> bool:
            engines.read(poses.claim(studio, job_id))
            return True

        return _attempt(studio, engines, job_id, attempt) is not None

    @DBOS.workflow(name="pose", max_recovery_attempts=MOST_RECOVERIES)
    def pose(job_id: str) -> None:
        read(job_id)

    @DBOS.workflow(name="imagine", max_recovery_attempts=MOST_RECOVERIES)
    def imagine(job_id: str) -> None:
        draw(job_id)

    @DBOS.workflow(name="train", max_recovery_attempts=MOST_RECOVERIES)
    def train(job_id: str) -> None:
        for epoch in range(begin(job_id)):
            if not learn(job_id, epoch):
                return
        complete(job_id)

    return engines


def _training(studio: Studio, job_id: str) -> TrainingWork:
    job = work.claim(studio, job_id)
    assert isinstance(job, TrainingWork)
    return job


def _attempt(studio: Studio, engines: Engines, job_id: str, attempt: Callable[[], _T]) -> _T | None:
    """Run a part of a job; None when the job is over, because it ended elsewhere, was refused, or failed here."""
    finished = False
    try:
        result = attempt()
        finished = True
        return result
    except JobEnded:
        log.info("%s is over", job_id)  # why stands in its row: a log is erased for nobody
    except NotAllowed as refusal:
        jobs.refuse(studio, job_id, refusal)
    except (*spoken(), *SPOKEN) as error:
        log.warning("%s failed: %s", job_id, type(error).__name__)
        work.fail(studio, job_id, str(error))
    except MemoryError:
        log.exception("%s ran out of memory", job_id)
        work.fail(studio, job_id, "The machine ran out of memory. Try a smaller size, or tell the operator.")
    except Exception as error:
        log.exception("%s failed", job_id)
        work.fail(
            studio, job_id, f"The engine broke ({type(error).__name__}). The runner's log has the details."
        )
    finally:
        if not finished:  # also when the job was cancelled, which is no Exception
            engines.forget()
    return None


def _reporter(studio: Studio, job_id: str) -> Report:
    """Reports progress at most twice a second; each report asks the gate again, and raises to stop the job."""
    last_at, last_phase = 0.0, ""

    def report(progress: Progress) -> None:
        nonlocal last_at, last_phase
        now = time.monotonic()
        if now - last_at < REPORT_EVERY and progress.phase == last_phase:
            return
        last_at, last_phase = now, progress.phase
        work.still_allowed(studio, job_id)
        DBOS.set_event(PROGRESS_KEY, as_event(progress))  # raises when the job was cancelled or taken over

    return report
