"""A picture can be watched while it is drawn, and a pose be seen without one; both by the engines themselves."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from generation.diffusion import StepReport
from generation.request import ImageWish
from runner import looks
from runner.engines import Engines
from runner.looks import Looks
from studio import jobs, parties, poses, work
from studio.house import Studio, open_studio
from studio.imagine import ask_image
from studio.settings import Settings
from studio.views import Progress
from studio.work import ImageWork


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return open_studio(Settings.from_environment({}, home=tmp_path / "data"))


def test_each_look_has_a_number_and_shows_more_of_the_picture(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "EVERY", 0.0)
    monkeypatch.setattr(looks, "SHARE", 1e9)  # whatever it costs
    anna = parties.actor(studio, "terminal", "anna", "anna")
    claimed = work.claim(studio, ask_image(studio, anna, ImageWish("a man in a park", seed=7, steps=4)).id)
    assert isinstance(claimed, ImageWork)
    said: list[Progress] = []
    seen: list[bytes | None] = []

    def report(progress: Progress) -> None:
        said.append(progress)
        seen.append(jobs.preview(studio, claimed.job_id))

    Engines(studio).draw(claimed, report)
    assert [progress.preview for progress in said] == [None, "look-1", "look-2", "look-3", "look-3"]
    assert seen[0] is None
    assert len({*seen[1:4]}) == 3
    with Image.open(io.BytesIO(seen[3] or b"")) as look:
        assert look.size == (64, 64)
    assert jobs.preview(studio, claimed.job_id) is None  # it is done


class Hands:
    """A clock that moves when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_looks_take_a_twentieth_of_the_time_at_most_however_slow_they_are(studio: Studio) -> None:
    anna = parties.actor(studio, "terminal", "anna", "anna")
    job = work.claim(studio, ask_image(studio, anna, ImageWish("a man in a park", steps=100)).id)
    hands, spent = Hands(), 0.0
    watch = Looks(studio, job.job_id, hands)

    def slow() -> Image.Image:
        nonlocal spent
        hands.now += 3.0
        spent += 3.0
        return Image.new("RGB", (64, 64))

    for step in range(1, 101):
        hands.now += 5.0
        watch.take(StepReport(step, 100, preview=slow))
    assert 3 * 7 <= spent <= 0.05 * 500 + 3.0  # the first is the price of knowing


def test_a_look_that_cannot_be_made_is_the_last_and_stops_nothing(studio: Studio) -> None:
    anna = parties.actor(studio, "terminal", "anna", "anna")
    job = work.claim(studio, ask_image(studio, anna, ImageWish("a man in a park", steps=100)).id)
    hands, tried = Hands(), 0
    watch = Looks(studio, job.job_id, hands)

    def full() -> Image.Image:
        nonlocal tried
        tried += 1
        raise RuntimeError("out of memory")

    for step in range(1, 10):
        hands.now += 5.0
        assert watch.take(StepReport(step, 100, preview=full)) is None
    assert tried == 1


def test_a_skeleton_has_the_shape_of_its_picture_and_says_how_many_people_are_in_it(studio: Studio) -> None:
    anna = parties.actor(studio, "terminal", "anna", "anna")
    points = [number for n in range(18) for number in (20 + 5 * n, 10 + 4 * n, 1)]
    two = [{"pose_keypoints_2d": points}] * 2
    frame = json.dumps({"people": two, "canvas_width": 200, "canvas_height": 100}).encode()
    Engines(studio).read(poses.claim(studio, poses.ask_pose(studio, anna, frame, job_id="pose-1").id))
    seen = poses.fetch_pose(studio, anna, "pose-1")
    assert (seen.people, seen.source) == (2, "json")
    with Image.open(io.BytesIO(seen.png)) as skeleton:
        assert skeleton.size == (512, 256)
        assert skeleton.getbbox() is not None
