"""Every text of a command has its German, within Discord's limits, and none is left over from an older text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

from bot import words
from bot.rooms import ROOMS
from bot.translations import read
from tests.bot.conftest import Server

LOCALES = sorted(path.stem for path in (Path(words.__file__).parent / "locales").glob("*.toml"))


def texts(command: Any) -> Iterator[tuple[str, str]]:
    """Each description of a command and its options, with where it stands."""
    if isinstance(command, app_commands.ContextMenu):
        return
    yield command.qualified_name, str(command.description)
    if isinstance(command, app_commands.Group):
        for act in command.commands:
            yield from texts(act)
    else:
        for parameter in command.parameters:
            yield f"{command.qualified_name} {parameter.name}", str(parameter.description)


def test_every_description_is_there_in_every_language_and_none_is_left_over() -> None:
    assert "de" in LOCALES
    registered = dict(text for room in ROOMS for command in room.COMMANDS for text in texts(command))
    for name in LOCALES:
        known = read(name)
        assert known is not None
        assert {where for where, text in registered.items() if text not in known.descriptions} == set()
        assert set(known.descriptions) - set(registered.values()) == set()
        assert [text for text in known.descriptions.values() if not 1 <= len(text) <= 100] == []
        assert discord.Locale(name)


async def test_discord_is_told_the_german_descriptions_and_nothing_where_there_is_no_file(server: Server) -> None:
    commands = {command.name: command for command in await server.env.bot.tree.fetch_commands()}
    german = commands["imagine"].description_localizations[discord.Locale.german]
    assert german == "Zeichnet ein Bild"
    assert set(commands["imagine"].description_localizations) == {discord.Locale.german}
    assert commands["imagine"].description == words.IMAGINE
    assert read("xx") is None
