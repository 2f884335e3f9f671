"""/settings: everybody sees, moderators set, and only moderators of the server that is served."""

from __future__ import annotations

from pathlib import Path

import discord

from bot.words import settings as say
from studio import preferences
from studio.preferences import ChannelPreferences
from tests.bot.conftest import Server


def place(server: Server) -> str:
    return f"discord:{server.channel.id}"


async def test_a_moderator_sets_a_channel_and_puts_it_back(server: Server) -> None:
    set_to = await server.mo.slash(
        server.channel, "settings channel", spoiler=True, previews=False, size="64 x 96", steps=12
    )

    assert "Pictures are hidden until clicked." in set_to.response.content
    assert "Half-drawn pictures are not shown." in set_to.response.content
    assert "size 64×96, 12 steps" in set_to.response.content
    assert preferences.channel(server.studio, place(server)).width == 64

    await server.mo.slash(server.channel, "settings channel", reset=True)
    assert preferences.channel(server.studio, place(server)) == ChannelPreferences(place(server))
    assert server.events() == ["server.served", "settings.changed", "settings.changed"]


async def test_a_member_sees_how_a_channel_is_and_cannot_change_it(server: Server) -> None:
    seen = await server.anna.slash(server.channel, "settings channel")
    refused = await server.anna.slash(server.channel, "settings channel", spoiler=True)
    elsewhere = await server.anna.slash(server.channel, "settings server", gallery=server.channel)

    assert seen.response.content.startswith(f"**<#{server.channel.id}>**\nPictures and trainings may be asked for.")
    assert refused.response.content == elsewhere.response.content
    assert "Only a moderator can change that" in refused.response.content
    assert server.events() == []


async def test_a_size_that_is_none_is_refused_in_words(server: Server) -> None:
    refused = await server.mo.slash(server.channel, "settings channel", size="huge")
    impossible = await server.mo.slash(server.channel, "settings channel", size="64x9")
    assert refused.response.content == say.bad_size("huge")
    assert "must lie between 32 and 2048, not 9" in impossible.response.content
    assert preferences.channel(server.studio, place(server)) == ChannelPreferences(place(server))


async def test_a_server_names_its_channels_and_what_everybody_sees(server: Server) -> None:
    await server.mo.slash(server.channel, "settings server", moderators=server.channel)
    after = await server.mo.slash(server.channel, "settings server", public="about", everybody=True)
    half = await server.mo.slash(server.channel, "settings server", public="about")

    assert f"Moderators are told in <#{server.channel.id}>." in after.response.content
    assert "`/about`, `/gallery`, `/stats`" in after.response.content
    assert half.response.content == say.PUBLIC_NEEDS_BOTH
    assert preferences.moderators_channels(server.studio) == [place(server)]


async def test_a_member_sets_their_own_wishes(server: Server) -> None:
    await server.anna.slash(server.channel, "settings me", negative="blurry", steps=30)
    after = await server.anna.slash(server.channel, "settings me", cfg=6.5, tell_by_dm=True)
    assert "- keep out: `blurry`\n- steps: 30\n- cfg: 6.5" in after.response.content
    assert "I may write you direct messages." in after.response.content


async def test_whoever_manages_another_server_is_nobody_here_and_is_offered_nothing(server: Server) -> None:
    await server.mo.slash(server.channel, "settings channel", spoiler=True)
    server.consent()
    other = server.env.create_guild(name="Eve's own")
    chief = other.create_role("Chief", permissions=discord.Permissions(manage_guild=True))
    eve = other.add_member(server.env.create_user("eve2"), roles=[chief])
    channel = other.create_text_channel("lair")

    asked = await eve.slash(channel, "imagine", prompt="a bench")
    verified = await eve.slash(channel, "consent verify", subject="radke")
    offered = await eve.autocomplete(channel, "train", "subject", "ra")

    assert asked.response.content == verified.response.content == preferences.NOT_SERVED
    assert offered == []
    assert await server.eve.autocomplete(server.channel, "train", "subject", "ra") != []


def test_no_line_of_the_bot_asks_who_owns_it() -> None:
    bot = Path(__file__).parents[2] / "bot"
    asks = [path.name for path in bot.rglob("*.py") if "is_owner" in path.read_text() or "owner_id" in path.read_text()]
    assert asks == []
