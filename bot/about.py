"""`/about`, `/help` and `/stats`. Help is read from the commands as they are registered, so it cannot go stale."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from discord import app_commands

from bot.asking import Asked, actor_of, for_oneself
from bot.failures import answering
from bot.words import about as say
from studio.statistics import statistics

_OF_SUBJECTS = ("consent", "subject")


@app_commands.command(name="about", description=say.ABOUT)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
async def about(interaction: Asked) -> None:
    """What this is, and what it keeps."""
    async with answering(interaction, ephemeral=await for_oneself(interaction, "about")):
        set_to = interaction.client.studio.settings
        content = say.about(version("likeness"), set_to.base_model, set_to.controller, set_to.jurisdiction)
        await interaction.edit_original_response(content=content)


@app_commands.command(name="stats", description=say.STATS)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.describe(days=say.DAYS)
async def stats(interaction: Asked, days: app_commands.Range[int, 1, 366] = 30) -> None:
    """The studio in numbers that single nobody out."""
    async with answering(interaction, ephemeral=await for_oneself(interaction, "stats")):
        await actor_of(interaction)
        view = await asyncio.to_thread(statistics, interaction.client.studio, days)
        await interaction.edit_original_response(content=say.stats(view))


@app_commands.command(name="help", description=say.HELP)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
async def help_(interaction: Asked) -> None:
    """What somebody can do here: moderators see theirs too."""
    async with answering(interaction, ephemeral=await for_oneself(interaction, "help")):
        actor = await actor_of(interaction)
        content = say.help_page(by_role(interaction.client.tree, moderator=actor.is_moderator))
        await interaction.edit_original_response(content=content)


def by_role(tree: Any, *, moderator: bool) -> dict[str, list[tuple[str, str]]]:
    """The registered commands with their descriptions, by who they are for."""
    roles: dict[str, list[tuple[str, str]]] = {say.FOR_MEMBERS: [], say.FOR_SUBJECTS: [], say.MENUS: []}
    if moderator:
        roles[say.FOR_MODERATORS] = []
    for command in tree.get_commands():
        if isinstance(command, app_commands.ContextMenu):
            roles[say.MENUS].append((command.name, ""))
            continue
        role = say.FOR_SUBJECTS if command.name in _OF_SUBJECTS else say.FOR_MEMBERS
        if command.default_permissions is not None and command.default_permissions.manage_guild:
            role = say.FOR_MODERATORS
        if role in roles:
            roles[role].extend(_lines(command))
    roles[say.MENUS] = [(" · ".join(name for name, _ in roles[say.MENUS]), "for a message with a picture in it")]
    return roles


def _lines(command: app_commands.Command[Any, ..., Any] | app_commands.Group) -> Iterator[tuple[str, str]]:
    if isinstance(command, app_commands.Group):
        acts = ", ".join(act.name for act in command.commands)
        yield f"`/{command.name}` {acts}", command.description
    else:
        yield f"`/{command.name}`", command.description


COMMANDS: tuple[app_commands.Command[Any, ..., Any], ...] = (about, help_, stats)
ITEMS = ()
