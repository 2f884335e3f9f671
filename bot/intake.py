"""The buttons under a training that waits for other eyes, and the contact sheet they lead to.

The channel reads a line with numbers and no photo. The sheet is shown to its trainer, its subject and moderators, each
time to whoever pressed and to nobody else: do not edit it into the message the public buttons stand under.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import UUID

import discord
from discord import ui

from bot.asking import actor_of
from bot.failures import answering
from bot.forms import beside, opening, pressing
from bot.intake_forms import CaptionsForm, PhotosForm
from bot.words import intake as say
from studio import approvals, gathering, intakes, jobs
from studio.house import Studio
from studio.intakes import IntakePhoto, IntakeView
from studio.views import GATHERING, JobView

JOB = r"(?P<job>[\w-]{1,60})"
_ACTS = "more|look|finish|cancel|edit"
_PAGE = 25  # options of one list
_SEEN = 16  # hexadecimal digits of the digest that stand in the button


class IntakeButton(ui.DynamicItem[ui.Button[ui.View]], template=rf"likeness:intake:(?P<act>{_ACTS}):{JOB}"):
    """Everything but the approval itself."""

    def __init__(self, act: str, job: str, label: str | None = None) -> None:
        labels = {"more": say.MORE, "look": say.LOOK, "finish": say.THAT_IS_ALL, "cancel": say.CANCEL,
                  "edit": say.EDIT}  # fmt: skip
        styles = {"look": discord.ButtonStyle.primary, "finish": discord.ButtonStyle.success,
                  "cancel": discord.ButtonStyle.danger}  # fmt: skip
        super().__init__(
            ui.Button(
                label=label or labels[act],
                style=styles.get(act, discord.ButtonStyle.secondary),
                custom_id=f"likeness:intake:{act}:{job}",
            )
        )
        self.act, self.job = act, job

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["act"], match["job"])

    async def callback(self, interaction: Any) -> None:
        """Ask the studio; it knows who may."""
        await {
            "more": self._more, "look": self._look, "finish": self._finish, "cancel": self._cancel,
            "edit": self._edit,
        }[self.act](interaction)  # fmt: skip

    async def _more(self, interaction: Any) -> None:
        async with opening(interaction):
            actor = await actor_of(interaction)
            handle = await asyncio.to_thread(
                gathering.require_more, interaction.client.studio, actor, self.job
            )
            await PhotosForm("more", self.job, handle).show(interaction)

    async def _look(self, interaction: Any) -> None:
        async with answering(interaction, ephemeral=True):
            await show_sheet(interaction, self.job)

    async def _finish(self, interaction: Any) -> None:
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            await asyncio.to_thread(gathering.finish, studio, actor, self.job)
            view = await asyncio.to_thread(intakes.view, studio, actor, self.job)
            await over(interaction, say.handed_in(view))

    async def _cancel(self, interaction: Any) -> None:
        async with pressing(interaction):
            actor = await actor_of(interaction)
            await asyncio.to_thread(jobs.cancel, interaction.client.studio, actor, self.job)
            await over(interaction, say.STOPPED)

    async def _edit(self, interaction: Any) -> None:
        async with opening(interaction):
            actor = await actor_of(interaction)
            view = await asyncio.to_thread(intakes.view, interaction.client.studio, actor, self.job)
            await CaptionsForm(self.job, view.photos).show(interaction)


class Approve(
    ui.DynamicItem[ui.Button[ui.View]],
    template=rf"likeness:approve-photos:{JOB}:(?P<seen>[0-9a-f]{{{_SEEN}}})",
):
    """The yes to exactly what stands above it."""

    def __init__(self, job: str, seen: str) -> None:
        super().__init__(
            ui.Button(
                label=say.APPROVE,
                style=discord.ButtonStyle.success,
                custom_id=f"likeness:approve-photos:{job}:{seen}",
            )
        )
        self.job, self.seen = job, seen

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["job"], match["seen"])

    async def callback(self, interaction: Any) -> None:
        """Approve; refused when the photos or captions are not those the button was made for."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            await asyncio.to_thread(approvals.approve, studio, actor, self.job, self.seen)
            view = await asyncio.to_thread(intakes.view, studio, actor, self.job)
            await over(interaction, say.approved(view))


