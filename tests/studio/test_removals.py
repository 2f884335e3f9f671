"""Messages of erased pictures: on the list with the erasure, off it one by one, and the certificate after the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.tables import DraftRow, PostingRow, RemovalRow
from generation.request import ImageWish
from studio import certificate, delivery, drafts, erasure, grants, removals, retention, reviews, work
from studio.errors import UnknownErasure
from studio.house import Studio
from studio.imagine import ask_image
from studio.settings import Settings
from studio.work import ImageWork
from tests.studio.conftest import People, png

WISH = ImageWish(prompt="<lora:radke:1> radke in the park", seed=1)
Bring = Callable[[str], str]


@pytest.fixture(params=["sqlite"])
def settings(tmp_path: Path) -> Settings:
    """SQLite alone: nothing here depends on the database."""
    return Settings.from_environment({}, home=tmp_path / "data")


@pytest.fixture
def bring(studio: Studio, people: People, trained: str) -> Bring:
    """A picture of radke drawn and handed over at a place; returns its job."""

    def brought(place: str) -> str:
        job = ask_image(studio, people.anna, WISH, channel=place)
        claimed = work.claim(studio, job.id)
        assert isinstance(claimed, ImageWork)
        work.finish_image(studio, claimed, png(), width=96, height=128, seed=1, parameters="radke", skeleton=None)
        studio.queue.cancel(job.id)
        delivery.fetch(studio, job.id)
        delivery.confirm(studio, job.id)
        return job.id

    return brought


def places(studio: Studio) -> list[str]:
    return sorted(removal.place for removal in removals.due(studio))


def test_a_message_with_several_pictures_is_deleted_once_and_other_doors_are_left_alone(
    studio: Studio, people: People, bring: Bring
) -> None:
    for place in ("discord:1:2", "discord:1:2", "discord:1:3", "terminal"):
        bring(place)
    gone = grants.withdraw(studio, people.radke, "radke")
    assert gone.messages == 2
    assert places(studio) == ["discord:1:2", "discord:1:3"]


def test_the_certificate_comes_after_the_last_message_and_counts_them(
    studio: Studio, people: People, bring: Bring
) -> None:
    bring("discord:1:2")
    bring("discord:1:3")
    gone = grants.withdraw(studio, people.radke, "radke")
    assert gone.erasure is not None
    first, second = removals.due(studio)

    removals.deleted(studio, first.id)
    removals.deleted(studio, first.id)
    erasure.resume(studio)
    with pytest.raises(UnknownErasure, match="1 messages"):
        certificate.certificates(studio, people.radke, "radke")
    assert removals.progress(studio, gone.erasure) == removals.Progress(2, 1, 0, False)
    for _ in range(removals.MOST_TRIES):
        removals.failed(studio, second.id, "Missing Access", refused=True)
    erasure.resume(studio)

    (view,) = certificate.certificates(studio, people.radke, "radke")
    assert view.content["messages_deleted"] == 1
    assert view.content["not_reached"][0] == {
        "what": "messages", "where": second.place, "count": 1, "why": "Missing Access",
    }  # fmt: skip
    assert "not reached   messages 1: message " in certificate.in_words(view)
    assert removals.progress(studio, gone.erasure) == removals.Progress(2, 1, 1, True)
    with studio.readers() as session:
        assert session.scalar(select(func.count()).select_from(RemovalRow)) == 0


def test_a_door_that_is_away_is_waited_for_and_after_three_days_the_certificate_says_so(
    studio: Studio, people: People, bring: Bring
) -> None:
    bring("discord:1:2")
    grants.withdraw(studio, people.radke, "radke")
    (removal,) = removals.due(studio)
    for _ in range(3 * removals.MOST_TRIES):
        removals.failed(studio, removal.id, "no answer", refused=False)
    assert removals.due(studio) == [], "it is tried again later, not at once"
    later = replace(studio, clock=lambda: studio.clock() + removals.PATIENCE)
    assert [waiting.place for waiting in removals.due(later)] == ["discord:1:2"]

    erasure.resume(later)

    (view,) = certificate.certificates(studio, people.radke, "radke")
    assert view.content["not_reached"][0]["why"] == "no answer"


def test_a_new_yes_can_be_given_while_old_messages_are_still_being_deleted(
    studio: Studio, people: People, bring: Bring
) -> None:
    bring("discord:1:2")
    grants.withdraw(studio, people.radke, "radke")
    assert grants.give(studio, people.radke, "radke").state == "given"
    assert places(studio) == ["discord:1:2"]


def test_what_was_posted_beside_goes_too_and_what_comes_too_late_goes_at_once(
    studio: Studio, people: People, bring: Bring
) -> None:
    job = bring("discord:1:2")
    assert removals.posted(studio, "discord:9:1", job_id=job)
    assert removals.posted(studio, "discord:9:1", job_id=job)
    reviews.veto(studio, people.radke, job)
    assert places(studio) == ["discord:1:2", "discord:9:1"]

    assert not removals.posted(studio, "discord:9:2", job_id=job)

    assert places(studio) == ["discord:1:2", "discord:9:1", "discord:9:2"]
    for removal in removals.due(studio):
        removals.deleted(studio, removal.id)
    with studio.readers() as session:
        assert session.scalars(select(RemovalRow)).all() == []
        assert session.scalars(select(PostingRow)).all() == []


def test_a_scope_nobody_answered_with_is_forgotten_after_a_day_and_at_an_erasure(
    studio: Studio, people: People, trained: str
) -> None:
    def kept() -> int:
        with studio.readers() as session:
            return session.scalar(select(func.count()).select_from(DraftRow)) or 0

    drafts.change(studio, people.radke, "radke", {"own_words": ["clown"]})
    retention.run(studio)
    assert kept() == 1
    retention.run(replace(studio, clock=lambda: studio.clock() + timedelta(days=1, hours=1)))
    assert kept() == 0
    drafts.change(studio, people.radke, "radke", {"own_words": ["clown"]})
    grants.withdraw(studio, people.radke, "radke")
    assert kept() == 0
