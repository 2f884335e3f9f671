"""The limits of commands. Source: docs.discord.com, “Application Commands”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3
MOST = {CHAT: 100, USER_MENU: 5, MESSAGE_MENU: 5}
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
OPTIONS, CHOICES, NAME, DESCRIPTION, CHARACTERS = 25, 25, 32, 100, 8_000
_NAME = re.compile(r"[-_'\w]{1,32}")


def of_commands(commands: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What is wrong with a whole list of commands."""
    for kind, most in MOST.items():
        of_kind = [each["name"] for each in commands if each.get("type", CHAT) == kind]
        if len(of_kind) > most:
            yield f"{len(of_kind)} commands of kind {kind} are more than {most}"
        if len(set(of_kind)) != len(of_kind):
            yield f"two commands of kind {kind} have one name"
    for command in commands:
        for sentence in of_command(command):
            yield f"/{command.get('name')}: {sentence}"


def of_command(command: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one."""
    if command.get("type", CHAT) != CHAT:
        if command.get("description") or command.get("options"):
            yield "a command of a context menu has no description and no options"
        if not 1 <= len(command.get("name") or "") <= NAME:
            yield f"its name has 1 to {NAME} characters"
        return
    yield from _named(command)
    yield from _of_options(command.get("options") or [], depth=0)
    total = characters(command)
    if total > CHARACTERS:
        yield f"its names, descriptions and values have {total} characters together, more than {CHARACTERS}"


def of_choices(choices: Sequence[dict[str, Any]], kind: int = STRING) -> Iterator[str]:
    """What is wrong with a list of choices, offered beforehand or while somebody types."""
    if len(choices) > CHOICES:
        yield f"{len(choices)} choices are more than {CHOICES}"
    for choice in choices:
        name, value = choice.get("name"), choice.get("value")
        if not isinstance(name, str) or not 1 <= len(name) <= 100:
            yield f"the name of a choice has 1 to 100 characters: {name!r}"
        if kind == STRING and (not isinstance(value, str) or len(value) > 100):
            yield f"the value of a choice has at most 100 characters: {value!r}"
        if kind in (INTEGER, NUMBER) and not isinstance(value, (int, float)):
            yield f"the value of a choice is a number: {value!r}"


def characters(part: dict[str, Any]) -> int:
    """How many characters count; of a translated text the longest version does."""
    total = 0
    for key in ("name", "description"):
        versions = [part.get(key) or "", *(part.get(f"{key}_localizations") or {}).values()]
        total += max(len(version) for version in versions)
    for choice in part.get("choices") or ():
        versions = [choice["name"], *(choice.get("name_localizations") or {}).values()]
        total += max(len(version) for version in versions) + len(str(choice["value"]))
    return total + sum(characters(option) for option in part.get("options") or ())


def _of_options(options: Sequence[dict[str, Any]], depth: int) -> Iterator[str]:
    if len(options) > OPTIONS:
        yield f"{len(options)} options are more than {OPTIONS}"
    names = [option.get("name") for option in options]
    if len(set(names)) != len(names):
        yield "two options have one name"
    optional = False
    for option in options:
        kind = option.get("type")
        for sentence in _named(option):
            yield f"{option.get('name')}: {sentence}"
        if kind in (SUBCOMMAND, GROUP):
            if depth > 1 or (depth == 1 and kind == GROUP):
                yield f"{option.get('name')}: nested too deep"
            yield from _of_options(option.get("options") or [], depth + 1)
            continue
        if option.get("required") and optional:
            yield f"{option.get('name')}: a required option stands behind an optional one"
        optional |= not option.get("required")
        if option.get("autocomplete") and option.get("choices"):
            yield f"{option.get('name')}: autocompletes although it has fixed choices"
        yield from of_choices(option.get("choices") or [], int(kind or 0))
        for key in ("min_value", "max_value"):
            if abs(option.get(key) or 0) > 2**53:
                yield f"{option.get('name')}: {key} is beyond 2^53"
        if (option.get("max_length") or 1) > 6_000:
            yield f"{option.get('name')}: max_length is beyond 6,000"


def _named(part: dict[str, Any]) -> Iterator[str]:
    names = [part.get("name") or "", *(part.get("name_localizations") or {}).values()]
    for name in names:
        if not _NAME.fullmatch(name) or name != name.lower():
            yield f"{name!r} is no name: 1 to {NAME} small letters, digits, - and _"
    for text in [part.get("description") or "", *(part.get("description_localizations") or {}).values()]:
        if not 1 <= len(text) <= DESCRIPTION:
            yield f"a description has 1 to {DESCRIPTION} characters, not {len(text)}: {text[:40]!r}…"
