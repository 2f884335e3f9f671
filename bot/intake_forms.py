"""The two forms of an intake: photos in rounds of ten, and the captions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot import attachments, words
from bot.asking import Asked, actor_of, channel_of, job_id_of
from bot.failures import Said, answering
from bot.forms import Form, pressing
from bot.words import intake as say
from consent.errors import NotAllowed
from consent.people import Actor
from studio import gathering
from studio.errors import UnknownSubject
from studio.house import Studio
from studio.intakes import IntakePhoto
from studio.train import NewPhoto, ask_the_gate, ask_training

MOST_AT_ONCE = 10  # files of one form
_AREAS, _IN_ONE = 5, 12  # five fields of 4,000 characters hold sixty captions of 300
_TO_BE_ASKED = {"not_asked", "expired"}  # reasons that a question mends; a no is not to be asked again
_LINE = re.compile(r"\s*(?P<number>\d{1,3})\s*:\s*(?P<caption>.+)")


class PhotosForm(Form):
    """Takes photos: the first of a training, or more of them. Nothing is stored before the gate was asked."""

    template = re.compile(r"likeness:photos:(?P<what>new|more):(?P<of>[\w-]{1,60})")

    def __init__(self, what: str, of: str, handle: str | None = None) -> None:
        super().__init__(title=say.form_title(handle or of), custom_id=f"likeness:photos:{what}:{of}")
        self.what, self.of = what, of
        self.photos: ui.FileUpload[Any] = ui.FileUpload(
            custom_id="photos", required=False, min_values=0, max_values=MOST_AT_ONCE
        )
        self.add_item(ui.Label(text=say.PHOTOS_FIELD, description=say.PHOTOS_HINT, component=self.photos))

    async def on_submit(self, interaction: Any, /) -> None:
        """A new training's photos answer in the open, without a photo; further ones with the sheet."""
        if self.what == "new":
            await begin(interaction, self.of, self.photos.values, more_to_come=True)
            return
        from bot.intake import show_sheet, showing  # the sheet's buttons lead here, and from here back to it

        async with showing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            await asyncio.to_thread(gathering.require_more, studio, actor, self.of)
            if not self.photos.values:
                raise Said(say.NOTHING_NEW)
            handed_in = await read(self.photos.values)
            await asyncio.to_thread(gathering.add, studio, actor, self.of, handed_in)
            await show_sheet(interaction, self.of)


class CaptionsForm(Form):
    """The captions, a line each, twelve to a field. With photos it shows them; without it reads what came."""

    template = re.compile(r"likeness:captions:(?P<job>[\w-]{1,60})")

    def __init__(self, job: str, photos: Sequence[IntakePhoto] | None = None) -> None:
        super().__init__(title=say.EDIT_TITLE, custom_id=f"likeness:captions:{job}")
        self.job, self.fields = job, []
        fields = range(_AREAS) if photos is None else range(-(-len(photos) // _IN_ONE))
        for number in fields:
            some = (photos or ())[number * _IN_ONE : (number + 1) * _IN_ONE]
            field: ui.TextInput[Any] = ui.TextInput(
                custom_id=f"captions-{number}",
                style=discord.TextStyle.paragraph,
                required=False,
                max_length=4_000,
                default="\n".join(f"{photo.number}: {photo.caption}" for photo in some) or None,
            )
            text = say.CAPTIONS_FIELD.format(first=number * _IN_ONE + 1, last=number * _IN_ONE + len(some))
            self.fields.append(field)
            self.add_item(ui.Label(text=text, description=say.CAPTIONS_HINT, component=field))

    async def on_submit(self, interaction: Any, /) -> None:
        """Change what was changed, and show the sheet again."""
        from bot.intake import show_sheet

        async with pressing(interaction):
            actor = await actor_of(interaction)
            captions = parse("\n".join(field.value or "" for field in self.fields))
            await asyncio.to_thread(gathering.write, interaction.client.studio, actor, self.job, captions)
            await show_sheet(interaction, self.job)


def parse(text: str) -> dict[int, str]:
    """Captions by number; a photo whose line was taken out keeps its caption. Raises Said."""
    captions = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise Said(say.no_such_line(line))
        captions[int(match["number"])] = match["caption"]
    return captions


async def begin(
    interaction: Asked, handle: str, photos: Sequence[discord.Attachment], *, more_to_come: bool = False
) -> None:
    """Consent first, photos second: without a yes not a byte of them is downloaded."""
    async with answering(interaction):
        studio, actor = interaction.client.studio, await actor_of(interaction)
        await asyncio.to_thread(refuse_early, studio, actor, handle)
        if not photos:
            raise Said(say.NO_PHOTOS)
        channel = await channel_of(interaction)
        await interaction.edit_original_response(content=words.READING_PHOTOS)
        handed_in = await read(photos)
        # From here on the message is the deliveries' to edit: a line written here could cover the result.
        await asyncio.to_thread(
            ask_training,
            studio,
            actor,
            handle,
            handed_in,
            more_to_come=more_to_come,
            channel=channel,
            job_id=job_id_of(interaction),
        )


async def read(photos: Sequence[discord.Attachment]) -> list[NewPhoto]:
    """The photos downloaded, in order. Raises Said."""
    data = await attachments.read_all(photos)
    return [NewPhoto(photo.filename, each) for photo, each in zip(photos, data, strict=True)]


def refuse_early(studio: Studio, actor: Actor, handle: str) -> None:
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


FORMS = (PhotosForm, CaptionsForm)
