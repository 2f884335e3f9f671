"""Jobs as they are shown: many at once, so that a full queue is looked at in a handful of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables import JobRow, JobSubjectRow, PartyRow, SubjectRow
from studio import waiting
from studio.house import Studio
from studio.views import JobView, Progress
from studio.waiting import Wait

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
    told = waiting.waits(studio, session, order) if waits or running else {}
    return [
        _view(row, handles.get(row.id, ()), askers.get(row.asker_id), said.get(row.id), positions, told.get(row.id))
        for row in rows
    ]


def undelivered(session: Session, channel_prefix: str) -> list[str]:
    """The ids of one door's jobs that are not brought to their end yet, oldest first, each with its whole batch."""
    waiting = select(JobRow.id, JobRow.batch).where(
        JobRow.delivered_at.is_(None),
        JobRow.undeliverable_at.is_(None),
        JobRow.channel.startswith(channel_prefix, autoescape=True),
    )
    found = session.execute(waiting.order_by(JobRow.created_at)).all()
    members: dict[str, list[str]] = {}
    for some in _in_parts(list(dict.fromkeys(batch for _, batch in found if batch))):
        query = select(JobRow.batch, JobRow.id).where(JobRow.batch.in_(some)).order_by(JobRow.place)
        for batch, job_id in session.execute(query):
            members.setdefault(str(batch), []).append(job_id)
    ids = [other for job_id, batch in found for other in (members[batch] if batch else [job_id])]
    return list(dict.fromkeys(ids))


def _view(
    row: JobRow,
    handles: Sequence[str],
    asker: str | None,
    said: dict[str, Any] | None,
    positions: dict[str, int],
    wait: Wait | None,
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
        ready_at=wait.ends_at if wait else None,
    )


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
