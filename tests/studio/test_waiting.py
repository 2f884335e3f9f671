"""When a job will be done is learnt from the last ones: their work, what is before it, and how many work it off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.tables import JobRow
from generation.request import ImageWish
from studio import jobs, poses, waiting, work
from studio.house import Studio
from studio.imagine import ask_image
from studio.settings import Settings
from studio.waiting import estimate
from tests.studio.conftest import People, png

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
WISH = ImageWish(prompt="a man in a park", steps=20)


@pytest.fixture(params=["sqlite"])
def settings(tmp_path: Path) -> Settings:
    """SQLite alone: nothing here is particular to a database."""
    return Settings.from_environment({}, home=tmp_path / "data")


def done(studio: Studio, people: People, wish: ImageWish, seconds: float) -> None:
    """A picture that a runner took so long for."""
    job = ask_image(studio, people.anna, wish)
    studio.queue.cancel(job.id)
    with studio.sessions.begin() as session:
        row = session.get_one(JobRow, job.id)
        row.state, row.started_at, row.finished_at = "done", NOON, NOON + timedelta(seconds=seconds)


def test_half_the_steps_take_what_every_picture_takes_and_half_of_the_rest() -> None:
    assert estimate([(20, 12.0), (40, 22.0), (30, 17.0), (30, 400.0)], 10) == pytest.approx(7.0)


def test_where_all_were_alike_time_goes_with_the_work() -> None:
    assert estimate([(20, 10.0), (20, 14.0), (20, 11.0)], 40) == pytest.approx(22.0)


def test_more_work_is_never_promised_sooner() -> None:
    assert estimate([(20, 30.0), (40, 10.0)], 60) >= estimate([(20, 30.0), (40, 10.0)], 20)


def test_nothing_is_promised_without_a_history_or_without_a_runner(studio: Studio, people: People) -> None:
    first = ask_image(studio, people.anna, WISH)
    assert waiting.expected(studio, first.id) is None
    work.heartbeat(studio, "runner-0", "CPU")
    assert waiting.expected(studio, first.id) is None
    done(studio, people, WISH, 10)
    assert waiting.expected(studio, first.id) is not None
    work.gone(studio, "runner-0")
    assert waiting.expected(studio, first.id) is None


def test_the_line_is_worked_off_in_its_order_by_as_many_runners_as_there_are(studio: Studio, people: People) -> None:
    now = studio.clock()
    still = replace(studio, clock=lambda: now)
    done(still, people, WISH, 10)
    running, *waits = [ask_image(still, people.anna, WISH) for _ in range(4)]
    with still.sessions.begin() as session:
        row = session.get_one(JobRow, running.id)
        row.state, row.started_at = "running", now - timedelta(seconds=4)
    still.queue.cancel(running.id)  # it stands in the line no more
    work.heartbeat(still, "runner-0", "CPU")

    def seconds(job_id: str) -> tuple[float, float]:
        wait = waiting.expected(still, job_id)
        assert wait is not None
        return (wait.begins_at - now).total_seconds(), (wait.ends_at - now).total_seconds()

    assert [seconds(job.id) for job in (running, *waits)] == [(-4, 6), (6, 16), (16, 26), (26, 36)]
    work.heartbeat(still, "runner-1", "CPU")
    assert [seconds(job.id) for job in waits] == [(0, 10), (6, 16), (10, 20)]
    assert jobs.view(still, waits[0].id).ready_at == now + timedelta(seconds=10)


def test_a_larger_picture_with_a_pose_prompt_or_a_face_takes_longer(studio: Studio, people: People) -> None:
    work.heartbeat(studio, "runner-0", "CPU")
    done(studio, people, WISH, 10)
    more = replace(WISH, width=64, height=128, hires=2.0, hires_denoise=0.5, pose_prompt="a man jumping")
    wait = waiting.expected(studio, ask_image(studio, people.anna, more).id)
    assert wait is not None
    assert wait.ends_at - wait.begins_at == timedelta(seconds=80)  # twice the area, four times over
    wait = waiting.expected(studio, ask_image(studio, people.anna, replace(WISH, face_denoise=0.5)).id)
    assert wait is not None
    assert wait.ends_at - wait.begins_at == timedelta(seconds=15)


def test_behind_what_nobody_knows_nothing_is_promised(studio: Studio, people: People) -> None:
    work.heartbeat(studio, "runner-0", "CPU")
    done(studio, people, WISH, 10)
    picture = ask_image(studio, people.anna, WISH)
    assert waiting.expected(studio, picture.id) is not None
    poses.ask_pose(studio, people.anna, png())  # goes first, and none was ever read
    assert waiting.expected(studio, picture.id) is None
