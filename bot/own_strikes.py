"""A member's own strikes, and having a moderator look at one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Self

import discord
from discord import ui

from bot.asking import actor_of
from bot.failures import answering
from bot.forms import Form
from bot.words import about as say
from studio import strikes
from studio.strikes import LONGEST_APPEAL, StrikeView


class Appeal(ui.DynamicItem[ui.Select[ui.View]], template="likeness:appeal"):
    """One's own strikes, to choose one; whose they are is asked when the form comes in."""

    def __init__(self, options: Sequence[discord.SelectOption]) -> None:
        super().__init__(ui.Select(custom_id="likeness:appeal", placeholder=say.APPEAL, options=list(options)))

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The list back from the message it stands in."""
        assert isinstance(item, ui.Select)
        return cls(item.options)

    async def callback(self, interaction: Any) -> None:
        """Ask what it was about."""
        await AppealForm(self.item.values[0]).show(interaction)


class OwnStrikesView(ui.View):
    """Under `/settings me`."""

    def __init__(self, views: Sequence[StrikeView]) -> None:
        super().__init__(timeout=None)
        options = []
        for view in views[:25]:
            label, when = say.strike_choice(view)
            options.append(discord.SelectOption(label=label, value=str(view.id), description=when))
        self.add_item(Appeal(options))
        self.stop()


class AppealForm(Form, title=say.APPEAL_TITLE):
    """What somebody had asked for, in their own words: the refused wish itself is kept nowhere."""

    template = re.compile(r"likeness:appeal-form:([0-9a-f-]{36})")

    def __init__(self, strike_id: str) -> None:
        super().__init__(custom_id=f"likeness:appeal-form:{strike_id}")
        self.strike_id = strike_id
        self.words: ui.TextInput[Any] = ui.TextInput(
            custom_id="words", style=discord.TextStyle.paragraph, max_length=LONGEST_APPEAL
        )
        self.add_item(ui.Label(text=say.APPEAL_WORDS, component=self.words, description=say.APPEAL_HINT))

    async def on_submit(self, interaction: Any) -> None:
        """Hand it in; the bot brings it to the moderators' channel."""
        async with answering(interaction, ephemeral=True):
            actor, studio = await actor_of(interaction), interaction.client.studio
            await asyncio.to_thread(strikes.appeal, studio, actor, self.strike_id, self.words.value)
            await interaction.edit_original_response(content=say.APPEALED)
