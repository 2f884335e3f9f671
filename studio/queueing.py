"""The line as somebody sees it: their own jobs, and how many of others' are before them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from consent.people import Actor
from db.tables import JobRow
from studio import jobs
from studio.house import Studio
from studio.views import FINISHED, JobView

MOST_SHOWN = 40


@dataclass(frozen=True)
class Line:
    """What runs and waits, in the order of its turns. `everybodys` is cut to the first; `own` is not."""

    own: tuple[JobView, ...]
    everybodys: tuple[JobView, ...]
    running: int
    waiting: int
    alive: bool


def line(studio: Studio, actor: Actor) -> Line:
    """The line right now, with `actor`'s own jobs in it (also those a subject still has to approve)."""
    with studio.readers() as session:
        ids = session.scalars(
            select(JobRow.id).where(JobRow.state.not_in(FINISHED)).order_by(JobRow.created_at)
        ).all()
    found = sorted(jobs.view_all(studio, ids), key=_turn)
    there = tuple(job for job in found if not job.finished)
    in_line = tuple(job for job in there if job.state in ("running", "queued"))
    return Line(
        own=tuple(job for job in there if job.asker_party == actor.party),
        everybodys=in_line[:MOST_SHOWN],
        running=sum(job.state == "running" for job in in_line),
        waiting=sum(job.state == "queued" for job in in_line),
        alive=any(runner.alive for runner in jobs.runners(studio)),
    )


def _turn(job: JobView) -> tuple[bool, bool, int]:
    return job.state != "running", job.position is None, job.position or 0
