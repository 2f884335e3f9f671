"""What was asked in a channel that is gone is not tried for ever; what was made stays."""

from __future__ import annotations

import pytest

from consent.errors import NotAllowed
from generation.request import ImageWish
from studio import audit, delivery, endings, jobs
from studio.errors import JobEnded, UnknownJob
from studio.house import Studio
from studio.imagine import ask_images, in_a_row
from studio.views import JobView
from tests.studio.conftest import People
from tests.studio.evenings import draw

PLACE = "discord:404:900"


def asked(studio: Studio, people: People, count: int = 1, prompt: str = "<lora:radke:1> radke") -> list[JobView]:
    return ask_images(studio, people.anna, in_a_row(ImageWish(prompt, seed=1), count), channel=PLACE)


def given_up(studio: Studio) -> list[tuple[str | None, str | None]]:
    return [(event.subject, event.ref) for event in audit.events(studio, kinds=["delivery.given-up"])]


def test_what_cannot_be_brought_is_looked_at_no_more_and_the_ledger_says_so_once(
    studio: Studio, people: People, trained: str
) -> None:
    (job,) = asked(studio, people)
    draw(studio, job.id)
    assert [each.id for each in jobs.undelivered(studio, "discord:")] == [job.id]

    delivery.give_up(studio, job.id)
    delivery.give_up(studio, job.id)

    assert jobs.undelivered(studio, "discord:") == []
    assert given_up(studio) == [(trained, job.id)]
    assert jobs.view(studio, job.id).delivered_at is None, "it did not arrive, and nobody says it did"
    assert "image.delivered" not in [event.kind for event in audit.events(studio)]
    assert audit.verify(studio) == []


def test_what_shares_the_message_goes_with_it_but_not_what_had_arrived(
    studio: Studio, people: People, trained: str
) -> None:
    first, second, third = asked(studio, people, 3)
    for job in (first, second):
        draw(studio, job.id)
    delivery.confirm(studio, first.id)

    delivery.give_up(studio, second.id)

    assert jobs.undelivered(studio, "discord:") == []
    assert {ref for _, ref in given_up(studio)} == {second.id, third.id}
    draw(studio, third.id)
    assert jobs.undelivered(studio, "discord:") == []


def test_what_was_made_can_still_be_fetched_elsewhere_as_long_as_the_consent_holds(
    studio: Studio, people: People, trained: str
) -> None:
    first, second = asked(studio, people, 2)
    for job in (first, second):
        draw(studio, job.id)
    delivery.give_up(studio, first.id)

    assert delivery.fetch(studio, first.id).png
    delivery.confirm(studio, first.id)
    assert jobs.view(studio, first.id).delivered_at is not None

    endings.withdraw(studio, people.radke, trained)
    with pytest.raises((NotAllowed, JobEnded)):
        delivery.fetch(studio, second.id)


def test_a_picture_of_nobody_is_given_up_too_and_a_job_that_is_not_there_is_said(
    studio: Studio, people: People, trained: str
) -> None:
    (job,) = asked(studio, people, prompt="a bench")
    delivery.give_up(studio, job.id)
    assert given_up(studio) == [(None, job.id)]
    with pytest.raises(UnknownJob):
        delivery.give_up(studio, "no-such-job")
