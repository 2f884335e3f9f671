"""The whole evening with a real runner in its own process: from photos and a yes to a posed picture."""

from __future__ import annotations

import asyncio
import io
import os
import time
from collections.abc import Iterator
from random import Random

import pytest
from PIL import Image

from bot.words import intake
from miniature.people import random_doll
from miniature.world import photograph, portrait_session
from studio import plans
from studio.settings import Settings
from tests import warm
from tests.bot.conftest import Server
from tests.bot.consent_stage import say_yes

PATIENCE = 240  # seconds on a machine with other things to do; a quiet one takes a tenth


@pytest.fixture
def runner(settings: Settings) -> Iterator[warm.Runner]:
    with warm.runner(settings.home, os.environ) as process:
        yield process
        process.terminate()
        process.wait(60)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


async def _until_delivered(server: Server) -> list[str]:
    """Let the bot look until the newest job has been brought; what its message said on the way."""
    said: list[str] = []
    deadline = time.monotonic() + PATIENCE
    while server.job.delivered_at is None:
        assert time.monotonic() < deadline, f"still {server.job}"
        await server.look()
        said.append(server.said.content)
        await asyncio.sleep(0.2)  # the runner is another process, on the real clock
    return list(dict.fromkeys(said))


@pytest.mark.slow
async def test_photos_and_a_yes_go_in_and_a_posed_picture_of_the_person_comes_out(
    server: Server, runner: warm.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "plan_for", plans.plan_for)  # as it is, once this is over
    warm.short_trainings(steps_per_epoch=4)
    session = portrait_session(random_doll(Random(7)), "radke", 12)
    photos = {f"photo{n}": (f"{n}.png", _png(photo.image)) for n, photo in enumerate(session, 1)}

    notice = await server.radke.slash(server.channel, "consent give", subject="radke")
    await say_yes(server, server.radke, notice, "train", "generate")
    early = await server.anna.slash(server.channel, "train", subject="radke", **photos)
    assert "nobody has confirmed" in early.response.content
    await server.mo.slash(server.channel, "consent verify", subject="radke")

    trained = await server.anna.slash(server.channel, "train", subject="radke", **photos)
    await server.look()
    sheet = await server.radke.click(server.said, label=intake.LOOK_AND_DECIDE)
    await server.radke.click(sheet.response, label=intake.APPROVE)
    on_the_way = await _until_delivered(server)
    assert trained.response.content.startswith("**radke** has been learnt."), trained.response.content
    assert any("epoch" in line and "loss" in line for line in on_the_way)

    pose = photograph(5, size=512, action="drums").skeleton
    drawn = await server.anna.slash(
        server.channel,
        "imagine",
        prompt="<lora:radke:1> radke playing drums",
        pose=("drums.png", _png(pose)),
        seed=11,
        steps=6,
    )
    await _until_delivered(server)

    label, facts = drawn.response.content.split("\n")
    assert label == "AI-generated · radke, with consent · asked by @anna"
    assert "seed 11" in facts
    (attachment,) = drawn.response.attachments
    picture = Image.open(io.BytesIO(await attachment.read()))
    assert min(picture.size) >= 256
    assert "Seed: 11" in picture.text["parameters"]  # type: ignore[attr-defined]
    assert len(set(picture.convert("L").get_flattened_data())) > 20
    assert sum(len(message.attachments) for message in server.channel.history()) == 1
    assert server.events().count("image.delivered") == 1
