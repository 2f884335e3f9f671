"""/gallery, /nightly and what the bot posts by itself for them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from bot import removals as removing
from bot import wall
from bot.words import gallery as say
from studio import endings, gallery, jobs, nightly, preferences
from tests.bot.community_stage import draw, live, made, people
from tests.bot.conftest import Server


async def pixels(page: Any) -> bytes:
    """What is seen of a page's picture: its marks are made anew each time."""
    return Image.open(io.BytesIO(await page.response.attachments[0].read())).tobytes()


def nights_in_two_channels(server: Server) -> list[Any]:
    """A picture of tonight's run for an old gallery's channel, and one of tomorrow's for a new; none is posted yet."""
    live(server)
    place, mo = f"discord:{server.env.guild.id}", people(server).mo
    halls = [server.env.guild.create_text_channel(name) for name in ("old", "new")]
    nightly.set_plan(server.studio, mo, 0)
    nightly.add_prompt(server.studio, mo, "{subject} by the sea")
    nightly.take_part(server.studio, people(server).radke, "radke", part=True)
    for day, hall in enumerate(halls):
        preferences.set_server(server.studio, mo, place, gallery_channel=f"discord:{hall.id}")
        night = nightly.run(replace(server.studio, clock=lambda day=day: datetime.now(UTC) + timedelta(days=day)))
        assert night is not None
        draw(server.studio, night.jobs[0])
    return halls


async def test_the_pages_turn_after_a_restart_and_the_right_people_take_pictures_out(server: Server) -> None:
    live(server)
    for message in (901, 902, 903):
        gallery.show(server.studio, server.party(server.anna), made(server, message=message))
    page = await server.eve.slash(server.channel, "gallery", subject="radke")
    assert page.response.content.startswith("AI-generated · radke, with consent · asked by @anna\n")
    assert len(page.response.attachments) == 1
    newest = await pixels(page)

    await server.eve.click(page.response, label=say.OLDER)
    older = await pixels(page)
    await server.eve.click(page.response, label=say.NEWER)

    assert await pixels(page) == newest != older
    refused = await server.eve.click(page.response, label=say.TAKE_OUT)
    assert "Only whoever asked for it" in refused.followups[-1].content
    await server.radke.click(page.response, label=say.TAKE_OUT)
    assert page.response.content == say.TAKEN_OUT
    assert len(page.response.attachments) == 0
    assert (await server.eve.slash(server.channel, "gallery")).response.attachments[0] is not None


async def test_a_picture_is_put_there_from_its_message_by_those_in_it_only(server: Server) -> None:
    live(server)
    asked = await server.anna.slash(server.channel, "imagine", prompt="<lora:radke:1> radke playing guitar")
    draw(server.studio, server.job.id)
    await server.look(3)

    refused = await server.eve.context_menu(server.channel, say.MENU_SHOW, asked.response.message)
    shown = await server.radke.context_menu(server.channel, say.MENU_SHOW, asked.response.message)

    assert "the people in it" in refused.response.content
    assert shown.response.content == say.SHOWN
    assert gallery.handles(server.studio) == ["radke"]


async def test_the_galleries_channel_gets_each_picture_once_and_loses_it_with_the_yes(server: Server) -> None:
    live(server)
    hall = server.env.guild.create_text_channel("gallery")
    mo = server.party(server.mo, is_moderator=True)
    preferences.set_server(server.studio, mo, f"discord:{server.env.guild.id}", gallery_channel=f"discord:{hall.id}")
    gallery.show(server.studio, server.party(server.radke), made(server))

    await wall.hang(server.env.bot)
    await wall.hang(server.env.bot)

    assert [len(message.attachments) for message in hall.history()] == [1]
    endings.withdraw(server.studio, server.party(server.radke), "radke", erase=True)
    await removing.take_away(server.env.bot)
    assert list(hall.history()) == []


async def test_a_galleries_channel_that_was_deleted_is_left_alone_until_another_is_set(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "_refused", {})
    live(server)
    halls = [server.env.guild.create_text_channel(name) for name in ("old", "new")]
    mo, place = server.party(server.mo, is_moderator=True), f"discord:{server.env.guild.id}"
    preferences.set_server(server.studio, mo, place, gallery_channel=f"discord:{halls[0].id}")
    gallery.show(server.studio, server.party(server.radke), made(server))
    server.env.backend.delete_channel(halls[0].id)

    for _ in range(3):
        await wall.hang(server.env.bot)

    tries = [request for request in server.env.http_requests if request.path == f"/channels/{halls[0].id}/messages"]
    assert len(tries) == 1
    preferences.set_server(server.studio, mo, place, gallery_channel=f"discord:{halls[1].id}")
    await wall.hang(server.env.bot)
    assert len(halls[1].history()) == 1


async def test_a_night_whose_channel_was_deleted_is_given_up_and_holds_nobody_else_up(server: Server) -> None:
    halls = nights_in_two_channels(server)
    server.env.backend.delete_channel(halls[0].id)

    await wall.nights(server.env.bot)
    await wall.nights(server.env.bot)

    assert server.events().count("delivery.given-up") == 1
    assert nightly.unposted(server.studio) == []
    await server.look(3)
    assert len(halls[1].history()) == 1


async def test_a_night_whose_channel_is_closed_to_the_bot_waits_and_holds_nobody_else_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "_refused", {})
    halls = nights_in_two_channels(server)
    server.env.inject_error("POST", f"/channels/{halls[0].id}/messages", status=403, code=50013, times=1)

    await wall.nights(server.env.bot)

    assert (len(halls[0].history()), len(halls[1].history())) == (0, 1)
    wall._refused.clear()  # an hour later
    await wall.nights(server.env.bot)
    assert len(halls[0].history()) == 1


async def test_tonights_pictures_come_to_the_galleries_channel(server: Server) -> None:
    live(server)
    hall = server.env.guild.create_text_channel("gallery")
    mo = people(server).mo
    preferences.set_server(server.studio, mo, f"discord:{server.env.guild.id}", gallery_channel=f"discord:{hall.id}")
    planned = await server.mo.slash(server.channel, "nightly plan", hour=0)
    await server.mo.slash(server.channel, "nightly add", prompt="{subject} by the sea")
    part = await server.radke.slash(server.channel, "nightly part", subject="Radke")
    refused = await server.anna.slash(server.channel, "nightly add", prompt="{subject} on a horse")
    assert "Every night from 00:00 (UTC): 1 of each." in planned.response.content
    assert "Who takes part: **radke**." in part.response.content
    assert "Only a moderator plans" in refused.response.content

    await wall.nights(server.env.bot)
    await wall.nights(server.env.bot)
    night = jobs.recent(server.studio, 5)[0]
    assert (night.prompt, night.asker) == ("<lora:radke:1> radke by the sea", "the nightly run")
    assert nightly.plan(server.studio).last == f"{datetime.now(UTC):%Y-%m-%d}"
    draw(server.studio, night.id)
    await wall.nights(server.env.bot)
    await server.look(3)

    [message] = hall.history()
    assert message.content.startswith("AI-generated · radke, with consent · asked by @the nightly run")
    assert len(message.attachments) == 1
    tomorrow = replace(server.studio, clock=lambda: datetime.now(UTC) + timedelta(days=1))
    assert nightly.due(tomorrow)
