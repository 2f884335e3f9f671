"""`/settings`: channel, server, me. Without options each shows how it is."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import discord
from discord import app_commands

from bot.asking import DOOR, Asked, actor_of, channel_in, server_of
from bot.failures import Said, answering
from bot.own_strikes import Appeal, AppealForm, OwnStrikesView
from bot.words import about as say_about
from bot.words import fit
from bot.words import settings as say
from generation.request import MAX_GUIDANCE, MAX_STEPS, SAMPLERS
from studio import limits, preferences, strikes
from studio.preferences import MAY_BE_PUBLIC, ChannelPreferences, MemberPreferences, ServerPreferences

_SIZE = re.compile(r"\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*", re.IGNORECASE)
_MOST_NEGATIVE = 500

commands = app_commands.Group(
    name="settings",
    description=say.SETTINGS,
    guild_only=True,
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


@commands.command(name="channel", description=say.CHANNEL)
@app_commands.describe(
    channel=say.WHICH_CHANNEL, allowed=say.ALLOWED, previews=say.PREVIEWS, spoiler=say.SPOILER, size=say.SIZE,
    steps=say.STEPS, reset=say.RESET,
)  # fmt: skip
async def channel(
    interaction: Asked,
    channel: discord.TextChannel | None = None,
    allowed: bool | None = None,
    previews: bool | None = None,
    spoiler: bool | None = None,
    size: app_commands.Range[str, 1, 20] | None = None,
    steps: app_commands.Range[int, 1, MAX_STEPS] | None = None,
    reset: bool = False,
) -> None:
    """Show or change how a channel uses the studio; the studio lets only moderators change it."""
    async with answering(interaction, ephemeral=True):
        place = f"{DOOR}{channel.id}" if channel else channel_in(interaction)
        changes = _said(allowed=allowed, previews=previews, spoiler=spoiler, steps=steps)
        if size is not None:
            changes["width"], changes["height"] = _pixels(size)
        if reset:
            changes = _unset(ChannelPreferences(place), "place") | changes
        actor, studio = await actor_of(interaction), interaction.client.studio
        view = await asyncio.to_thread(
            lambda: preferences.set_channel(studio, actor, place, **changes)
            if changes else preferences.channel(studio, place)
        )  # fmt: skip
        await interaction.edit_original_response(content=say.channel(f"<#{place.partition(':')[2]}>", view))


@commands.command(name="server", description=say.SERVER)
@app_commands.describe(
    moderators=say.MODERATORS, gallery=say.GALLERY, public=say.PUBLIC, everybody=say.EVERYBODY, reset=say.RESET
)
@app_commands.choices(public=[app_commands.Choice(name=f"/{name}", value=name) for name in MAY_BE_PUBLIC])
async def server(
    interaction: Asked,
    moderators: discord.TextChannel | None = None,
    gallery: discord.TextChannel | None = None,
    public: str | None = None,
    everybody: bool | None = None,
    reset: bool = False,
) -> None:
    """Show or change where a server has what; the studio lets only its moderators change it."""
    async with answering(interaction, ephemeral=True):
        if (public is None) != (everybody is None):
            raise Said(say.PUBLIC_NEEDS_BOTH)
        actor, studio, name = await actor_of(interaction), interaction.client.studio, server_of(interaction)
        assert name is not None  # guild_only
        before = await asyncio.to_thread(preferences.server, studio, name)
        changes = _said(
            moderators_channel=f"{DOOR}{moderators.id}" if moderators else None,
            gallery_channel=f"{DOOR}{gallery.id}" if gallery else None,
        )
        if reset:
            before = ServerPreferences(name)
            changes = _unset(before, "server") | changes
        if public is not None:
            others = set(before.public_commands) - {public}
            changes["public_commands"] = tuple(sorted(others | ({public} if everybody else set())))
        if changes:
            before = await asyncio.to_thread(lambda: preferences.set_server(studio, actor, name, **changes))
        await interaction.edit_original_response(content=say.server(before))


@commands.command(name="me", description=say.ME)
@app_commands.describe(
    negative=say.NEGATIVE, steps=say.STEPS, cfg=say.CFG, sampler=say.SAMPLER, tell_by_dm=say.TELL, reset=say.RESET
)
@app_commands.choices(sampler=[app_commands.Choice(name=name, value=name) for name in SAMPLERS])
async def me(
    interaction: Asked,
    negative: app_commands.Range[str, 0, _MOST_NEGATIVE] | None = None,
    steps: app_commands.Range[int, 1, MAX_STEPS] | None = None,
    cfg: app_commands.Range[float, 1.0, MAX_GUIDANCE] | None = None,
    sampler: str | None = None,
    tell_by_dm: bool | None = None,
    reset: bool = False,
) -> None:
    """Show or change what one's own wishes are like."""
    async with answering(interaction, ephemeral=True):
        changes = _said(negative=negative, steps=steps, guidance=cfg, sampler=sampler, tell_by_dm=tell_by_dm)
        if reset:
            changes = _unset(MemberPreferences()) | changes
        actor, studio = await actor_of(interaction), interaction.client.studio
        view = await asyncio.to_thread(
            lambda: preferences.set_member(studio, actor, **changes)
            if changes else preferences.member(studio, actor.party)
        )  # fmt: skip
        limits_now = await asyncio.to_thread(limits.view, studio, actor)
        record = await asyncio.to_thread(strikes.mine, studio, actor)
        content = fit(f"{say.member(view)}\n\n{say_about.standing(limits_now, record)}")
        appealable = [strike for strike in record.strikes if strike.open_to_appeal]
        buttons = OwnStrikesView(appealable) if appealable else None
        await interaction.edit_original_response(content=content, view=buttons)


def _said(**options: Any) -> dict[str, Any]:
    """The options somebody gave."""
    return {name: value for name, value in options.items() if value is not None}


def _unset(
    comes: ChannelPreferences | ServerPreferences | MemberPreferences, *but: str
) -> dict[str, Any]:
    """Everything as it comes, but for what names the thing itself."""
    return {name: value for name, value in vars(comes).items() if name not in but}


def _pixels(text: str) -> tuple[int, int]:
    """Width and height from `512x768`; Said for anything else."""
    read = _SIZE.fullmatch(text)
    if read is None:
        raise Said(say.bad_size(text))
    return int(read[1]), int(read[2])


COMMANDS = (commands,)
ITEMS = (Appeal,)
FORMS = (AppealForm,)
