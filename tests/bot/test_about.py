"""/about, /help, /stats, and a strike from the refusal to the moderators' verdict."""

from __future__ import annotations

import pytest

from bot import wall
from bot.about import by_role
from bot.words import MOST_CHARACTERS
from bot.words import about as say
from bot.words import moderate as told
from studio import appeals, preferences, strikes
from tests.bot.community_stage import live, made, people
from tests.bot.conftest import Server


async def test_help_names_every_registered_command_and_moderators_see_theirs(server: Server) -> None:
    of_member = await server.anna.slash(server.channel, "help")
    of_moderator = await server.mo.slash(server.channel, "help")

    commands = await server.env.bot.tree.fetch_commands()
    for command in commands:
        assert command.name in of_moderator.response.content, command.name
        assert (command.name in of_member.response.content) is (command.name != "moderate"), command.name
    assert len(of_moderator.response.content) < MOST_CHARACTERS
    assert of_member.response.ephemeral
    roles = by_role(server.env.bot.tree, moderator=True)
    assert all(len(what) > 0 for commands in roles.values() for _, what in commands)


async def test_about_says_what_is_kept_and_under_which_rules(server: Server) -> None:
    said = (await server.eve.slash(server.channel, "about")).response.content
    for words in ("own yes", "ledger", "miniature", "/consent withdraw", "Apache-2.0", "Not kept: messages"):
        assert words in said


async def test_numbers_single_nobody_out(server: Server) -> None:
    live(server)
    made(server)
    await server.anna.slash(server.channel, "imagine", prompt="a naked man")
    said = (await server.eve.slash(server.channel, "stats")).response
    assert "1 picture, 1 training." in said.content
    assert "context nudity 1" in said.content
    assert not any(name in said.content for name in ("anna", "radke", "mo "))
    assert not said.ephemeral, "the server has these in the open unless it says otherwise"


async def test_a_strike_is_seen_appealed_and_lifted_by_somebody_else(server: Server) -> None:
    mo = people(server).mo
    preferences.set_server(
        server.studio, mo, f"discord:{server.env.guild.id}", moderators_channel=f"discord:{server.channel.id}"
    )
    await server.anna.slash(server.channel, "imagine", prompt="a naked man")

    mine = await server.anna.slash(server.channel, "settings me")
    assert "asked for 0 of 200 pictures today" in mine.response.content
    assert "**Strikes against you** (2 points)\n- nudity, 2 points, counts until" in mine.response.content
    strike = str(strikes.mine(server.studio, server.party(server.anna)).strikes[0].id)
    form = await server.anna.select(mine.response, [strike])
    await server.anna.submit_modal(form, {"words": "a statue by Rodin"})
    await wall.tell_of_appeals(server.env.bot)
    await wall.tell_of_appeals(server.env.bot)

    appeal = server.said
    assert sum("appeals a strike" in message.content for message in server.channel.history()) == 1
    assert "`a statue by Rodin`" in appeal.content
    refused = await server.anna.click(appeal, label=told.LIFT)
    assert "for moderators to look at" in refused.followups[-1].content
    await server.mo.click(appeal, label=told.LIFT)

    assert server.said.content == "The strike against **anna** (nudity) was lifted: mo."
    assert strikes.mine(server.studio, server.party(server.anna)).points == 0
    again = await server.anna.slash(server.channel, "settings me")
    assert say.STRIKES_TITLE not in again.response.content


async def test_a_moderators_channel_that_was_deleted_keeps_no_appeal_from_the_others(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "_refused", {})
    gone = server.env.guild.create_text_channel("gone")
    places = [f"discord:{gone.id}", f"discord:{server.channel.id}"]
    monkeypatch.setattr(preferences, "moderators_channels", lambda _: places)
    server.env.backend.delete_channel(gone.id)
    await server.anna.slash(server.channel, "imagine", prompt="a naked man")
    anna = server.party(server.anna)
    strikes.appeal(server.studio, anna, str(strikes.mine(server.studio, anna).strikes[0].id), "a statue by Rodin")

    await wall.tell_of_appeals(server.env.bot)

    assert sum("appeals a strike" in message.content for message in server.channel.history()) == 1
    assert appeals.untold(server.studio) == []
