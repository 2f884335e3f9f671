"""How long jobs take and when they will be done, learnt from the last ones of their kind.

A job's time is a part that every job of its kind needs and a part that grows with the work in it, both medians over
the last ones (Theil 1950, Sen 1968), so that one that was interrupted changes little. The runners take the line in
order. Where nothing of a kind was ever done, nothing is promised for it, nor for what waits behind it.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables import JobRow, RunnerRow
from generation.request import ImageWish
from studio.house import Studio
from studio.views import HELD

LEARNT_FROM = 20
"""How many of the last jobs of a kind its times are learnt from."""
HEARTBEAT_LIMIT = timedelta(seconds=15)
NATIVE = {"miniature": 64}
SD_NATIVE = 512
"""Side in pixels of a picture whose wish names none."""

Done = Sequence[tuple[float, float]]
"""(work, seconds) of jobs that were done."""


@dataclass(frozen=True)
class Wait:
    """When a job begins and ends, as far as the last ones tell. One that runs has begun: `begins_at` is in the past."""

    begins_at: datetime
    ends_at: datetime


def expected(studio: Studio, job_id: str) -> Wait | None:
    """When a waiting or running job begins and ends; None when it has ended, or nothing is known."""
    with studio.readers() as session:
        return waits(studio, session, studio.queue.line()).get(job_id)


def waits(studio: Studio, session: Session, line: Sequence[str]) -> dict[str, Wait]:
    """The same for every running job and for those that stand in `line`, in its order."""
    now = studio.clock()
    runners = session.scalars(select(RunnerRow.name).where(RunnerRow.seen_at > now - HEARTBEAT_LIMIT)).all()
    if not runners:
        return {}
    known = history(studio, session)
    found: dict[str, Wait] = {}
    endless = 0  # runners at something nobody knows the length of
    for row in session.scalars(select(JobRow).where(JobRow.state == "running")):
        takes = seconds(studio, row, known)
        if takes is None or row.started_at is None:
            endless += 1
        else:
            found[row.id] = Wait(row.started_at, max(now, row.started_at + timedelta(seconds=takes)))
    able = len(runners) - endless
    if able <= 0:
        return found
    free = sorted(wait.ends_at for wait in found.values())[-able:]
    free = [now] * (able - len(free)) + free
    heapq.heapify(free)
    waiting = {row.id: row for row in session.scalars(select(JobRow).where(JobRow.state == "queued"))}
    for job_id in line:
        takes = seconds(studio, waiting[job_id], known) if job_id in waiting else None
        if takes is None:
            break  # nobody knows how long this one takes, nor when those behind it come
        begins = heapq.heappop(free)
        found[job_id] = Wait(begins, begins + timedelta(seconds=takes))
        heapq.heappush(free, found[job_id].ends_at)
    return found


def history(studio: Studio, session: Session) -> dict[str, Done]:
    """Work and time of the last jobs of each kind that a runner took to their end."""
    known: dict[str, Done] = {}
    for kind in ("imagine", "train", "pose"):
        query = (
            select(JobRow)
            .where(JobRow.kind == kind, JobRow.started_at.is_not(None), JobRow.state.in_(("done", HELD)))
            .order_by(JobRow.finished_at.desc())
            .limit(LEARNT_FROM)
        )
        known[kind] = [
            (work, (row.finished_at - row.started_at).total_seconds())
            for row in session.scalars(query)
            if row.finished_at and row.started_at and (work := work_in(studio, row)) is not None
        ]
    return known


def seconds(studio: Studio, row: JobRow, known: Mapping[str, Done]) -> float | None:
    """How long a job takes from its beginning on; None when nothing like it was ever done."""
    done, work = known.get(row.kind, ()), work_in(studio, row)
    return estimate(done, work) if done and work is not None else None


def estimate(done: Done, work: float) -> float:
    """Seconds for so much work, by what was done: the line through it, or in proportion if it was all alike."""
    slopes = [
        (after - before) / (more - less)
        for (less, before), (more, after) in combinations(sorted(done), 2)
        if more > less
    ]
    if not slopes:
        return median(took * work / much for much, took in done)
    slope = max(0.0, median(slopes))
    return max(0.0, median(took - slope * much for much, took in done)) + slope * work


def work_in(studio: Studio, row: JobRow) -> float | None:
    """How much there is to do: steps of a training; of a picture, steps at the base's own size; a pose is a pose.

    None for a job whose params were emptied because a subject in it withdrew.
    """
    if row.kind == "train":
        plan = row.params.get("plan") or {}
        return plan["epochs"] * plan["steps_per_epoch"] if plan else None
    if row.kind == "imagine":
        return _drawing(studio, ImageWish(**row.params["wish"])) if row.params.get("wish") else None
    return 1.0


def _drawing(studio: Studio, wish: ImageWish) -> float:
    native = NATIVE.get(studio.settings.base_model, SD_NATIVE)
    area = (wish.width or wish.height or native) * (wish.height or wish.width or native) / native**2
    again = wish.hires_denoise * wish.hires**2 if wish.hires > 1 else 0.0
    return wish.steps * (area * (1 + again + bool(wish.pose_prompt.strip())) + wish.face_denoise)
