"""`/subject`: who can be drawn. Everybody sees whom they may draw and themselves; moderators see all.

Whom one may not draw one does not learn of: not whether they are here, and not what they said.
"""

from __future__ import annotations

import asyncio

from discord import app_commands

from bot.asking import Asked, actor_of, handle_of
from bot.failures import Said, answering
from bot.words import subject as say
from consent.people import Actor
from studio import grants, subjects
from studio.house import Studio

_MOST_CHOICES = 25

commands = app_commands.Group(
    name="subject",
    description=say.SUBJECT,
    guild_only=True,
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


@commands.command(name="list", description=say.LIST)
async def list_subjects(interaction: Asked) -> None:
    """Show those one may draw, and oneself."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        seen = await asyncio.to_thread(subjects.seen_by, studio, actor)
        mine = [view for view in seen.everybody if view.owner_party == actor.party]
        usable = [view for view in seen.everybody if view.handle in seen.usable]
        others = [view for view in seen.everybody if view not in mine and view not in usable]
        await interaction.edit_original_response(content=say.listed(mine, usable, others))


@commands.command(name="show", description=say.SHOW)
@app_commands.describe(subject=say.NAME)
async def show(interaction: Asked, subject: str) -> None:
    """Everything to the subject and to moderators; to others that they may draw them, or nothing."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        content = await asyncio.to_thread(_shown, studio, actor, handle_of(subject))
        await interaction.edit_original_response(content=content)


@commands.command(name="add", description=say.ADD)
@app_commands.describe(name=say.NAME, character=say.CHARACTER)
async def add(
    interaction: Asked, name: app_commands.Range[str, 2, 32], character: app_commands.Range[str, 3, 300] = ""
) -> None:
    """Enter oneself, or a character; somebody else is entered by asking them."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        kind, rights = ("character", character) if character else ("real_person", None)
        view = await asyncio.to_thread(
            lambda: subjects.add_subject(studio, actor, handle_of(name), owner=actor, kind=kind, rights=rights)
        )
        await interaction.edit_original_response(content=say.added(view))


def _shown(studio: Studio, actor: Actor, handle: str) -> str:
    seen = subjects.seen_by(studio, actor)
    view = next((view for view in seen.everybody if view.handle == handle), None)
    if view is None:
        raise Said(say.UNKNOWN.format(handle=handle[:40]))
    if view.owner_party == actor.party or actor.is_moderator:
        versions = grants.consents(studio, handle)
        return say.whole(view, versions[-1] if versions else None)
    return say.usable(view)


@show.autocomplete("subject")
async def _seen(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    actor = await actor_of(interaction)
    seen = await asyncio.to_thread(subjects.seen_by, interaction.client.studio, actor)
    names = [view.handle for view in seen.everybody if view.handle.startswith(handle_of(typed))]
    return [app_commands.Choice(name=name, value=name) for name in names[:_MOST_CHOICES]]


COMMANDS = (commands,)
ITEMS = ()
