"""A job is asked once, ends once, and can be stopped by those it concerns."""

from __future__ import annotations

import pytest

from consent.errors import NotAllowed
from db.tables import AdapterRow, OutputRow, PhotoRow
from generation.request import ImageWish
from studio import delivery, jobs, work
from studio.errors import BadTraining, BadUpload, JobEnded, UnknownJob
from studio.house import Studio
from studio.imagine import ask_image
from studio.train import NewPhoto
from studio.work import ImageWork, TrainingWork
from tests.studio.conftest import People, photos, png, queue_training, vault_files
from tests.studio.test_gate import WISH, finish


def test_asking_twice_with_the_same_id_is_asking_once(
    studio: Studio, people: People, consenting: str
) -> None:
    first = queue_training(studio, people.anna, consenting, photos(6), job_id="ix-1")
    again = queue_training(studio, people.anna, consenting, photos(6, start=50), job_id="ix-1")
    assert again == first
    assert len(vault_files(studio)) == 6
    assert [job.id for job in jobs.recent(studio)] == ["ix-1"]


def test_a_photo_handed_in_twice_is_kept_once(studio: Studio, people: People, consenting: str) -> None:
    queue_training(studio, people.anna, consenting, photos(6) + photos(6))
    queue_training(studio, people.anna, consenting, photos(6))
    with studio.readers() as session:
        assert session.query(PhotoRow).count() == 6
    assert len(vault_files(studio)) == 6


@pytest.mark.parametrize(
    ("handed_in", "error"),
    [
        (photos(3), BadTraining),
        (photos(6)[:1] * 12, BadTraining),
        ([*photos(6), NewPhoto("notes.png", b"text")], BadUpload),
        ([*photos(6), NewPhoto("other.png", png((70, 70)), "anna in the park")], BadTraining),
        ([*photos(6), NewPhoto("long.png", png((70, 70)), "radke " * 100)], BadTraining),
    ],
    ids=["too few", "all the same", "one broken", "caption of somebody else", "caption too long"],
)
def test_a_training_that_cannot_run_stores_nothing(
    studio: Studio, people: People, consenting: str, handed_in: list[NewPhoto], error: type[Exception]
) -> None:
    with pytest.raises(error):
        queue_training(studio, people.anna, consenting, handed_in)
    assert vault_files(studio) == set()
    assert jobs.recent(studio) == []


def test_a_job_done_twice_leaves_one_row_and_one_file(
    studio: Studio, people: People, consenting: str
) -> None:
    """What a runner killed between the file and the commit, or after it, does when it is back."""
    job = queue_training(studio, people.anna, consenting, photos(6))
    before = vault_files(studio)
    for _ in range(2):
        claimed = work.claim(studio, job.id)
        assert isinstance(claimed, TrainingWork)
        work.keep(studio, job.id, "state", b"after epoch 1")
    work.finish_training(studio, claimed, b"adapter", {})
    work.finish_training(studio, claimed, b"adapter", {})
    assert len(vault_files(studio) - before) == 1
    drawn = ask_image(studio, people.anna, WISH)
    picture = work.claim(studio, drawn.id)
    assert isinstance(picture, ImageWork)
    finish(studio, picture)
    finish(studio, picture)
    with studio.readers() as session:
        assert (session.query(AdapterRow).count(), session.query(OutputRow).count()) == (1, 1)
    assert len(vault_files(studio) - before) == 3  # adapter, picture, skeleton


def test_a_finished_job_is_not_taken_up_again(studio: Studio, people: People, trained: str) -> None:
    job = ask_image(studio, people.anna, WISH)
    picture = work.claim(studio, job.id)
    assert isinstance(picture, ImageWork)
    finish(studio, picture)
    with pytest.raises(JobEnded):
        work.claim(studio, job.id)


def test_the_asker_the_subject_and_a_moderator_can_stop_a_job_and_nobody_else(
    studio: Studio, people: People, trained: str
) -> None:
    asked = [ask_image(studio, people.anna, WISH, pose=png()) for _ in range(3)]
    mine = ask_image(studio, people.radke, WISH)
    with pytest.raises(NotAllowed):
        jobs.cancel(studio, people.anna, mine.id)
    for who, job in zip((people.anna, people.radke, people.mo), asked, strict=True):
        assert jobs.cancel(studio, who, job.id).state == "cancelled"
        with pytest.raises(JobEnded):
            work.claim(studio, job.id)
    with pytest.raises(JobEnded):
        jobs.cancel(studio, people.mo, asked[0].id)


def test_waiting_jobs_know_their_place_and_pictures_go_before_trainings(
    studio: Studio, people: People, trained: str
) -> None:
    training = queue_training(studio, people.anna, trained, photos(6))
    picture = ask_image(studio, people.anna, WISH)
    assert (picture.position, jobs.view(studio, training.id).position) == (1, 2)


def test_a_failed_job_says_why_and_keeps_no_pose_picture(
    studio: Studio, people: People, trained: str
) -> None:
    before = vault_files(studio)
    job = ask_image(studio, people.anna, WISH, pose=png())
    work.claim(studio, job.id)
    work.fail(studio, job.id, "There is nobody in the pose picture.")
    assert jobs.view(studio, job.id).error == "There is nobody in the pose picture."
    assert vault_files(studio) == before
    with pytest.raises(JobEnded, match="nobody"):
        delivery.fetch(studio, job.id)


def test_a_picture_of_nobody_needs_nobody_s_consent(studio: Studio, people: People) -> None:
    job = ask_image(studio, people.anna, ImageWish(prompt="a man in a park"))
    picture = work.claim(studio, job.id)
    assert isinstance(picture, ImageWork)
    assert picture.wish.seed is not None
    finish(studio, picture)
    assert "nobody in particular" in delivery.fetch(studio, job.id).label


def test_an_unknown_job_is_an_error_in_words(studio: Studio) -> None:
    with pytest.raises(UnknownJob, match="no job nonsense"):
        jobs.view(studio, "nonsense")


def test_a_job_is_found_by_the_beginning_of_its_id_if_that_can_only_mean_one(
    studio: Studio, people: People
) -> None:
    for name in ("picture-aaaa1", "picture-aaaa2", "picture-b"):
        ask_image(studio, people.anna, ImageWish(prompt="a man"), job_id=name)
    assert jobs.find_id(studio, "picture-b") == "picture-b"
    assert jobs.find_id(studio, "picture-aaaa1") == "picture-aaaa1"
    for unclear in ("", "pic", "picture-a", "nothing"):
        with pytest.raises(UnknownJob):
            jobs.find_id(studio, unclear)
