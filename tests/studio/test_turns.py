"""Acts that lock the same people in another order: on PostgreSQL one of them used to be thrown out as a deadlock."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest
from PIL import Image

from consent.people import Actor
from generation.request import ImageWish
from studio import grants, parties, reports, subjects, work
from studio.house import Studio
from studio.imagine import ask_image
from studio.settings import Settings
from studio.work import ImageWork, TrainingWork
from tests.postgres import fresh
from tests.studio.conftest import People, photos, queue_training

TOGETHER_S = 3
"""How long an act waits for the other to be as far as itself."""


@pytest.fixture
def settings(server: str, tmp_path: Path) -> Settings:
    """PostgreSQL alone: SQLite has one writer anyhow."""
    return Settings.from_environment({"DATABASE_URL": fresh(server)}, home=tmp_path / "data")


@pytest.fixture
def vera(studio: Studio, people: People) -> Actor:
    """Somebody beside radke who is drawn."""
    vera = parties.actor(studio, "discord", "4", "vera")
    subjects.add_subject(studio, people.anna, "vera", owner=vera)
    grants.ask(studio, people.anna, "vera")
    grants.give(studio, vera, "vera")
    grants.verify(studio, people.mo, "vera")
    claimed = work.claim(studio, queue_training(studio, people.anna, "vera", photos(6, start=10)).id)
    assert isinstance(claimed, TrainingWork)
    work.finish_training(studio, claimed, b"adapter of vera", {})
    return vera


def drawn(studio: Studio, by: Actor, handle: str, picture: bytes) -> str:
    """A picture of somebody that is there; returns its job."""
    job = ask_image(studio, by, ImageWish(prompt=f"<lora:{handle}:1> in the park", seed=1))
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, ImageWork)
    work.finish_image(studio, claimed, picture, width=96, height=128, seed=1, parameters=handle, skeleton=None)
    return job.id


def test_a_report_that_removes_copies_of_somebody_and_their_withdrawal_both_come_to_their_end(
    studio: Studio, people: People, trained: str, vera: Actor
) -> None:
    written = io.BytesIO()
    # something to see in it, so that copies are known by their looks
    Image.radial_gradient("L").resize((96, 128)).convert("RGB").save(written, "PNG")
    reported = drawn(studio, people.anna, "radke", written.getvalue())
    drawn(studio, people.anna, "vera", written.getvalue())
    report = reports.report(studio, people.radke, reported, "not me")
    assert len(report.copies) == 1

    both = Barrier(2)

    def clock() -> Callable[[], datetime]:
        """The studio's, which waits for the other act when it is first asked for the time."""
        waited: list[bool] = []

        def now() -> datetime:
            if not waited:
                waited.append(True)
                with suppress(BrokenBarrierError):
                    both.wait(TOGETHER_S)
            return studio.clock()

        return now

    acts: tuple[Callable[[Studio], object], ...] = (
        lambda slow: reports.close(slow, people.mo, str(report.id), "remove"),
        lambda slow: grants.withdraw(slow, vera, "vera"),
    )
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(act, replace(studio, clock=clock())) for act in acts]:
            done.result()
    assert grants.consents(studio, "vera")[-1].state == "withdrawn"
    assert reports.reports(studio, people.mo) == []
