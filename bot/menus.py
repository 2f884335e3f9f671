"""The menus on a message (Apps ›): Info, Run again, Made here?, Report.

Discord hands the chosen message over with the choice, pictures and all, so no right to read messages is needed. One
of the bot's own is known by its id; a picture that was posted by somebody is looked at, compared and forgotten.
"""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot import attachments
from bot.asking import DOOR, Asked, actor_of, channel_in
from bot.failures import Said, answering
from bot.forms import opening
from bot.picture_buttons import PictureView
from bot.picture_forms import ReportForm
from bot.redrawing import again, redraw
from bot.words import pictures as say
from studio import batches, pictures, tracing
from studio.errors import BadUpload
from studio.house import Studio
from studio.uploads import MAX_BYTES
from studio.views import JobView

_MOST_FILES = 10


async def _info(interaction: Asked, message: discord.Message) -> None:
    """What the picture in a message was drawn with."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        job = await _the_job(interaction, message)
        view = await asyncio.to_thread(pictures.picture, studio, actor, job.id, channel_in(interaction))
        await interaction.edit_original_response(content=say.info(view), view=PictureView.picked(view.job))


async def _run_again(interaction: Asked, message: discord.Message) -> None:
    """The same wish with another seed, asked by whoever chose this."""
    known: list[JobView] = []
    async with opening(interaction):
        known = await asyncio.to_thread(batches.at, interaction.client.studio, _place(message))
        if not known:
            raise Said(say.NOT_OURS_TO_REPEAT)
    if known:
        await redraw(interaction, known[0].batch or known[0].id, again)


async def _made_here(interaction: Asked, message: discord.Message) -> None:
    """Whether a picture is one of ours; of whom and for whom only moderators learn, and that they looked is kept."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        found: dict[Any, tracing.Match] = {}
        for data in await _files(message):
            for match in await asyncio.to_thread(_look_up, studio, actor, data):
                found.setdefault(match.output_id, match)
        sentence = say.made_here(list(found.values()), whole=actor.is_moderator)
        await interaction.edit_original_response(content=sentence)


async def _report(interaction: Asked, message: discord.Message) -> None:
    """Object to a picture: the form at once for one of the bot's messages, else a button after a look at it."""
    known: list[JobView] = []
    async with opening(interaction):
        known = await asyncio.to_thread(batches.at, interaction.client.studio, _place(message))
        if known:
            return await ReportForm(known[0].batch or known[0].id).show(interaction)
    async with answering(interaction, ephemeral=True):
        job = await _the_job(interaction, message)
        await interaction.edit_original_response(
            content=say.REPORT_HINT, view=PictureView.to_report(job)
        )


def _place(message: discord.Message) -> str:
    return f"{DOOR}{message.channel.id}:{message.id}"


async def _the_job(interaction: Asked, message: discord.Message) -> JobView:
    """The job of the picture in a message: by the message, or by the look of what is attached. Raises Said."""
    studio = interaction.client.studio
    known = await asyncio.to_thread(batches.at, studio, _place(message))
    if known:
        return known[0]
    for data in await _files(message):
        for match in await asyncio.to_thread(_made, studio, data):
            if match.job_id is not None:
                found = await asyncio.to_thread(batches.find, studio, match.job_id)
                return found[0]
    raise Said(say.NOT_OURS)


async def _files(message: discord.Message) -> list[bytes]:
    """The pictures in a message, in memory for as long as they are compared. Raises Said when there is none."""
    there = [
        attachment
        for attachment in message.attachments[:_MOST_FILES]
        if (attachment.content_type or "").startswith("image/") and attachment.size <= MAX_BYTES
    ]
    if not there:
        raise Said(say.NO_PICTURE)
    return await attachments.read_all(there)


def _made(studio: Studio, data: bytes) -> list[tracing.Match]:
    try:
        return tracing.made_here(studio, data)
    except BadUpload:  # called a picture and none: nothing of ours
        return []


def _look_up(studio: Studio, actor: Any, data: bytes) -> list[tracing.Match]:
    if not actor.is_moderator:
        return _made(studio, data)
    try:
        return list(tracing.look_up(studio, actor, data).matches)
    except BadUpload:
        return []


def _menu(name: str, callback: Any) -> app_commands.ContextMenu:
    menu = app_commands.ContextMenu(name=name, callback=callback)
    menu.guild_only = True
    menu.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)
    return menu


COMMANDS = (
    _menu(say.MENU_INFO, _info),
    _menu(say.MENU_AGAIN, _run_again),
    _menu(say.MENU_MADE, _made_here),
    _menu(say.MENU_REPORT, _report),
)
ITEMS = ()
