"""Who asks, from where, and under which id: from an interaction to the studio's words."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import aiohttp
import discord

from bot import words
from bot.failures import ANSWER, PLACE, Said
from consent.people import Actor
from studio import parties, preferences
from studio.house import Studio

if TYPE_CHECKING:
    from bot.client import LikenessClient

Asked: TypeAlias = "discord.Interaction[LikenessClient]"

DOOR = "discord:"
_GONE = (10003, 10004)
"""Discord's codes for a channel and a server that are not there; 10008, a message that is not, is another matter."""


def is_gone(error: BaseException) -> bool:
    """Whether Discord says that the channel itself was deleted: nothing will ever be brought there again."""
    return isinstance(error, discord.NotFound) and error.code in _GONE


async def actor_of(interaction: Asked) -> Actor:
    """Whoever pressed or typed; who manages a server that the studio serves is a moderator. Raises Said elsewhere.

    Do not let the owner of the application or of another server pass for one: hosting is no right over a consent.
    """
    server, moderator = server_of(interaction), False
    if server is not None:
        manages = interaction.permissions.manage_guild
        moderator = await asyncio.to_thread(_vouched_for, interaction.client.studio, server, manages)
    return await actor_for(interaction, interaction.user, is_moderator=moderator)


def _vouched_for(studio: Studio, server: str, manages: bool) -> bool:
    """Whether somebody who manages this server, or does not, is a moderator of the studio."""
    if not preferences.serves(studio, server):
        raise Said(preferences.NOT_SERVED)
    return manages and preferences.moderates(studio, server)


def server_of(interaction: Asked) -> str | None:
    """The server an interaction comes from, in the studio's words; None in a direct message."""
    return f"{DOOR}{interaction.guild_id}" if interaction.guild_id is not None else None


def channel_in(interaction: Asked) -> str:
    """The channel an interaction comes from, in the studio's words."""
    return f"{DOOR}{interaction.channel_id}"


async def actor_for(
    interaction: Asked, user: discord.User | discord.Member, *, is_moderator: bool = False
) -> Actor:
    """The actor behind any account."""
    studio = interaction.client.studio
    actor = await asyncio.to_thread(
        parties.actor, studio, "discord", str(user.id), user.display_name, is_moderator=is_moderator
    )
    roles = frozenset(str(role.id) for role in getattr(user, "roles", ()))
    return replace(actor, roles=roles)


async def for_oneself(interaction: Asked, command: str) -> bool:
    """Whether a command's answer is for whoever asked alone; a server may have made it public (`/settings server`)."""
    server = server_of(interaction)
    if server is None:
        return True
    set_to = await asyncio.to_thread(preferences.server, interaction.client.studio, server)
    return command not in set_to.public_commands


def handle_of(text: str) -> str:
    """A subject's name as typed; phones begin a line with a capital."""
    return text.strip().lower()


def job_id_of(interaction: Asked) -> str:
    """One interaction, one job: an interaction handled twice asks once.

    A job's id stands in the ledger for ever, so it must not be one of Discord's; the token, which is forgotten within
    the hour, keeps the digest from being guessed back.
    """
    digest = hashlib.sha256(f"{interaction.id}:{interaction.token}".encode()).hexdigest()
    return f"ix-{digest[:32]}"


async def channel_of(interaction: Asked) -> str:
    """Where the result goes: the message that answers this interaction, as it is stored with the job.

    The message is edited by the bot's token later on, because an interaction's own token ends after 15
    minutes. So a channel the bot cannot see is refused here, before anything is stored.
    """
    for name, words_for in (("view_channel", "View Channel"), ("attach_files", "Attach Files")):
        if not getattr(interaction.app_permissions, name):
            raise Said(words.cannot_reach(words_for))
    message_id = interaction.extras.get(ANSWER) or (await interaction.original_response()).id
    place = f"{DOOR}{interaction.channel_id}:{message_id}"
    interaction.extras[PLACE] = place
    interaction.client.deliveries.left_alone.add(place)  # until it has been answered
    return place


async def stands_in_line(interaction: Asked) -> None:
    """Say so, in the last line that is not the deliveries' own. The wish is stored: nothing can fail any more."""
    with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
        await interaction.edit_original_response(content=words.IN_LINE)


def place_of(channel: str) -> tuple[int, int]:
    """Channel id and message id back from what `channel_of` stored; ValueError for anything else."""
    door, channel_id, message_id = channel.split(":")
    if f"{door}:" != DOOR:
        raise ValueError(f"{channel!r} is not a place in Discord")
    return int(channel_id), int(message_id)
