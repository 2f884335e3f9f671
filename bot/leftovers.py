"""Answers an earlier start of the bot did not get to give: each is ended truthfully, so that none says
“thinking” for ever.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.asking import place_of
from bot.words import pictures as say
from studio import answers
from studio.answers import OpenAnswer

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)


async def end_them(client: LikenessClient, left: list[OpenAnswer]) -> None:
    """Say in each that the bot was restarted, and forget it; one Discord does not let us edit is forgotten too."""
    for answer in left:
        try:
            await _say(client, answer)
        except (discord.NotFound, discord.Forbidden):
            pass  # deleted by somebody, or too old: there is no message to end
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            _log.warning("an answer could not be ended (%s); at the next start again", error)
            continue
        await asyncio.to_thread(answers.end, client.studio, answer.id)
        client.journal.end(answer.id)


async def _say(client: LikenessClient, answer: OpenAnswer) -> None:
    if answer.channel is not None:
        channel_id, message_id = place_of(answer.channel)
        message = client.get_partial_messageable(channel_id).get_partial_message(message_id)
        await message.edit(content=say.RESTARTED, attachments=[], embeds=[], view=None)
    elif answer.key is not None and client.application_id is not None:
        hook = discord.Webhook.partial(client.application_id, answer.key, client=client)
        original: Any = "@original"
        await hook.edit_message(original, content=say.RESTARTED, view=None)
