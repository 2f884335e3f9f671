"""The queue: a thin port over the job engine, DBOS Transact, on the project's own database.

The engine is named here and in `runner/` alone. It keeps ids and nothing else: what is asked for lies in our
`jobs` row, which is written in the same transaction. Its serializer is JSON, so that nothing in its tables is
executable (the engine's default is pickle).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy.orm import Session

from db.engine import parse
from db.errors import UnknownKind

APP_NAME = "likeness"
QUEUE_NAME = "gpu"
APPLICATION_VERSION = "jobs-v1"
"""Raised only when the order of a job's steps changes; drain the queue before."""
PROGRESS_KEY = "progress"

KINDS = ("train", "imagine", "pose")
"""The jobs a runner knows. An unknown name would be taken and then stuck for ever, so it is refused here."""

BASE_PRIORITY = {"pose": 1, "imagine": 1_000, "train": 5_000, "nightly": 9_000}
"""Lower goes first: a pose takes a moment, a picture seconds, a training minutes; nobody waits for a night's."""

MAX_PRIORITY_STEPS = 900

ENGINE_TABLES = frozenset({
    "application_versions", "dbos_migrations", "notifications", "operation_outputs", "queues", "streams",
    "workflow_events", "workflow_events_history", "workflow_input", "workflow_output", "workflow_schedules",
    "workflow_status",
})
"""The engine's tables, which on SQLite lie beside ours (on PostgreSQL they have a schema of their own)."""

ENGINE_TABLE_PREFIX = "datasource_"
ENGINE_SCHEMA = "dbos"

Status = Literal["queued", "running", "done", "failed", "cancelled"]

_STATUS: dict[str, Status] = {
    "ENQUEUED": "queued",
    "DELAYED": "queued",
    "PENDING": "running",
    "SUCCESS": "done",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "cancelled",
}


def serializer() -> DBOSPortableJSONSerializer:
    """The one serializer client, runner and transactions must agree on."""
    return DBOSPortableJSONSerializer()


def engine_url(url: str) -> str:
    """The database's address as the job engine wants it: without a driver's name."""
    parsed = parse(url)
    plain = parsed.set(drivername=parsed.get_backend_name())
    return plain.render_as_string(hide_password=False)


def is_engine_table(name: str) -> bool:
    """Whether a table belongs to the job engine and not to us."""
    return name in ENGINE_TABLES or name.startswith(ENGINE_TABLE_PREFIX)


def migrate(url: str) -> None:
    """Make or update the engine's own tables; calling it again changes nothing."""
    from dbos import DBOS  # the whole engine: only whoever sets up the database loads it

    DBOS.migrate(engine_url(url))


def priority(kind: str, waiting: int) -> int:
    """A fair place in the queue: somebody's n-th waiting job of a kind goes behind everybody else's first."""
    return BASE_PRIORITY[kind if kind in BASE_PRIORITY else _known(kind)] + min(max(waiting, 0), MAX_PRIORITY_STEPS)


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise UnknownKind(f"“{kind}” is no kind of job: use one of {', '.join(KINDS)}.")
    return kind


class Queue:
    """The client's side: put in, look at, take out. It runs nothing and connects at its first use.

    Every call blocks on the database for milliseconds; from asyncio, call it in a thread.
    """

    def __init__(self, url: str) -> None:
        self._client = DBOSClient(system_database_url=engine_url(url), application_name=APP_NAME,
                                  serializer=serializer(), lazy=True)

    def enqueue(self, session: Session, job_id: str, kind: str, user: str, priority: int) -> None:
        """Put a job in, within the session's own transaction: both are there, or neither.

        `user` is the asker's random id. Raises UnknownKind. The same id again is the same job.
        """
        self._client.enqueue_in_transaction(session, {
            "workflow_name": _known(kind),
            "queue_name": QUEUE_NAME,
            "workflow_id": job_id,
            "authenticated_user": user,
            "priority": priority,
        }, job_id)

    def status(self, job_id: str) -> Status | None:
        """Where a job is; None when the engine has never heard of it or has forgotten it."""
        return self.statuses([job_id]).get(job_id)

    def statuses(self, job_ids: Sequence[str]) -> dict[str, Status]:
        """Where many jobs are, in one query; those the engine does not know are left out."""
        if not job_ids:
            return {}
        rows = self._client.list_workflows(workflow_ids=list(job_ids), load_input=False, load_output=False)
        # An unknown word of a newer engine reads as failed: the asker is told, and nobody waits for ever.
        return {row.workflow_id: _STATUS.get(row.status, "failed") for row in rows}

    def line(self) -> list[str]:
        """The ids of the jobs that wait, the next one first."""
        rows = self._client.list_workflows(queue_name=QUEUE_NAME, status="ENQUEUED", load_input=False,
                                           load_output=False)
        ordered = sorted(rows, key=lambda row: (row.priority or 0, row.created_at or 0))
        return [row.workflow_id for row in ordered]

    def position(self, job_id: str) -> int | None:
        """How many-th in line a job is (1: next), or None when it does not wait."""
        return next((place for place, waiting in enumerate(self.line(), 1) if waiting == job_id), None)

    def progress(self, job_id: str) -> dict[str, Any] | None:
        """What the runner last said about a job, or None when it has said nothing."""
        said = self._client.get_event(job_id, PROGRESS_KEY, 0)
        return said if isinstance(said, dict) else None

    def waiting(self, user: str, kind: str | None = None) -> int:
        """How many jobs of a person wait or run, of one kind or of all."""
        rows = self._client.list_workflows(user=user, name=kind, status=["ENQUEUED", "DELAYED", "PENDING"],
                                           load_input=False, load_output=False)
        return len(rows)

    def cancel(self, job_id: str) -> None:
        """Take a job out, or stop it at its next word of progress; a finished one stays finished.

        Call it outside any transaction of ours: it has its own, and on SQLite it would wait for ours to end.
        """
        self._client.cancel_workflow(job_id)

    def close(self) -> None:
        """Give the connections back."""
        self._client.destroy()
