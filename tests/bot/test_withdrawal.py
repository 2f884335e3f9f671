"""Stop, and stop and erase: nothing is delivered afterwards, the messages go, the certificate comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import words
from bot.client import LikenessClient
from bot.withdrawal import EndingView
from bot.words import mine, own
from consent.errors import NotAllowed
from db.tables import RemovalRow
from studio import preferences, removals, subjects, work
from studio.errors import JobEnded
from studio.house import Studio
from tests.bot.conftest import Server, png
from tests.bot.pictures_stage import WISH, drawn, learnt, newest, pictures


def moderators_channel(server: Server) -> Any:
    """A channel that is set as the moderators'."""
    channel = server.channel.guild.create_text_channel("moderators")
    mo = server.party(server.mo, is_moderator=True)
    place = f"discord:{server.channel.guild.id}"
    assert preferences.moderates(server.studio, place)
    preferences.set_server(server.studio, mo, place, moderators_channel=f"discord:{channel.id}")
    return channel


async def withdraw(server: Server, label: str = own.ERASE_BUTTON) -> Any:
    """Radke's command and press."""
    offered = await server.radke.slash(server.channel, "consent withdraw", subject="radke")
    await server.radke.click(offered.response, label=label)
    return offered


async def test_nothing_is_delivered_after_the_press_earlier_messages_go_and_the_certificate_is_posted(
    server: Server,
) -> None:
    learnt(server)
    moderators = moderators_channel(server)
    earlier = [await drawn(server), await drawn(server, count=2)]
    assert pictures(server) == 3
    waiting = [await server.eve.slash(server.channel, "imagine", prompt=WISH) for _ in range(6)]
    first = newest(server, 6)[0]
    drawing = work.claim(server.studio, first.id)

    withdrawal = await withdraw(server)

    with pytest.raises((NotAllowed, JobEnded)):
        work.finish_image(server.studio, drawing, png(), width=64, height=64, seed=1, parameters="x", skeleton=None)
    await server.look(12)
    events = server.events()
    after = events[events.index("consent.withdrawn") :]
    assert {"image.made", "image.delivered"}.isdisjoint(after)
    assert pictures(server) == 0
    assert [asked.response for asked in earlier] == [None, None], "one message held two pictures, and went once"
    assert {asked.response.content for asked in waiting} == {"Picture was stopped. radke has withdrawn the consent."}
    assert after.count("image.message-deleted") == 2
    said = withdrawal.response
    assert "Messages deleted: 2 of 2." in said.content
    (file,) = said.attachments
    certificate = (await file.read()).decode()
    assert "messages      deleted 2" in certificate
    assert "not reached   Backups" in certificate
    assert "discord" not in certificate
    posted = [message.content for message in moderators.history()]
    assert any("Everything of **radke** is erased" in text and "Messages deleted: 2." in text for text in posted)


async def test_stop_keeps_what_there_is_out_of_reach_and_erasing_is_one_more_press(server: Server) -> None:
    learnt(server)
    await drawn(server)
    waiting = await server.eve.slash(server.channel, "imagine", prompt=WISH)

    stopped = await withdraw(server, own.STOP_BUTTON)
    await server.look(10)

    assert "Jobs stopped: 1" in stopped.response.content
    assert waiting.response.content.endswith("was stopped. radke has withdrawn the consent.")
    assert pictures(server) == 1
    refused = await server.eve.slash(server.channel, "imagine", prompt=WISH)
    assert "radke has withdrawn their consent" in refused.response.content

    await server.radke.click(stopped.response, label=own.ERASE_BUTTON)
    await server.look(10)

    assert pictures(server) == 0
    assert subjects.subject(server.studio, "radke").pictures == 0


async def test_only_the_subject_withdraws_whoever_presses_what(server: Server) -> None:
    learnt(server)
    offered = await server.radke.slash(server.channel, "consent withdraw", subject="radke")
    assert "Both buttons end your consent" in offered.response.content
    # What a member with a changed client could send: the ids of buttons that only Radke was shown.
    channel = server.env.bot.get_partial_messageable(server.channel.id)
    forged = await channel.send("forged", view=EndingView("radke"))
    for somebody in (server.anna, server.mo, server.eve):
        refused = await somebody.slash(server.channel, "consent withdraw", subject="radke")
        assert refused.response.content == words.not_asked_of_you("radke")
        for label in (own.STOP_BUTTON, own.ERASE_BUTTON):
            pressed = await somebody.click(server.said, label=label)
            assert "by the person it is about and by nobody else" in pressed.followups[0].content
            assert pressed.followups[0].ephemeral
    assert server.said.id == forged.id
    assert server.said.components, "nobody's press takes a button away from whom it is for"
    assert subjects.subject(server.studio, "radke").consent == "active"


async def test_the_list_is_worked_off_after_a_restart(
    server: Server, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removals, "FIRST_PAUSE", timedelta(hours=1))
    learnt(server)
    asked = await drawn(server)
    server.env.inject_error("DELETE", "/channels/*/messages/*", status=403, code=50001)
    monkeypatch.setattr("bot.withdrawal.LOOK_FOR", 10.0)  # a restart waits for whoever still looks
    ending = await withdraw(server)
    await server.look(4)
    assert asked.response is not None
    assert "0 of 1" in ending.response.content
    with studio.sessions.begin() as session:
        session.execute(update(RemovalRow).values(again_at=studio.clock()))

    await server.env.restart_bot(LikenessClient(studio))
    await server.look(4)

    assert asked.response is None
    shown = await server.radke.slash(server.channel, "consent mine")
    given = await server.radke.click(shown.response, label=mine.CERTIFICATE)
    assert "messages      deleted 1" in (await given.response.attachments[0].read()).decode()


async def test_a_message_that_cannot_be_deleted_is_named_in_the_certificate(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removals, "FIRST_PAUSE", timedelta(0))
    monkeypatch.setattr(removals, "MOST_TRIES", 2)
    learnt(server)
    asked = await drawn(server)
    server.env.inject_error("DELETE", "/channels/*/messages/*", status=403, code=50001, times=2)

    withdrawal = await withdraw(server)
    await server.look(12)

    assert asked.response is not None
    assert "What could not be deleted is named" in withdrawal.response.content
    certificate = (await withdrawal.response.attachments[0].read()).decode()
    place = f"message {asked.response.id} in channel {server.channel.id} of Discord"
    assert f"not reached   messages 1: {place}" in certificate


async def test_the_ledgers_head_is_posted_once_a_day_also_across_restarts(server: Server, studio: Studio) -> None:
    learnt(server)
    moderators = moderators_channel(server)
    await server.look(10)
    await server.env.restart_bot(LikenessClient(studio))
    await server.look(10)

    (posted,) = [message.content for message in moderators.history()]
    line = posted.split("`")[1]
    assert line.startswith("likeness ledger ")
    anchors = (studio.settings.home / "anchors.txt").read_text()
    assert line.split()[-1] in anchors
    assert server.events().count("ledger.anchored") == 1
