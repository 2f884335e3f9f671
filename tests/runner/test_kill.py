"""kill -9 at random moments: every job still ends once, with one row and one file.

A few kills here; more with LIKENESS_KILLS=10 for this file.
"""

from __future__ import annotations

import os
import random
import time

import pytest
from sqlalchemy import func, select

from db.tables import AdapterRow, OutputRow
from generation.request import ImageWish
from studio import audit, jobs
from studio.imagine import ask_image
from tests.runner.conftest import House

KILLS = int(os.environ.get("LIKENESS_KILLS", "4"))  # of a training, and of a drawing


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_runner_killed_at_random_moments_ends_each_training_and_each_drawing_once(house: House) -> None:
    chance = random.Random(20261122)
    kept = 6  # photos
    trainings, drawings = [house.learn()], []

    kills = 0
    while kills < KILLS:
        kills += _kill_during(house, trainings[-1].id, chance)
        if jobs.view(house.studio, trainings[-1].id).finished and kills < KILLS:
            trainings.append(house.learn())
    with house.runner():
        for job in trainings:
            assert house.wait(job.id).state == "done"

    kills = 0
    while kills < KILLS:
        if not drawings or jobs.view(house.studio, drawings[-1].id).finished:
            wish = ImageWish(prompt="<lora:radke:1> a portrait of radke", seed=len(drawings), steps=30)
            drawings.append(ask_image(house.studio, house.anna, wish))
        kills += _kill_during(house, drawings[-1].id, chance)
    with house.runner():
        for job in drawings:
            assert house.wait(job.id).state == "done"

    with house.studio.readers() as session:
        assert session.scalar(select(func.count()).select_from(AdapterRow)) == len(trainings)
        assert session.scalar(select(func.count()).select_from(OutputRow)) == len(drawings)
    assert len(house.files()) == kept + len(trainings) + len(drawings)
    kinds = [event.kind for event in audit.events(house.studio, limit=1000)]
    assert kinds.count("training.finished") == len(trainings)
    assert kinds.count("image.made") == len(drawings)
    assert audit.verify(house.studio) == []


def _kill_during(house: House, job_id: str, chance: random.Random) -> int:
    """Start a runner, and kill it at a random moment of the job; 0 when the job ended before that."""
    with house.runner() as process:
        began = house.wait(job_id, lambda job: job.finished or job.progress is not None)
        if began.finished:
            return 0
        moment = time.monotonic() + chance.uniform(0, 4)
        while time.monotonic() < moment:
            if jobs.view(house.studio, job_id).finished:
                return 0
            time.sleep(0.02)
        process.kill()
        return 1
