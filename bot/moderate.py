"""`/moderate`: thin; the studio decides who may, and writes down every look."""

from __future__ import annotations

import asyncio
import io
import re

import discord
from discord import app_commands

from bot import attachments
from bot.asking import DOOR, Asked, actor_of, handle_of
from bot.failures import Said, answering
from bot.moderating import ITEMS as BUTTONS
from bot.moderating import CloseForm, IncidentsView, StrikesView, show_report
from bot.words import moderate as say
from studio import appeals, confirmations, incidents, lookups, reports, subjects
from studio.audit.asking import require_moderator
from studio.audit.paper import as_csv
from studio.audit.questions import QUESTIONS, About, Answer, ask

_LINK = re.compile(r"https://(?:\w+\.)?discord(?:app)?\.com/channels/(\d+)/(\d+)/(\d+)")
_NO_NEEDS = tuple(name for name, question in QUESTIONS.items() if not question.needs)

commands = app_commands.Group(
    name="moderate",
    description=say.MODERATE,
    guild_only=True,
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    default_permissions=discord.Permissions(manage_guild=True),
)


@commands.command(name="review", description=say.REVIEW)
async def review(interaction: Asked) -> None:
    """The most urgent report with its picture, and the buttons that decide."""
    async with answering(interaction, ephemeral=True):
        await show_report(interaction, await actor_of(interaction))


@commands.command(name="verify", description=say.VERIFY)
async def verify(interaction: Asked) -> None:
    """Who waits for a confirmation."""
    async with answering(interaction, ephemeral=True):
        actor = await actor_of(interaction)
        who = await asyncio.to_thread(confirmations.waiting, interaction.client.studio, actor)
        await interaction.edit_original_response(content=say.consents(who))


@commands.command(name="reports", description=say.REPORTS)
@app_commands.describe(everything=say.EVERYTHING)
async def list_reports(interaction: Asked, everything: bool = False) -> None:
    """Reports, the most urgent first."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        views = await asyncio.to_thread(lambda: reports.reports(studio, actor, everything=everything))
        await interaction.edit_original_response(content=say.reports(views))


@commands.command(name="look-up", description=say.LOOK_UP)
@app_commands.describe(file=say.FILE, message=say.MESSAGE)
async def look_up(
    interaction: Asked, file: discord.Attachment | None = None, message: str | None = None
) -> None:
    """From a file or a message of the bot's to who asked for it, and under which consent."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        if (file is None) == (message is None):
            raise Said(say.ONE_OF_BOTH)
        require_moderator(actor)  # before anything is fetched
        if file is not None:
            data = await attachments.read(file)
            found = await asyncio.to_thread(lookups.by_file, studio, actor, data)
        else:
            found = await asyncio.to_thread(lookups.by_message, studio, actor, _place(interaction, message or ""))
        await interaction.edit_original_response(content=say.found(found))


@commands.command(name="audit", description=say.AUDIT)
@app_commands.describe(
    question=say.QUESTION, subject=say.ABOUT_SUBJECT, asker=say.ABOUT_ASKER, file=say.FILE
)
@app_commands.choices(question=[app_commands.Choice(name=name, value=name) for name in QUESTIONS])
async def audit(
    interaction: Asked,
    question: str | None = None,
    subject: str | None = None,
    asker: str | None = None,
    file: discord.Attachment | None = None,
) -> None:
    """One of the twelve questions with its answer as a file, or all that need no other word, in numbers."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        require_moderator(actor)
        about = About(
            subject=handle_of(subject) if subject else None,
            asker=asker,
            file=await attachments.read(file) if file else None,
        )
        if question is not None:
            said = await asyncio.to_thread(ask, studio, actor, question, about)
            await interaction.edit_original_response(content=say.answer(said), attachments=_file(question, [said]))
            return
        digest = [await asyncio.to_thread(ask, studio, actor, name, about) for name in _NO_NEEDS]
        lines = [say.digest_line(said.question, len(said.rows), said.alarming) for said in digest]
        embed = discord.Embed(title=say.DIGEST, description="\n".join(lines))
        await interaction.edit_original_response(embed=embed, attachments=_file("digest", digest))


@commands.command(name="incidents", description=say.INCIDENTS)
@app_commands.describe(everything=say.EVERYTHING)
async def list_incidents(interaction: Asked, everything: bool = False) -> None:
    """Incidents, with a list to close one from."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        views = await asyncio.to_thread(lambda: incidents.incidents(studio, actor, everything=everything))
        still_open = [view for view in views if view.closed_at is None]
        view = IncidentsView(still_open) if still_open else None
        await interaction.edit_original_response(content=say.incidents(views), view=view)


@commands.command(name="strikes", description=say.STRIKES)
@app_commands.describe(who=say.WHO)
async def list_strikes(interaction: Asked, who: str | None = None) -> None:
    """Strikes, appeals first, with a list to lift one from."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        views = await asyncio.to_thread(appeals.strikes, studio, actor, who)
        undecided = [view for view in views if view.state in ("given", "appealed")]
        view = StrikesView(undecided) if undecided else None
        await interaction.edit_original_response(content=say.strikes(views), view=view)


@audit.autocomplete("subject")
async def _subject(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    actor = await actor_of(interaction)
    if not actor.is_moderator:
        return []
    views = await asyncio.to_thread(subjects.subjects, interaction.client.studio)
    names = [view.handle for view in views if view.handle.startswith(handle_of(typed))]
    return [app_commands.Choice(name=name, value=name) for name in names[:25]]


def _place(interaction: Asked, link: str) -> str:
    """The message a link names, if it is in this server; Said for anything else."""
    read = _LINK.fullmatch(link.strip())
    if read is None or int(read[1]) != interaction.guild_id:
        raise Said(say.NOT_A_LINK)
    return f"{DOOR}{read[2]}:{read[3]}"


def _file(name: str, answers: list[Answer]) -> list[discord.File]:
    """The answers as one file, a table below the other."""
    tables = [as_csv(said) if len(answers) == 1 else f"# {said.question}\n{as_csv(said)}" for said in answers]
    text = "\n".join(tables).encode("utf-8")
    return [discord.File(io.BytesIO(text), f"{name}.csv")]


COMMANDS = (commands,)
ITEMS = BUTTONS
FORMS = (CloseForm,)
