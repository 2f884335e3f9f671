"""A runner takes jobs, stops when told, and takes over what a dead one left."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from consent.errors import NotAllowed
from generation.request import MAX_STEPS, ImageWish
from studio import delivery, grants, jobs
from studio.imagine import ask_image
from tests.runner.conftest import House

NOBODY = ImageWish(prompt="a man in a park", seed=7, steps=12)


@pytest.mark.slow
def test_a_second_runner_of_the_same_name_is_refused_and_sigterm_ends_the_first_in_order(
    house: House,
) -> None:
    with house.runner() as process:
        environment = {**os.environ, "LIKENESS_HOME": str(house.studio.settings.home)}
        second = subprocess.run(
            [sys.executable, "-m", "cli.main", "runner"], env=environment, capture_output=True, text=True
        )
        assert second.returncode == 1
        assert "already at work" in second.stderr
        job = ask_image(house.studio, house.anna, replace(NOBODY, steps=MAX_STEPS))  # in the middle of it for seconds
        house.wait(job.id, lambda view: view.state == "running")
        process.terminate()
        assert process.wait(120) == 0
        assert jobs.view(house.studio, job.id).state == "done"
        assert jobs.runners(house.studio) == []


@pytest.mark.slow
def test_an_idle_runner_of_one_s_own_ends_by_itself(house: House) -> None:
    with house.runner("--until-idle", "0.5") as process:
        assert process.wait(60) == 0


@pytest.mark.slow
def test_another_runner_takes_over_a_dead_one_s_training(house: House) -> None:
    job = house.learn()
    with house.runner("--name", "first") as first:
        house.wait(job.id, lambda view: view.progress is not None and view.progress.preview is not None)
        first.kill()
    with house.runner("--name", "second"):
        assert house.wait(job.id).state == "done"


@pytest.mark.slow
def test_a_withdrawal_stops_a_running_training_within_ten_seconds_and_leaves_no_file(house: House) -> None:
    job = house.learn()
    with house.runner():
        house.wait(job.id, lambda view: view.progress is not None and view.progress.loss is not None)
        grants.withdraw(house.studio, house.radke, "radke")
        after = ask_image(house.studio, house.anna, NOBODY)
        assert house.wait(after.id).state == "done"  # the runner has let go of the training and goes on
    assert jobs.view(house.studio, job.id).state == "cancelled"
    assert not [path for path in house.files() if "subject-" in str(path)]
    with pytest.raises(NotAllowed):
        house.learn()


@pytest.mark.slow
def test_the_picture_the_runner_hands_in_is_delivered_with_its_settings(house: House) -> None:
    job = ask_image(house.studio, house.anna, NOBODY)
    with house.runner():
        house.wait(job.id)
    handed = delivery.fetch(house.studio, job.id)
    assert handed.png is not None
    assert handed.png.startswith(b"\x89PNG")
    assert handed.parameters is not None
    assert "Seed: 7" in handed.parameters
    assert b"parameters" in handed.png
