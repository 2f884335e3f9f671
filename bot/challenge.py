"""`/consent challenge`: the live challenge, from the question to the verdict.

The words and the pose are shown to the subject alone, when they press; their picture comes by a form's file upload,
lies encrypted in the vault, is shown to one moderator who presses for it, and goes at the verdict.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands, ui

from bot import attachments, pictures, words
from bot.answers import HANDLE, OfSubject
from bot.asking import DOOR, Asked, actor_of, handle_of
from bot.consent import commands, suggest
from bot.failures import Said, answering
from bot.forms import Form, opening, pressing
from bot.words import challenge as say
from consent.people import Actor
from studio import challenges, parties, preferences, subjects
from studio.views import SubjectView

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)

SHOWABLE = ("given", "active")


@commands.command(name="challenge", description=say.CHALLENGE)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def challenge(interaction: Asked, subject: str) -> None:
    """For oneself: draw one and show it. For a moderator: ask the person, in the channel, by mention."""
    async with answering(interaction, ephemeral=True):
        actor, studio, handle = await actor_of(interaction), interaction.client.studio, handle_of(subject)
        view = await asyncio.to_thread(subjects.subject, studio, handle)
        if view.owner_party == actor.party:
            await _draw(interaction, actor, handle)
            return
        accounts = await asyncio.to_thread(parties.accounts, studio, "discord", [view.owner_party])
        permissions, channel = interaction.app_permissions, interaction.channel
        if not (permissions.view_channel and permissions.send_messages) or channel is None:
            raise Said(words.may_not_write())
        account = accounts.get(str(view.owner_party))
        if account is None:
            raise Said(say.NO_ACCOUNT.format(handle=handle))
        # Drawn here to be refused here; the subject's own button draws the one that is shown.
        await asyncio.to_thread(challenges.issue, studio, actor, handle)
        await interaction.client.get_partial_messageable(channel.id).send(
            say.asked(handle, f"<@{account}>"),
            view=under(Show(handle)),
            allowed_mentions=discord.AllowedMentions(users=[discord.Object(int(account))]),
        )
        await interaction.edit_original_response(content=say.ASKED.format(handle=handle))


class Show(OfSubject, template=f"likeness:challenge:{HANDLE}"):
    """Tells the subject, and nobody else, what to show."""

    act, label, style = "challenge", say.SHOW, discord.ButtonStyle.primary

    async def callback(self, interaction: Any) -> None:
        """Draw a challenge for whoever it is about; the half hour begins now."""
        async with answering(interaction, ephemeral=True):
            actor = await actor_of(interaction)
            view = await asyncio.to_thread(subjects.subject, interaction.client.studio, self.handle)
            if view.owner_party != actor.party:
                raise Said(words.not_asked_of_you(self.handle))
            await _draw(interaction, actor, self.handle)


class HandIn(OfSubject, template=f"likeness:show:{HANDLE}"):
    """Opens the form that takes the picture."""

    act, label, style = "show", say.ANSWER, discord.ButtonStyle.primary

    async def callback(self, interaction: Any) -> None:
        """The form first: whether it may be handed in is asked when it is."""
        async with opening(interaction):
            await SelfieForm(self.handle).show(interaction)


class SelfieForm(Form):
    """Takes one picture; it goes to the vault and nowhere else."""

    template = re.compile(f"likeness:form-selfie:{HANDLE}")

    def __init__(self, handle: str) -> None:
        super().__init__(title=say.FORM_TITLE, custom_id=f"likeness:form-selfie:{handle}")
        self.handle = handle
        self.file: ui.FileUpload[Any] = ui.FileUpload(custom_id="picture", min_values=1, max_values=1)
        text, more = say.FILE
        self.add_item(ui.Label(text=text, description=more, component=self.file))

    async def on_submit(self, interaction: Any, /) -> None:
        """Keep it for one moderator, and tell the moderators that it is there."""
        async with pressing(interaction):
            actor, client = await actor_of(interaction), interaction.client
            (picture,) = self.file.values
            data = await attachments.read(picture)
            studio = client.studio
            await asyncio.to_thread(challenges.answer, studio, actor, self.handle, data, picture.filename)
            # From here on the picture is kept: whatever fails, the person must not read that nothing was.
            told = await _tell_moderators(client, self.handle, interaction.channel_id)
            await interaction.edit_original_response(content=say.HANDED_IN if told else say.NOBODY_TOLD, view=None)


class Look(OfSubject, template=f"likeness:look:{HANDLE}"):
    """Shows the picture to a moderator without a hand in it."""

    act, label = "look", say.LOOK

    async def callback(self, interaction: Any) -> None:
        """To them alone, with the two verdicts; that they looked is recorded."""
        async with answering(interaction, ephemeral=True):
            actor, studio = await actor_of(interaction), interaction.client.studio
            png = await asyncio.to_thread(challenges.look, studio, actor, self.handle)
            drawn = await asyncio.to_thread(challenges.open_one, studio, self.handle)
            larger, _ = await asyncio.to_thread(pictures.for_viewing, png)
            file = discord.File(io.BytesIO(larger), "picture.png")
            await interaction.edit_original_response(
                content=say.to_judge(drawn), attachments=[file], view=under(Passed(self.handle), Failed(self.handle))
            )


class Passed(OfSubject, template=f"likeness:passed:{HANDLE}"):
    """It is them."""

    act, label, style = "passed", say.PASSED, discord.ButtonStyle.success

    async def callback(self, interaction: Any) -> None:
        """Record it; the picture goes, here and in the vault."""
        async with pressing(interaction):
            actor, client = await actor_of(interaction), interaction.client
            consent = await asyncio.to_thread(
                lambda: challenges.judge(client.studio, actor, self.handle, passed=True)
            )
            await interaction.edit_original_response(content=say.passed(consent), attachments=[], view=None)
            channel = client.get_partial_messageable(interaction.channel_id)
            await channel.send(say.passed_in_public(consent))


class Failed(OfSubject, template=f"likeness:failed:{HANDLE}"):
    """It is not them, or not what was asked."""

    act, label, style = "failed", say.FAILED, discord.ButtonStyle.danger

    async def callback(self, interaction: Any) -> None:
        """Record it; the picture goes, here and in the vault."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            await asyncio.to_thread(lambda: challenges.judge(studio, actor, self.handle, passed=False))
            await interaction.edit_original_response(content=say.FAILED_SAYS, attachments=[], view=None)


