"""From an error to a sentence, and the sentence to whoever asked. No interaction is left “thinking”.

Exception
└── Said        the bot itself has to say no; `str()` is the sentence (from `bot/words`)
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord

from bot import words
from studio.errors import SPOKEN

_log = logging.getLogger(__name__)


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


async def tell(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Turn the “thinking” message into the sentence, or answer with it when there is none yet."""
    sentence = sentence_for(error)
    try:
        if interaction.response.is_done():
            await interaction.edit_original_response(content=sentence, attachments=[], embeds=[], view=None)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
    except discord.HTTPException:
        # The interaction is older than its 15 minutes, or its message was deleted: there is nobody to tell.
        _log.warning("could not say: %s", sentence, exc_info=True)


@asynccontextmanager
async def answering(
    interaction: discord.Interaction[Any], *, ephemeral: bool = False, in_place: bool = False
) -> AsyncIterator[None]:
    """Acknowledge at once (Discord gives three seconds), and turn any failure of the body into a sentence.

    The answer is the “thinking” message this makes. `in_place` is for a button whose own message becomes the
    answer.
    """
    try:
        await interaction.response.defer(ephemeral=ephemeral, thinking=not in_place)
        yield
    except Exception as error:
        await tell(interaction, error)
