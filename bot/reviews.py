"""“Ask me first” and “tell me”: the pictures of somebody brought before them, and their answer.

By direct message only to whoever asked for that with a button; to everybody else by a mention in the channel, without
the picture, and a button that shows it to them alone. Closed direct messages fall back to the mention.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Self

import discord
from discord import ui

from bot import pictures
from bot.asking import DOOR, Asked, actor_of
from bot.failures import answering
from bot.forms import pressing
from bot.words import mine as say
from consent.people import Actor
from studio import jobs, portraits, removals, reviews
from studio.errors import SPOKEN
from studio.portraits import PortraitView
from studio.reviews import Untold

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)
_JOB = r"(?P<job>[A-Za-z0-9_.-]{1,80})"


class _OfPicture(ui.DynamicItem[ui.Button[ui.View]], template=_JOB):
    """A button about one picture; whether its presser is in it is asked of the studio."""

    act: ClassVar[str]
    label: ClassVar[str]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, job_id: str) -> None:
        button = ui.Button[ui.View](
            label=self.label, style=self.style, custom_id=f"likeness:{self.act}:{job_id}"
        )
        super().__init__(button)
        self.job_id = job_id

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["job"])


class See(_OfPicture, template=f"likeness:see:{_JOB}"):
    """Shows a picture to somebody in it, and to nobody else."""

    act, label, style = "see", say.SEE, discord.ButtonStyle.primary

    async def callback(self, interaction: Any) -> None:
        """Answer with the picture and what can be done about it."""
        async with answering(interaction, ephemeral=True):
            await show(interaction, self.job_id)


class Approve(_OfPicture, template=f"likeness:approve:{_JOB}"):
    """Lets a held picture be handed over."""

    act, label, style = "approve", say.APPROVE, discord.ButtonStyle.success

    async def callback(self, interaction: Any) -> None:
        """Approve it."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            await asyncio.to_thread(reviews.approve, studio, actor, self.job_id)
            job = await asyncio.to_thread(jobs.view, studio, self.job_id)
            await interaction.edit_original_response(content=say.decided(job.state), view=None)


class Veto(_OfPicture, template=f"likeness:veto:{_JOB}"):
    """Erases a picture nobody has seen yet."""

    act, label, style = "veto", say.VETO, discord.ButtonStyle.danger
    said: ClassVar[str] = say.VETOED

    async def callback(self, interaction: Any) -> None:
        """Erase it, and take it out of this message."""
        async with pressing(interaction):
            actor, client = await actor_of(interaction), interaction.client
            await asyncio.to_thread(portraits.remove, client.studio, actor, self.job_id)
            await client.deliveries.at_rest()
            with suppress(discord.NotFound):  # this message was on the list of removals too
                await interaction.edit_original_response(content=self.said, attachments=[], view=None)


class Remove(Veto, template=f"likeness:remove:{_JOB}"):
    """Erases a picture that was handed over, with the messages it stands in."""

    act, label, style = "remove", say.REMOVE, discord.ButtonStyle.danger
    said = say.REMOVED


class NeverFrom(_OfPicture, template=f"likeness:never-from:{_JOB}"):
    """Rules out whoever asked for a picture."""

    act, label = "never-from", say.NEVER_FROM

    async def callback(self, interaction: Any) -> None:
        """Narrow the consent by that person."""
        async with answering(interaction, ephemeral=True):
            actor, studio = await actor_of(interaction), interaction.client.studio
            name, consent = await asyncio.to_thread(portraits.never_from, studio, actor, self.job_id)
            await interaction.edit_original_response(content=say.never_from(name, consent))


ITEMS = (See, Approve, Veto, Remove, NeverFrom)


class DecisionView(ui.View):
    """Under one picture of oneself."""

    def __init__(self, picture: PortraitView) -> None:
        super().__init__(timeout=None)
        if picture.review == "waiting":
            self.add_item(Approve(picture.job_id))
            self.add_item(Veto(picture.job_id))
        else:
            self.add_item(Remove(picture.job_id))
        if not picture.own:
            self.add_item(NeverFrom(picture.job_id))


class SeeView(ui.View):
    """Under a mention without a picture."""

    def __init__(self, job_id: str) -> None:
        super().__init__(timeout=None)
        self.add_item(See(job_id))


async def show(interaction: Asked, job_id: str) -> None:
    """Answer an acknowledged interaction with one picture of whoever asks."""
    actor, studio = await actor_of(interaction), interaction.client.studio
    handle, picture, png = await asyncio.to_thread(portraits.portrait, studio, actor, job_id)
    content, file, view = await _shown(handle, picture, png)
    await interaction.edit_original_response(content=content, attachments=[file], view=view)


async def _shown(handle: str, picture: PortraitView, png: bytes) -> tuple[str, discord.File, ui.View]:
    larger, _ = await asyncio.to_thread(pictures.for_viewing, png)
    file = discord.File(io.BytesIO(larger), f"{handle}.png")
    return say.portrait(handle, picture), file, DecisionView(picture)


# By itself: telling those who have to be told.


async def announce(client: LikenessClient) -> None:
    """Tell every subject of the pictures they have not been told of."""
    for untold in await asyncio.to_thread(reviews.untold, client.studio):
        try:
            told = untold.by_dm and await _write(client, untold)
            if not told:
                await _mention(client, untold)
        except (discord.Forbidden, discord.NotFound) as error:
            _log.warning("%s cannot be told of %s: %s", untold.handle, untold.job_id, error)
        except SPOKEN as gone:
            _log.info("%s is not told of any more: %s", untold.job_id, gone)  # erased meanwhile
        await asyncio.to_thread(reviews.told, client.studio, untold.review)


async def _write(client: LikenessClient, untold: Untold) -> bool:
    """By direct message, with the picture; False where those are closed."""
    actor, studio = Actor(untold.party, untold.handle), client.studio
    handle, picture, png = await asyncio.to_thread(portraits.portrait, studio, actor, untold.job_id)
    content, file, view = await _shown(handle, picture, png)
    try:
        channel = await client.create_dm(discord.Object(int(untold.account)))
        sent = await channel.send(content, file=file, view=view, nonce=untold.review.hex[:25])
    except discord.Forbidden:
        return False
    place = f"{DOOR}{channel.id}:{sent.id}"
    if not await asyncio.to_thread(removals.posted, studio, place, job_id=untold.job_id):
        await sent.delete()  # it was erased while it was on its way
    return True


async def _mention(client: LikenessClient, untold: Untold) -> None:
    """In the channel it was asked in, without the picture."""
    mention, person = f"<@{untold.account}>", discord.Object(int(untold.account))
    words = say.question if untold.state == "waiting" else say.notice
    await client.get_partial_messageable(int(untold.channel.split(":")[1])).send(
        words(mention, untold.handle),
        view=SeeView(untold.job_id),
        nonce=untold.review.hex[:25],
        allowed_mentions=discord.AllowedMentions(users=[person]),
    )
