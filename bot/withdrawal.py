"""Taking a yes back: one button each for “stop” and for “stop and erase”, and what becomes of it.

The press is its own confirmation. Its answer comes once nothing can be delivered any more: after the commit, and after
whatever was on its way to Discord in that moment has been taken back.
"""

from __future__ import annotations

import asyncio
import io
from typing import Any
from uuid import UUID

import discord
from discord import ui

from bot.answers import HANDLE, OfSubject
from bot.asking import Asked, actor_of
from bot.forms import pressing
from bot.words import own as say
from consent.people import Actor
from studio import certificate, endings, removals
from studio.errors import UnknownErasure
from studio.house import Studio
from studio.views import WithdrawalView

LOOK_EVERY = 3.0  # seconds between two looks at how far the messages are
LOOK_FOR = 13 * 60  # seconds: an interaction can be edited for fifteen minutes


class Stop(OfSubject, template=f"likeness:stop:{HANDLE}"):
    """Stop new pictures; what there is stays."""

    act, label = "stop", say.STOP_BUTTON

    async def callback(self, interaction: Any) -> None:
        """Withdraw, and keep what there is."""
        async with pressing(interaction):
            gone = await _withdraw(interaction, self.handle, erase=False)
            view = EndingView(self.handle, erase_only=True)
            await interaction.edit_original_response(content=say.stopped(gone), view=view)


class Erase(OfSubject, template=f"likeness:withdraw:{HANDLE}"):
    """Stop, and erase everything."""

    act, label, style = "withdraw", say.ERASE_BUTTON, discord.ButtonStyle.danger

    async def callback(self, interaction: Any) -> None:
        """Withdraw, say what was erased, and watch the messages go."""
        async with pressing(interaction):
            gone = await _withdraw(interaction, self.handle, erase=True)
            await interaction.edit_original_response(content=say.withdrawn(gone), view=None)
            await watch(interaction, gone)


class EndingView(ui.View):
    """Under what a withdrawal takes away."""

    def __init__(self, handle: str, *, erase_only: bool = False) -> None:
        super().__init__(timeout=None)
        if not erase_only:
            self.add_item(Stop(handle))
        self.add_item(Erase(handle))


async def _withdraw(interaction: Asked, handle: str, *, erase: bool) -> WithdrawalView:
    actor, client = await actor_of(interaction), interaction.client
    gone = await asyncio.to_thread(lambda: endings.withdraw(client.studio, actor, handle, erase=erase))
    await client.deliveries.at_rest()
    return gone


async def watch(interaction: Asked, gone: WithdrawalView) -> None:
    """Show how far the messages are, as long as Discord lets this answer be edited, and hand over the certificate.

    A restart ends this and nothing else: the list goes on, and `/consent mine` has the certificate.
    """
    if gone.erasure is None:
        return
    actor, studio, shown = await actor_of(interaction), interaction.client.studio, say.withdrawn(gone)
    for _ in range(int(LOOK_FOR / LOOK_EVERY)):
        progress = await asyncio.to_thread(removals.progress, studio, gone.erasure)
        line = say.withdrawn(gone, progress)
        if progress.certified:
            file = await asyncio.to_thread(certificate_file, studio, actor, gone.handle, gone.erasure)
            await interaction.edit_original_response(content=line, attachments=[file] if file else [])
            return
        if line != shown:
            await interaction.edit_original_response(content=line)
            shown = line
        await asyncio.sleep(LOOK_EVERY)


def certificate_file(
    studio: Studio, actor: Actor, handle: str, erasure: UUID | None = None
) -> discord.File | None:
    """The certificate of one erasure, or the newest one of a subject, as a text to keep; None where there is none."""
    try:
        found = certificate.certificates(studio, actor, handle)
    except UnknownErasure:
        return None
    of_it = [view for view in found if erasure is None or view.content["certificate"] == str(erasure)]
    if not of_it:
        return None
    text = certificate.in_words(of_it[-1]).encode()
    return discord.File(io.BytesIO(text), f"erasure-{handle}.txt")


ITEMS = (Stop, Erase)
