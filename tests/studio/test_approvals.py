"""R3: nothing is learnt before somebody other than its trainer has approved the very photos and captions of it."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image, ImageFilter
from sqlalchemy import select

from consent.errors import NotAllowed
from consent.people import Actor
from db.tables import ApprovalRow, CaptionRow, JobRow, PhotoRow
from miniature.faults import faulty_session
from miniature.people import RADKE
from miniature.world import portrait_session
from studio import (
    amendments,
    approvals,
    audit,
    gathering,
    grants,
    intakes,
    jobs,
    parties,
    photo_checks,
    retention,
    subjects,
    work,
)
from studio.audit.questions import About, ask
from studio.errors import BadTraining, JobEnded
from studio.house import Studio, open_studio
from studio.settings import Settings
from studio.train import NewPhoto, ask_training
from studio.views import JobView
from tests.crash import run_and_die
from tests.studio.conftest import People, photos, vault_files


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its tables made and nothing in it, to copy."""
    home = tmp_path_factory.mktemp("new") / "data"
    open_studio(Settings.from_environment({}, home=home)).close()
    return home


@pytest.fixture
def settings(tmp_path: Path, new_home: Path) -> Settings:
    """SQLite alone: what differs on PostgreSQL is tried where trainings are let in (`test_jobs`, `test_gate`)."""
    return Settings.from_environment({}, home=Path(shutil.copytree(new_home, tmp_path / "data")))


@pytest.fixture
def waiting(studio: Studio, people: People, consenting: str) -> JobView:
    """Six photos of Radke, handed in by Anna."""
    return ask_training(studio, people.anna, consenting, photos(6))


@pytest.fixture
def eve(studio: Studio) -> Actor:
    return parties.actor(studio, "discord", "9", "eve")


def kinds(studio: Studio, *wanted: str) -> list[str]:
    return [event.kind for event in audit.events(studio, limit=1000, kinds=list(wanted))]


def refusal(studio: Studio, actor: Actor, job: JobView) -> str:
    with pytest.raises(NotAllowed) as refused:
        approvals.approve(studio, actor, job.id)
    return refused.value.reasons[0].code


# Who may.


def test_a_training_waits_out_of_the_queue_and_no_runner_can_take_it(studio: Studio, waiting: JobView) -> None:
    assert waiting.state == "to_approve"
    assert waiting.error == "6 photos, 6 usable, waiting for approval by radke or a moderator."
    assert studio.queue.status(waiting.id) is None
    with pytest.raises(JobEnded):
        work.claim(studio, waiting.id)
    assert len(vault_files(studio)) == 6


@pytest.mark.parametrize("who", ["radke", "mo"])
def test_the_subject_or_a_moderator_lets_it_in(studio: Studio, people: People, waiting: JobView, who: str) -> None:
    let_in = approvals.approve(studio, getattr(people, who), waiting.id)
    assert (let_in.state, let_in.error, let_in.position) == ("queued", None, 1)
    assert work.claim(studio, waiting.id)
    assert kinds(studio, "training.asked", "captions.approved", "training.started") == [
        "training.asked", "captions.approved", "training.started",
    ]  # fmt: skip


def test_the_trainer_does_not_whatever_else_they_are(studio: Studio, people: People, waiting: JobView) -> None:
    assert refusal(studio, people.anna, waiting) == "own_photos"
    assert refusal(studio, replace(people.anna, is_moderator=True), waiting) == "own_photos"
    assert jobs.view(studio, waiting.id).state == "to_approve"
    assert kinds(studio, "training.refused") == ["training.refused"] * 2


