"""Jobs that were asked at once and share one message: several seeds of a wish, or a sheet that compares.

A job that was asked alone is a batch of one. The ids of a batch's jobs are made from the batch's, so that asking
twice is asking once.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from db.tables import JobRow
from studio import ids, jobs
from studio.errors import UnknownJob
from studio.house import Studio
from studio.views import JobView

MOST = 9
"""Jobs in one batch: a sheet of three by three, and fewer files than a message in Discord may have."""


def id_in(batch: str, place: int, of: int) -> str:
    """The id of the job at a place (from 1 on) of a batch of so many; one alone has the batch's own."""
    return batch if of == 1 else f"{batch}-{place}"


def asked(studio: Studio, job_id: str) -> bool:
    """Whether this was asked, as one job or as several."""
    with studio.readers() as session:
        found = select(JobRow.id).where(or_(JobRow.id == job_id, JobRow.batch == job_id)).limit(1)
        return session.scalar(found) is not None


def batch_of(studio: Studio, job_id: str) -> list[JobView]:
    """The jobs that share a message with this one, in their places; mostly itself alone. Raises UnknownJob."""
    with studio.readers() as session:
        row = jobs.find(session, job_id)
        query = select(JobRow.id).filter_by(batch=row.batch).order_by(JobRow.place)
        together = list(session.scalars(query)) if row.batch else [job_id]
    return jobs.view_all(studio, together)


def at(studio: Studio, channel: str) -> list[JobView]:
    """The jobs whose message this is (`discord:<channel>:<message>`), in their places; none where it is nobody's."""
    with studio.readers() as session:
        query = select(JobRow.id).filter_by(channel=channel).order_by(JobRow.place, JobRow.created_at)
        found = session.scalars(query).all()
    return jobs.view_all(studio, found)


def find(studio: Studio, batch_or_job: str) -> list[JobView]:
    """The jobs of a batch by its id, or one job by its own; empty where there is neither."""
    with studio.readers() as session:
        named = or_(JobRow.batch == batch_or_job, JobRow.id == batch_or_job)
        found = session.scalars(select(JobRow.id).where(named).order_by(JobRow.place)).all()
    return jobs.view_all(studio, found)


def find_id(studio: Studio, begun: str) -> str:
    """The whole id of the batch, or of the job, that begins like this; UnknownJob where that is not clear."""
    unknown = f"There is no job or sheet {begun}. `likeness jobs` lists the recent ones."
    with studio.readers() as session:
        if begun.isprintable() and session.get(JobRow, begun) is not None:  # one of a batch, by its own id
            return begun
        together = select(func.coalesce(JobRow.batch, JobRow.id)).distinct()
        columns = [JobRow.batch, JobRow.id]
        return ids.meant(session, together, columns, begun, UnknownJob, what="job", unknown=unknown)


def move(studio: Studio, job_ids: Sequence[str], channel: str) -> None:
    """These jobs' message is another one now: the first was deleted before its end."""
    with studio.sessions.begin() as session:
        for row in session.scalars(select(JobRow).where(JobRow.id.in_(job_ids))):
            row.channel = channel
