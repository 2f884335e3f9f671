"""`/train`: photos of somebody who has said yes."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot import attachments, words
from bot.asking import Asked, actor_of, channel_of, handle_of, job_id_of
from bot.consent import suggest
from bot.failures import Said, answering
from consent.errors import NotAllowed
from consent.people import Actor
from studio.errors import UnknownSubject
from studio.house import Studio
from studio.train import NewPhoto, ask_the_gate, ask_training
from studio.uploads import MAX_BYTES
from studio.views import SubjectView

MOST_PHOTOS = 18  # of the 25 options a command may have

_TO_BE_ASKED = {"not_asked", "expired"}  # reasons that a question mends; a no is not to be asked again
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
    photo1: discord.Attachment,
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
    """Consent first, photos second: without a yes not a byte of them is downloaded."""
    given = (photo1, photo2, photo3, photo4, photo5, photo6, photo7, photo8, photo9, photo10, photo11,
             photo12, photo13, photo14, photo15, photo16, photo17, photo18)  # fmt: skip
    photos = [photo for photo in given if photo is not None]
    async with answering(interaction):
        client, handle = interaction.client, handle_of(subject)
        actor = await actor_of(interaction)
        await asyncio.to_thread(_refuse_early, client.studio, actor, handle)
        channel = await channel_of(interaction)
        await interaction.edit_original_response(content=words.READING_PHOTOS)
        read = await attachments.read_all(photos)
        # From here on the message is the deliveries' to edit: a line written here could cover the result.
        await asyncio.to_thread(
            ask_training,
            client.studio,
            actor,
            handle,
            [NewPhoto(photo.filename, data) for photo, data in zip(photos, read, strict=True)],
            channel=channel,
            job_id=job_id_of(interaction),
        )


@train.autocomplete("subject")
async def _trainable(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    def offered(actor: Actor, view: SubjectView) -> bool:
        return view.consent == "active" and "train" in view.purposes

    return await suggest(interaction, typed, offered)


def _refuse_early(studio: Studio, actor: Actor, handle: str) -> None:
    """Let the studio's gate speak before anything is downloaded. With the photos it is asked again.

    Judge nothing here by what a view shows: a view does not know that a consent's date has passed.
    """
    try:
        ask_the_gate(studio, actor, handle)
    except UnknownSubject as unknown:
        raise Said(words.refused_early(str(unknown), may_be_asked=True)) from unknown
    except NotAllowed as refusal:
        may_be_asked = any(reason.code in _TO_BE_ASKED for reason in refusal.reasons)
        raise Said(words.refused_early(str(refusal), may_be_asked=may_be_asked)) from refusal


COMMANDS: tuple[app_commands.Command[Any, ..., Any], ...] = (train,)
ITEMS = ()
