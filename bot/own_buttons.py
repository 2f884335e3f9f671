"""The buttons of `/consent mine` that answer beside it: change, stop, receipt, data, certificate."""

from __future__ import annotations

import asyncio
from typing import Any

import discord

from bot.answers import HANDLE, OfSubject, own_subject
from bot.asking import actor_of
from bot.failures import answering
from bot.own import data_file, receipt_files
from bot.scope import shown
from bot.withdrawal import EndingView, certificate_file
from bot.words import mine as say
from bot.words import own as own_words


class Change(OfSubject, template=f"likeness:change:{HANDLE}"):
    """Opens what one agreed to, to be changed."""

    act, label, style = "change", say.CHANGE, discord.ButtonStyle.primary

    async def callback(self, interaction: Any) -> None:
        """Show it beside, under the notice."""
        async with answering(interaction, ephemeral=True):
            await own_subject(interaction, self.handle)
            await shown(interaction, self.handle)


class End(OfSubject, template=f"likeness:end:{HANDLE}"):
    """Opens the two buttons that end a consent."""

    act, label, style = "end", say.STOP, discord.ButtonStyle.danger

    async def callback(self, interaction: Any) -> None:
        """Say what ends, and offer it."""
        async with answering(interaction, ephemeral=True):
            view = await own_subject(interaction, self.handle)
            await interaction.edit_original_response(
                content=own_words.before_withdrawal(view), view=EndingView(view.handle)
            )


class Receipt(OfSubject, template=f"likeness:receipt:{HANDLE}"):
    """Hands out a fresh receipt."""

    act, label = "receipt", say.RECEIPT

    async def callback(self, interaction: Any) -> None:
        """As files, beside."""
        async with answering(interaction, ephemeral=True):
            files = await receipt_files(interaction, self.handle)
            await interaction.edit_original_response(content=own_words.RECEIPT_SAYS, attachments=files)


class Data(OfSubject, template=f"likeness:data:{HANDLE}"):
    """Hands out everything there is."""

    act, label = "data", say.DATA

    async def callback(self, interaction: Any) -> None:
        """As a zip, beside, if it fits."""
        async with answering(interaction, ephemeral=True):
            content, file = await data_file(interaction, self.handle)
            await interaction.edit_original_response(content=content, attachments=[file] if file else [])


class Certificate(OfSubject, template=f"likeness:certificate:{HANDLE}"):
    """Hands out the newest erasure certificate."""

    act, label = "certificate", say.CERTIFICATE

    async def callback(self, interaction: Any) -> None:
        """As a text, beside."""
        async with answering(interaction, ephemeral=True):
            actor, studio = await actor_of(interaction), interaction.client.studio
            file = await asyncio.to_thread(certificate_file, studio, actor, self.handle)
            content = say.CERTIFICATE_SAYS if file else say.NO_CERTIFICATE
            await interaction.edit_original_response(content=content, attachments=[file] if file else [])


ITEMS = (Change, End, Receipt, Data, Certificate)
