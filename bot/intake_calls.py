"""Telling a subject that photos of them wait: an edit of the public line notifies nobody.

Once for each training, by a mention in the channel it was asked in, without a photo; never by a direct message.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord

from bot.asking import place_of
from bot.intake import CallView
from bot.words import intake as say
from studio import intakes

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)


async def call(client: LikenessClient) -> None:
    """Call every subject who has not been called yet to the photos that wait for them."""
    for each in await asyncio.to_thread(intakes.uncalled, client.studio, "discord"):
        channel_id, _ = place_of(each.channel)
        try:
            await client.get_partial_messageable(channel_id).send(
                say.call(f"<@{each.account}>", each.handle, each.trainer, each.photos),
                view=CallView(each.job_id),
                nonce=each.job_id[:25],  # a crash before the next line: Discord drops the second one
                allowed_mentions=discord.AllowedMentions(users=[discord.Object(int(each.account))]),
            )
        except (discord.Forbidden, discord.NotFound) as error:
            _log.warning("%s cannot be called to %s: %s", each.handle, each.job_id, error)
        await asyncio.to_thread(intakes.called, client.studio, each.job_id)
