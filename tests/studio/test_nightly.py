"""The nightly pictures: once a date, of those who agreed, under the nightly purpose at every moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from consent.errors import NotAllowed
from db.tables import JobRow
from studio import amendments, audit, delivery, gate, jobs, nightly, preferences
from studio.errors import BadPlan, JobEnded
from studio.house import Studio
from tests.studio.conftest import People
from tests.studio.evenings import draw, live_subject, picture

GALLERY = "discord:55"


def at(studio: Studio, hour: int, days: int = 0) -> Studio:
    """The studio at an hour of a day to come."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1 + days)
    return replace(studio, clock=lambda: midnight + timedelta(hours=hour, minutes=5))


def planned(studio: Studio, people: People, handle: str) -> None:
    nightly.set_plan(studio, people.mo, 3)
    nightly.add_prompt(studio, people.mo, "{subject} by the sea")
    nightly.add_prompt(studio, people.mo, "{subject} playing guitar")
    nightly.take_part(studio, people.radke, handle, part=True)


def test_there_is_one_run_a_date_also_across_restarts(studio: Studio, people: People) -> None:
    planned(studio, people, live_subject(studio, people))
    assert not nightly.due(at(studio, 2))
    assert nightly.due(at(studio, 3))
    assert nightly.due(at(studio, 22)), "a machine that was off at three makes up for it"

    night = nightly.run(at(studio, 3))

    assert night is not None
    assert len(night.jobs) == 1
    assert not nightly.due(at(studio, 4))
    assert nightly.run(at(studio, 4)) is None
    assert nightly.due(at(studio, 3, days=1))
    another = nightly.run(at(studio, 3, days=1))
    assert another is not None
    prompts = {job.prompt for job in jobs.recent(studio, 2)}
    assert prompts == {"<lora:radke:1> radke by the sea", "<lora:radke:1> radke playing guitar"}
    assert [event.kind for event in audit.events(studio)].count("nightly.run") == 2


def test_who_has_not_agreed_to_the_nights_cannot_take_part(studio: Studio, people: People) -> None:
    handle = live_subject(studio, people, ("train", "generate"))
    with pytest.raises(NotAllowed, match="has not agreed to the nightly pictures"):
        nightly.take_part(studio, people.mo, handle, part=True)
    with pytest.raises(NotAllowed, match="Only radke or a moderator"):
        nightly.take_part(studio, people.anna, handle, part=True)


@pytest.mark.parametrize("when", ["before the run", "while it waits"])
def test_a_night_asks_for_the_nightly_purpose_at_every_moment(studio: Studio, people: People, when: str) -> None:
    handle = live_subject(studio, people)
    planned(studio, people, handle)
    only_asked = {"purposes": ["train", "generate", "gallery"]}
    if when == "before the run":
        amendments.narrow(studio, people.radke, handle, only_asked)
    night = nightly.run(at(studio, 3))
    assert night is not None
    if when == "before the run":
        assert night.jobs == ()
        assert nightly.plan(studio).tonight == ()
        return
    amendments.narrow(studio, people.radke, handle, only_asked)
    with pytest.raises((NotAllowed, JobEnded)):
        draw(studio, night.jobs[0])
    assert jobs.view(studio, night.jobs[0]).state == "refused"
    assert picture(studio, people.anna), "asking is still allowed"


def test_a_night_goes_to_the_gallerys_channel_and_gets_its_message_when_it_is_drawn(
    studio: Studio, people: People
) -> None:
    preferences.set_server(studio, people.mo, "discord:1", gallery_channel=GALLERY)
    planned(studio, people, live_subject(studio, people))
    night = nightly.run(at(studio, 3))
    assert night is not None
    job_id = night.jobs[0]
    assert nightly.unposted(studio) == []
    draw(studio, job_id)

    assert [job.id for job in nightly.unposted(studio)] == [job_id]
    nightly.posted(studio, job_id, f"{GALLERY}:900")

    assert nightly.unposted(studio) == []
    assert [job.id for job in jobs.undelivered(studio, "discord:")] == [job_id]
    assert delivery.fetch(studio, job_id).label.endswith("asked by @the nightly run")
    delivery.confirm(studio, job_id)
    with studio.readers() as session:
        row = session.scalars(select(JobRow).filter_by(id=job_id)).one()
        assert gate.place_of(row.channel) == GALLERY
        assert gate.place_of(f"{gate.UNPOSTED}{GALLERY}") == GALLERY


def test_a_plan_that_cannot_be_drawn_is_refused_in_words(studio: Studio, people: People) -> None:
    with pytest.raises(BadPlan, match="0 to 23"):
        nightly.set_plan(studio, people.mo, 24)
    with pytest.raises(BadPlan, match=r"\{subject\}"):
        nightly.add_prompt(studio, people.mo, "radke by the sea")
    with pytest.raises(BadPlan, match="no tags"):
        nightly.add_prompt(studio, people.mo, "<lora:radke:1> {subject}")
    with pytest.raises(NotAllowed, match="naked"):
        nightly.add_prompt(studio, people.mo, "{subject} naked by the sea")
    with pytest.raises(NotAllowed, match="Only a moderator"):
        nightly.set_plan(studio, people.anna, 3)
    nightly.add_prompt(studio, people.mo, "{subject} by the sea")
    number, _ = nightly.plan(studio).prompts[0]
    assert nightly.remove_prompt(studio, people.mo, number).prompts == ()
    assert nightly.plan(studio).hour is None
