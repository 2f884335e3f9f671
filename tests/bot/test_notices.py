"""The moderators' channel: told of every report once, whoever reported it and wherever, and across restarts."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from sqlalchemy import update

from bot import notices
from bot.client import LikenessClient
from bot.words import pictures as say
from db.tables import ReportRow
from studio import reports
from studio.house import Studio
from tests.bot.conftest import Server
from tests.bot.pictures_stage import drawn, learnt
from tests.bot.test_withdrawal import moderators_channel


@pytest.fixture(autouse=True)
def no_channel_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What earlier clients could not write in is theirs."""
    monkeypatch.setattr(notices, "_refused", {})


def told(channel: Any) -> list[discord.Message]:
    """What a channel says of reports."""
    return [message for message in channel.history() if message.content.startswith("A picture of")]


async def test_moderators_are_told_of_a_report_without_the_picture_and_without_a_ping(server: Server) -> None:
    learnt(server)
    moderators = moderators_channel(server)
    asked = await drawn(server)
    form = await server.eve.click(asked.response, label=say.REPORT)
    await server.eve.submit_modal(form, {"why": f"not what {server.radke.mention} said @everyone"})
    await server.look(6)

    (message,) = told(moderators)
    (report,) = reports.reports(server.studio, server.party(server.mo, is_moderator=True))
    assert message.content.startswith("A picture of **radke** was reported and is hidden.")
    assert f"<t:{int(report.due_at.timestamp())}:R>" in message.content
    assert "`/moderate review`" in message.content
    assert message.attachments == []
    assert message.embeds == []
    assert not any(word in message.content for word in ("@", "eve", "anna", "said"))
    (sent,) = [each for each in server.env.http_requests if each.path == f"/channels/{moderators.id}/messages"
               and each.json["content"] == message.content]  # fmt: skip
    assert sent.json["allowed_mentions"] == {"parse": []}


async def test_a_restart_neither_loses_nor_repeats_what_moderators_are_told(server: Server, studio: Studio) -> None:
    learnt(server)
    moderators = moderators_channel(server)
    await drawn(server)
    job = server.job.id
    reports.report(studio, server.party(server.radke), job, "from a terminal, while the bot was away")
    await server.env.restart_bot(LikenessClient(studio))
    await server.look(6)
    assert len(told(moderators)) == 1
    await server.env.restart_bot(LikenessClient(studio))
    await server.look(6)
    assert len(told(moderators)) == 1


async def test_where_no_channel_is_set_nothing_is_posted(server: Server, studio: Studio) -> None:
    learnt(server)
    await drawn(server)
    reports.report(studio, server.party(server.radke), server.job.id, "no")
    await server.look(6)
    assert told(server.channel) == []


async def test_a_channel_that_may_not_be_written_in_is_left_alone_and_told_later(
    server: Server, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt(server)
    moderators = moderators_channel(server)
    await drawn(server)
    tries = []

    async def refuse(*_: Any, nonce: str, **__: Any) -> bool:
        tries.append(nonce)
        return False

    with monkeypatch.context() as away:
        away.setattr(notices, "_post", refuse)
        reports.report(studio, server.party(server.radke), server.job.id, "no")
        await server.look(20)
    assert len(tries) == 1
    notices._refused.clear()
    await server.look(6)
    assert len(told(moderators)) == 1


async def test_a_bot_without_a_runner_removes_what_nobody_decided_about_for_48_hours(
    server: Server, studio: Studio
) -> None:
    learnt(server)
    await drawn(server)
    reports.report(studio, server.party(server.radke), server.job.id, "no")
    with studio.sessions.begin() as session:
        session.execute(update(ReportRow).values(due_at=studio.clock()))
    await server.look(70)
    moderator = server.party(server.mo, is_moderator=True)
    assert [view.verdict for view in reports.reports(studio, moderator, everything=True)] == ["remove"]
