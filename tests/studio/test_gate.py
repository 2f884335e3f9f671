"""Nothing is asked, made or handed over without a consent that allows it at that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from consent.errors import NotAllowed
from consent.people import Actor
from db.tables import Base, ConsentRow
from generation.request import ImageWish
from studio import amendments, audit, delivery, grants, imagine, jobs, work
from studio.errors import JobEnded, NoAdapter, UnknownSubject
from studio.fingerprints import fingerprint
from studio.house import Studio
from studio.imagine import ask_image
from studio.work import ImageWork, TrainingWork
from tests.studio.conftest import People, photos, png, queue_training, vault_files

WISH = ImageWish(prompt="<lora:radke:1> radke playing guitar", seed=1)


def rows(studio: Studio) -> dict[str, int]:
    """How many rows each of our tables has."""
    with studio.readers() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def never_asked(studio: Studio, people: People) -> None:
    pass


def asked(studio: Studio, people: People) -> None:
    grants.ask(studio, people.anna, "radke")


def given(studio: Studio, people: People) -> None:
    asked(studio, people)
    grants.give(studio, people.radke, "radke")


def refused(studio: Studio, people: People) -> None:
    asked(studio, people)
    grants.refuse(studio, people.radke, "radke")


def withdrawn(studio: Studio, people: People) -> None:
    given(studio, people)
    grants.verify(studio, people.mo, "radke")
    grants.withdraw(studio, people.radke, "radke")


def for_pictures_only(studio: Studio, people: People) -> None:
    grants.ask(studio, people.anna, "radke", ["generate"])
    grants.give(studio, people.radke, "radke")
    grants.verify(studio, people.mo, "radke")


@pytest.mark.parametrize("before", [never_asked, asked, given, refused, withdrawn, for_pictures_only])
def test_a_training_without_an_active_consent_for_it_leaves_only_the_refusal(
    studio: Studio, people: People, subject: str, before: Callable[[Studio, People], None]
) -> None:
    before(studio, people)
    counted = rows(studio)
    with pytest.raises(NotAllowed) as refusal:
        queue_training(studio, people.anna, "radke", photos(6))
    assert "radke" in str(refusal.value)
    counted["ledger"] += 1
    counted["ledger_details"] += 1
    assert rows(studio) == counted
    assert audit.events(studio)[-1].kind == "training.refused"
    assert vault_files(studio) == set()


@pytest.mark.parametrize("before", [never_asked, asked, given, refused, withdrawn])
def test_a_picture_without_an_active_consent_leaves_only_the_refusal(
    studio: Studio, people: People, subject: str, before: Callable[[Studio, People], None]
) -> None:
    before(studio, people)
    counted = rows(studio)
    with pytest.raises(NotAllowed):
        ask_image(studio, people.anna, WISH, pose=png())
    counted["ledger"] += 1
    counted["ledger_details"] += 1
    assert rows(studio) == counted
    assert audit.events(studio)[-1].kind == "image.refused"
    assert vault_files(studio) == set()


def test_a_trained_subject_can_be_drawn_and_every_hand_over_of_the_picture_is_recorded(
    studio: Studio, people: People, trained: str
) -> None:
    job = ask_image(studio, people.anna, WISH)
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, ImageWork)
    assert claimed.adapters == {"radke": b"adapter of radke"}
    finish(studio, claimed)
    handed = delivery.fetch(studio, job.id)
    delivery.confirm(studio, job.id)
    delivery.confirm(studio, job.id)
    assert fingerprint(handed.png).pixels == fingerprint(png()).pixels
    assert handed.label == "AI-generated · radke, with consent · asked by @anna"
    again = [event.details for event in audit.events(studio, kinds=["image.delivered"])]
    assert again == [{"channel": None}, {"channel": None, "again": True}]


def test_a_withdrawal_before_the_runner_claims_a_job_ends_it(
    studio: Studio, people: People, trained: str
) -> None:
    job = ask_image(studio, people.anna, WISH)
    grants.withdraw(studio, people.radke, "radke")
    with pytest.raises(JobEnded):
        work.claim(studio, job.id)
    assert jobs.view(studio, job.id).state == "cancelled"


def test_a_consent_that_runs_out_before_the_claim_refuses_the_job(
    studio: Studio, people: People, trained: str
) -> None:
    job = ask_image(studio, people.anna, WISH)
    later = replace(studio, clock=lambda: studio.clock() + timedelta(days=400))
    with pytest.raises(NotAllowed):
        work.claim(later, job.id)
    assert jobs.view(studio, job.id).state == "refused"


def test_a_withdrawal_while_a_picture_is_drawn_leaves_no_row_and_no_file(
    studio: Studio, people: People, trained: str
) -> None:
    job = ask_image(studio, people.anna, WISH)
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, ImageWork)
    work.still_allowed(studio, job.id)
    grants.withdraw(studio, people.radke, "radke")
    with pytest.raises(JobEnded):
        work.still_allowed(studio, job.id)
    with pytest.raises(JobEnded):
        finish(studio, claimed)
    assert rows(studio)["outputs"] == 0
    assert vault_files(studio) == set()


def test_a_withdrawal_while_a_training_runs_leaves_no_state_and_no_adapter(
    studio: Studio, people: People, consenting: str
) -> None:
    job = queue_training(studio, people.anna, consenting, photos(6))
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, TrainingWork)
    work.keep(studio, job.id, "state", b"after epoch 1")
    grants.withdraw(studio, people.radke, "radke")
    with pytest.raises(JobEnded):
        work.keep(studio, job.id, "state", b"after epoch 2")
    with pytest.raises(JobEnded):
        work.finish_training(studio, claimed, b"adapter", {})
    assert rows(studio)["adapters"] == 0
    assert vault_files(studio) == set()


def test_a_withdrawal_between_sending_and_confirming_asks_for_the_picture_back(
    studio: Studio, people: People, trained: str
) -> None:
    job = ask_image(studio, people.anna, WISH)
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, ImageWork)
    finish(studio, claimed)
    delivery.fetch(studio, job.id)
    grants.withdraw(studio, people.radke, "radke")
    with pytest.raises(NotAllowed):
        delivery.confirm(studio, job.id)
    assert jobs.view(studio, job.id).state == "refused"
    delivery.confirm(studio, job.id)  # whoever asked has been told
    assert jobs.view(studio, job.id).delivered_at is not None
    assert "image.delivered" not in [event.kind for event in audit.events(studio)]


def test_an_unknown_lora_is_an_error_that_names_the_known_ones_and_leaves_nothing(
    studio: Studio, people: People, trained: str
) -> None:
    counted = rows(studio)
    with pytest.raises(UnknownSubject, match="<lora:radke:1>"):
        ask_image(studio, people.anna, ImageWish(prompt="<lora:last:1> radke"))
    assert rows(studio) == counted


def test_an_unknown_lora_names_only_those_whom_the_asker_may_draw_and_the_nearest_of_them(
    studio: Studio, people: People, trained: str
) -> None:
    def told(actor: Actor, name: str) -> str:
        with pytest.raises(UnknownSubject) as error:
            ask_image(studio, actor, ImageWish(prompt=f"<lora:{name}:1> radke"))
        return str(error.value)

    with studio.sessions.begin() as session:
        consent = session.scalars(select(ConsentRow).filter_by(state="active")).one()
        consent.scope = {**(consent.scope or {}), "askers": "only_me"}
    assert told(people.anna, "radka") == "There is no <lora:radka>. There is nobody yet whom you may have drawn."
    assert "Known: <lora:radke:1>." in told(people.radke, "radka")
    assert "Known: <lora:radke:1>." in told(people.mo, "radka")


def test_the_nearest_spelling_is_offered_first() -> None:
    assert imagine._instead_of("Radka", ["ada", "radke", "zoe"]) == (
        "Did you mean <lora:radke:1>? Known: <lora:ada:1>, <lora:radke:1>, <lora:zoe:1>."
    )
    assert imagine._instead_of("qqq", ["ada", "radke"]).startswith("Known: ")


def test_a_name_nobody_has_teaches_no_other_name(studio: Studio, people: People, trained: str) -> None:
    with pytest.raises(UnknownSubject) as error:
        amendments.pause(studio, people.anna, "x")
    assert "radke" not in str(error.value)


def test_a_consent_without_a_training_cannot_be_drawn_yet(
    studio: Studio, people: People, consenting: str
) -> None:
    with pytest.raises(NoAdapter, match="Train first"):
        ask_image(studio, people.anna, WISH)


def finish(studio: Studio, claimed: ImageWork) -> None:
    work.finish_image(
        studio, claimed, png(), width=96, height=128, seed=1, parameters="radke\nSteps: 20", skeleton=png()
    )


def test_a_picture_handed_over_before_is_not_handed_over_again_after_the_withdrawal(
    studio: Studio, people: People, trained: str
) -> None:
    job = ask_image(studio, people.anna, WISH)
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, ImageWork)
    finish(studio, claimed)
    delivery.confirm(studio, job.id)
    delivery.fetch(studio, job.id)
    grants.withdraw(studio, people.radke, "radke")
    with pytest.raises(NotAllowed):
        delivery.confirm(studio, job.id)
    with pytest.raises(NotAllowed):
        delivery.fetch(studio, job.id)


def test_a_preview_needs_the_consent_to_generate(studio: Studio, people: People, subject: str) -> None:
    grants.ask(studio, people.anna, "radke", ["train"])
    grants.give(studio, people.radke, "radke")
    grants.verify(studio, people.mo, "radke")
    job = queue_training(studio, people.anna, "radke", photos(6))
    work.claim(studio, job.id)
    work.keep(studio, job.id, "preview", b"a face")
    assert jobs.preview(studio, job.id) is None


def test_a_preview_is_shown_while_the_training_runs(studio: Studio, people: People, consenting: str) -> None:
    job = queue_training(studio, people.anna, consenting, photos(6))
    work.claim(studio, job.id)
    assert jobs.preview(studio, job.id) is None
    work.keep(studio, job.id, "preview", b"a face")
    assert jobs.preview(studio, job.id) == b"a face"


def test_a_consent_that_has_run_out_can_be_asked_for_anew(
    studio: Studio, people: People, trained: str
) -> None:
    later = replace(studio, clock=lambda: studio.clock() + timedelta(days=400))
    grants.ask(later, people.anna, "radke")
    grants.give(later, people.radke, "radke")
    grants.verify(later, people.mo, "radke")
    assert [consent.state for consent in grants.consents(later, "radke")] == ["expired", "active"]
    assert "consent.expired" in [event.kind for event in audit.events(later)]


def test_whoever_verified_does_not_train_and_whoever_asked_earlier_does_not_verify(
    studio: Studio, people: People, consenting: str
) -> None:
    with pytest.raises(NotAllowed, match="You verified"):
        queue_training(studio, people.mo, consenting, photos(6))
    assert audit.events(studio)[-1].kind == "training.refused"
    grants.withdraw(studio, people.radke, consenting)
    grants.ask(studio, people.mo, consenting)
    grants.refuse(studio, people.radke, consenting)
    grants.give(studio, people.radke, consenting)  # of their own accord, so mo did not ask for this version
    with pytest.raises(NotAllowed, match="another moderator"):
        grants.verify(studio, people.mo, consenting)
