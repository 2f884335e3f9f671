"""Forms (Discord's modals) that outlive the bot.

discord.py keeps an opened modal in memory, one of each id: after a restart, or when two people have the same one
open, what somebody typed would come to nobody. So a form here is never kept. Everything it has to know stands in its
custom id; what comes back is read by a new one, made from that id. As with buttons, an id is no proof of anything: who
may hand a form in is asked of the studio.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.failures import sentence_for, tell


class Form(ui.Modal):
    """A form whose custom id matches `template`; a room names its forms in `FORMS`."""

    template: ClassVar[re.Pattern[str]]

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        """The form back from its id, to be filled with what came."""
        return cls(*match.groups())

    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """Answer an interaction with this form, and keep nothing: discord.py keeps no modal that is over.

        Made in the event loop, not in a thread: else it never counts as over (RuntimeError).
        """
        self.stop()
        if not self.is_finished():
            raise RuntimeError(f"{self.custom_id} was made outside the event loop")
        await interaction.response.send_modal(self)

    async def on_error(  # type: ignore[override]
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """The last net under every form."""
        await tell(interaction, error)


async def submitted(interaction: discord.Interaction[Any], forms: Iterable[type[Form]]) -> None:
    """Hand what somebody filled in to the form it belongs to."""
    if interaction.type is not discord.InteractionType.modal_submit or not interaction.data:
        return
    data: Any = interaction.data
    for form in forms:
        match = form.template.fullmatch(data["custom_id"])
        if match:
            await form.from_match(match)._dispatch_submit(interaction, data["components"], data.get("resolved", {}))
            return


@asynccontextmanager
async def pressing(interaction: discord.Interaction[Any]) -> AsyncIterator[None]:
    """Acknowledge a press whose own message changes; a failure is said beside it and leaves it as it is.

    `failures.answering(in_place=True)` puts the failure into the message instead: for messages that are over then.
    """
    try:
        await interaction.response.defer()
        yield
    except Exception as error:
        await beside(interaction, sentence_for(error))


@asynccontextmanager
async def opening(interaction: discord.Interaction[Any]) -> AsyncIterator[None]:
    """Around the one read before a form is shown: a form has to be the first answer."""
    try:
        yield
    except Exception as error:
        await tell(interaction, error)


async def beside(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Say something to whoever pressed, and to nobody else, beside the message they pressed in."""
    await interaction.followup.send(sentence, ephemeral=True)
