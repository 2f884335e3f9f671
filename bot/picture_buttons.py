"""The buttons under pictures, and under what is on its way to become one.

Each knows a job or a batch of them by its id, and works after a restart of the bot and of Discord alike. The id is no
proof of anything: the studio is asked at every press, and whoever presses is the one who asks for the new picture.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot import picture_forms
from bot.asking import Asked, actor_of, channel_in
from bot.failures import answering
from bot.forms import beside, opening, pressing
from bot.redrawing import again, compared, faced, larger, redraw, varied
from bot.words import pictures as say
from studio import batches, jobs, pictures
from studio.errors import JobEnded, UnknownPicture
from studio.views import JobView

_ID = r"(?P<id>[A-Za-z0-9_-]{1,80})"


class _OnPicture(ui.DynamicItem[ui.Button[ui.View]], template=_ID):
    """A button that knows which job or batch it is about, and nothing else."""

    act: ClassVar[str]  # what stands in the custom id
    label: ClassVar[str]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, about: str, row: int | None = None) -> None:
        custom_id = f"likeness:{self.act}:{about}"
        super().__init__(ui.Button(label=self.label, style=self.style, custom_id=custom_id, row=row))
        self.about = about

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["id"])


class Again(_OnPicture, template=f"likeness:again:{_ID}"):
    """The same wish with another seed; a sheet as a sheet, several as several."""

    act, label, style = "again", say.AGAIN, discord.ButtonStyle.primary

    async def callback(self, interaction: Any) -> None:
        """Ask again."""
        await redraw(interaction, self.about, again)


class Vary(_OnPicture, template=f"likeness:vary:{_ID}"):
    """Nearly the same picture: its own noise, a quarter of the way to another's."""

    act, label = "vary", say.VARY

    async def callback(self, interaction: Any) -> None:
        """Ask for a variation."""
        await redraw(interaction, self.about, varied)


class Upscale(_OnPicture, template=f"likeness:upscale:{_ID}"):
    """The same picture, drawn on at twice the size."""

    act, label = "upscale", say.UPSCALE

    async def callback(self, interaction: Any) -> None:
        """Ask for it larger."""
        await redraw(interaction, self.about, larger)


class Face(_OnPicture, template=f"likeness:face:{_ID}"):
    """The same picture with its face drawn once more, by itself."""

    act, label = "face", say.FACE

    async def callback(self, interaction: Any) -> None:
        """Ask for it."""
        await redraw(interaction, self.about, faced)


class Compare(_OnPicture, template=f"likeness:compare:{_ID}"):
    """The same seed at several weights of whoever is in it."""

    act, label = "compare", say.COMPARE_BUTTON

    async def callback(self, interaction: Any) -> None:
        """Ask for a sheet."""
        await redraw(interaction, self.about, compared)


