"""What the studio has done, in numbers that single nobody out: totals, medians, reasons; never a name or a handle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent.states import State
from db.tables import ConsentRow, JobRow, OutputRow
from studio.audit.people import refusals
from studio.house import Studio


@dataclass(frozen=True)
class Statistics:
    """The last `days`, and what there is now. Waiting and drawing are medians in seconds, None without any."""

    days: int
    pictures: int
    trainings: int
    waiting_seconds: float | None
    drawing_seconds: float | None
    learning_seconds: float | None
    refusals: tuple[tuple[str, int], ...]
    consents: int
    pictures_ever: int


def statistics(studio: Studio, days: int = 30) -> Statistics:
    """The numbers of the last so many days."""
    since = studio.clock() - timedelta(days=days)
    with studio.readers() as session:
        drawn = _done(session, "imagine", since)
        learnt = _done(session, "train", since)
        reasons: Counter[str] = Counter()
        for refusal in refusals(session, None, since, None):
            reasons[refusal.reason] += refusal.times
        return Statistics(
            days=days,
            pictures=len(drawn),
            trainings=len(learnt),
            waiting_seconds=_median([started - asked for asked, started, _ in drawn]),
            drawing_seconds=_median([ended - started for _, started, ended in drawn]),
            learning_seconds=_median([ended - started for _, started, ended in learnt]),
            refusals=tuple(reasons.most_common()),
            consents=session.scalar(
                select(func.count()).select_from(ConsentRow).where(ConsentRow.state == State.ACTIVE)
            ) or 0,
            pictures_ever=session.scalar(select(func.count()).select_from(OutputRow)) or 0,
        )  # fmt: skip


def _done(session: Session, kind: str, since: datetime) -> Sequence[Any]:
    """When each job of a kind was asked, begun and ended."""
    query = select(JobRow.created_at, JobRow.started_at, JobRow.finished_at).where(
        JobRow.kind == kind,
        JobRow.state == "done",
        JobRow.created_at >= since,
        JobRow.started_at.is_not(None),
        JobRow.finished_at.is_not(None),
    )
    return session.execute(query).all()


def _median(spans: Sequence[timedelta]) -> float | None:
    return median(span.total_seconds() for span in spans) if spans else None
