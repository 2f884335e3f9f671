"""Words: within Discord's limits, and progress that a person can read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import discord

from bot import words
from consent.notice import NOTICE
from consent.scope import Purpose
from studio.views import JobView, Progress
from tests.bot.conftest import Server

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _job(state: str = "running", progress: Progress | None = None, position: int | None = None) -> JobView:
    return JobView(
        id="ix-1",
        kind="train",
        state=state,
        handles=("radke",),
        asker="anna",
        asker_party=uuid4(),
        channel="discord:1:2",
        prompt=None,
        position=position,
        progress=progress,
        error=None,
        created_at=NOW,
        started_at=None,
        finished_at=None,
        delivered_at=None,
    )


def test_progress_shows_the_epoch_the_loss_and_when_it_will_be_ready() -> None:
    line = words.job_line(_job(progress=Progress("epoch 3 of 8", 30, 80, 0.12344, 60.0)), NOW)
    assert line == (
        "Training of **radke** · epoch 3 of 8 · `██████░░░░░░░░░░` 30 of 80 · loss 0.1234 · "
        f"ready <t:{int(NOW.timestamp()) + 60}:R>"
    )


def test_waiting_shows_the_place_in_line_and_when_no_machine_is_there() -> None:
    assert words.job_line(_job("queued", position=1), NOW) == "Training of **radke** · next in line"
    second = words.job_line(_job("queued", position=2), NOW, runner_alive=False)
    assert second == f"Training of **radke** · number 2 in line\n{words.NO_RUNNER}"


def test_a_text_longer_than_a_message_is_cut() -> None:
    assert len(words.fit("x" * 5000)) == words.MOST_CHARACTERS
    assert words.fit("short") == "short"


def test_every_purpose_has_words_that_fit_a_menu() -> None:
    assert set(words.PURPOSES) == {str(purpose) for purpose in Purpose}
    assert all(len(text) <= 100 for texts in words.PURPOSES.values() for text in texts)
    assert len(NOTICE) <= 4096


async def test_the_commands_discord_was_told_of_are_within_its_limits_and_all_in_the_guide(
    server: Server,
) -> None:
    folder = Path(__file__).parents[2] / "docs" / "guide"
    guide = "".join(page.read_text(encoding="utf-8") for page in sorted(folder.glob("*.md")))
    names: list[str] = []
    for command in await server.env.bot.tree.fetch_commands():
        if command.type is not discord.AppCommandType.chat_input:
            names.append(command.name)
            continue
        assert len(command.description) <= 100
        assert len(command.options) <= 25
        for option in command.options:
            assert 1 <= len(option.description) <= 100
        groups = [option for option in command.options if option.type.name == "subcommand"]
        names += [f"/{command.name} {group.name}" for group in groups] or [f"/{command.name}"]
    assert {"/consent give", "/imagine", "/train"} <= set(names)
    assert [name for name in names if name not in guide] == []
