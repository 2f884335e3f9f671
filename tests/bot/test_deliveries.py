"""Deliveries: once, even when the bot dies between two lines, and taken back when the consent ends."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from simcord.results import InteractionResult

from bot import imagine
from bot.client import LikenessClient
from studio import delivery, grants, jobs, preferences, work
from studio.house import Studio
from tests.bot.conftest import Server, photos, png
from tests.bot.pictures_stage import learnt

WISH = "<lora:radke:1> radke on a bench"


async def _drawn(server: Server) -> InteractionResult:
    """A picture asked for and drawn, not yet brought."""
    learnt(server)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH)
    server.finish_picture(server.job, png(size=(300, 300)))
    return asked


async def test_a_picture_large_enough_is_brought_byte_for_byte(server: Server) -> None:
    asked = await _drawn(server)
    await server.look()
    brought = await asked.response.attachments[0].read()
    assert brought == delivery.fetch(server.studio, server.job.id).png


async def test_a_bot_that_was_restarted_brings_what_was_asked_of_the_one_before(
    server: Server, studio: Studio
) -> None:
    learnt(server)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH)
    await server.env.restart_bot(LikenessClient(studio))
    server.finish_picture(server.job, png(size=(300, 300)))

    await server.look(5)

    assert asked.response.content.startswith("AI-generated · radke, with consent")
    assert _pictures(server) == 1


async def test_a_crash_between_the_picture_and_its_confirmation_leaves_one_picture(
    server: Server, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await _drawn(server)
    confirm = delivery.confirm

    def dies(*_: object) -> None:
        raise OSError("the machine went away")

    monkeypatch.setattr(delivery, "confirm", dies)
    await server.look()
    assert _pictures(server) == 1
    monkeypatch.setattr(delivery, "confirm", confirm)
    await server.env.restart_bot(LikenessClient(studio))

    await server.look(5)

    assert _pictures(server) == 1
    assert asked.response.content.startswith("AI-generated")
    assert server.job.delivered_at is not None
    assert server.events().count("image.delivered") == 1


async def test_a_consent_that_ends_before_the_hand_over_brings_no_picture(server: Server) -> None:
    asked = await _drawn(server)
    grants.withdraw(server.studio, server.party(server.radke), "radke")

    await server.look(5)

    assert "radke has withdrawn their consent" in asked.response.content
    assert _pictures(server) == 0
    assert "image.delivered" not in server.events()


async def test_a_consent_that_ends_while_the_picture_is_brought_takes_it_back(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await _drawn(server)
    confirm = delivery.confirm

    def withdrawn_just_before(studio: Studio, job_id: str) -> None:
        assert _pictures(server) == 1
        grants.withdraw(studio, server.party(server.radke), "radke")
        confirm(studio, job_id)

    monkeypatch.setattr(delivery, "confirm", withdrawn_just_before)
    await server.look()  # once: it is gone at once, not at the next look

    assert _pictures(server) == 0
    assert "radke has withdrawn their consent" in asked.response.content
    assert "image.delivered" not in server.events()


async def test_a_picture_left_by_a_bot_that_died_is_taken_back_when_the_consent_has_ended(
    server: Server, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _drawn(server)
    confirm = delivery.confirm

    def dies(*_: object) -> None:
        raise OSError("the machine went away")

    monkeypatch.setattr(delivery, "confirm", dies)
    await server.look()
    assert _pictures(server) == 1
    monkeypatch.setattr(delivery, "confirm", confirm)
    grants.withdraw(studio, server.party(server.radke), "radke")

    await server.env.restart_bot(LikenessClient(studio))
    await server.look(5)

    assert _pictures(server) == 0


async def test_a_queued_picture_of_somebody_who_withdraws_says_so_in_its_message(server: Server) -> None:
    learnt(server)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH)
    grants.withdraw(server.studio, server.party(server.radke), "radke")

    await server.look(5)

    assert asked.response.content == "Picture was stopped. radke has withdrawn the consent."
    assert jobs.undelivered(server.studio, "discord:") == []


async def test_a_deleted_message_gets_its_picture_in_a_new_one_once(server: Server) -> None:
    asked = await _drawn(server)
    await asked.response.message.delete()

    await server.look(10)

    assert _pictures(server) == 1
    assert server.said.content.startswith("AI-generated")
    sent = [request for request in server.env.http_requests if request.method == "POST"]
    assert any((request.json or {}).get("nonce") == server.job.id[:25] for request in sent)


async def test_what_was_asked_in_a_deleted_channel_is_given_up_and_not_tried_for_ever(server: Server) -> None:
    await _drawn(server)
    server.env.backend.delete_channel(server.channel.id)
    await server.look(10)
    assert jobs.undelivered(server.studio, "discord:") == []
    assert server.events().count("delivery.given-up") == 1
    tried = len(server.env.http_requests)
    await server.look(20)
    assert len(server.env.http_requests) == tried
    assert server.job.delivered_at is None


async def test_a_bot_that_dies_after_sending_anew_finds_the_new_message_again(
    server: Server, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await _drawn(server)
    await asked.response.message.delete()
    confirm = delivery.confirm

    def dies(*_: object) -> None:
        raise OSError("the machine went away")

    monkeypatch.setattr(delivery, "confirm", dies)
    await server.look()
    sent = server.said
    assert server.job.channel == f"discord:{server.channel.id}:{sent.id}"
    monkeypatch.setattr(delivery, "confirm", confirm)
    await server.env.restart_bot(LikenessClient(studio))
    await server.look(5)

    assert server.said.id == sent.id
    assert _pictures(server) == 1
    assert server.job.delivered_at is not None
    info = await server.anna.click(server.said, label="Info")
    assert "seed" in info.response.content


async def test_discord_failing_for_a_while_delays_the_picture_and_nothing_else(server: Server) -> None:
    asked = await _drawn(server)
    server.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50001, times=2)

    await server.look(3)
    assert _pictures(server) == 0
    await server.look(30)

    assert _pictures(server) == 1
    assert asked.response.content.startswith("AI-generated")


async def test_a_picture_that_cannot_be_read_is_said_and_brought_once_it_can(server: Server) -> None:
    asked = await _drawn(server)
    (file,) = [path for path in server.files() if path.suffix == ".picture"]
    aside = file.rename(file.with_name("aside"))

    await server.look()
    assert asked.response.content.startswith("Picture `<lora:radke:1> radke on a bench` was not delivered. ")
    aside.rename(file)
    await server.look(10)

    assert _pictures(server) == 1


async def test_a_message_is_not_edited_without_news(server: Server) -> None:
    learnt(server)
    await server.anna.slash(server.channel, "imagine", prompt=WISH)
    await server.look()
    before = len(server.env.http_requests)

    await server.look(20)

    assert len(server.env.http_requests) == before


async def test_pictures_that_wait_cost_no_question_each_at_every_look(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await server.anna.slash(server.channel, "imagine", prompt=f"a bench, {number}")
    asked: list[object] = []
    monkeypatch.setattr(preferences, "channel", lambda *which: asked.append(which))

    await server.look(5)

    assert asked == []


async def test_the_place_in_line_moves_up_in_the_message(server: Server) -> None:
    learnt(server)
    work.heartbeat(server.studio, "runner-0", "cpu")
    first = await server.anna.slash(server.channel, "imagine", prompt="a bench")
    second = await server.eve.slash(server.channel, "imagine", prompt="a boat")
    first_job = jobs.recent(server.studio, 2)[1]
    await server.look()
    assert second.response.content == "Picture `a boat` · number 2 in line"

    server.finish_picture(first_job, png())
    await server.look(3)

    assert second.response.content.startswith("Picture `a boat` · next in line · ready <t:")
    assert first.response.content.startswith("AI-generated · nobody in particular · asked by @anna")


async def test_a_database_that_is_away_for_a_moment_does_not_end_the_deliveries(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _drawn(server)
    undelivered = jobs.undelivered

    def away(*_: object) -> None:
        raise OSError("connection refused")

    monkeypatch.setattr(jobs, "undelivered", away)
    await server.look(3)
    monkeypatch.setattr(jobs, "undelivered", undelivered)
    await server.look()

    assert _pictures(server) == 1


async def test_a_bot_that_is_stopped_lets_the_picture_on_its_way_arrive(
    server: Server, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _drawn(server)
    client, fetch = server.env.bot, delivery.fetch
    assert isinstance(client, LikenessClient)
    stopping: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()

    def stopped_meanwhile(*arguments: Any) -> delivery.Delivery:
        loop.call_soon_threadsafe(lambda: stopping.append(loop.create_task(client.deliveries.drain())))
        return fetch(*arguments)

    monkeypatch.setattr(delivery, "fetch", stopped_meanwhile)
    await server.look()
    await asyncio.gather(*stopping)

    assert stopping
    assert _pictures(server) == 1
    assert server.job.delivered_at is not None


async def test_nothing_anybody_types_pings_anybody(server: Server) -> None:
    server.consent()
    await server.anna.slash(server.channel, "train", subject="radke", **photos(6))
    assert server.env.bot.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()
    asked = [request for request in server.env.http_requests if "allowed_mentions" in (request.json or {})]
    assert all(request.json["allowed_mentions"]["parse"] == [] for request in asked)


def _pictures(server: Server) -> int:
    return sum(len(message.attachments) for message in server.channel.history())


async def test_a_message_is_left_to_the_command_that_answers_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt(server)
    real, seen = imagine.stands_in_line, []

    async def slow(interaction: Any) -> None:
        server.finish_picture(server.job, png(size=(300, 300)))
        await interaction.client.deliveries.look()  # in this very moment
        await interaction.client.deliveries.at_rest()
        seen.append(server.said.attachments)
        await real(interaction)

    monkeypatch.setattr(imagine, "stands_in_line", slow)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH)
    assert seen == [[]]

    await server.look()
    assert asked.response.content.startswith("AI-generated · radke, with consent")
