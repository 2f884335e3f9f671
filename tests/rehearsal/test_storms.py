"""Each asked picture is delivered once, whatever dies or breaks meanwhile; buttons still work; nothing thinks on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from rehearsal.world import Message
from tests.rehearsal.stage import PATIENCE, Stage
from tests.rehearsal.storms import Storm


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_killed_programs_lose_nothing_and_deliver_nothing_twice(stage: Stage) -> None:
    storm = Storm(stage, random.Random(5))
    await stage.runner.start()
    for number, victims in enumerate(((stage.bot,), (stage.runner,), (stage.bot, stage.runner))):
        killing = asyncio.create_task(storm.kill(victims, storm.chance.uniform(0.1, 1.5)))
        await asyncio.gather(*(storm.ask(stage.anna, f"a bench, {number} {each}") for each in range(2)))
        await killing

    await storm.calm()

    assert storm.faults() == []
    assert storm.pictures()
    for message in storm.pictures()[:1]:
        told = await storm.press(stage.eve, message, "Info")
        assert "Seed" in told.text


@pytest.mark.slow
@pytest.mark.parametrize("request_number", [1, 2, 3])
async def test_a_wish_whose_bot_is_killed_right_after_it_was_acknowledged_is_drawn_once(
    stage: Stage, request_number: int
) -> None:
    storm = Storm(stage, random.Random(9))
    await stage.runner.start()
    killing = asyncio.create_task(storm.kill_at_request(request_number, "after"))
    wish = await storm.ask(stage.anna, "a bench")
    assert wish.asked is not None, "it was acknowledged"
    where = await killing

    await storm.calm()

    assert storm.faults() == [], where
    assert len(storm.pictures()) == 1


async def _slow_cdn(stage: Stage) -> None:
    stage.discord.cdn_faults.order(delay=1.0, times=1)


async def _cut(stage: Stage) -> None:
    await stage.discord.gateway.cut()


async def _op_7(stage: Stage) -> None:
    await stage.discord.gateway.ask_to_reconnect()


async def _op_9(stage: Stage) -> None:
    await stage.discord.gateway.invalidate()


async def _errors(stage: Stage) -> None:
    stage.discord.faults.order("/messages/", status=500, times=2)


async def _limits(stage: Stage) -> None:
    stage.discord.faults.order("/messages/", status=429, retry_after=0.4, times=3)


async def _lost_answers(stage: Stage) -> None:
    stage.discord.faults.order(r"^/api/v10/channels/.*/messages/", method="PATCH", lost=True, times=2)


WEATHER: tuple[Callable[[Stage], Awaitable[None]], ...] = (
    _cut,
    _op_7,
    _op_9,
    _errors,
    _limits,
    _lost_answers,
    _slow_cdn,
)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_bad_weather_between_the_bot_and_discord_delays_and_nothing_else(stage: Stage) -> None:
    storm = Storm(stage, random.Random(7))
    await stage.runner.start()
    for number, weather in enumerate(WEATHER):
        wish = await storm.ask(stage.anna, f"a boat, {number}")
        assert wish.asked is not None
        await weather(stage)
        await stage.discord.gateway.connected.wait()
    await storm.calm()

    assert storm.faults() == []
    assert len(storm.pictures()) == len(WEATHER)


async def test_an_expired_link_is_said_and_nothing_is_kept(stage: Stage) -> None:
    stage.discord.cdn_faults.order(status=404, times=10)
    asked = await stage.anna.slash("imagine", prompt="a bench", pose=("pose.png", b"\x89PNG"))
    await stage.settled(asked)
    await stage.discord.until(lambda: "could not be fetched" in asked.text, PATIENCE, asked.text)
    assert stage.discord.violations == []


async def test_a_picture_that_takes_longer_than_the_interaction_lives_comes_all_the_same(
    stage: Stage,
) -> None:
    asked = await stage.anna.slash("imagine", prompt="a slow boat")
    await stage.discord.until(lambda: "Picture" in asked.text, PATIENCE)
    stage.discord.exchange.follow_ups = 0.0  # a quarter of an hour later
    await stage.runner.start()

    def brought() -> Message | None:
        return asked.message if asked.message and asked.message.files else None

    await stage.discord.until(brought, PATIENCE, asked.text)
    assert asked.text.startswith("AI-generated")
    assert stage.discord.violations == []