class Edit(_OnPicture, template=f"likeness:edit:{_ID}"):
    """A form with what the picture was asked with, to change and ask again."""

    act, label = "edit", say.EDIT

    async def callback(self, interaction: Any) -> None:
        """Show the form."""
        async with opening(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            members = await asyncio.to_thread(_members, interaction, self.about)
            wished = await asyncio.to_thread(
                pictures.wished, studio, actor, members[0].id, channel_in(interaction)
            )
            await picture_forms.EditForm(members[0].id, wished.wish).show(interaction)


class Info(_OnPicture, template=f"likeness:info:{_ID}"):
    """Everything a picture was drawn with, for whoever presses alone."""

    act, label = "info", say.INFO

    async def callback(self, interaction: Any) -> None:
        """Say it."""
        async with answering(interaction, ephemeral=True):
            actor, studio = await actor_of(interaction), interaction.client.studio
            view = await asyncio.to_thread(
                pictures.picture, studio, actor, self.about, channel_in(interaction)
            )
            await interaction.edit_original_response(content=say.info(view))


class Delete(_OnPicture, template=f"likeness:delete:{_ID}"):
    """For whoever asked, the people in it and moderators: everything of it goes."""

    act, label, style = "delete", say.DELETE, discord.ButtonStyle.danger

    async def callback(self, interaction: Any) -> None:
        """Delete pictures and message."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            for job in await asyncio.to_thread(_members, interaction, self.about):
                await asyncio.to_thread(pictures.delete, studio, actor, job.id)
            with suppress(discord.NotFound):  # whoever works off the list of removals was faster
                await interaction.delete_original_response()
            await beside(interaction, say.DELETED)


class Report(_OnPicture, template=f"likeness:report:{_ID}"):
    """For everybody: asks why, and takes the picture out of sight."""

    act, label = "report", say.REPORT

    async def callback(self, interaction: Any) -> None:
        """Show the form."""
        await picture_forms.ReportForm(self.about).show(interaction)


class Cancel(_OnPicture, template=f"likeness:cancel:{_ID}"):
    """While something waits or runs."""

    act, label = "cancel", say.CANCEL

    async def callback(self, interaction: Any) -> None:
        """Stop what is not finished; the message says so by itself."""
        async with pressing(interaction):
            await stop(interaction, self.about)
            await beside(interaction, say.STOPPED)


class Pick(ui.DynamicItem[ui.Select[ui.View]], template=f"likeness:pick:{_ID}"):
    """Of several pictures in one message, the one to go on with."""

    def __init__(self, about: str, choices: Sequence[tuple[str, str]], row: int | None = None) -> None:
        options = [discord.SelectOption(label=name, value=job_id) for name, job_id in choices]
        super().__init__(
            ui.Select(custom_id=f"likeness:pick:{about}", placeholder=say.PICK, options=options, row=row)
        )

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The list back from its id and the message it stands in."""
        assert isinstance(item, ui.Select)
        return cls(match["id"], [(option.label, option.value) for option in item.options])

    async def callback(self, interaction: Any) -> None:
        """Show that one's buttons to whoever chose."""
        async with answering(interaction, ephemeral=True):
            actor, studio = await actor_of(interaction), interaction.client.studio
            place = channel_in(interaction)
            view = await asyncio.to_thread(pictures.picture, studio, actor, self.item.values[0], place)
            await interaction.edit_original_response(content=say.info(view), view=PictureView.picked(view.job))


BUTTONS = (Again, Vary, Upscale, Face, Compare, Edit, Info, Delete, Report, Cancel, Pick)


class _Buttons(ui.View):
    """Buttons that nobody keeps in memory: they are made anew from their ids when one is pressed."""

    def __init__(self, *items: ui.Item[Any]) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)
        self.stop()


class OpenView(_Buttons):
    """Under what waits or runs."""

    def __init__(self, about: str) -> None:
        super().__init__(Cancel(about))


class PictureView(_Buttons):
    """Under pictures."""

    @classmethod
    def of(cls, job: JobView) -> PictureView:
        """Under one picture."""
        first = [button(job.id, 0) for button in (Again, Vary, Edit, Upscale, Compare)]
        return cls(*first, *(button(job.id, 1) for button in (Face, Info, Delete, Report)))

    @classmethod
    def of_several(cls, jobs: Sequence[JobView], there: Collection[str]) -> PictureView:
        """Under several: what concerns all of them, and a list to choose one from."""
        about = jobs[0].batch or jobs[0].id
        choices = [(say.which(job), job.id) for job in jobs if job.id in there]
        buttons = [button(about, 1) for button in (Again, Edit, Delete, Report)]
        return cls(Pick(about, choices, 0), *buttons)

    @classmethod
    def picked(cls, job: JobView) -> PictureView:
        """Beside one of several; it goes with its message, so it cannot be deleted alone."""
        first = [button(job.id, 0) for button in (Again, Vary, Edit, Upscale, Compare)]
        return cls(*first, Face(job.id, 1), Report(job.id, 1))

    @classmethod
    def to_report(cls, job: JobView) -> PictureView:
        """Beside a picture that turned up somewhere."""
        return cls(Report(job.id))

    @classmethod
    def ended(cls, job: JobView) -> PictureView | None:
        """Under what came to nothing and can be tried again."""
        if job.kind != "imagine" or job.prompt is None or job.state not in ("failed", "cancelled"):
            return None
        return cls(Again(job.batch or job.id, 0), Edit(job.id, 0))


async def stop(interaction: Asked, about: str) -> None:
    """Stop every job of a batch that is not finished. Raises JobEnded when all are."""
    actor, studio = await actor_of(interaction), interaction.client.studio
    members = await asyncio.to_thread(_members, interaction, about)
    going = [job for job in members if not job.finished]
    if not going:
        raise JobEnded("This is over already; there is nothing left to stop.")
    for job in going:
        with suppress(JobEnded):  # it ended just now
            await asyncio.to_thread(jobs.cancel, studio, actor, job.id)


def _members(interaction: Asked, about: str) -> list[JobView]:
    found = batches.find(interaction.client.studio, about)
    if not found:
        raise UnknownPicture("There is no such picture here.")
    return found
