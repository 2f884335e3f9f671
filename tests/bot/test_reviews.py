"""“Ask me first” and “tell me”: whose eyes see a picture first, and how they are told that it is there."""

from __future__ import annotations

from typing import Any

from bot.client import LikenessClient
from bot.reviews import SeeView
from bot.words import mine as say
from studio import preferences, reviews
from studio.house import Studio
from tests.bot.conftest import Server
from tests.bot.pictures_stage import WISH, draw_all, learnt, newest, pictures


async def _held(server: Server) -> Any:
    """Anna's picture of somebody who wants to be asked first: drawn, and nobody's yet."""
    learnt(server, review="ask_me_first")
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH)
    draw_all(server, newest(server, 1))
    await server.look(6)
    return asked


async def test_a_held_picture_is_mentioned_without_it_and_shown_to_its_subject_alone(server: Server) -> None:
    asked = await _held(server)
    question = server.said
    assert question.content.startswith(f"<@{server.radke.id}>, a picture of **radke** waits for your yes.")
    assert pictures(server) == 0
    (sent,) = [r for r in server.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
    assert sent.json["allowed_mentions"] == {"parse": [], "users": [server.radke.id]}
    for somebody in (server.anna, server.mo, server.eve):
        refused = await somebody.click(question, label=say.SEE)
        assert "Only the people in a picture" in refused.response.content
        assert refused.response.attachments == []

    seen = await server.radke.click(question, label=say.SEE)
    assert seen.ephemeral
    assert len(seen.response.attachments) == 1
    await server.radke.click(seen.response, label=say.APPROVE)
    await server.look(4)

    assert seen.response.content == say.APPROVED
    assert asked.response.content.startswith("AI-generated · radke, with consent")
    assert len(asked.response.attachments) == 1


async def test_a_question_whose_channel_was_deleted_keeps_nobody_else_from_being_asked(server: Server) -> None:
    learnt(server, review="ask_me_first")
    gone = server.channel.guild.create_text_channel("gone")
    for channel in (gone, server.channel):
        await server.anna.slash(channel, "imagine", prompt=WISH)
    server.env.backend.delete_channel(gone.id)
    draw_all(server, newest(server, 2))
    await server.look(6)

    assert server.said.content.startswith(f"<@{server.radke.id}>, a picture of **radke** waits for your yes.")
    assert reviews.untold(server.studio) == []
    assert len(reviews.waiting(server.studio, server.party(server.radke))) == 2, "`/consent mine` shows both"


async def test_a_veto_erases_it_before_anybody_else_has_seen_it(server: Server) -> None:
    asked = await _held(server)
    seen = await server.radke.click(server.said, label=say.SEE)

    await server.radke.click(seen.response, label=say.VETO)
    await server.look(4)

    assert seen.response.content == say.VETOED
    assert seen.response.attachments == []
    assert "radke does not want this picture; it was erased." in asked.response.content
    assert not [file for file in server.files() if file.suffix == ".picture"]


async def test_nobody_is_told_twice_of_the_same_picture(server: Server, studio: Studio) -> None:
    await _held(server)
    before = len(list(server.channel.history()))
    await server.env.restart_bot(LikenessClient(studio))
    await server.look(10)
    assert len(list(server.channel.history())) == before


async def test_who_wants_direct_messages_gets_the_picture_there_and_answers_there(server: Server) -> None:
    preferences.set_member(server.studio, server.party(server.radke), tell_by_dm=True)
    asked = await _held(server)
    assert server.said.id == asked.response.id, "nothing is said in the channel"
    channel = await server.env.bot.create_dm(await server.env.bot.fetch_user(server.radke.id))
    (written,) = [message async for message in channel.history()]
    assert "Nobody else sees it" in written.content
    assert len(written.attachments) == 1

    await server.radke.user.click(written, label=say.VETO)
    await server.look(6)

    assert [message async for message in channel.history()] == [], "the message with the picture is gone too"
    assert "it was erased" in asked.response.content


async def test_closed_direct_messages_fall_back_to_a_mention(server: Server) -> None:
    preferences.set_member(server.studio, server.party(server.radke), tell_by_dm=True)
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await _held(server)
    assert server.said.content.startswith(f"<@{server.radke.id}>")
    assert pictures(server) == 0


async def test_who_wants_to_know_is_told_once_it_is_there(server: Server) -> None:
    learnt(server, review="tell_me")
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH)
    draw_all(server, newest(server, 1))
    await server.look(6)

    assert len(asked.response.attachments) == 1
    assert server.said.content == say.notice(f"<@{server.radke.id}>", "radke")
    seen = await server.radke.click(server.said, label=say.SEE)
    await server.radke.click(seen.response, label=say.REMOVE)
    await server.look(4)
    assert pictures(server) == 0


async def test_an_id_somebody_made_up_opens_nothing(server: Server) -> None:
    await _held(server)
    channel = server.env.bot.get_partial_messageable(server.channel.id)
    await channel.send("forged", view=SeeView("ix-of-nobody"))
    refused = await server.eve.click(server.said, label=say.SEE)
    assert "There is no job ix-of-nobody" in refused.response.content
