"""Jobs as they are shown: many at once, so that a full queue is looked at in a handful of queries.

When a job will be ready is learnt from the last ones of its kind: the runners take the line in order, each for as
long as such a job usually takes. Where nothing of the kind was ever done, nothing is promised.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables import JobRow, JobSubjectRow, PartyRow, RunnerRow, SubjectRow
from studio.house import Studio
from studio.views import JobView, Progress

HEARTBEAT_LIMIT = timedelta(seconds=15)
LEARNT_FROM = 20
"""How many of the last jobs of a kind its usual time is taken from."""

BATCH = 500
"""Rows in one query: a database takes only so many parameters."""


def views(studio: Studio, session: Session, rows: Sequence[JobRow], *, line: bool = True) -> list[JobView]:
    """These jobs as they stand now, in their order; without `line` not where they wait."""
    handles, askers = _handles(session, [row.id for row in rows]), _names(session, {row.asker_id for row in rows})
    running = [row for row in rows if row.state == "running"]
    said = {row.id: studio.queue.progress(row.id) for row in running}
    waits = line and any(row.state == "queued" for row in rows)
    order = studio.queue.line() if waits else []
    positions = {job_id: place for place, job_id in enumerate(order, 1)}
    ready = _ready(studio, session, order) if waits or running else {}
    return [
        _view(row, handles.get(row.id, ()), askers.get(row.asker_id), said.get(row.id), positions, ready)
        for row in rows
    ]


def _view(
    row: JobRow,
    handles: Sequence[str],
    asker: str | None,
    said: dict[str, Any] | None,
    positions: dict[str, int],
    ready: dict[str, datetime],
) -> JobView:
    return JobView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        handles=tuple(handles),
        asker=asker or "somebody",
        asker_party=row.asker_id,
        channel=row.channel,
        prompt=(row.params.get("wish") or {}).get("prompt"),
        position=positions.get(row.id) if row.state == "queued" else None,
        progress=Progress(**said) if said else None,
        error=row.error,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        delivered_at=row.delivered_at,
        batch=row.batch,
        place=row.place,
        cell=row.params.get("cell"),
        ready_at=ready.get(row.id),
    )


def usual_times(session: Session) -> dict[str, timedelta]:
    """How long a job of each kind usually takes, once a runner has taken it up: the median of the last ones."""
    usual = {}
    for kind in ("imagine", "train", "pose"):
        query = (
            select(JobRow.started_at, JobRow.finished_at)
            .where(JobRow.kind == kind, JobRow.started_at.is_not(None), JobRow.state == "done")
            .order_by(JobRow.finished_at.desc())
            .limit(LEARNT_FROM)
        )
        rows = session.execute(query).all()
        took = [(finished - started).total_seconds() for started, finished in rows if finished and started]
        if took:
            usual[kind] = timedelta(seconds=median(took))
    return usual


def _ready(studio: Studio, session: Session, order: Sequence[str]) -> dict[str, datetime]:
    """When each running and waiting job will be done, as long as that can be told."""
    now, usual = studio.clock(), usual_times(session)
    alive = session.scalars(select(RunnerRow.name).where(RunnerRow.seen_at > now - HEARTBEAT_LIMIT)).all()
    if not alive:
        return {}
    ready: dict[str, datetime] = {}
    endless = 0  # runners at something nobody knows the length of
    for row in session.scalars(select(JobRow).where(JobRow.state == "running")):
        if row.kind in usual and row.started_at is not None:
            ready[row.id] = max(now, row.started_at + usual[row.kind])
        else:
            endless += 1
    able = len(alive) - endless
    if able <= 0:
        return ready
    free = sorted(ready.values())[-able:]
    free = [now] * (able - len(free)) + free
    heapq.heapify(free)
    kinds = _kinds(session, order)
    for job_id in order:
        takes = usual.get(kinds.get(job_id, ""))
        if takes is None:
            break  # nobody knows how long this one takes, nor when those behind it come
        ready[job_id] = heapq.heappop(free) + takes
        heapq.heappush(free, ready[job_id])
    return ready


def _kinds(session: Session, job_ids: Sequence[str]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for some in _in_parts(job_ids):
        kinds.update({job_id: kind for job_id, kind in session.execute(
            select(JobRow.id, JobRow.kind).where(JobRow.id.in_(some))
        )})  # fmt: skip
    return kinds


def _handles(session: Session, job_ids: Sequence[str]) -> dict[str, list[str]]:
    """Who is in each job, by name."""
    found: dict[str, list[str]] = {}
    for some in _in_parts(job_ids):
        query = (
            select(JobSubjectRow.job_id, SubjectRow.handle)
            .join(SubjectRow, SubjectRow.id == JobSubjectRow.subject_id)
            .where(JobSubjectRow.job_id.in_(some))
            .order_by(SubjectRow.handle)
        )
        for job_id, handle in session.execute(query):
            found.setdefault(job_id, []).append(handle)
    return found


def _names(session: Session, parties: Iterable[Any]) -> dict[Any, str]:
    names: dict[Any, str] = {}
    for some in _in_parts(list(parties)):
        names.update({party: name for party, name in session.execute(
            select(PartyRow.id, PartyRow.name).where(PartyRow.id.in_(some))
        )})  # fmt: skip
    return names


def _in_parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))