def test_somebody_without_a_hand_in_it_neither_approves_nor_looks_nor_changes(
    studio: Studio, eve: Actor, waiting: JobView
) -> None:
    assert refusal(studio, eve, waiting) == "not_an_approver"
    for attempt in (
        lambda: intakes.view(studio, eve, waiting.id),
        lambda: intakes.sheet(studio, eve, waiting.id),
        lambda: gathering.write(studio, eve, waiting.id, {1: "radke"}),
        lambda: gathering.choose(studio, eve, waiting.id, drop=[]),
        lambda: gathering.add(studio, eve, waiting.id, photos(1, 40)),
        lambda: gathering.finish(studio, eve, waiting.id),
        lambda: jobs.cancel(studio, eve, waiting.id),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert intakes.waiting(studio, eve) == []


def test_photos_of_oneself_need_nobody_else(studio: Studio, people: People, consenting: str) -> None:
    own = ask_training(studio, people.radke, consenting, photos(6))
    assert own.state == "queued"
    assert work.claim(studio, own.id)


def test_unless_the_operator_wants_a_moderator_to_look(studio: Studio, people: People, consenting: str) -> None:
    strict = replace(studio, settings=replace(studio.settings, approve_own_photos=True))
    own = ask_training(strict, people.radke, consenting, photos(6))
    assert own.error == "6 photos, 6 usable, waiting for approval by a moderator."
    assert refusal(strict, people.radke, own) == "own_photos"
    assert approvals.approve(strict, people.mo, own.id).state == "queued"

    lenient = ask_training(studio, people.radke, consenting, photos(7))
    with pytest.raises(NotAllowed, match="somebody else has to look"):
        work.claim(strict, lenient.id)  # let in before the operator said so


def test_a_characters_photos_are_looked_at_also_when_its_owner_hands_them_in(
    studio: Studio, people: People
) -> None:
    subjects.add_subject(studio, people.radke, "mascot", owner=people.radke, kind="character", rights="drawn by me")
    grants.give(studio, people.radke, "mascot")
    grants.verify(studio, people.mo, "mascot", nobody_real=True)
    own = ask_training(studio, people.radke, "mascot", photos(6))
    assert own.state == "to_approve"
    assert refusal(studio, people.radke, own) == "own_photos"
    assert approvals.approve(studio, people.mo, own.id).state == "queued"


def test_it_is_approved_once(studio: Studio, people: People, waiting: JobView) -> None:
    approvals.approve(studio, people.radke, waiting.id)
    assert refusal(studio, people.mo, waiting) == "nothing_to_approve"
    with studio.readers() as session:
        assert session.query(ApprovalRow).count() == 1


def test_the_gate_is_asked_again_at_the_approval(studio: Studio, people: People, waiting: JobView) -> None:
    amendments.pause(studio, people.radke, "radke")
    assert refusal(studio, people.mo, waiting) == "paused"
    assert jobs.view(studio, waiting.id).state == "to_approve"
    amendments.resume(studio, people.radke, "radke")
    assert approvals.approve(studio, people.mo, waiting.id).state == "queued"


# What was seen is what is learnt.


def test_an_edit_after_the_look_makes_the_approval_refused(studio: Studio, people: People, waiting: JobView) -> None:
    seen = intakes.view(studio, people.radke, waiting.id).digest
    gathering.write(studio, people.anna, waiting.id, {2: "radke in a red shirt"})
    with pytest.raises(NotAllowed, match="changed since you looked"):
        approvals.approve(studio, people.radke, waiting.id, seen[:16])
    now = intakes.view(studio, people.radke, waiting.id).digest
    assert approvals.approve(studio, people.radke, waiting.id, now[:16]).state == "queued"


def _another_caption(studio: Studio, job: JobRow, _: Any) -> None:
    (first, _), *rest = job.params["photos"]
    job.params = {**job.params, "photos": [[first, "radke, somebody to laugh at"], *rest]}


def _another_photo(studio: Studio, job: JobRow, session: Any) -> None:
    (first, caption), (second, _), *rest = job.params["photos"]
    job.params = {**job.params, "photos": [[second, caption], [first, caption], *rest]}


def _another_file(studio: Studio, job: JobRow, session: Any) -> None:
    one, other = (session.get_one(PhotoRow, UUID(photo)) for photo, _ in job.params["photos"][:2])
    one.file, other.file = other.file, one.file


def _one_less(studio: Studio, job: JobRow, _: Any) -> None:
    job.params = {**job.params, "photos": job.params["photos"][1:]}


@pytest.mark.parametrize("edit", [_another_caption, _another_photo, _another_file, _one_less])
def test_a_runner_refuses_what_is_not_what_was_approved(
    studio: Studio, people: People, waiting: JobView, edit: Any
) -> None:
    approvals.approve(studio, people.radke, waiting.id)
    with studio.sessions.begin() as session:
        edit(studio, session.get_one(JobRow, waiting.id), session)

    with pytest.raises(NotAllowed, match="not those that were approved"):
        work.claim(studio, waiting.id)

    ended = jobs.view(studio, waiting.id)
    assert ended.state == "refused"
    assert "not those that were approved" in (ended.error or "")
    assert kinds(studio, "training.refused", "training.started") == ["training.refused"]


def test_a_runner_refuses_a_training_that_was_put_into_the_queue_by_another_way(
    studio: Studio, people: People, waiting: JobView
) -> None:
    with studio.sessions.begin() as session:
        row = session.get_one(JobRow, waiting.id)
        row.state = "queued"
        row.params = {**row.params, "plan": {}, "base_model": "miniature"}
    with pytest.raises(NotAllowed, match="Nobody has approved"):
        work.claim(studio, waiting.id)


def test_captions_can_be_rewritten_only_before_the_approval_and_only_in_clean_words(
    studio: Studio, people: People, waiting: JobView
) -> None:
    with pytest.raises(NotAllowed, match="alcoholic"):
        gathering.write(studio, people.radke, waiting.id, {1: "radke the alcoholic"})
    with pytest.raises(BadTraining, match="does not say “radke”"):
        gathering.write(studio, people.radke, waiting.id, {1: "somebody in the park"})
    with pytest.raises(BadTraining, match="no photo 7"):
        gathering.write(studio, people.radke, waiting.id, {7: "radke"})
    changed = gathering.write(studio, people.radke, waiting.id, {1: "radke in the  park", 2: "a photo of radke"})
    assert [photo.caption for photo in changed.photos[:2]] == ["radke in the park", "a photo of radke"]
    with studio.readers() as session:
        assert session.scalars(select(CaptionRow.text).filter_by(written_by=people.radke.party)).all() == [
            "radke in the park"
        ]
    approvals.approve(studio, people.radke, waiting.id)
    with pytest.raises(NotAllowed, match="it is queued"):
        gathering.write(studio, people.radke, waiting.id, {1: "radke"})
    claimed = work.claim(studio, waiting.id)
    assert isinstance(claimed, work.TrainingWork)
    assert claimed.examples[0][1] == "radke in the park"


# Gathering, leaving out, looking.


def test_photos_are_gathered_in_rounds_by_their_trainer(studio: Studio, people: People, consenting: str) -> None:
    begun = ask_training(studio, people.anna, consenting, photos(2), more_to_come=True)
    assert (begun.state, begun.error) == ("gathering", "2 photos, 2 usable, more to come.")
    with pytest.raises(BadTraining, match="2 of these 2 are usable"):
        gathering.finish(studio, people.anna, begun.id)
    more = gathering.add(studio, people.anna, begun.id, photos(5, 1))
    assert (len(more.photos), more.used) == (6, 6), "one of the five was there already"
    assert refusal(studio, people.radke, begun) == "not_handed_in"
    assert gathering.finish(studio, people.anna, begun.id).state == "to_approve"
    assert gathering.finish(studio, people.anna, begun.id).state == "to_approve", "said twice, it is said once"
    assert kinds(studio, "training.asked") == ["training.asked"]
    with pytest.raises(BadTraining, match="at most 60"):
        gathering.add(studio, people.anna, begun.id, photos(28, 10) + [
            NewPhoto(f"{n}.png", _png(Image.new("RGB", (70, 70), (9, n, 9)))) for n in range(28)
        ])  # fmt: skip
    assert len(vault_files(studio)) == 6


def test_what_is_left_out_is_deleted_at_the_approval_and_can_be_taken_back_before(
    studio: Studio, people: People, waiting: JobView
) -> None:
    ids = [photo.id for photo in intakes.view(studio, people.radke, waiting.id).photos]
    gathering.choose(studio, people.radke, waiting.id, drop=ids[:3])
    with pytest.raises(BadTraining, match="3 of these are chosen"):
        approvals.approve(studio, people.radke, waiting.id)
    view = gathering.choose(studio, people.mo, waiting.id, keep=ids[:1])
    assert (view.used, view.says) == (4, "6 photos, 4 usable, waiting for approval by radke or a moderator.")
    assert len(vault_files(studio)) == 6
    approvals.approve(studio, people.radke, waiting.id)
    assert len(vault_files(studio)) == 4
    assert kinds(studio, "photo.rejected") == ["photo.rejected"] * 2
    claimed = work.claim(studio, waiting.id)
    assert isinstance(claimed, work.TrainingWork)
    assert len(claimed.examples) == 4


def test_a_photo_that_another_training_learnt_from_stays_when_this_one_leaves_it_out(
    studio: Studio, people: People, trained: str
) -> None:
    job = ask_training(studio, people.anna, trained, photos(6))
    jobs.cancel(studio, people.anna, job.id)
    assert len([file for file in vault_files(studio) if file.suffix == ".photo"]) == 6


def test_a_moderators_look_is_written_down_and_ones_own_is_nobodys_business(
    studio: Studio, people: People, waiting: JobView
) -> None:
    for actor in (people.radke, people.anna, people.mo):
        with Image.open(io.BytesIO(intakes.sheet(studio, actor, waiting.id))) as sheet:
            assert sheet.format == "JPEG"
    (seen,) = audit.events(studio, kinds=["photo.seen"])
    assert seen.actor == "mo"
    sights = ask(studio, people.mo, "who-saw", About(subject="radke")).rows
    assert ("mo", "was shown them") in {(row.who, row.how) for row in sights}


def test_a_trainer_has_five_open_at_most(studio: Studio, people: People, consenting: str) -> None:
    for number in range(gathering.MOST_OPEN):
        ask_training(studio, people.anna, consenting, photos(4, number))
    with pytest.raises(NotAllowed, match="wait for approval"):
        ask_training(studio, people.anna, consenting, photos(4, 20))


# How it ends without an approval.


def test_stopped_before_the_approval_its_photos_are_deleted(studio: Studio, people: People, waiting: JobView) -> None:
    assert jobs.cancel(studio, people.radke, waiting.id).state == "cancelled"
    assert vault_files(studio) == set()
    assert refusal(studio, people.mo, waiting) == "nothing_to_approve"
    assert kinds(studio, "photo.deleted") == ["photo.deleted"] * 6


def test_a_week_without_an_approval_deletes_the_photos(studio: Studio, people: People, waiting: JobView) -> None:
    later = replace(studio, clock=lambda: waiting.created_at + timedelta(days=6, hours=23))
    assert retention.run(later).intakes == 0
    later = replace(studio, clock=lambda: waiting.created_at + timedelta(days=7))
    assert retention.run(later).intakes == 1
    assert vault_files(studio) == set()
    ended = jobs.view(studio, waiting.id)
    assert (ended.state, ended.error) == (
        "cancelled", "Nobody approved these photos within 7 days, so they were deleted.",
    )  # fmt: skip
    assert retention.run(later).intakes == 0


def test_no_training_from_here_on_was_captioned_alone(
    studio: Studio, people: People, waiting: JobView, consenting: str
) -> None:
    approvals.approve(studio, people.radke, waiting.id)
    claimed = work.claim(studio, waiting.id)
    assert isinstance(claimed, work.TrainingWork)
    work.finish_training(studio, claimed, b"adapter", {})
    ask_training(studio, people.anna, consenting, photos(6))
    assert ask(studio, people.mo, "trained-alone", About(strict=True)).rows == ()
    grants.withdraw(studio, people.radke, consenting)
    assert ask(studio, people.mo, "trained-alone", About(strict=True)).rows == (), "an erasure leaves who approved"
    with studio.readers() as session:
        assert session.scalars(select(ApprovalRow.digest)).all() == [None]


def test_killed_at_any_write_of_the_approval_it_is_approved_whole_or_not_at_all(settings: Settings) -> None:
    def radke(studio: Studio) -> Actor:
        return parties.actor(studio, "discord", "1", "radke")

    studio = open_studio(settings)
    anna, mo = parties.actor(studio, "discord", "2", "anna"), parties.actor(
        studio, "discord", "3", "mo", is_moderator=True
    )
    subjects.add_subject(studio, anna, "radke", owner=radke(studio))
    grants.give(studio, radke(studio), "radke")
    grants.verify(studio, mo, "radke")
    job = ask_training(studio, anna, "radke", photos(6)).id
    dropped = intakes.view(studio, anna, job).photos[0].id
    gathering.choose(studio, anna, job, drop=[dropped])
    studio.close()

    def approve() -> None:
        opened = open_studio(settings)
        approvals.approve(opened, radke(opened), job)
        opened.close()

    moment, ended = 1, 9
    while ended == 9:
        ended, _ = run_and_die(approve, moment)
        opened = open_studio(settings)
        state = jobs.view(opened, job).state
        with opened.readers() as session:
            approved = session.query(ApprovalRow).count()
        assert (state, approved, opened.queue.status(job) is not None) in [
            ("to_approve", 0, False), ("queued", 1, True),
        ]  # fmt: skip
        opened.close()
        if state == "queued":
            break
        moment += 4
    opened = open_studio(settings)
    if jobs.view(opened, job).state == "to_approve":
        approvals.approve(opened, radke(opened), job)
    assert work.claim(opened, job)
    opened.close()


# What a photo shows of itself.


def test_planted_faults_are_remarked_and_faultless_photos_are_not() -> None:
    seen: list[str | None] = []
    said = {}
    album = sorted(faulty_session(RADKE, good=3, size=256, seed=3), key=lambda photo: photo.fault != "none")
    for number, photo in enumerate(album):
        look = photo_checks.look(_png(photo.image), "miniature", seen)
        seen.append(look.dhash)
        said[f"{photo.fault} {number}" if photo.fault == "none" else photo.fault] = look.remarks
    assert all(said[fault] == () for fault in said if fault.startswith("none"))
    assert said["blurred"] == ("blurred",)
    assert said["too dark"] == ("dark",)
    assert said["exact duplicate"] == said["near duplicate"] == ("twice",)


def test_a_photo_is_too_small_for_what_the_base_model_draws() -> None:
    photo = _png(Image.effect_noise((200, 300), 80).convert("RGB"))
    assert photo_checks.look(photo, "miniature").remarks == ()
    assert photo_checks.look(photo, "some/sd-1.5").remarks == ("small",)


def test_a_shaken_photo_of_a_phone_is_not_yet_blurred() -> None:
    image = portrait_session(RADKE, "radke", 1, 256)[0].image.resize((1024, 1024))
    shaken = image.filter(ImageFilter.GaussianBlur(3))
    assert photo_checks.look(_png(shaken), "miniature").remarks == ()


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()
