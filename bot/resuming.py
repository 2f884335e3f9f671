"""Commands that go on after a kill: whoever was told “thinking” gets their picture, and need not ask again.

Discord tells of an interaction once. So what it said goes into the journal before the acknowledgement, for the commands
that become a job, and the next start performs them once more from there. Twice is once: a job has the id of its
interaction (`asking.job_id_of`). Rights and consents are asked as ever; the name and the roles are those of then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.asking import job_id_of
from bot.failures import ANSWER
from bot.journal import Begun
from bot.leftovers import end_them
from studio import answers, batches

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)


async def go_on(client: LikenessClient, left: Sequence[Begun]) -> None:
    """Perform once more what was acknowledged; what cannot be performed is ended in words."""
    for begun in left:
        try:
            if await _has_begun(client, begun):
                continue
            await asyncio.to_thread(answers.end, client.studio, begun.answer.id)
            client.journal.end(begun.answer.id)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            _log.warning("a command could not go on (%s); at the next start again", error)
        except Exception:
            _log.exception("a command could not go on")
            await end_them(client, [begun.answer])


async def _has_begun(client: LikenessClient, begun: Begun) -> bool:
    """Begin a command, unless it has become a job, or was never acknowledged and whoever asked has seen that."""
    payload: Any = begun.asked
    interaction: discord.Interaction[LikenessClient] = discord.Interaction(data=payload, state=client._connection)
    if interaction.channel is None:
        raise LookupError("the channel it was asked in is not to be seen any more")
    if await asyncio.to_thread(batches.asked, client.studio, job_id_of(interaction)):
        return False
    try:
        message = await interaction.original_response()
    except discord.NotFound:
        return False
    # As `defer` leaves it. The library has no other way to say that an earlier process has acknowledged.
    interaction.response._response_type = discord.InteractionResponseType.deferred_channel_message
    interaction.extras[ANSWER] = message.id
    client.tree._from_interaction(interaction)
    return True
