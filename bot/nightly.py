"""`/nightly`: who takes part, what is drawn, when."""

from __future__ import annotations

import asyncio
from typing import Any

from discord import app_commands

from bot.asking import Asked, actor_of, for_oneself, handle_of
from bot.failures import answering
from bot.words import gallery as say
from consent.people import Actor
from studio import nightly, subjects
from studio.house import Studio
from studio.nightly import MOST_PICTURES, Plan

commands = app_commands.Group(
    name="nightly",
    description=say.NIGHTLY,
    guild_only=True,
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


@commands.command(name="show", description=say.NIGHTLY_SHOW)
async def show(interaction: Asked) -> None:
    """How the nights are planned."""
    async with answering(interaction, ephemeral=await for_oneself(interaction, "nightly")):
        await actor_of(interaction)
        view = await asyncio.to_thread(nightly.plan, interaction.client.studio)
        await interaction.edit_original_response(content=say.plan(view))


@commands.command(name="part", description=say.NIGHTLY_PART)
@app_commands.describe(subject=say.SUBJECT, part=say.PART)
async def part(interaction: Asked, subject: str, part: bool = True) -> None:
    """Enter a subject, or leave them out."""
    handle = handle_of(subject)
    await _change(interaction, lambda studio, actor: nightly.take_part(studio, actor, handle, part=part))


@commands.command(name="plan", description=say.NIGHTLY_PLAN)
@app_commands.describe(hour=say.HOUR, pictures=say.PICTURES)
async def plan(
    interaction: Asked,
    hour: app_commands.Range[int, 0, 23] | None = None,
    pictures: app_commands.Range[int, 1, MOST_PICTURES] = 1,
) -> None:
    """Set the hour and the number."""
    await _change(interaction, lambda studio, actor: nightly.set_plan(studio, actor, hour, pictures))


@commands.command(name="add", description=say.NIGHTLY_ADD)
@app_commands.describe(prompt=say.PROMPT)
async def add(interaction: Asked, prompt: app_commands.Range[str, 1, 500]) -> None:
    """Add a prompt."""
    await _change(interaction, lambda studio, actor: nightly.add_prompt(studio, actor, prompt))


@commands.command(name="remove", description=say.NIGHTLY_REMOVE)
@app_commands.describe(prompt=say.WHICH_PROMPT)
async def remove(interaction: Asked, prompt: int) -> None:
    """Take a prompt away."""
    await _change(interaction, lambda studio, actor: nightly.remove_prompt(studio, actor, prompt))


async def _change(interaction: Asked, change: Any) -> None:
    """Do it, and show how the nights are planned then."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        view: Plan = await asyncio.to_thread(change, studio, actor)
        await interaction.edit_original_response(content=say.plan(view))


@part.autocomplete("subject")
async def _subject(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """Those who agreed to the nights: one's own, and for moderators all."""
    actor = await actor_of(interaction)
    names = await asyncio.to_thread(_agreed, interaction.client.studio, actor)
    return [app_commands.Choice(name=name, value=name) for name in names if name.startswith(handle_of(typed))][:25]


@remove.autocomplete("prompt")
async def _prompt(interaction: Asked, typed: str) -> list[app_commands.Choice[int]]:
    actor = await actor_of(interaction)
    view = await asyncio.to_thread(nightly.plan, interaction.client.studio)
    found = [(number, text) for number, text in view.prompts if str(typed).casefold() in f"{number} {text}".casefold()]
    return [app_commands.Choice(name=text[:100], value=number) for number, text in found[:25] if actor.is_moderator]


def _agreed(studio: Studio, actor: Actor) -> list[str]:
    views = subjects.subjects(studio)
    return [
        view.handle
        for view in views
        if "nightly" in view.purposes and (actor.is_moderator or view.owner_party == actor.party)
    ]


COMMANDS = (commands,)
ITEMS = ()
