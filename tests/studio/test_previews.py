"""A picture is looked at while it is drawn only by leave of whoever is in it, and the look goes when it is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from generation.provenance import read_marks
from studio import amendments, grants, jobs, previews, work
from studio.house import Studio
from studio.imagine import ask_image
from studio.settings import Settings
from studio.work import ImageWork
from tests.studio.conftest import People, png, vault_files
from tests.studio.test_gate import WISH, finish


@pytest.fixture(params=["sqlite"])
def settings(tmp_path: Path) -> Settings:
    """SQLite alone: nothing here is particular to a database."""
    return Settings.from_environment({}, home=tmp_path / "data")


@pytest.fixture
def drawing(studio: Studio, people: People, trained: str) -> ImageWork:
    """A picture of radke that a runner is at."""
    claimed = work.claim(studio, ask_image(studio, people.anna, WISH).id)
    assert isinstance(claimed, ImageWork)
    return claimed


def test_the_newest_look_is_shown_marked_and_encrypted_and_goes_when_the_picture_is_done(
    studio: Studio, people: People, drawing: ImageWork
) -> None:
    before = vault_files(studio)
    assert jobs.preview(studio, drawing.job_id) is None
    for colour in ((1, 2, 3), (200, 30, 60)):
        assert previews.keep(studio, drawing.job_id, png(colour=colour))
    look = jobs.preview(studio, drawing.job_id)
    assert look is not None
    assert "trainedAlgorithmicMedia" in read_marks(look, None).xmp["DigitalSourceType"]
    (file,) = vault_files(studio) - before
    assert "subject-" in str(file.parent)
    assert b"PNG" not in file.read_bytes()
    finish(studio, drawing)
    assert not previews.keep(studio, drawing.job_id, png())
    assert jobs.preview(studio, drawing.job_id) is None
    assert file not in vault_files(studio)


def test_who_wants_to_see_pictures_first_is_not_looked_at_halfway(
    studio: Studio, people: People, drawing: ImageWork
) -> None:
    assert previews.keep(studio, drawing.job_id, png())
    amendments.narrow(studio, people.radke, "radke", {"review": "ask_me_first"})
    assert not previews.allowed(studio, drawing.job_id)
    assert not previews.keep(studio, drawing.job_id, png())
    assert jobs.preview(studio, drawing.job_id) is None


def test_a_rest_hides_the_look_and_a_withdrawal_deletes_it(
    studio: Studio, people: People, drawing: ImageWork
) -> None:
    assert previews.keep(studio, drawing.job_id, png())
    amendments.pause(studio, people.radke, "radke")
    assert jobs.preview(studio, drawing.job_id) is None
    amendments.resume(studio, people.radke, "radke")
    grants.withdraw(studio, people.radke, "radke")
    assert jobs.preview(studio, drawing.job_id) is None
    assert not vault_files(studio)


def test_a_picture_of_nobody_is_looked_at_too(studio: Studio, people: People) -> None:
    job = work.claim(studio, ask_image(studio, people.anna, work.ImageWish(prompt="a man in a park")).id)
    assert previews.keep(studio, job.job_id, png())
    assert jobs.preview(studio, job.job_id)
