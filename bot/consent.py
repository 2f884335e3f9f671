"""`/consent`: give, withdraw, ask, verify. Thin: the studio decides who may, the buttons take the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import discord
from discord import app_commands

from bot import words
from bot.answers import BUTTONS, QuestionView, WithdrawalView, notice_message
from bot.asking import Asked, actor_for, actor_of, handle_of
from bot.failures import Said, answering
from consent.people import Actor
from studio import grants, subjects
from studio.errors import UnknownSubject
from studio.house import Studio
from studio.views import SubjectView

MOST_CHOICES = 25  # Discord's limit

commands = app_commands.Group(
    name="consent",
    description=words.CONSENT,
    guild_only=True,
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


async def suggest(
    interaction: Asked, typed: str, offered: Callable[[Actor, SubjectView], bool]
) -> list[app_commands.Choice[str]]:
    """Names that begin with what was typed, out of those this member may do something with."""
    actor = await actor_of(interaction)
    views = await asyncio.to_thread(subjects.subjects, interaction.client.studio)
    begun = handle_of(typed)
    names = [view.handle for view in views if view.handle.startswith(begun) and offered(actor, view)]
    return [app_commands.Choice(name=name, value=name) for name in names[:MOST_CHOICES]]


@commands.command(name="give", description=words.CONSENT_GIVE)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def give(interaction: Asked, subject: str) -> None:
    """Show the notice to the caller alone; the yes itself is a button under it."""
    async with answering(interaction, ephemeral=True):
        actor = await actor_of(interaction)
        view = await asyncio.to_thread(_theirs, interaction.client.studio, actor, actor, handle_of(subject))
        if view.owner_party != actor.party:
            raise Said(words.whose_else(view.handle))
        embed, buttons = notice_message(interaction.client.studio, view)
        await interaction.edit_original_response(embed=embed, view=buttons)


@commands.command(name="withdraw", description=words.CONSENT_WITHDRAW)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def withdraw(interaction: Asked, subject: str) -> None:
    """Say what a withdrawal takes away, and offer the button that does it."""
    async with answering(interaction, ephemeral=True):
        actor = await actor_of(interaction)
        view = await asyncio.to_thread(subjects.subject, interaction.client.studio, handle_of(subject))
        if view.owner_party != actor.party:
            raise Said(words.not_asked_of_you(view.handle))
        await interaction.edit_original_response(
            content=words.before_withdrawal(view), view=WithdrawalView(view.handle)
        )


@commands.command(name="ask", description=words.CONSENT_ASK)
@app_commands.describe(member=words.MEMBER_OPTION, subject=words.SUBJECT_OPTION)
async def ask(interaction: Asked, member: discord.Member, subject: str) -> None:
    """Ask a member in this channel, by mention; never by an unsolicited direct message."""
    async with answering(interaction, ephemeral=True):
        if member.bot:
            raise Said(words.no_bots())
        permissions, channel = interaction.app_permissions, interaction.channel
        if not (permissions.view_channel and permissions.send_messages) or channel is None:
            raise Said(words.may_not_write())
        actor, owner = await actor_of(interaction), await actor_for(interaction, member)
        studio = interaction.client.studio
        view = await asyncio.to_thread(_theirs, studio, actor, owner, handle_of(subject))
        if view.owner_party != owner.party:
            raise Said(words.not_theirs(view.handle, member.display_name))
        await asyncio.to_thread(grants.ask, studio, actor, view.handle)
        # A message of its own: an edited “thinking” message would not notify the member it mentions.
        await interaction.client.get_partial_messageable(channel.id).send(
            words.question(view.handle, member.mention, actor.name),
            view=QuestionView(view.handle),
            allowed_mentions=discord.AllowedMentions(users=[member]),
        )
        await interaction.edit_original_response(content=words.asked(view.handle))


@commands.command(name="verify", description=words.CONSENT_VERIFY)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def verify(interaction: Asked, subject: str) -> None:
    """Confirm a yes, in the open: those who wait for it see it, and so does the subject."""
    async with answering(interaction):
        actor = await actor_of(interaction)
        consent = await asyncio.to_thread(grants.verify, interaction.client.studio, actor, handle_of(subject))
        await interaction.edit_original_response(content=words.verified(consent))


@give.autocomplete("subject")
async def _own(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    return await suggest(interaction, typed, lambda actor, view: view.owner_party == actor.party)


@withdraw.autocomplete("subject")
async def _own_given(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    def offered(actor: Actor, view: SubjectView) -> bool:
        return view.owner_party == actor.party and view.consent in ("given", "active", "paused", "expired")

    return await suggest(interaction, typed, offered)


@verify.autocomplete("subject")
async def _unverified(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    def offered(actor: Actor, view: SubjectView) -> bool:
        return actor.is_moderator and view.owner_party != actor.party and view.consent == "given"

    return await suggest(interaction, typed, offered)


def _theirs(studio: Studio, actor: Actor, owner: Actor, handle: str) -> SubjectView:
    """The subject of this name; a free name becomes `owner`'s (a name and nothing else)."""
    try:
        return subjects.subject(studio, handle)
    except UnknownSubject:
        return subjects.add_subject(studio, actor, handle, owner=owner)


COMMANDS = (commands,)
ITEMS = BUTTONS
