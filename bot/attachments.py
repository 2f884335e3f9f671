"""Fetching what was attached to a slash command: sized before, retried after.

Only options of a command come here, never the files of channel messages: Discord's developer policy keeps
message content out of training, and the bot does not ask for the intent to read it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp
import discord
import yarl

from bot import words
from bot.failures import Said
from studio.uploads import MAX_BYTES

MAX_BYTES_TOGETHER = 120 * 1024 * 1024  # eighteen photos of a phone; they are in memory at once
ATTEMPTS = 4
FIRST_PAUSE = 0.5  # seconds; doubled after each attempt
PATIENCE = 30.0  # seconds for one attempt
_AT_ONCE = 4
_DISCORDS = {"cdn.discordapp.com", "media.discordapp.net"}

CDN: yarl.URL | None = None
"""Another address for Discord's CDN; set once at the start (`bot/main.py`)."""


def check_sizes(attachments: Sequence[discord.Attachment]) -> None:
    """Refuse by what Discord says of the sizes, before a byte is downloaded."""
    for attachment in attachments:
        if attachment.size > MAX_BYTES:
            raise Said(words.too_large(attachment.filename, MAX_BYTES // 2**20))
    if sum(attachment.size for attachment in attachments) > MAX_BYTES_TOGETHER:
        raise Said(words.too_large_together(MAX_BYTES_TOGETHER // 2**20))


async def read_all(attachments: Sequence[discord.Attachment]) -> list[bytes]:
    """The bytes of each, in order, a few at a time. Raises Said."""
    check_sizes(attachments)
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(attachment: discord.Attachment) -> bytes:
        async with turn:
            return await read(attachment)

    return list(await asyncio.gather(*(one(attachment) for attachment in attachments)))


async def read(attachment: discord.Attachment) -> bytes:
    """One attachment's bytes. discord.py does not retry downloads, so this does; a 403 or 404 stays one."""
    check_sizes([attachment])
    attachment.url = elsewhere(attachment.url)
    for attempt in range(ATTEMPTS):
        if attempt:
            await asyncio.sleep(FIRST_PAUSE * 2 ** (attempt - 1))
        try:
            return await asyncio.wait_for(attachment.read(), PATIENCE)
        except (discord.NotFound, discord.Forbidden):
            break
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
            continue
    raise Said(words.not_downloaded(attachment.filename))


def elsewhere(url: str) -> str:
    """Where a link of Discord's CDN is to be fetched: there, or at the address of the settings."""
    link = yarl.URL(url)
    if CDN is None or link.host not in _DISCORDS:
        return url
    return str(link.with_scheme(CDN.scheme).with_host(CDN.host or "").with_port(CDN.port))