def under(*items: ui.Item[Any]) -> ui.View:
    """These buttons under a message."""
    view = ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


async def _draw(interaction: Asked, actor: Actor, handle: str) -> None:
    drawn = await asyncio.to_thread(challenges.issue, interaction.client.studio, actor, handle)
    await interaction.edit_original_response(content=say.challenge(drawn), view=under(HandIn(handle)))


async def _tell_moderators(client: LikenessClient, handle: str, asked_in: int | None) -> bool:
    """In the moderators' channels; where none is set or none can be written to, where it was asked. False: nowhere."""
    known = await asyncio.to_thread(preferences.moderators_channels, client.studio)
    told = [await _wanted(client, int(place.removeprefix(DOOR)), handle) for place in known]
    return any(told) or (asked_in is not None and await _wanted(client, asked_in, handle))


async def _wanted(client: LikenessClient, channel: int, handle: str) -> bool:
    """Post that somebody is to look; False where that could not be posted."""
    try:
        await client.get_partial_messageable(channel).send(say.answered(handle), view=under(Look(handle)))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        _log.warning("%s cannot be written to (%s): no moderator is told there of a challenge", channel, error)
        return False
    return True


@challenge.autocomplete("subject")
async def _showable(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    def offered(actor: Actor, view: SubjectView) -> bool:
        return (view.owner_party == actor.party or actor.is_moderator) and view.consent in SHOWABLE

    return await suggest(interaction, typed, offered)


COMMANDS = ()  # it stands in the group of `bot/consent.py`
ITEMS = (Show, HandIn, Look, Passed, Failed)
FORMS = (SelfieForm,)
