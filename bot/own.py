"""`/consent` for what is one's own: withdraw, never, receipt, data. Looking at it all is in `bot/mine.py`."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any, ClassVar

import discord
from discord import app_commands, ui

from bot import withdrawal, words
from bot.answers import own_subject
from bot.asking import Asked, actor_of, handle_of
from bot.consent import commands, own_in, suggest
from bot.failures import answering
from bot.forms import pressing
from bot.withdrawal import EndingView
from bot.words import own as say
from consent.people import Actor
from consent.receipt import to_json
from consent.receipt_page import page
from studio import endings, own_data, receipts, subjects
from studio.house import Studio

MOST_BYTES = 10 * 1024 * 1024  # Discord's limit for what a bot sends where nothing is boosted


@commands.command(name="withdraw", description=words.CONSENT_WITHDRAW)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def withdraw(interaction: Asked, subject: str) -> None:
    """Say what a withdrawal takes away, and offer the two buttons that do it."""
    async with answering(interaction, ephemeral=True):
        view = await own_subject(interaction, handle_of(subject))
        await interaction.edit_original_response(
            content=say.before_withdrawal(view), view=EndingView(view.handle)
        )


@commands.command(name="never", description=say.NEVER)
@app_commands.describe(names=say.NEVER_NAMES, lift=say.LIFT)
async def never(
    interaction: Asked, names: app_commands.Range[str, 1, 60] = "", lift: bool = False
) -> None:
    """Offer the button that says no to everybody, or take that no back."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        if lift:
            await asyncio.to_thread(endings.lift, studio, actor)
            await interaction.edit_original_response(content=say.LIFTED)
            return
        owned = await asyncio.to_thread(_owned, studio, actor)
        await interaction.edit_original_response(
            content=say.before_never(len(owned)), view=NeverView(names)
        )


class Never(ui.DynamicItem[ui.Button[ui.View]], template=r"likeness:never:(?P<names>.{0,80})"):
    """The standing no of whoever presses; the names they gave stand in its id."""

    label: ClassVar[str] = say.NEVER_BUTTON

    def __init__(self, names: str) -> None:
        style = discord.ButtonStyle.danger
        super().__init__(ui.Button(label=self.label, style=style, custom_id=f"likeness:never:{names}"))
        self.names = names

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: Any, /) -> Never:
        """The button back from its id."""
        return cls(match["names"])

    async def callback(self, interaction: Any) -> None:
        """End and erase whatever there is, and keep everybody from asking."""
        async with pressing(interaction):
            actor, client = await actor_of(interaction), interaction.client
            called = tuple(" ".join(name.split()) for name in self.names.split(",") if name.strip())
            view = await asyncio.to_thread(endings.never, client.studio, actor, called)
            await client.deliveries.at_rest()
            await interaction.edit_original_response(content=say.never(view), view=None)


class NeverView(ui.View):
    """Under what a standing no does."""

    def __init__(self, names: str) -> None:
        super().__init__(timeout=None)
        self.add_item(Never(names))


@commands.command(name="receipt", description=say.RECEIPT)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def receipt(interaction: Asked, subject: str) -> None:
    """Hand out a fresh receipt, as a page and for machines; to the subject and to moderators."""
    async with answering(interaction, ephemeral=True):
        files = await receipt_files(interaction, handle_of(subject))
        await interaction.edit_original_response(content=say.RECEIPT_SAYS, attachments=files)


@commands.command(name="data", description=say.DATA)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def data(interaction: Asked, subject: str) -> None:
    """Hand out everything there is, if it fits; else say how to get it."""
    async with answering(interaction, ephemeral=True):
        content, file = await data_file(interaction, handle_of(subject))
        await interaction.edit_original_response(content=content, attachments=[file] if file else [])


async def receipt_files(interaction: Asked, handle: str) -> list[discord.File]:
    """A fresh receipt as files."""
    actor, studio = await actor_of(interaction), interaction.client.studio
    said = await asyncio.to_thread(receipts.receipt, studio, actor, handle)
    machine = json.dumps(to_json(said), ensure_ascii=False, indent=1).encode()
    return [
        discord.File(io.BytesIO(page(said).encode()), f"receipt-{handle}.html"),
        discord.File(io.BytesIO(machine), f"receipt-{handle}.json"),
    ]


async def data_file(interaction: Asked, handle: str) -> tuple[str, discord.File | None]:
    """Everything there is of a subject as a zip, with what to say of it."""
    actor, studio = await actor_of(interaction), interaction.client.studio
    limit = most_bytes(interaction)
    try:
        zipped, handed = await asyncio.to_thread(_zip, studio, actor, handle, limit)
    except _TooMuch:
        return say.TOO_MUCH.format(megabytes=limit // 2**20, handle=handle), None
    return say.handed(handed), discord.File(io.BytesIO(zipped), f"{handle}.zip")


def most_bytes(interaction: Asked) -> int:
    """What a message there may carry: more where a server is boosted."""
    return max(MOST_BYTES, getattr(interaction, "filesize_limit", 0) or 0)


class _TooMuch(Exception):
    """A zip that no message holds."""


class _Message(io.BytesIO):
    """As many bytes as a message holds; in memory, because what is decrypted should not lie on this machine's disk."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: Any, /) -> int:
        """Refuse what would be too much."""
        if self.tell() + len(data) > self._limit:
            raise _TooMuch
        return super().write(data)


def _zip(studio: Studio, actor: Actor, handle: str, limit: int) -> tuple[bytes, own_data.Handed]:
    stream = _Message(limit)
    handed = own_data.write_zip(studio, actor, handle, stream)
    return stream.getvalue(), handed


def _owned(studio: Studio, actor: Actor) -> list[str]:
    return [view.handle for view in subjects.subjects(studio) if view.owner_party == actor.party]


@withdraw.autocomplete("subject")
async def _given(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    return await suggest(interaction, typed, own_in("given", "active", "paused", "expired"))


@receipt.autocomplete("subject")
@data.autocomplete("subject")
async def _own(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    return await suggest(interaction, typed, own_in())


COMMANDS = ()  # they stand in the group of `bot/consent.py`
ITEMS = (*withdrawal.ITEMS, Never)
