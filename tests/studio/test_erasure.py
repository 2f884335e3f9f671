"""After a withdrawal nothing of the subject is left, and everybody else's is untouched."""

from __future__ import annotations

import os

import pytest

from consent.errors import NotAllowed
from consent.scope import Purpose
from db.errors import VaultReadOnly
from generation.request import ImageWish
from studio import audit, delivery, erasure, export, grants, job_files, jobs, subjects, work
from studio.errors import ErasureUnfinished, JobEnded
from studio.house import Studio
from studio.imagine import ask_image
from studio.train import NewPhoto
from studio.work import ImageWork, TrainingWork
from tests.studio.conftest import People, every_byte, photos, png, queue_training, vault_files
from tests.studio.test_gate import WISH, finish

NEEDLE = "zeppelin-over-lakehurst"


def test_what_a_withdrawal_erases_is_found_nowhere_in_the_data_folder(
    studio: Studio, people: People, consenting: str
) -> None:
    captioned = [NewPhoto(p.name, p.data, f"radke and a {NEEDLE}") for p in photos(6)]
    training = work.claim(studio, queue_training(studio, people.anna, consenting, captioned).id)
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
    queue_training(studio, people.radke, "vera", photos(6))
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
    job = queue_training(studio, people.anna, trained, photos(6))
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


def test_an_erasure_that_was_interrupted_goes_on_and_ends_the_same(
    studio: Studio, people: People, trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(owner: str) -> int:
        raise VaultReadOnly("the disk went read-only")

    with monkeypatch.context() as broken:
        broken.setattr(studio.vault, "delete_all", breaks)
        with pytest.raises(ErasureUnfinished, match="goes on"):
            grants.withdraw(studio, people.radke, trained)
    assert vault_files(studio) != set()
    with pytest.raises(NotAllowed):
        ask_image(studio, people.anna, WISH)
    with pytest.raises(ErasureUnfinished, match="has not ended yet"):
        grants.give(studio, people.radke, trained)
    erasure.resume(studio)
    assert vault_files(studio) == set()
    erasure.resume(studio)
    assert [event.kind for event in audit.events(studio)].count("erasure.finished") == 1


def test_withdrawing_again_goes_on_with_an_interrupted_erasure(
    studio: Studio, people: People, trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(studio.queue, "statuses", lambda ids: (_ for _ in ()).throw(OSError("gone")))
        with pytest.raises(ErasureUnfinished):
            grants.withdraw(studio, people.radke, trained)
    assert grants.withdraw(studio, people.radke, trained).photos == 6
    assert vault_files(studio) == set()


def test_what_a_killed_runner_left_of_a_picture_of_two_goes_when_either_withdraws(
    studio: Studio, people: People, trained: str
) -> None:
    subjects.add_subject(studio, people.radke, "vera", owner=people.anna)
    grants.give(studio, people.anna, "vera")
    grants.verify(studio, people.mo, "vera")
    training = work.claim(studio, queue_training(studio, people.radke, "vera", photos(6)).id)
    assert isinstance(training, TrainingWork)
    work.finish_training(studio, training, b"adapter of vera", {})
    both = ImageWish(prompt="<lora:radke:1> <lora:vera:1> radke and vera", seed=1)
    job = ask_image(studio, people.anna, both)
    work.claim(studio, job.id)
    with studio.readers() as session:  # written, and then the power went before the row was there
        radke = subjects.find(session, "radke")
        owner, name = job_files.owner_of(radke.id), job_files.name_of(job.id, "picture")
        studio.vault.write(session, owner, name, b"both of them")
    before = vault_files(studio)
    grants.withdraw(studio, people.anna, "vera")
    assert not [path for path in vault_files(studio) if path.name == name]
    assert len(before - vault_files(studio)) == 6 + 1 + 1  # vera's photos, her adapter, the half-made picture
    details = [event.details for event in audit.events(studio, handle="radke", limit=1000)]
    assert not [body for body in details if body and "vera" in str(body)]


def test_files_that_nothing_names_are_swept_once_they_are_not_fresh(
    studio: Studio, people: People, trained: str
) -> None:
    running = ask_image(studio, people.anna, WISH, pose=png())
    with studio.sessions.begin() as session:
        studio.vault.create_key(session, "studio")
        orphan = studio.vault.write(session, "studio", "0123456789abcdef.pose", b"a stranger")
    kept = vault_files(studio) - {studio.settings.home / "vault" / orphan}
    assert job_files.sweep(studio) == 0
    for path in vault_files(studio):
        os.utime(path, (0, 0))
    assert job_files.sweep(studio) == 1
    assert vault_files(studio) == kept
    assert jobs.view(studio, running.id).state == "queued"


def test_an_erased_job_has_nothing_to_hand_over_even_after_a_new_yes(
    studio: Studio, people: People, trained: str
) -> None:
    made = work.claim(studio, ask_image(studio, people.anna, WISH).id)
    assert isinstance(made, ImageWork)
    finish(studio, made)
    delivery.confirm(studio, made.job_id)
    grants.withdraw(studio, people.radke, trained)
    grants.give(studio, people.radke, trained)
    grants.verify(studio, people.mo, trained)
    with pytest.raises(JobEnded, match="erased"):
        delivery.fetch(studio, made.job_id)
