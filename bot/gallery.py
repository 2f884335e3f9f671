"""`/gallery`, the menu that puts a picture there, and the gallery's channel.

Every page is asked of the gate when it is turned. A page that everybody may see is noted with the picture, so that it
goes when the picture does; one that a single member sees is gone with their window.
"""

from __future__ import annotations

import asyncio
import io
import re
from typing import Any, Literal, Self

import discord
from discord import app_commands, ui

from bot import pictures
from bot.asking import DOOR, Asked, actor_of, channel_in, for_oneself, handle_of
from bot.failures import Said, answering
from bot.forms import beside, pressing
from bot.words import gallery as say
from studio import batches, gallery, marks, removals
from studio.gallery import Exhibit, Page
from studio.house import Studio

_WHOSE = r"(?P<handle>[a-z0-9_-]{0,40})"


@app_commands.command(name="gallery", description=say.GALLERY)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.describe(subject=say.OF_WHOM)
async def show(interaction: Asked, subject: str | None = None) -> None:
    """The newest picture, and buttons to turn the page."""
    async with answering(interaction, ephemeral=await for_oneself(interaction, "gallery")):
        await actor_of(interaction)
        handle = handle_of(subject) if subject else None
        page = await asyncio.to_thread(gallery.page, interaction.client.studio, handle)
        await _turn(interaction, page, handle)


async def _turn(interaction: Asked, page: Page, handle: str | None) -> None:
    """Put a page into the message of this interaction."""
    if page.exhibit is None:
        await interaction.edit_original_response(content=say.EMPTY, attachments=[], view=None)
        return
    studio, exhibit = interaction.client.studio, page.exhibit
    file = await asyncio.to_thread(picture_file, studio, exhibit)
    message = await interaction.edit_original_response(
        content=say.exhibit(exhibit), attachments=[file], view=PageView(page, handle)
    )
    if not message.flags.ephemeral:
        place = f"{DOOR}{interaction.channel_id}:{message.id}"
        if not await asyncio.to_thread(removals.posted, studio, place, job_id=exhibit.job_id):
            await interaction.edit_original_response(content=say.EMPTY, attachments=[], view=None)


def picture_file(studio: Studio, exhibit: Exhibit) -> discord.File:
    """A picture of the gallery as a chat shows it, marked as it was."""
    shown, enlarged = pictures.for_viewing(exhibit.png)
    if enlarged > 1:
        shown = marks.renew(studio, exhibit.job_id, shown)
    return discord.File(io.BytesIO(shown), f"{'-'.join(exhibit.handles)}.png", description=say.alt(exhibit))


class Leaf(
    ui.DynamicItem[ui.Button[ui.View]],
    template=rf"likeness:gallery:(?P<towards>older|newer):(?P<seq>\d{{1,12}}):{_WHOSE}",
):
    """Turns the page; its place stands in its id, so that a picture gone meanwhile is passed over."""

    def __init__(self, towards: Literal["older", "newer"], seq: int, handle: str, *, last: bool = False) -> None:
        label = say.OLDER if towards == "older" else say.NEWER
        custom_id = f"likeness:gallery:{towards}:{seq}:{handle}"
        super().__init__(ui.Button(label=label, custom_id=custom_id, disabled=last))
        self.towards, self.seq, self.handle = towards, seq, handle

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls("older" if match["towards"] == "older" else "newer", int(match["seq"]), match["handle"])

    async def callback(self, interaction: Any) -> None:
        """Turn it."""
        async with pressing(interaction):
            await actor_of(interaction)
            studio, handle = interaction.client.studio, self.handle or None
            page = await asyncio.to_thread(gallery.page, studio, handle, self.seq, self.towards)
            if page.exhibit is None:  # nothing beyond any more: what there is
                page = await asyncio.to_thread(gallery.page, studio, handle)
            await _turn(interaction, page, handle)


class TakeOut(ui.DynamicItem[ui.Button[ui.View]], template=r"likeness:gallery:out:(?P<id>[A-Za-z0-9_-]{1,80})"):
    """Takes a picture out of the gallery; the studio lets only those it concerns."""

    def __init__(self, job_id: str) -> None:
        super().__init__(ui.Button(label=say.TAKE_OUT, custom_id=f"likeness:gallery:out:{job_id}"))
        self.job_id = job_id

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["id"])

    async def callback(self, interaction: Any) -> None:
        """Take it out, and out of this message."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            await asyncio.to_thread(gallery.take_out, studio, actor, self.job_id)
            await interaction.edit_original_response(content=say.TAKEN_OUT, attachments=[], view=None)


class ShowInGallery(ui.DynamicItem[ui.Button[ui.View]], template=r"likeness:gallery:in:(?P<id>[A-Za-z0-9_-]{1,80})"):
    """Under a picture: puts it into the gallery."""

    def __init__(self, job_id: str, row: int | None = None) -> None:
        super().__init__(ui.Button(label=say.SHOW, custom_id=f"likeness:gallery:in:{job_id}", row=row))
        self.job_id = job_id

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["id"])

    async def callback(self, interaction: Any) -> None:
        """Show it, if all in it agreed to that."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            await asyncio.to_thread(gallery.show, studio, actor, self.job_id)
            await beside(interaction, say.SHOWN)


class PageView(ui.View):
    """Under a page."""

    def __init__(self, page: Page, handle: str | None) -> None:
        super().__init__(timeout=None)
        assert page.exhibit is not None  # an empty gallery has no buttons
        self.add_item(Leaf("older", page.exhibit.seq, handle or "", last=not page.older))
        self.add_item(Leaf("newer", page.exhibit.seq, handle or "", last=not page.newer))
        self.add_item(TakeOut(page.exhibit.job_id))
        self.stop()


class WallView(ui.View):
    """Under a picture in the gallery's channel."""

    def __init__(self, job_id: str) -> None:
        super().__init__(timeout=None)
        self.add_item(TakeOut(job_id))
        self.stop()


async def _show_this(interaction: Asked, message: discord.Message) -> None:
    """Put the picture of a message into the gallery; of several, all that are finished and may be shown."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        place = f"{channel_in(interaction)}:{message.id}"
        known = await asyncio.to_thread(batches.at, studio, place)
        drawn = [job for job in known if job.kind == "imagine" and job.state == "done"]
        if not drawn:
            raise Said(say.NOT_A_PICTURE)
        for job in drawn:
            await asyncio.to_thread(gallery.show, studio, actor, job.id)
        await interaction.edit_original_response(content=say.SHOWN)


@show.autocomplete("subject")
async def _subject(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    names = await asyncio.to_thread(gallery.handles, interaction.client.studio)
    return [app_commands.Choice(name=name, value=name) for name in names if name.startswith(handle_of(typed))][:25]


_menu: Any = app_commands.ContextMenu(name=say.MENU_SHOW, callback=_show_this)
_menu.guild_only = True
_menu.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)

COMMANDS: tuple[Any, ...] = (show, _menu)
ITEMS = (Leaf, TakeOut, ShowInGallery)
