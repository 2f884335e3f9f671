"""Answers somebody still waits for: kept from the moment a door has said “one moment” until it has answered.

A door that is killed in between leaves a message that says so for ever. The row lets its next start end that message
truthfully. Its key opens one answer for a quarter of an hour and is deleted with the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from db.tables import JobRow, OpenAnswerRow
from studio.house import Studio

KEY_HOLDS = timedelta(minutes=15)
"""How long a key can be used; without one, a message can be edited for ever."""


@dataclass(frozen=True)
class OpenAnswer:
    """An answer that was begun. `channel` is its message where the door can edit that by itself."""

    id: str
    channel: str | None
    key: str | None
    made_at: datetime


def begin(studio: Studio, answer_id: str, channel: str | None, key: str | None) -> None:
    """Write down that somebody waits."""
    with studio.sessions.begin() as session:
        session.merge(OpenAnswerRow(id=answer_id, channel=channel, key=key, made_at=studio.clock()))


def end(studio: Studio, answer_id: str) -> None:
    """They have their answer."""
    with studio.sessions.begin() as session:
        session.execute(delete(OpenAnswerRow).filter_by(id=answer_id))


def left_open(studio: Studio) -> list[OpenAnswer]:
    """What an earlier start left open, oldest first. What became a job is not: the job's message is tended.

    Keys that do not open anything any more are forgotten here.
    """
    with studio.sessions.begin() as session:
        too_old = studio.clock() - KEY_HOLDS
        outlived = OpenAnswerRow.channel.is_(None) & (OpenAnswerRow.made_at < too_old)
        became_jobs = OpenAnswerRow.channel.in_(select(JobRow.channel).where(JobRow.channel.is_not(None)))
        session.execute(delete(OpenAnswerRow).where(outlived | became_jobs))
        rows = session.scalars(select(OpenAnswerRow).order_by(OpenAnswerRow.made_at)).all()
        return [OpenAnswer(row.id, row.channel, row.key, row.made_at) for row in rows]
