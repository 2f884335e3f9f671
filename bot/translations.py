"""Names and descriptions of commands in the reader's language, where there is a file for it: `words/locales/de.toml`.

English is built in: a sentence is its own key, so one that was changed shows in English until its translation was
looked at again. What commands answer is English; a translation of that begins in `bot/words`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as At

_NAMES = (At.command_name, At.group_name, At.parameter_name, At.choice_name)


@dataclass(frozen=True)
class Locale:
    """One language: English sentence to its own, and English name to its own."""

    descriptions: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@cache
def read(locale: str) -> Locale | None:
    """The file of a language (`de`, `pt-BR`), None where there is none."""
    path = files("bot.words").joinpath("locales", f"{locale}.toml")
    if not path.is_file():
        return None
    found = tomllib.loads(path.read_text("utf-8"))
    return Locale(found.get("descriptions", {}), found.get("names", {}))


class Translations(app_commands.Translator):
    """What the command tree asks for every text and language; None is “as it is”."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """A text in a language, or None."""
        known = read(locale.value)
        if known is None:
            return None
        return (known.names if context.location in _NAMES else known.descriptions).get(string.message)
