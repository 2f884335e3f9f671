"""Preferences: who may change what, what is written down, and whose moderators count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent.errors import NotAllowed
from generation.request import BadRequest
from studio import audit, preferences
from studio.house import Studio
from studio.preferences import ChannelPreferences, MemberPreferences
from tests.studio.conftest import People

HERE, THERE, CHANNEL = "discord:1", "discord:2", "discord:77"


def kinds(studio: Studio) -> list[str]:
    return [event.kind for event in audit.events(studio)]


def test_what_nobody_has_set_is_as_the_studio_comes(studio: Studio, people: People) -> None:
    assert preferences.channel(studio, CHANNEL) == ChannelPreferences(CHANNEL, allowed=True, previews=True)
    assert preferences.server(studio, HERE).public_commands == ("gallery", "stats")
    assert preferences.member(studio, people.anna.party) == MemberPreferences()


def test_a_moderator_sets_a_channel_and_it_is_written_down(studio: Studio, people: People) -> None:
    preferences.set_channel(studio, people.mo, CHANNEL, spoiler=True, width=64, height=96)
    after = preferences.set_channel(studio, people.mo, CHANNEL, previews=False)

    assert preferences.channel(studio, CHANNEL) == after
    assert after == ChannelPreferences(CHANNEL, previews=False, spoiler=True, width=64, height=96)
    newest = audit.events(studio)[-1]
    assert (newest.kind, newest.actor) == ("settings.changed", "mo")
    assert newest.details == {"place": CHANNEL, "previews": False}


def test_a_member_sets_nothing_for_others_and_everything_for_themself(studio: Studio, people: People) -> None:
    for change in (
        lambda: preferences.set_channel(studio, people.anna, CHANNEL, spoiler=True),
        lambda: preferences.set_server(studio, people.anna, HERE, gallery_channel=CHANNEL),
    ):
        with pytest.raises(NotAllowed, match="Only a moderator"):
            change()
    before = kinds(studio)

    preferences.set_member(studio, people.anna, negative="blurry", steps=30)
    preferences.set_member(studio, people.anna, sampler="Euler a", tell_by_dm=True)

    likes = MemberPreferences("blurry", 30, None, "Euler a", tell_by_dm=True)
    assert preferences.member(studio, people.anna.party) == likes
    assert preferences.member(studio, people.radke.party) == MemberPreferences()
    assert kinds(studio) == before, "what somebody likes is nobody's business"


@pytest.mark.parametrize("change", [{"steps": 0}, {"width": 7}, {"steps": 10_000}])
def test_what_could_never_be_drawn_is_not_set(studio: Studio, people: People, change: dict[str, int]) -> None:
    with pytest.raises(BadRequest):
        preferences.set_channel(studio, people.mo, CHANNEL, **change)
    assert preferences.channel(studio, CHANNEL) == ChannelPreferences(CHANNEL)


def test_the_first_server_that_takes_the_studio_on_is_the_one_it_serves(studio: Studio) -> None:
    assert preferences.serves(studio, HERE)
    assert preferences.serves(studio, THERE)

    assert preferences.moderates(studio, HERE)
    assert preferences.moderates(studio, HERE)

    assert kinds(studio) == ["server.served"]
    assert not preferences.serves(studio, THERE)
    assert not preferences.moderates(studio, THERE)


def test_the_servers_of_the_settings_are_served_and_no_others(studio: Studio, people: People) -> None:
    preferences.set_server(studio, people.mo, HERE, moderators_channel=CHANNEL)
    named = replace(studio, settings=replace(studio.settings, discord_guilds=("2", "3")))

    assert [preferences.moderates(named, server) for server in (HERE, THERE, "discord:3")] == [False, True, True]
    assert preferences.moderators_channels(studio) == [CHANNEL]
    assert preferences.moderators_channels(named) == [], "a server that is not served any more is told nothing"
    with pytest.raises(NotAllowed, match="serves another server"):
        preferences.set_server(named, people.mo, HERE, gallery_channel=CHANNEL)


def test_only_harmless_answers_can_be_made_public(studio: Studio, people: People) -> None:
    with pytest.raises(NotAllowed, match="about, gallery"):
        preferences.set_server(studio, people.mo, HERE, public_commands=("moderate",))
    after = preferences.set_server(studio, people.mo, HERE, public_commands=("stats", "about"))
    assert preferences.server(studio, HERE) == after
    assert after.public_commands == ("about", "stats")
