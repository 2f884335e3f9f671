"""`/train`: photos of somebody who has said yes."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot import intake, words
from bot.asking import Asked, actor_of, handle_of
from bot.consent import MOST_CHOICES
from bot.forms import opening
from bot.intake_forms import FORMS, PhotosForm, begin, refuse_early
from studio.subjects import trainable_by
from studio.uploads import MAX_BYTES

__all__ = ["COMMANDS", "FORMS", "ITEMS"]

MOST_PHOTOS = 18  # of the 25 options a command may have
_PHOTOS = {
    f"photo{number}": words.PHOTO_OPTION.format(megabytes=MAX_BYTES // 2**20)
    for number in range(1, MOST_PHOTOS + 1)
}


@app_commands.command(name="train", description=words.TRAIN)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.describe(subject=words.TRAIN_SUBJECT, **_PHOTOS)
async def train(
    interaction: Asked,
    subject: str,
    photo1: discord.Attachment | None = None,
    photo2: discord.Attachment | None = None,
    photo3: discord.Attachment | None = None,
    photo4: discord.Attachment | None = None,
    photo5: discord.Attachment | None = None,
    photo6: discord.Attachment | None = None,
    photo7: discord.Attachment | None = None,
    photo8: discord.Attachment | None = None,
    photo9: discord.Attachment | None = None,
    photo10: discord.Attachment | None = None,
    photo11: discord.Attachment | None = None,
    photo12: discord.Attachment | None = None,
    photo13: discord.Attachment | None = None,
    photo14: discord.Attachment | None = None,
    photo15: discord.Attachment | None = None,
    photo16: discord.Attachment | None = None,
    photo17: discord.Attachment | None = None,
    photo18: discord.Attachment | None = None,
) -> None:
    """With photos: consent first, photos second. Without: a form that takes ten of them, and a round more as needed."""
    given = (photo1, photo2, photo3, photo4, photo5, photo6, photo7, photo8, photo9, photo10, photo11,
             photo12, photo13, photo14, photo15, photo16, photo17, photo18)  # fmt: skip
    photos = [photo for photo in given if photo is not None]
    if photos:
        await begin(interaction, handle_of(subject), photos)
        return
    async with opening(interaction):
        actor = await actor_of(interaction)
        await asyncio.to_thread(refuse_early, interaction.client.studio, actor, handle_of(subject))
        await PhotosForm("new", handle_of(subject)).show(interaction)


@train.autocomplete("subject")
async def _trainable(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """On whose photos this member may train: nobody else learns a name by typing its first letter."""
    actor = await actor_of(interaction)
    handles = await asyncio.to_thread(trainable_by, interaction.client.studio, actor)
    names = [handle for handle in handles if handle.startswith(handle_of(typed))]
    return [app_commands.Choice(name=name, value=name) for name in names[:MOST_CHOICES]]


COMMANDS: tuple[app_commands.Command[Any, ..., Any], ...] = (train,)
ITEMS = intake.ITEMS
