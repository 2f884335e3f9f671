"""From an error to a sentence, and the sentence to whoever asked. No interaction is left “thinking”.

Exception
└── Said        the bot itself has to say no; `str()` is the sentence (from `bot/words`)
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord

from bot import words
from bot.payloads import goes_on, payload_of
from studio import answers
from studio.errors import SPOKEN

_log = logging.getLogger(__name__)

ANSWER, PLACE = "answer", "place"
"""Under which an interaction remembers the id of the message that answers it, and where that is for the studio."""


class Said(Exception):
    """Something the bot refuses by itself, before it asks the studio; the message is what people read."""


def sentence_for(error: BaseException) -> str:
    """What people read. What is not meant for them is logged under a short id, and they get the id."""
    if isinstance(error, (Said, *SPOKEN)):
        return words.fit(str(error))
    if isinstance(error, discord.Forbidden):
        return words.may_not_write()
    reference = secrets.token_hex(3)
    _log.error("%s: an interaction failed", reference, exc_info=error)
    return words.broken(reference)


async def tell(interaction: discord.Interaction[Any], error: BaseException) -> bool:
    """Turn the “thinking” message into the sentence, or answer with it when there is none yet. False: nobody heard."""
    sentence = sentence_for(error)
    try:
        if interaction.response.is_done():
            await interaction.edit_original_response(content=sentence, attachments=[], embeds=[], view=None)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
        return True
    except discord.HTTPException:
        # The interaction is older than its 15 minutes, or its message was deleted: there is nobody to tell.
        _log.warning("could not say: %s", sentence, exc_info=True)
        return False


@asynccontextmanager
async def answering(
    interaction: discord.Interaction[Any], *, ephemeral: bool = False, in_place: bool = False
) -> AsyncIterator[None]:
    """Acknowledge at once (Discord gives three seconds), and turn any failure of the body into a sentence.

    The answer is the “thinking” message this makes. `in_place` is for a button whose own message becomes the
    answer. That somebody waits is written down until they have been answered: after a kill in between, the next start
    of the bot goes on with the command (`bot/resuming.py`), or ends the message (`bot/leftovers.py`).
    """
    told = True
    try:
        if not interaction.response.is_done():  # it is where an earlier start was killed at it
            await _acknowledge(interaction, ephemeral, in_place)
        await interaction.client.rush.over()
        if not in_place:
            await _write_down(interaction, ephemeral)
        yield
    except Exception as error:
        told = await tell(interaction, error)
    finally:
        interaction.client.deliveries.left_alone.discard(interaction.extras.get(PLACE))
    if told and not in_place:
        await _cross_out(interaction)


async def _acknowledge(interaction: discord.Interaction[Any], ephemeral: bool, in_place: bool) -> None:
    if not in_place:
        asked = payload_of(interaction) if goes_on(interaction) else None
        interaction.client.journal.begin(str(interaction.id), interaction.token, asked)
    async with interaction.client.rush.acknowledging():
        begun = await interaction.response.defer(ephemeral=ephemeral, thinking=not in_place)
    interaction.extras[ANSWER] = begun.message_id if begun is not None else None


async def _write_down(interaction: discord.Interaction[Any], ephemeral: bool) -> None:
    """That somebody waits; a database that is away for a moment is no reason not to answer them."""
    message = None if ephemeral else interaction.extras.get(ANSWER)
    channel = f"discord:{interaction.channel_id}:{message}" if message else None
    key = None if channel else interaction.token
    try:
        await asyncio.to_thread(answers.begin, interaction.client.studio, str(interaction.id), channel, key)
        if not goes_on(interaction):
            interaction.client.journal.end(str(interaction.id))
    except Exception:
        _log.warning("an answer was begun without writing it down", exc_info=True)


async def _cross_out(interaction: discord.Interaction[Any]) -> None:
    interaction.client.journal.end(str(interaction.id))
    try:
        await asyncio.to_thread(answers.end, interaction.client.studio, str(interaction.id))
    except Exception:
        _log.warning("an answer was given and still counts as open", exc_info=True)
