"""Deleting the messages that erased pictures stood in, one by one (`studio/removals.py` keeps the list).

Discord lets a bot delete its own messages however old they are. A message that is gone already is what was wanted; one
in a channel the bot may not see any more is tried a few times, and then named in the certificate.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from uuid import UUID

import aiohttp
import discord

from bot.asking import place_of
from studio import erasure, removals
from studio.errors import ErasureUnfinished
from studio.house import Studio
from studio.removals import RemovalView

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)


async def take_away(client: LikenessClient) -> None:
    """Delete every message that is due, then write the certificates that waited for the last of theirs."""
    due = await asyncio.to_thread(removals.due, client.studio)
    for removal in due:
        await _take_away(client, removal)
    for erased in dict.fromkeys(removal.erasure for removal in due if removal.erasure is not None):
        await asyncio.to_thread(_certify, client.studio, erased)


async def _take_away(client: LikenessClient, removal: RemovalView) -> None:
    studio = client.studio
    try:
        channel_id, message_id = place_of(removal.place)
        await client.get_partial_messageable(channel_id).get_partial_message(message_id).delete()
    except discord.NotFound:
        pass  # somebody else was first, or the whole channel is gone
    except (discord.HTTPException, aiohttp.ClientError, OSError, ValueError) as error:
        status = getattr(error, "status", 0)
        refused = isinstance(error, ValueError) or (400 <= status < 500 and status != 429)
        await asyncio.to_thread(removals.failed, studio, removal.id, str(error), refused=refused)
        return
    await asyncio.to_thread(removals.deleted, studio, removal.id)


def _certify(studio: Studio, erased: UUID) -> None:
    try:
        erasure.finish(studio, erased)
    except ErasureUnfinished as error:
        _log.warning("erasure %s is not finished: %s", erased, error.__cause__)
