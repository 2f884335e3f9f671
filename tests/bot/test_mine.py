"""`/consent mine`: everything of one's own, and every act of it, for oneself alone."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from bot import own as own_room
from bot.mine import MineView, of
from bot.reviews import DecisionView
from bot.words import mine as say
from bot.words import own
from studio import preferences, subjects
from studio.portraits import portrait
from tests.bot.conftest import Server
from tests.bot.pictures_stage import WISH, drawn, learnt, newest, pictures


async def test_it_shows_the_scope_in_plain_words_and_every_picture(server: Server) -> None:
    learnt(server, review="tell_me", places=[f"discord:{server.channel.id}"])
    await drawn(server)

    shown = await server.radke.slash(server.channel, "consent mine")

    assert shown.ephemeral
    assert "Your consent is active." in shown.response.content
    assert f"Only in <#{server.channel.id}>." in shown.response.content
    assert "You are told of every picture." in shown.response.content
    assert "Pictures of you that are here: 1." in shown.response.content
    (option,) = next(part for row in shown.response.components for part in row["components"]
                     if part.get("options"))["options"]  # fmt: skip
    assert option["label"] == WISH
    assert option["description"].startswith("asked by anna")


async def test_a_picture_is_removed_with_its_message_and_its_asker_ruled_out(server: Server) -> None:
    learnt(server)
    asked = await drawn(server)
    shown = await server.radke.slash(server.channel, "consent mine")
    seen = await server.radke.select(shown.response, [newest(server, 1)[0].id])
    assert seen.ephemeral
    assert len(seen.response.attachments) == 1

    ruled_out = await server.radke.click(seen.response, label=say.NEVER_FROM)
    await server.radke.click(seen.response, label=say.REMOVE)
    await server.look(6)

    assert "**anna** gets no picture of **radke** any more" in ruled_out.response.content
    assert seen.response.content == say.REMOVED
    assert seen.response.attachments == []
    assert asked.response is None
    assert subjects.subject(server.studio, "radke").pictures == 0
    again = await server.anna.slash(server.channel, "imagine", prompt=WISH)
    assert "radke does not want this from you" in again.response.content
    assert "image.message-deleted" in server.events()


async def test_nobody_else_sees_it_and_none_of_its_buttons_work_for_anybody_else(server: Server) -> None:
    learnt(server)
    await drawn(server)
    job = newest(server, 1)[0].id
    channel = server.env.bot.get_partial_messageable(server.channel.id)
    shown = await server.radke.slash(server.channel, "consent mine")
    labels = {c["label"]: c["custom_id"] for row in shown.response.components for c in row["components"]
              if c.get("label")}  # fmt: skip
    assert {say.CHANGE, say.PAUSE, say.STOP, say.RECEIPT, say.DATA, say.TELL} <= labels.keys()
    radke = server.party(server.radke)
    await channel.send("forged", view=MineView(of(server.studio, radke, "radke", 0)))
    forged = server.said
    for label in (say.CHANGE, say.STOP, say.RECEIPT, say.DATA):
        refused = await server.eve.click(forged, label=label)
        assert "radke" in refused.response.content
        assert refused.response.attachments == []
    paused = await server.eve.click(forged, label=say.PAUSE)
    assert "by the person it is about or by a moderator" in paused.followups[0].content
    picture = await server.eve.select(forged, [job])
    assert "Only the people in a picture" in picture.response.content
    assert picture.response.attachments == []
    await channel.send("forged", view=DecisionView(portrait(server.studio, radke, job)[1]))
    removed = await server.anna.click(server.said, label=say.REMOVE)
    assert "Only the people in a picture" in removed.followups[0].content
    ruled_out = await server.anna.click(server.said, label=say.NEVER_FROM)
    assert "Only the people in a picture" in ruled_out.response.content
    other = await server.mo.slash(server.channel, "consent mine", subject="radke")
    assert "Only radke sees the pictures of radke here" in other.response.content

    assert subjects.subject(server.studio, "radke").consent == "active"
    assert pictures(server) == 1


async def test_pausing_there_and_going_on(server: Server) -> None:
    learnt(server)
    shown = await server.radke.slash(server.channel, "consent mine")
    await server.radke.click(shown.response, label=say.PAUSE)
    assert subjects.subject(server.studio, "radke").consent == "paused"
    await server.radke.click(shown.response, label=say.RESUME)
    assert subjects.subject(server.studio, "radke").consent == "active"


async def test_the_receipt_and_everything_there_is_come_as_files(server: Server) -> None:
    learnt(server)
    await drawn(server)
    receipt = await server.radke.slash(server.channel, "consent receipt", subject="radke")
    names = {file.filename: file for file in receipt.response.attachments}
    assert json.loads(await names["receipt-radke.json"].read())
    assert b"<html" in await names["receipt-radke.html"].read()

    data = await server.radke.slash(server.channel, "consent data", subject="radke")
    (file,) = data.response.attachments
    with zipfile.ZipFile(io.BytesIO(await file.read())) as archive:
        assert sum(name.startswith("pictures/") and name.endswith(".png") for name in archive.namelist()) == 1
    for command in ("consent receipt", "consent data"):
        refused = await server.eve.slash(server.channel, command, subject="radke")
        assert refused.response.attachments == []
        assert "radke" in refused.response.content


async def test_what_is_too_much_for_a_message_is_said_with_the_way_to_get_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt(server)
    await drawn(server)
    monkeypatch.setattr(own_room, "most_bytes", lambda _: 2000)
    data = await server.radke.slash(server.channel, "consent data", subject="radke")
    assert data.response.attachments == []
    assert "likeness consent data radke" in data.response.content


async def test_never_ends_everything_and_nobody_may_ask_again_until_it_is_lifted(server: Server) -> None:
    learnt(server)
    offered = await server.radke.slash(server.channel, "consent never", names="Radolf")
    await server.radke.click(offered.response, label=own.NEVER_BUTTON)
    assert "It stands: never, for anybody." in offered.response.content
    assert subjects.subject(server.studio, "radke").consent == "withdrawn"
    asked = await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    assert "said no to everybody" in asked.response.content
    not_hers = await server.eve.slash(server.channel, "consent never", lift=True)
    assert "You have no standing no" in not_hers.response.content

    await server.radke.slash(server.channel, "consent never", lift=True)

    await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    assert subjects.subject(server.studio, "radke").consent == "asked"


async def test_who_is_nobody_here_is_told_how_to_begin(server: Server) -> None:
    shown = await server.eve.slash(server.channel, "consent mine")
    assert shown.response.content == say.NOBODY


async def test_direct_messages_begin_with_a_press_and_only_where_they_are_open(server: Server) -> None:
    learnt(server)
    shown = await server.radke.slash(server.channel, "consent mine")
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    closed = await server.radke.click(shown.response, label=say.TELL)
    assert closed.followups[0].content == say.DM_CLOSED
    party = server.party(server.radke).party
    assert not preferences.member(server.studio, party).tell_by_dm

    await server.radke.click(shown.response, label=say.TELL)

    assert preferences.member(server.studio, party).tell_by_dm
