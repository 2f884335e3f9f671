"""Moderators are told of every report that can still be decided, once in each of their channels."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from generation.request import ImageWish
from studio import alarms, endings, preferences, reports
from studio.house import Studio
from studio.imagine import ask_image
from tests.studio.conftest import People
from tests.studio.evenings import draw, picture

MODS = "discord:77"


def set_channel(studio: Studio, people: People, server: str = "discord:1", channel: str | None = MODS) -> None:
    preferences.set_server(studio, people.mo, server, moderators_channel=channel)


def test_nothing_is_to_be_told_where_no_channel_is_set(studio: Studio, people: People, trained: str) -> None:
    reports.report(studio, people.radke, picture(studio, people.anna), "no")
    assert alarms.untold(studio) == []
    set_channel(studio, people)
    assert len(alarms.untold(studio)) == 1, "a channel that is set later is told of what is still open"


def test_a_report_is_told_once_in_each_channel_and_names_who_is_in_the_picture(
    studio: Studio, people: People, trained: str
) -> None:
    two = replace(studio, settings=replace(studio.settings, discord_guilds=("1", "2")))
    set_channel(two, people)
    set_channel(two, people, "discord:2", "discord:88")
    made = reports.report(two, people.anna, picture(two, people.anna), "a reason with a name in it")

    first, second = alarms.untold(two)
    assert {first.place, second.place} == {MODS, "discord:88"}
    assert (first.report, first.handles, first.due_at) == (made.id, ("radke",), made.due_at)

    alarms.told(two, first.report, first.place)
    assert alarms.untold(two) == [second]
    alarms.told(two, second.report, second.place)
    assert alarms.untold(two) == []
    reports.report(two, people.radke, str(made.job_id), "again")
    assert alarms.untold(two) == [], "reported twice, it is one report"


def test_a_picture_of_nobody_is_told_of_too(studio: Studio, people: People, trained: str) -> None:
    set_channel(studio, people)
    job = ask_image(studio, people.anna, ImageWish("a bench"))
    draw(studio, job.id)
    reports.report(studio, people.radke, job.id, "no")
    assert [alarm.handles for alarm in alarms.untold(studio)] == [()]


def test_what_was_decided_what_is_erased_and_what_is_overdue_is_not_told(
    studio: Studio, people: People, trained: str
) -> None:
    set_channel(studio, people)
    kept = reports.report(studio, people.radke, picture(studio, people.anna), "no")
    reports.close(studio, people.mo, str(kept.id), "keep")
    assert alarms.untold(studio) == []

    reports.report(studio, people.radke, picture(studio, people.anna), "no")
    late = replace(studio, clock=lambda: studio.clock() + timedelta(hours=reports.HOURS))
    assert alarms.untold(late) == []
    assert len(alarms.untold(studio)) == 1
    endings.withdraw(studio, people.radke, trained)
    assert alarms.untold(studio) == []
