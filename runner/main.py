"""Serving: launch the engine, take jobs until told to stop, say that we are alive."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dbos import DBOS

from db import queue
from db.errors import DatabaseError, VaultError
from runner.workflows import register
from studio import audit, erasure, jobs, reports, retention, work
from studio.errors import HomeUnusable, StudioError
from studio.house import Studio, open_studio
from studio.settings import Settings

log = logging.getLogger("likeness.runner")

POLL = 0.2  # seconds between looks into the queue
PULSE = 2.0  # seconds between heartbeats
POLITENESS = 10  # added to the niceness: on a shared machine those who press buttons come first
DRAIN = 60  # seconds a job may go on after SIGTERM; a training then goes on at its last epoch next time


class RunnerBusy(StudioError):
    """A runner of this name is at work here already."""


def serve(settings: Settings, name: str = "runner-0", until_idle: float | None = None) -> int:
    """Take jobs until SIGTERM or SIGINT, or until there has been nothing to do for `until_idle` seconds."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    for chatty in ("dbos", "alembic"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    logging.getLogger("dbos").addFilter(_without_cancellations)
    os.nice(POLITENESS)
    # Before torch is there to read them. A second thread saves a tenth of the miniature's time, and threads that spin
    # while they wait for each other take sixty times as long once somebody else wants a core (docs/decisions/0030).
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    studio = open_studio(settings)
    with _only_one(settings.home, name):
        engines = register(studio)
        _launch(settings.database_url, name)
        work.heartbeat(studio, name, "starting")
        print("ready", flush=True)
        try:
            _watch(studio, name, engines.device(), stop, until_idle)
        finally:
            DBOS.destroy(workflow_completion_timeout_sec=DRAIN)
            work.gone(studio, name)
            studio.close()
    return 0


def _launch(url: str, name: str) -> None:
    DBOS(
        config={
            "name": queue.APP_NAME,
            "system_database_url": queue.engine_url(url),
            "executor_id": name,
            "application_version": queue.APPLICATION_VERSION,
            "serializer": queue.serializer(),
            "run_migrations": False,
            "log_level": "ERROR",
        }
    )
    DBOS.listen_queues([queue.QUEUE_NAME])
    DBOS.launch()
    DBOS.register_queue(
        queue.QUEUE_NAME, worker_concurrency=1, polling_interval_sec=POLL, on_conflict="always_update"
    )


def _watch(studio: Studio, name: str, device: str, stop: threading.Event, until_idle: float | None) -> None:
    """The main thread's life: heartbeat, adopting the jobs of dead runners, noticing idleness."""
    busy_at, tidied_at, looked_at = time.monotonic(), 0.0, 0.0
    while True:
        work.heartbeat(studio, name, device)
        _adopt(studio, name)
        erasure.resume(studio)
        if not looked_at or time.monotonic() - looked_at >= reports.LOOK:
            _end_reports(studio)
            looked_at = time.monotonic()
        if not tidied_at or time.monotonic() - tidied_at >= retention.EVERY.total_seconds():
            _tidy(studio)
            tidied_at = time.monotonic()
        if jobs.open_jobs(studio):
            busy_at = time.monotonic()
        elif until_idle is not None and time.monotonic() - busy_at >= until_idle:
            return
        if stop.wait(PULSE if until_idle is None else min(PULSE, max(until_idle / 4, 0.1))):
            return


def _tidy(studio: Studio) -> None:
    """At the start and once a day; what hinders it today is no reason to take no jobs."""
    try:
        gone = retention.run(studio)
        if gone.anything:
            log.info("retention deleted %d photos and everything of %d subjects", gone.photos, len(gone.erased))
        head = audit.anchor_daily(studio)
        if head is not None:
            log.info("the ledger's head, to post elsewhere: %s", head)
    except (DatabaseError, VaultError, HomeUnusable, OSError) as error:
        log.warning("the day's tidying did not end: %s", error)


def _end_reports(studio: Studio) -> None:
    """Remove reported pictures whose 48 hours are over; a day's tidying would come up to a day late."""
    try:
        closed = reports.overdue(studio)
        if closed:
            log.info("%d reports ended undecided; their pictures are removed", closed)
    except (DatabaseError, VaultError, OSError) as error:
        log.warning("reports could not be looked at: %s", error)


def _adopt(studio: Studio, own: str) -> None:
    """Take over what runners were doing that have stopped reporting.

    The engine's own recovery keeps count of attempts, so that a job which kills one runner after another is given
    up in the end; its public `resume_workflow` forgets that count.
    """
    for other in jobs.runners(studio):
        if not other.alive and other.name != own:
            log.warning("runner %s is gone; taking over its jobs", other.name)
            work.gone(studio, other.name)
            DBOS._recover_pending_workflows([other.name])


@contextmanager
def _only_one(home: Path, name: str) -> Iterator[None]:
    """Two processes under one name would fence each other off in turn; the lock lasts as long as the process."""
    with (home / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunnerBusy(
                f"A runner called {name} is already at work on {socket.gethostname()}. "
                "Start another with --name, one for each GPU."
            ) from error
        yield


def _without_cancellations(record: logging.LogRecord) -> bool:
    """A cancelled job is nothing to log a traceback for."""
    error = record.exc_info[1] if record.exc_info else None
    return "cancelled" not in f"{record.getMessage()} {error}".lower()
