"""`/queue`: what waits and runs, and stopping what is one's own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import discord
from discord import app_commands, ui

from bot.asking import Asked, actor_of, server_of
from bot.failures import answering
from bot.forms import beside, pressing
from bot.words import pictures as say_pictures
from bot.words import queue as say
from studio import jobs, preferences, queueing


class StopOne(ui.DynamicItem[ui.Select[ui.View]], template=r"likeness:stop"):
    """One's own jobs, to stop one of them; whose they are is asked of the studio at the press."""

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        options = [discord.SelectOption(label=name or "…", value=job_id) for name, job_id in choices]
        super().__init__(ui.Select(custom_id="likeness:stop", placeholder=say.STOP_ONE, options=options))

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The list back from the message it stands in."""
        assert isinstance(item, ui.Select)
        return cls([(option.label, option.value) for option in item.options])

    async def callback(self, interaction: Any) -> None:
        """Stop the chosen one, and show the line without it."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            await asyncio.to_thread(jobs.cancel, studio, actor, self.item.values[0])
            line = await asyncio.to_thread(queueing.line, studio, actor)
            await interaction.edit_original_response(
                content=say.line(line, everybody=False), view=LineView.of(line)
            )
            await beside(interaction, say_pictures.STOPPED)


class LineView(ui.View):
    """Under the line."""

    @classmethod
    def of(cls, line: queueing.Line) -> LineView | None:
        """With a list to stop one of one's own jobs, if there is one."""
        if not line.own:
            return None
        view = cls(timeout=None)
        view.add_item(StopOne(say.choices(line.own)))
        view.stop()
        return view


@app_commands.command(name="queue", description=say.QUEUE)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.describe(whose=say.WHOSE)
@app_commands.choices(whose=[app_commands.Choice(name=name, value=name) for name in (say.MINE, say.ALL)])
async def queue(interaction: Asked, whose: str = say.MINE) -> None:
    """Show the line to whoever asks; everybody's in the open where the server wants that, and then nobody's own."""
    everybody = whose == say.ALL
    async with answering(interaction, ephemeral=not (everybody and await _open(interaction))):
        actor = await actor_of(interaction)
        line = await asyncio.to_thread(queueing.line, interaction.client.studio, actor)
        if everybody and await _open(interaction):
            line = replace(line, own=())
        await interaction.edit_original_response(
            content=say.line(line, everybody=everybody), view=LineView.of(line)
        )


async def _open(interaction: Asked) -> bool:
    """Whether everybody may see the line in this server's channels."""
    server = server_of(interaction)
    if server is None:
        return False
    return "queue" in (await asyncio.to_thread(preferences.server, interaction.client.studio, server)).public_commands


COMMANDS: tuple[app_commands.Command[Any, ..., Any], ...] = (queue,)
ITEMS = (StopOne,)
