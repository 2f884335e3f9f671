"""Attachments: sized before they are fetched, fetched again when Discord stumbles."""

from __future__ import annotations

from collections.abc import Callable

import discord
import pytest

from bot import attachments, words
from tests.bot.conftest import Server, photos

Read = Callable[[discord.Attachment], object]


@pytest.fixture
def stumble(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Make the first reads of every attachment fail, and list all attempts by file name."""

    def install(failures: int) -> list[str]:
        attempts: list[str] = []
        real = discord.Attachment.read

        async def read(attachment: discord.Attachment, **options: bool) -> bytes:
            attempts.append(attachment.filename)
            if attempts.count(attachment.filename) <= failures:
                raise ConnectionResetError("the connection was reset")
            return await real(attachment, **options)

        monkeypatch.setattr(discord.Attachment, "read", read)
        return attempts

    monkeypatch.setattr(attachments, "FIRST_PAUSE", 0.0)  # the simulated clock does not run in a command
    return install


async def test_a_download_that_stumbles_is_tried_again(
    server: Server, stumble: Callable[[int], list[str]]
) -> None:
    server.consent()
    attempts = stumble(2)

    await server.anna.slash(server.channel, "train", subject="radke", **photos(6))

    assert server.rows()["photos"] == 6
    assert attempts.count("0.png") == 3


async def test_a_download_that_never_works_is_said_by_name_and_nothing_is_kept(
    server: Server, stumble: Callable[[int], list[str]]
) -> None:
    server.consent()
    before = server.rows()
    attempts = stumble(99)

    refused = await server.anna.slash(server.channel, "train", subject="radke", **photos(4))

    assert refused.response.content in {words.not_downloaded(f"{n}.png") for n in range(4)}
    assert attempts.count("0.png") == attachments.ATTEMPTS
    assert server.rows() == before


async def test_an_attachment_that_is_gone_is_not_asked_for_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.consent()
    monkeypatch.setattr(server.env.backend.cdn, "get", lambda url: None)
    attempts: list[str] = []
    real = discord.Attachment.read

    async def read(attachment: discord.Attachment, **options: bool) -> bytes:
        attempts.append(attachment.filename)
        return await real(attachment, **options)

    monkeypatch.setattr(discord.Attachment, "read", read)

    refused = await server.anna.slash(server.channel, "imagine", prompt="a bench", pose=("pose.png", b"x"))

    assert refused.response.content == words.not_downloaded("pose.png")
    assert attempts == ["pose.png"]


async def test_photos_that_are_too_much_together_are_refused_before_any_is_fetched(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.consent()
    monkeypatch.setattr(attachments, "MAX_BYTES_TOGETHER", 1000)
    refused = await server.anna.slash(server.channel, "train", subject="radke", **photos(12))
    assert refused.response.content == words.too_large_together(0)
    assert server.rows()["photos"] == 0
