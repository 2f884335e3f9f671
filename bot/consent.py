"""`/consent`: asking, answering, amending, confirming. Thin: the studio decides who may, the buttons take the answer.

What a person has of their own (`mine`, `receipt`, `data`, `withdraw`, `never`) is in `bot/own.py`, showing oneself
in `bot/challenge.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import discord
from discord import app_commands

from bot import answers, scope, words
from bot.answers import QuestionView, own_subject
from bot.asking import Asked, actor_for, actor_of, handle_of
from bot.failures import Said, answering
from bot.scope import shown
from bot.words import consent as say
from consent.people import Actor
from studio import amendments, grants, subjects
from studio.errors import UnknownSubject
from studio.house import Studio
from studio.views import SubjectView

MOST_CHOICES = 25  # Discord's limit
GIVEN = ("given", "active", "paused")

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
        await shown(interaction, view.handle)


@commands.command(name="refuse", description=say.REFUSE)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def refuse(interaction: Asked, subject: str) -> None:
    """Say no to a question, also where its message is gone."""
    async with answering(interaction, ephemeral=True):
        actor = await actor_of(interaction)
        await asyncio.to_thread(grants.refuse, interaction.client.studio, actor, handle_of(subject))
        await interaction.edit_original_response(content=words.SAID_NO)


@commands.command(name="narrow", description=say.NARROW)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def narrow(interaction: Asked, subject: str) -> None:
    """Show what holds, to be changed; what takes something back holds at once."""
    async with answering(interaction, ephemeral=True):
        view = await own_subject(interaction, handle_of(subject))
        await shown(interaction, view.handle)


@commands.command(name="widen", description=say.WIDEN)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def widen(interaction: Asked, subject: str) -> None:
    """Show the notice and what holds, to be changed; more takes a yes under the notice."""
    async with answering(interaction, ephemeral=True):
        view = await own_subject(interaction, handle_of(subject))
        await shown(interaction, view.handle)


@commands.command(name="pause", description=say.PAUSE)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def pause(interaction: Asked, subject: str) -> None:
    """Let a consent rest; the studio lets the subject and moderators."""
    async with answering(interaction, ephemeral=True):
        actor = await actor_of(interaction)
        consent = await asyncio.to_thread(
            amendments.pause, interaction.client.studio, actor, handle_of(subject)
        )
        await interaction.edit_original_response(content=say.paused(consent))


@commands.command(name="resume", description=say.RESUME)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def resume(interaction: Asked, subject: str) -> None:
    """End one's own pause."""
    async with answering(interaction, ephemeral=True):
        actor = await actor_of(interaction)
        consent = await asyncio.to_thread(
            amendments.resume, interaction.client.studio, actor, handle_of(subject)
        )
        await interaction.edit_original_response(content=say.resumed(consent))


@commands.command(name="ask", description=words.CONSENT_ASK)
@app_commands.describe(
    member=words.MEMBER_OPTION,
    subject=words.SUBJECT_OPTION,
    nightly=say.ALSO_NIGHTLY,
    gallery=say.ALSO_GALLERY,
    measure_likeness=say.ALSO_MEASURE,
)
async def ask(
    interaction: Asked,
    member: discord.Member,
    subject: str,
    nightly: bool = False,
    gallery: bool = False,
    measure_likeness: bool = False,
) -> None:
    """Ask a member in this channel, by mention; never by an unsolicited direct message."""
    also = {"nightly": nightly, "gallery": gallery, "measure_likeness": measure_likeness}
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
        purposes = [*grants.DEFAULT_PURPOSES, *(name for name, wanted in also.items() if wanted)]
        await asyncio.to_thread(grants.ask, studio, actor, view.handle, purposes)
        # A message of its own: an edited “thinking” message would not notify the member it mentions.
        await interaction.client.get_partial_messageable(channel.id).send(
            words.question(view.handle, member.mention, actor.name),
            view=QuestionView(view.handle),
            allowed_mentions=discord.AllowedMentions(users=[member]),
        )
        await interaction.edit_original_response(content=words.asked(view.handle))


@commands.command(name="verify", description=words.CONSENT_VERIFY)
@app_commands.describe(subject=words.SUBJECT_OPTION, called=say.CALLED, nobody_real=say.NOBODY_REAL)
async def verify(
    interaction: Asked, subject: str, called: bool = False, nobody_real: bool = False
) -> None:
    """Confirm a yes, in the open: those who wait for it see it, and so does the subject."""
    async with answering(interaction):
        actor, studio = await actor_of(interaction), interaction.client.studio
        handle = handle_of(subject)
        consent = await asyncio.to_thread(
            lambda: grants.verify(studio, actor, handle, called=called, nobody_real=nobody_real)
        )
        await interaction.edit_original_response(content=words.verified(consent))


def own_in(*states: str | None) -> Callable[[Actor, SubjectView], bool]:
    """Offers one's own names whose consent is in one of these states; in any where none is named."""
    return lambda actor, view: view.owner_party == actor.party and (not states or view.consent in states)


@give.autocomplete("subject")
async def _own(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    return await suggest(interaction, typed, own_in())


@refuse.autocomplete("subject")
async def _asked(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    return await suggest(interaction, typed, own_in("asked"))


@narrow.autocomplete("subject")
@widen.autocomplete("subject")
async def _own_given(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    return await suggest(interaction, typed, own_in(*GIVEN))


@pause.autocomplete("subject")
async def _to_pause(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    return await suggest(interaction, typed, lambda actor, view: _may_hold(actor, view, "active", "paused"))


@resume.autocomplete("subject")
async def _paused(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    return await suggest(interaction, typed, lambda actor, view: _may_hold(actor, view, "paused"))


@verify.autocomplete("subject")
async def _unverified(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    def offered(actor: Actor, view: SubjectView) -> bool:
        return actor.is_moderator and view.owner_party != actor.party and view.consent == "given"

    return await suggest(interaction, typed, offered)


def _may_hold(actor: Actor, view: SubjectView, *states: str) -> bool:
    return (view.owner_party == actor.party or actor.is_moderator) and view.consent in states


def _theirs(studio: Studio, actor: Actor, owner: Actor, handle: str) -> SubjectView:
    """The subject of this name; a free name becomes `owner`'s (a name and nothing else)."""
    try:
        return subjects.subject(studio, handle)
    except UnknownSubject:
        return subjects.add_subject(studio, actor, handle, owner=owner)


COMMANDS = (commands,)
ITEMS = (*answers.ITEMS, *scope.ITEMS)
FORMS = scope.FORMS
