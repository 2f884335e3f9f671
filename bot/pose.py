"""`/pose`: the skeleton of a picture, to look at before anybody is drawn in it."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot import attachments
from bot.asking import Asked, actor_of, channel_of, job_id_of
from bot.failures import answering
from bot.words import pictures as say
from studio.poses import ask_pose


@app_commands.command(name="pose", description=say.POSE_COMMAND)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.describe(picture=say.POSE_PICTURE)
async def pose(interaction: Asked, picture: discord.Attachment) -> None:
    """Queue the reading of a pose; `bot/deliveries.py` brings the skeleton."""
    async with answering(interaction):
        client, actor = interaction.client, await actor_of(interaction)
        channel = await channel_of(interaction)
        await interaction.edit_original_response(content=say.READING)
        await asyncio.to_thread(
            ask_pose,
            client.studio,
            actor,
            await attachments.read(picture),
            name=picture.filename,
            channel=channel,
            job_id=job_id_of(interaction),
        )


COMMANDS: tuple[app_commands.Command[Any, ..., Any], ...] = (pose,)
ITEMS = ()
