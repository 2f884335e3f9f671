"""Strikes and limits: who asks again and again has to wait, can appeal, and takes no more than a share."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from consent.errors import NotAllowed
from consent.people import Actor
from generation.request import ImageWish
from studio import appeals, audit, limits, preferences, strikes
from studio.errors import UnknownStrike
from studio.house import Studio
from studio.imagine import ask_image
from tests.studio.conftest import People

HARMFUL = "a naked man on a bench"


def refused(studio: Studio, actor: Actor, prompt: str = HARMFUL) -> NotAllowed:
    with pytest.raises(NotAllowed) as caught:
        ask_image(studio, actor, ImageWish(prompt))
    return caught.value


def later(studio: Studio, span: timedelta) -> Studio:
    return replace(studio, clock=lambda: studio.clock() + span)


def test_what_is_never_drawn_is_a_strike_and_what_was_asked_is_not_kept(studio: Studio, people: People) -> None:
    refused(studio, people.anna)

    record = strikes.mine(studio, people.anna)
    assert [(strike.severity, strike.reasons, strike.state) for strike in record.strikes] == [(2, ("nudity",), "given")]
    assert record.cooling_until is None
    assert strikes.mine(studio, people.radke).strikes == ()
    strike, refusal = audit.events(studio)[-2:]
    assert (strike.kind, strike.actor, strike.details) == (
        "strike.given", "anna", {"contexts": ["nudity"], "severity": 2},
    )  # fmt: skip
    assert refusal.kind == "image.refused"


def test_a_no_that_is_not_about_words_is_no_strike(studio: Studio, people: People, subject: str) -> None:
    refused(studio, people.anna, f"<lora:{subject}:1> {subject} on a bench")
    assert strikes.mine(studio, people.anna).strikes == ()


def test_who_asks_again_waits_an_hour_and_then_longer_and_then_all_is_forgotten(
    studio: Studio, people: People
) -> None:
    wish = ImageWish("a bench")
    refused(studio, people.anna)
    refused(studio, people.anna)
    ask_image(studio, people.anna, wish)
    refused(studio, people.anna)

    waiting = refused(studio, people.anna)
    assert [reason.code for reason in waiting.reasons] == ["cooling_down"], "while one waits, nothing is read"
    assert "a moderator can look at it" in str(waiting)
    ask_image(studio, people.radke, wish)
    ask_image(later(studio, timedelta(minutes=61)), people.anna, wish)

    for hours in (2, 4, 6):
        refused(later(studio, timedelta(hours=hours)), people.anna)
    night = later(studio, timedelta(hours=20))
    assert strikes.mine(night, people.anna).points == 12
    assert [reason.code for reason in refused(night, people.anna, "a bench").reasons] == ["cooling_down"]
    ask_image(later(studio, timedelta(days=8)), people.anna, wish)

    assert strikes.forget(later(studio, timedelta(days=80))) == 0
    assert strikes.forget(later(studio, timedelta(days=91))) == 6
    assert strikes.mine(studio, people.anna).strikes == ()


def test_an_appeal_is_looked_at_once_by_a_moderator_who_is_somebody_else(studio: Studio, people: People) -> None:
    for _ in range(3):
        refused(studio, people.anna)
    newest, older, _ = (str(strike.id) for strike in strikes.mine(studio, people.anna).strikes)

    strikes.appeal(studio, people.anna, newest, "a statue in the museum")
    with pytest.raises(NotAllowed, match="looked at once"):
        strikes.appeal(studio, people.anna, newest, "again")
    with pytest.raises(NotAllowed, match="not against you"):
        strikes.appeal(studio, people.radke, older, "mine")

    assert [strike.who for strike in appeals.untold(studio)] == ["anna"]
    appeals.told(studio, appeals.untold(studio)[0].id, "discord:1:2")
    assert appeals.untold(studio) == []
    with pytest.raises(NotAllowed, match="for moderators"):
        appeals.strikes(studio, people.anna)
    seen = appeals.strikes(studio, people.mo)
    assert (seen[0].appeal, seen[0].who) == ("a statue in the museum", "anna")
    assert audit.events(studio)[-1].kind == "moderator.looked"

    chief = replace(people.anna, is_moderator=True)
    with pytest.raises(NotAllowed, match="another moderator"):
        appeals.decide(studio, chief, newest, lift=True)
    appeals.decide(studio, people.mo, newest, lift=True)
    with pytest.raises(NotAllowed, match="lifted already"):
        appeals.decide(studio, people.mo, newest, lift=False)
    with pytest.raises(UnknownStrike):
        appeals.decide(studio, people.mo, "nothing", lift=True)

    assert strikes.mine(studio, people.anna).points == 4
    ask_image(studio, people.anna, ImageWish("a bench"))


def test_a_member_takes_no_more_than_a_share_of_a_day(studio: Studio, people: People) -> None:
    small = replace(studio, settings=replace(studio.settings, pictures_a_day=2, most_waiting=3))
    ask_image(small, people.anna, ImageWish("a bench"))
    ask_image(small, people.anna, ImageWish("a bench"))
    with pytest.raises(NotAllowed, match="2 pictures today"):
        ask_image(small, people.anna, ImageWish("a bench"))
    ask_image(small, people.radke, ImageWish("a bench"))
    ask_image(later(small, timedelta(days=1)), people.anna, ImageWish("a bench"))

    view = limits.view(small, people.anna)
    assert (view.most_a_day, view.waiting, view.most_waiting, view.cooling_until) == (2, 3, 3, None)
    with pytest.raises(NotAllowed, match="3 jobs waiting"):
        ask_image(later(small, timedelta(days=2)), people.anna, ImageWish("a bench"))


def test_nothing_is_asked_in_a_channel_that_is_closed_to_the_studio(studio: Studio, people: People) -> None:
    preferences.set_channel(studio, people.mo, "discord:7", allowed=False)
    with pytest.raises(NotAllowed, match="cannot be asked for in this channel"):
        ask_image(studio, people.anna, ImageWish("a bench"), channel="discord:7:99")
    ask_image(studio, people.anna, ImageWish("a bench"), channel="discord:8:99")
