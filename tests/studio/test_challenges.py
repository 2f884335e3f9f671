"""The live challenge: half an hour, once, a picture nobody has seen before, and none left after the verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from consent.errors import NotAllowed
from consent.people import Actor
from studio import audit, challenges, grants, parties, subjects
from studio.audit.questions import About, ask
from studio.house import Studio
from studio.settings import Settings
from tests.studio.conftest import People, every_byte, png, vault_files


@pytest.fixture(params=["sqlite"])
def settings(tmp_path: Path) -> Settings:
    """SQLite alone: nothing here is about the database."""
    return Settings.from_environment({}, home=tmp_path / "data")


@pytest.fixture
def given(studio: Studio, people: People, subject: str) -> str:
    """Radke has said yes, and nobody has verified it."""
    grants.ask(studio, people.anna, subject)
    grants.give(studio, people.radke, subject)
    return subject


def reasons(studio: Studio, radke: Actor, handle: str, picture: bytes) -> list[str]:
    with pytest.raises(NotAllowed) as refusal:
        challenges.answer(studio, radke, handle, picture)
    return [reason.code for reason in refusal.value.reasons]


def test_a_passed_challenge_verifies_the_yes_live_and_leaves_a_digest_alone(
        studio: Studio, people: People, given: str) -> None:
    drawn = challenges.issue(studio, people.mo, given)
    challenges.answer(studio, people.radke, given, png())
    seen = challenges.look(studio, people.mo, given)
    view = challenges.judge(studio, people.mo, given, passed=True)
    assert (view.state, view.evidence) == ("active", "live")
    assert vault_files(studio) == set()
    assert seen not in every_byte(studio)
    kinds = [event.kind for event in audit.events(studio)]
    assert kinds[-6:] == ["challenge.issued", "challenge.answered", "moderator.looked", "photo.seen",
                          "challenge.passed", "consent.verified"]
    sights = [(sight.who, sight.how) for sight in ask(studio, people.mo, "who-saw", About(given)).rows]
    assert sights == [("mo", "was shown them"), ("mo", "judged the picture of a challenge")]
    assert len(drawn.words.split()) == 3


def test_a_failed_challenge_verifies_nothing_and_leaves_no_picture_either(
        studio: Studio, people: People, given: str) -> None:
    challenges.issue(studio, people.mo, given)
    challenges.answer(studio, people.radke, given, png())
    assert challenges.judge(studio, people.mo, given, passed=False).state == "given"
    assert vault_files(studio) == set()


def test_a_late_answer_a_second_one_and_a_picture_seen_before_are_refused(
        studio: Studio, people: People, given: str) -> None:
    challenges.issue(studio, people.radke, given)
    late = replace(studio, clock=lambda: studio.clock() + timedelta(minutes=30))
    assert reasons(late, people.radke, given, png()) == ["too_late"]
    challenges.answer(studio, people.radke, given, png())
    assert reasons(studio, people.radke, given, png(colour=(1, 2, 3))) == ["answered"]
    challenges.judge(studio, people.mo, given, passed=False)
    assert reasons(studio, people.radke, given, png(colour=(1, 2, 3))) == ["no_challenge"]
    challenges.issue(studio, people.radke, given)
    assert reasons(studio, people.radke, given, png()) == ["replayed"]


def test_a_picture_somebody_else_has_shown_is_known_again(studio: Studio, people: People, given: str) -> None:
    challenges.issue(studio, people.radke, given)
    challenges.answer(studio, people.radke, given, png())
    subjects.add_subject(studio, people.anna, "vera", owner=people.anna)
    grants.give(studio, people.anna, "vera")
    challenges.issue(studio, people.anna, "vera")
    assert reasons(studio, people.anna, "vera", png()) == ["replayed"]


def test_a_new_challenge_ends_the_one_before_and_deletes_its_answer(
        studio: Studio, people: People, given: str) -> None:
    first = challenges.issue(studio, people.radke, given)
    challenges.answer(studio, people.radke, given, png())
    second = challenges.issue(studio, people.radke, given)
    assert vault_files(studio) == set()
    assert first.id != second.id


def test_only_radke_answers_and_only_other_eyes_look_and_judge(
        studio: Studio, people: People, given: str) -> None:
    challenges.issue(studio, people.radke, given)
    with pytest.raises(NotAllowed, match="Only radke"):
        challenges.answer(studio, people.mo, given, png())
    challenges.answer(studio, people.radke, given, png())
    asker = replace(people.anna, is_moderator=True)
    for somebody in (people.anna, asker, people.radke, replace(people.radke, is_moderator=True)):
        with pytest.raises(NotAllowed):
            challenges.look(studio, somebody, given)
        with pytest.raises(NotAllowed):
            challenges.judge(studio, somebody, given, passed=True)


def test_what_a_word_verified_can_be_verified_live_later(studio: Studio, people: People, given: str) -> None:
    assert grants.verify(studio, people.mo, given).evidence == "word"
    challenges.issue(studio, people.radke, given)
    challenges.answer(studio, people.radke, given, png())
    mia = parties.actor(studio, "discord", "4", "mia", is_moderator=True)
    assert challenges.judge(studio, mia, given, passed=True).evidence == "live"


def test_an_answer_nobody_judges_is_deleted_after_a_week_and_goes_with_a_withdrawal(
        studio: Studio, people: People, given: str) -> None:
    challenges.issue(studio, people.radke, given)
    challenges.answer(studio, people.radke, given, png())
    assert challenges.forget_stale(studio) == 0
    later = replace(studio, clock=lambda: studio.clock() + timedelta(days=7))
    assert challenges.forget_stale(later) == 1
    assert vault_files(studio) == set()
    challenges.issue(studio, people.radke, given)
    challenges.answer(studio, people.radke, given, png(colour=(9, 9, 9)))
    grants.withdraw(studio, people.radke, given)
    assert vault_files(studio) == set()
