"""What a scope is particular about, in the studio: held pictures, daily limits, askers, and what narrowing stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from consent.errors import NotAllowed
from consent.people import Actor
from db.tables import ConsentRow
from generation.request import ImageWish
from studio import amendments, audit, delivery, endings, gate, grants, incidents, jobs, reviews, work
from studio.errors import JobEnded, UnknownIncident
from studio.house import Studio
from studio.imagine import ask_image
from studio.settings import Settings
from studio.views import JobView
from studio.work import ImageWork
from tests.studio.conftest import People, png, vault_files

WISH = ImageWish(prompt="<lora:radke:1> radke in the park", seed=1)
Draw = Callable[..., JobView]


@pytest.fixture(params=["sqlite"])
def settings(tmp_path: Path) -> Settings:
    """SQLite alone: what PostgreSQL does differently is locking, which tests/studio/test_gate.py looks at."""
    return Settings.from_environment({}, home=tmp_path / "data")


@pytest.fixture
def draw(studio: Studio, people: People, trained: str) -> Draw:
    """A picture of radke asked by somebody, and drawn."""

    def drawn(by: Actor = people.anna, wish: ImageWish = WISH, **more: object) -> JobView:
        job = ask_image(studio, by, wish, **more)  # type: ignore[arg-type]
        claimed = work.claim(studio, job.id)
        assert isinstance(claimed, ImageWork)
        work.finish_image(studio, claimed, png(), width=96, height=128, seed=1, parameters="radke", skeleton=None)
        studio.queue.cancel(job.id)  # no runner took it out
        return jobs.view(studio, job.id)

    return drawn


def narrowed(studio: Studio, people: People, **limits: object) -> None:
    amendments.narrow(studio, people.radke, "radke", limits)


def test_a_picture_radke_wants_to_see_first_is_held_until_they_approve_it(
        studio: Studio, people: People, draw: Draw) -> None:
    narrowed(studio, people, review="ask_me_first")
    held = draw()
    assert (held.state, held.finished) == ("held", False)
    assert "radke" in str(held.error)
    with pytest.raises(JobEnded, match="held until radke"):
        delivery.fetch(studio, held.id)
    assert reviews.waiting(studio, people.radke)[0].state == "waiting"
    assert reviews.picture(studio, people.radke, held.id)[:4] == b"\x89PNG"
    for somebody in (people.anna, people.mo):
        with pytest.raises(NotAllowed, match="not in this one"):
            reviews.picture(studio, somebody, held.id)
        with pytest.raises(NotAllowed, match="not in this one"):
            reviews.approve(studio, somebody, held.id)
    reviews.approve(studio, people.radke, held.id)
    assert delivery.fetch(studio, held.id).png is not None
    delivery.confirm(studio, held.id)
    with pytest.raises(NotAllowed, match="does not wait"):
        reviews.approve(studio, people.radke, held.id)


def test_the_gate_refuses_a_held_picture_even_where_a_path_forgot_to_hold_it(
        studio: Studio, people: People, draw: Draw) -> None:
    done = draw()
    narrowed(studio, people, review="ask_me_first")
    with pytest.raises(NotAllowed, match="before anybody else"):
        delivery.fetch(studio, done.id)


def test_what_radke_asks_for_themself_is_not_held(studio: Studio, people: People, draw: Draw) -> None:
    narrowed(studio, people, review="ask_me_first")
    assert draw(by=people.radke).state == "done"


def test_a_vetoed_picture_is_gone_held_or_handed_over(studio: Studio, people: People, draw: Draw) -> None:
    before = vault_files(studio)
    handed = draw()
    delivery.confirm(studio, handed.id)
    narrowed(studio, people, review="ask_me_first")
    held = draw()
    for job in (held, handed):
        assert reviews.veto(studio, people.radke, job.id).state == "vetoed"
        assert jobs.view(studio, job.id).state == "refused"
        with pytest.raises(JobEnded):
            delivery.fetch(studio, job.id)
    assert vault_files(studio) == before
    kinds = [event.kind for event in audit.events(studio)]
    assert kinds.count("image.vetoed") == 2


def test_who_wants_to_be_told_is_and_the_picture_is_handed_over(
        studio: Studio, people: People, draw: Draw) -> None:
    narrowed(studio, people, review="tell_me")
    job = draw()
    delivery.confirm(studio, job.id)
    (told,) = reviews.waiting(studio, people.radke)
    assert (told.state, told.job_id, told.prompt) == ("told", job.id, WISH.prompt)


def test_a_held_picture_goes_with_a_withdrawal(studio: Studio, people: People, draw: Draw) -> None:
    narrowed(studio, people, review="ask_me_first")
    held = draw()
    grants.withdraw(studio, people.radke, "radke")
    assert jobs.view(studio, held.id).state == "cancelled"
    assert vault_files(studio) == set()


def test_a_daily_limit_counts_what_was_asked_that_day_and_not_what_came_to_nothing(
        studio: Studio, people: People, draw: Draw) -> None:
    narrowed(studio, people, daily_limit=2)
    first = draw()
    jobs.cancel(studio, people.anna, ask_image(studio, people.anna, WISH).id)
    draw()
    with pytest.raises(NotAllowed, match="2 pictures a day"):
        ask_image(studio, people.anna, WISH)
    delivery.confirm(studio, first.id)  # none is counted against itself
    tomorrow = replace(studio, clock=lambda: studio.clock() + timedelta(days=1))
    assert ask_image(tomorrow, people.anna, WISH).state == "queued"


def test_a_limit_set_while_pictures_wait_lets_the_first_of_the_day_pass(
        studio: Studio, people: People, draw: Draw) -> None:
    earlier, later = draw(), draw()
    narrowed(studio, people, daily_limit=1)
    delivery.confirm(studio, earlier.id)
    with pytest.raises(NotAllowed, match="1 pictures a day"):
        delivery.confirm(studio, later.id)


def test_narrowing_stops_what_is_on_its_way_and_no_longer_covered(
        studio: Studio, people: People, trained: str) -> None:
    job = ask_image(studio, people.anna, WISH)
    work.claim(studio, job.id)
    narrowed(studio, people, askers="only_me")
    with pytest.raises(NotAllowed, match="not agreed to pictures you ask for"):
        work.still_allowed(studio, job.id)
    assert "image.refused" not in [event.kind for event in audit.events(studio)]
    with pytest.raises(NotAllowed):
        ask_image(studio, people.anna, WISH)
    assert audit.events(studio)[-1].kind == "image.refused"


def test_roles_and_places_are_those_of_the_asking_and_are_kept_with_the_job(
        studio: Studio, people: People, draw: Draw) -> None:
    narrowed(studio, people, askers="role", roles=["42"], places=["discord:7"])
    with pytest.raises(NotAllowed) as refusal:
        ask_image(studio, people.anna, WISH, channel="discord:8:1")
    assert [reason.code for reason in refusal.value.reasons] == ["not_your_wish", "not_here"]
    member = replace(people.anna, roles=frozenset({"42"}))
    job = draw(by=member, channel="discord:7:1")
    delivery.confirm(studio, job.id)


def test_a_finished_picture_waits_while_its_subject_rests(studio: Studio, people: People, draw: Draw) -> None:
    job = draw()
    amendments.pause(studio, people.radke, "radke")
    with pytest.raises(NotAllowed, match="rests for now"):
        delivery.fetch(studio, job.id)
    assert jobs.view(studio, job.id).state == "done"
    amendments.resume(studio, people.radke, "radke")
    delivery.confirm(studio, job.id)


def test_a_row_from_before_there_were_scopes_reads_as_it_did(studio: Studio, people: People, draw: Draw) -> None:
    with studio.sessions.begin() as session:
        session.execute(update(ConsentRow).values(scope=None, evidence=None, pauses=None, notice_language=None))
    delivery.confirm(studio, draw().id)


def test_a_scope_nobody_here_can_read_is_no_scope(studio: Studio, people: People, trained: str) -> None:
    with studio.sessions.begin() as session:
        session.execute(update(ConsentRow).values(scope={"moon": "full"}))
    with pytest.raises(NotAllowed, match="does not say what it covers"):
        ask_image(studio, people.anna, WISH)


def test_stopping_new_images_keeps_what_there_is_out_of_reach_until_radke_says_otherwise(
        studio: Studio, people: People, draw: Draw) -> None:
    job, waiting = draw(), ask_image(studio, people.anna, WISH)
    kept = vault_files(studio)
    assert grants.withdraw(studio, people.radke, "radke", erase=False).jobs_stopped == 1
    assert vault_files(studio) == kept
    assert jobs.view(studio, waiting.id).state == "cancelled"
    with pytest.raises(NotAllowed, match="has withdrawn"):
        delivery.fetch(studio, job.id)
    assert grants.withdraw(studio, people.radke, "radke").photos == 6
    assert vault_files(studio) == set()


def test_a_no_to_a_new_question_erases_what_an_earlier_yes_left(
        studio: Studio, people: People, trained: str) -> None:
    grants.withdraw(studio, people.radke, "radke", erase=False)
    grants.ask(studio, people.anna, "radke")
    assert vault_files(studio)
    grants.refuse(studio, people.radke, "radke")
    assert vault_files(studio) == set()


def test_an_invalid_consent_erases_everything_and_opens_an_incident(
        studio: Studio, people: People, draw: Draw) -> None:
    draw()
    endings.invalidate(studio, people.mo, "radke", "it was a second account")
    assert vault_files(studio) == set()
    kinds = [event.kind for event in audit.events(studio)]
    assert kinds.index("consent.invalidated") < kinds.index("incident.opened") < kinds.index("erasure.finished")
    (incident,) = incidents.incidents(studio, people.mo)
    for act in (lambda: incidents.incidents(studio, people.anna),
                lambda: incidents.close(studio, people.anna, str(incident.id), "nothing")):
        with pytest.raises(NotAllowed, match="for moderators"):
            act()
    with pytest.raises(UnknownIncident, match="what came of it"):
        incidents.close(studio, people.mo, str(incident.id), " ")
    incidents.close(studio, people.mo, str(incident.id), "the account was banned")
    assert incidents.incidents(studio, people.mo) == []


def test_own_words_and_names_in_a_scope_go_with_the_erasure(studio: Studio, people: People, trained: str) -> None:
    narrowed(studio, people, own_words=["grandmother"], blocked=[str(people.anna.party)])
    grants.withdraw(studio, people.radke, "radke")
    with studio.readers() as session:
        rows = session.query(ConsentRow).all()
        assert [gate.scope_of(row).limits() for row in rows] == [{}, {}]
