"""After a withdrawal nothing of the subject is left, and everybody else's is untouched."""

from __future__ import annotations

import pytest

from consent.errors import NotAllowed
from consent.scope import Purpose
from generation.request import ImageWish
from studio import audit, delivery, export, grants, jobs, subjects, work
from studio.house import Studio
from studio.imagine import ask_image
from studio.train import NewPhoto, ask_training
from studio.work import ImageWork, TrainingWork
from tests.studio.conftest import People, every_byte, photos, png, vault_files
from tests.studio.test_gate import WISH, finish

NEEDLE = "zeppelin-over-lakehurst"


def test_what_a_withdrawal_erases_is_found_nowhere_in_the_data_folder(
    studio: Studio, people: People, consenting: str
) -> None:
    captioned = [NewPhoto(p.name, p.data, f"radke and a {NEEDLE}") for p in photos(6)]
    training = work.claim(studio, ask_training(studio, people.anna, consenting, captioned).id)
    assert isinstance(training, TrainingWork)
    work.finish_training(studio, training, b"adapter", {"note": NEEDLE})
    wish = ImageWish(prompt=f"<lora:radke:1> radke in a {NEEDLE}", seed=1)
    made = work.claim(studio, ask_image(studio, people.anna, wish, pose=png()).id)
    assert isinstance(made, ImageWork)
    finish(studio, made)
    ask_image(studio, people.anna, wish, pose=png())
    assert NEEDLE.encode() in every_byte(studio)

    erased = grants.withdraw(studio, people.radke, consenting)

    assert (erased.jobs_stopped, erased.photos, erased.adapters, erased.pictures) == (1, 6, 1, 1)
    assert vault_files(studio) == set()
    assert NEEDLE.encode() not in every_byte(studio)
    assert audit.verify(studio) == []
    with pytest.raises(NotAllowed):
        delivery.fetch(studio, made.job_id)


def test_another_subject_s_files_stay_bit_for_bit(studio: Studio, people: People, trained: str) -> None:
    subjects.add_subject(studio, people.anna, "vera", owner=people.anna)
    grants.give(studio, people.anna, "vera")
    grants.verify(studio, people.mo, "vera")
    ask_training(studio, people.radke, "vera", photos(6))
    before = {path: path.read_bytes() for path in vault_files(studio)}
    grants.withdraw(studio, people.anna, "vera")
    after = {path: path.read_bytes() for path in vault_files(studio)}
    assert after.items() <= before.items()
    assert len(after) == len(before) - 6
    assert export.export_adapter(studio, people.radke, trained) == b"adapter of radke"


def test_somebody_who_has_withdrawn_can_come_back_with_a_new_version(
    studio: Studio, people: People, trained: str
) -> None:
    grants.withdraw(studio, people.radke, trained)
    grants.give(studio, people.radke, trained)
    grants.verify(studio, people.mo, trained)
    job = ask_training(studio, people.anna, trained, photos(6))
    assert isinstance(work.claim(studio, job.id), TrainingWork)
    assert [consent.state for consent in grants.consents(studio, trained)] == ["withdrawn", "active"]


def test_a_waiting_picture_is_stopped_in_the_queue_too(studio: Studio, people: People, trained: str) -> None:
    job = ask_image(studio, people.anna, WISH)
    grants.withdraw(studio, people.radke, trained)
    assert studio.queue.status(job.id) == "cancelled"
    view = jobs.view(studio, job.id)
    assert (view.state, view.prompt, view.error) == ("cancelled", None, "radke has withdrawn the consent.")


def test_only_the_subject_gives_and_withdraws_and_nobody_verifies_their_own(
    studio: Studio, people: People, subject: str
) -> None:
    grants.ask(studio, people.mo, subject)
    with pytest.raises(NotAllowed):
        grants.give(studio, people.anna, subject)
    grants.give(studio, people.radke, subject)
    with pytest.raises(NotAllowed):
        grants.verify(studio, people.anna, subject)  # no moderator
    with pytest.raises(NotAllowed):
        grants.verify(studio, people.mo, subject)  # asked for it
    with pytest.raises(NotAllowed):
        grants.withdraw(studio, people.mo, subject)
    assert grants.consents(studio, subject)[0].state == "given"


def test_the_subject_can_say_yes_to_less_than_was_asked_and_not_to_more(
    studio: Studio, people: People, subject: str
) -> None:
    grants.ask(studio, people.anna, subject, [Purpose.TRAIN, Purpose.GENERATE])
    with pytest.raises(NotAllowed):
        grants.give(studio, people.radke, subject, [Purpose.GENERATE, Purpose.GALLERY])
    assert grants.give(studio, people.radke, subject, [Purpose.GENERATE]).purposes == ("generate",)


def test_an_adapter_leaves_the_house_for_the_subject_and_its_trainer_only(
    studio: Studio, people: People, trained: str
) -> None:
    assert export.export_adapter(studio, people.radke, trained) == b"adapter of radke"
    assert export.export_adapter(studio, people.anna, trained) == b"adapter of radke"
    with pytest.raises(NotAllowed):
        export.export_adapter(studio, people.mo, trained)
    grants.withdraw(studio, people.radke, trained)
    with pytest.raises(NotAllowed):
        export.export_adapter(studio, people.radke, trained)