class Use(ui.DynamicItem[ui.Select[ui.View]], template=rf"likeness:use:(?P<page>\d):{JOB}"):
    """Which photos are learnt from, ticked as it stands."""

    def __init__(self, page: int, job: str, options: Sequence[discord.SelectOption]) -> None:
        first = page * _PAGE + 1
        super().__init__(
            ui.Select(
                custom_id=f"likeness:use:{page}:{job}",
                placeholder=say.USE.format(first=first, last=first + len(options) - 1),
                min_values=0,
                max_values=len(options),
                options=list(options),
            )
        )
        self.job = job

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The list back from its id and the message it stands in."""
        assert isinstance(item, ui.Select)
        return cls(int(match["page"]), match["job"], item.options)

    async def callback(self, interaction: Any) -> None:
        """Leave out what is not ticked, take in what is, and show it."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            ticked = {UUID(photo) for photo in self.item.values}
            rest = {UUID(option.value) for option in self.item.options} - ticked
            await asyncio.to_thread(gathering.choose, studio, actor, self.job, drop=rest, keep=ticked)
            await show_sheet(interaction, self.job)


class WaitingView(ui.View):
    """Under the public line."""

    def __init__(self, job: JobView) -> None:
        super().__init__(timeout=None)
        if job.state == GATHERING:
            for act in ("more", "look", "finish", "cancel"):
                self.add_item(IntakeButton(act, job.id))
        else:
            self.add_item(IntakeButton("look", job.id, say.LOOK_AND_DECIDE))
            self.add_item(IntakeButton("cancel", job.id))
        self.stop()


class CallView(ui.View):
    """Under the mention of a subject whose photos wait."""

    def __init__(self, job: str) -> None:
        super().__init__(timeout=None)
        self.add_item(IntakeButton("look", job, say.LOOK_AND_DECIDE))
        self.stop()


class SheetView(ui.View):
    """Under the contact sheet: what whoever looks at it may do."""

    def __init__(self, view: IntakeView) -> None:
        super().__init__(timeout=None)
        if view.may_approve:
            self.add_item(Approve(view.job_id, view.digest[:_SEEN]))
        acts = ["edit"]
        if view.is_own:
            acts += ["more", "finish"] if view.state == GATHERING else ["more"]
        for act in (*acts, "cancel"):
            self.add_item(IntakeButton(act, view.job_id))
        for page, start in enumerate(range(0, len(view.photos), _PAGE)):
            options = [_option(photo) for photo in view.photos[start : start + _PAGE]]
            self.add_item(Use(page, view.job_id, options))
        self.stop()


def _option(photo: IntakePhoto) -> discord.SelectOption:
    return discord.SelectOption(
        label=say.option(photo), value=str(photo.id), description=photo.caption[:100], default=photo.used
    )


async def show_sheet(interaction: Any, job: str) -> None:
    """The contact sheet into the answer, which only whoever pressed sees."""
    actor = await actor_of(interaction)
    view, files = await asyncio.to_thread(_sheet, interaction.client.studio, actor, job)
    listed = say.captions(view.photos)
    text = say.sheet(view)
    if len(listed) <= say.MOST_LISTED:
        text = f"{text}\n{say.listed(listed)}"
    else:
        files.append(discord.File(io.BytesIO(listed.encode()), say.FILE))
    await interaction.edit_original_response(content=text, attachments=files, view=SheetView(view))


def _sheet(studio: Studio, actor: Any, job: str) -> tuple[IntakeView, list[discord.File]]:
    sheet = intakes.sheet(studio, actor, job)  # first: it says who may look, and writes down who did
    return intakes.view(studio, actor, job), [discord.File(io.BytesIO(sheet), "photos.jpg")]


@asynccontextmanager
async def showing(interaction: Any) -> AsyncIterator[None]:
    """Around what ends in a sheet: into the sheet that is there, or into an answer nobody else sees."""
    message = interaction.message
    if message is not None and message.flags.ephemeral:
        async with pressing(interaction):
            yield
    else:
        async with answering(interaction, ephemeral=True):
            yield


async def over(interaction: Any, sentence: str) -> None:
    """Say it in place of the sheet that was pressed in; beside the public message, which `deliveries` edits."""
    if interaction.message is not None and interaction.message.flags.ephemeral:
        await interaction.edit_original_response(content=sentence, attachments=[], view=None)
    else:
        await beside(interaction, sentence)


ITEMS = (IntakeButton, Approve, Use)
