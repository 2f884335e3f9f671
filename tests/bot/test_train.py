"""/train: consent first, photos second, and one message from position to result."""

from __future__ import annotations

import re

import discord
import pytest
from sqlalchemy import update

from bot import words
from bot.train import MOST_PHOTOS
from db.tables import ConsentRow
from studio import jobs, work
from studio.uploads import MAX_BYTES
from tests.bot.conftest import Server, photos, png


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the attachments that the bot has downloaded."""
    names: list[str] = []

    async def reading(attachment: discord.Attachment, **_: object) -> bytes:
        names.append(attachment.filename)
        return b""

    monkeypatch.setattr(discord.Attachment, "read", reading)
    return names


async def test_without_a_yes_it_is_refused_with_the_reason_before_a_photo_is_downloaded(
    server: Server, read: list[str]
) -> None:
    await server.radke.slash(server.channel, "consent give", subject="radke")
    before = server.rows()

    refused = await server.anna.slash(server.channel, "train", subject="radke", **photos(12))

    assert "radke has not been asked yet" in refused.response.content
    assert "In Discord you ask with `/consent ask`" in refused.response.content
    assert read == []
    assert server.rows() == before
    assert server.events()[-1] == "training.refused"
    assert server.files() == []


async def test_after_the_date_of_a_yes_not_a_photo_is_downloaded(server: Server, read: list[str]) -> None:
    server.consent()
    with server.studio.sessions.begin() as session:
        session.execute(update(ConsentRow).values(expires_at=server.studio.clock()))

    refused = await server.anna.slash(server.channel, "train", subject="radke", **photos(12))

    assert "has run out" in refused.response.content
    assert "In Discord you ask with `/consent ask`" in refused.response.content
    assert read == []
    assert server.events()[-1] == "training.refused"


async def test_an_unknown_subject_is_refused_by_name(server: Server) -> None:
    refused = await server.anna.slash(server.channel, "train", subject="nobody", **photos(4))
    assert "nobody" in refused.response.content
    assert server.rows()["jobs"] == 0


async def test_after_a_no_it_is_not_suggested_to_ask_again(server: Server) -> None:
    await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    notice = await server.radke.click(server.said, label=words.ANSWER_BUTTON)
    await server.radke.click(notice.response, label=words.NO_BUTTON)

    refused = await server.anna.slash(server.channel, "train", subject="radke", **photos(4))

    assert "radke said no" in refused.response.content
    assert "/consent ask" not in refused.response.content


async def test_a_yes_to_pictures_is_no_yes_to_training(server: Server) -> None:
    server.consent(purposes=("generate",))
    refused = await server.anna.slash(server.channel, "train", subject="radke", **photos(12))
    assert "has not agreed to training" in refused.response.content
    assert server.rows()["jobs"] == 0


async def test_twelve_photos_become_one_job_and_its_message_shows_the_place_in_line(server: Server) -> None:
    server.consent()

    asked = await server.anna.slash(server.channel, "train", subject="radke", **photos(12))
    server.approve()
    await server.look()

    assert server.rows()["photos"] == 12
    assert server.job.channel == f"discord:{server.channel.id}:{asked.response.id}"
    assert asked.response.content.startswith("Training of **radke** · next in line")
    assert words.NO_RUNNER in asked.response.content


async def test_eighteen_photos_fit_into_one_command(server: Server) -> None:
    server.consent()
    await server.anna.slash(server.channel, "train", subject="radke", **photos(MOST_PHOTOS))
    assert server.rows()["photos"] == MOST_PHOTOS


async def test_progress_is_edited_into_the_same_message(server: Server) -> None:
    server.consent()
    asked = await server.anna.slash(server.channel, "train", subject="radke", **photos(6))
    server.approve()
    work.heartbeat(server.studio, "runner-0", "cpu")
    work.claim(server.studio, server.job.id)

    await server.look()

    assert asked.response.content == "Training of **radke** · starting"
    assert len(server.channel.history()) == 1


async def test_the_end_says_how_to_use_what_was_learnt(server: Server) -> None:
    await server.trained()
    assert server.said.content.startswith("**radke** has been learnt.")
    assert "<lora:radke:1>" in server.said.content
    assert server.job.delivered_at is not None


async def test_a_training_that_failed_says_why_once(server: Server) -> None:
    server.consent()
    asked = await server.anna.slash(server.channel, "train", subject="radke", **photos(6))
    server.approve()
    work.fail(server.studio, server.job.id, "The loss is not finite.")

    await server.look()

    assert asked.response.content == "Training of **radke** did not work out. The loss is not finite."
    assert jobs.undelivered(server.studio, "discord:") == []


async def test_too_few_photos_and_a_broken_one_are_refused_in_words_and_nothing_is_kept(
    server: Server,
) -> None:
    server.consent()
    before = server.rows()

    few = await server.anna.slash(server.channel, "train", subject="radke", **photos(2))
    broken = await server.anna.slash(
        server.channel, "train", subject="radke", **(photos(5) | {"photo6": ("notes.png", b"not a picture")})
    )

    assert "4 to 60 different photos" in few.response.content
    assert "notes.png is not a picture we can read" in broken.response.content
    assert server.rows() == before


async def test_a_photo_too_large_is_refused_by_its_size_alone(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.consent()
    large = png() + bytes(MAX_BYTES)

    async def never(attachment: discord.Attachment, **_: object) -> bytes:
        raise AssertionError("downloaded")

    monkeypatch.setattr(discord.Attachment, "read", never)
    refused = await server.anna.slash(
        server.channel, "train", subject="radke", **(photos(5) | {"photo6": ("large.png", large)})
    )
    assert refused.response.content == words.too_large("large.png", 20)


async def test_the_same_interaction_handled_twice_asks_once(server: Server) -> None:
    server.consent()
    asked = await server.anna.slash(server.channel, "train", subject="radke", **photos(6))
    assert re.fullmatch(r"ix-[0-9a-f]{32}", server.job.id)
    assert str(asked._interaction.id) not in server.job.id, "the ledger keeps no id of Discord's"
    assert server.rows()["jobs"] == 1
