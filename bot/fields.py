"""Fields of a form: how each is shown, filled with what holds, and read back as the studio stores it.

Nothing is ticked beforehand: a field shows what somebody chose before, and where nobody did, nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import discord
from discord import ui

from bot.asking import DOOR, Asked, actor_for

Label = tuple[str, str | None]
"""What stands above a field (45 characters at most), and below that, smaller (100)."""

_MOST_PICKED = 25


class Field(Protocol):
    """One field; `name` is what it fills in, and its custom id."""

    @property
    def name(self) -> str:
        """What it fills in."""

    @property
    def label(self) -> Label:
        """What stands above it."""

    def item(self, now: Any) -> ui.Item[Any]:
        """The component, showing what holds `now` (None: nothing was chosen)."""

    async def read(self, item: Any, interaction: Asked) -> Any:
        """What was filled in; None where it says nothing."""


@dataclass(frozen=True)
class Choice:
    """One of a few; left empty it says nothing."""

    name: str
    label: Label
    options: Mapping[Any, str]

    def item(self, now: Any) -> ui.Item[Any]:
        """Round buttons."""
        chosen = None if now is None else str(now)
        options = [
            discord.RadioGroupOption(label=text, value=str(value), default=str(value) == chosen)
            for value, text in self.options.items()
        ]
        return ui.RadioGroup(custom_id=self.name, required=False, options=options)

    async def read(self, item: Any, interaction: Asked) -> str | None:
        """The value chosen."""
        return item.value or None


@dataclass(frozen=True)
class Number(Choice):
    """One of a few numbers."""

    async def read(self, item: Any, interaction: Asked) -> Any:
        """The number chosen."""
        return int(item.value) if item.value else None


@dataclass(frozen=True)
class Ticks:
    """Any of a few; what is not ticked is not meant."""

    name: str
    label: Label
    options: Mapping[str, tuple[str, str | None]]

    def item(self, now: Any) -> ui.Item[Any]:
        """Boxes to tick."""
        options = [
            discord.CheckboxGroupOption(label=text, value=value, description=more, default=value in (now or ()))
            for value, (text, more) in self.options.items()
        ]
        return ui.CheckboxGroup(
            custom_id=self.name, required=False, min_values=0, max_values=len(options) or 1, options=options
        )

    async def read(self, item: Any, interaction: Asked) -> list[str]:
        """Every value ticked."""
        return list(item.values)


@dataclass(frozen=True)
class People:
    """Members; stored as parties. `now` is their Discord ids."""

    name: str
    label: Label

    def item(self, now: Any) -> ui.Item[Any]:
        """A list of members to pick from."""
        held = [discord.Object(int(account), type=discord.User) for account in now or ()][:_MOST_PICKED]
        return ui.UserSelect(
            custom_id=self.name, required=False, min_values=0, max_values=_MOST_PICKED, default_values=held
        )

    async def read(self, item: Any, interaction: Asked) -> list[str]:
        """The parties of those picked; whoever is new to the studio is remembered by name."""
        return [str((await actor_for(interaction, user)).party) for user in item.values]


@dataclass(frozen=True)
class Roles:
    """Roles, stored by their ids."""

    name: str
    label: Label

    def item(self, now: Any) -> ui.Item[Any]:
        """A list of roles to pick from."""
        held = [discord.Object(int(role), type=discord.Role) for role in now or ()][:_MOST_PICKED]
        return ui.RoleSelect(
            custom_id=self.name, required=False, min_values=0, max_values=_MOST_PICKED, default_values=held
        )

    async def read(self, item: Any, interaction: Asked) -> list[str]:
        """The ids of those picked."""
        return [str(role.id) for role in item.values]


@dataclass(frozen=True)
class Channels:
    """Channels, stored in the door's own words (`discord:123`); places of other doors stay as they are."""

    name: str
    label: Label

    def item(self, now: Any) -> ui.Item[Any]:
        """A list of channels to pick from."""
        ids = [place.removeprefix(DOOR) for place in now or () if place.startswith(DOOR)]
        held = [discord.Object(int(place), type=discord.TextChannel) for place in ids][:_MOST_PICKED]
        return ui.ChannelSelect(
            custom_id=self.name,
            channel_types=[discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum],
            required=False,
            min_values=0,
            max_values=_MOST_PICKED,
            default_values=held,
        )

    async def read(self, item: Any, interaction: Asked) -> list[str]:
        """The places of those picked."""
        return [f"{DOOR}{channel.id}" for channel in item.values]


@dataclass(frozen=True)
class Line:
    """A line of words, read by `parse`."""

    name: str
    label: Label
    parse: Callable[[str], Any]
    most: int = 300

    def item(self, now: Any) -> ui.Item[Any]:
        """A line to write in."""
        text = ", ".join(map(str, now)) if isinstance(now, Sequence) and not isinstance(now, str) else now
        return ui.TextInput(
            custom_id=self.name,
            required=False,
            max_length=self.most,
            default=None if text is None else str(text)[: self.most],
        )

    async def read(self, item: Any, interaction: Asked) -> Any:
        """What the words mean."""
        return self.parse(item.value.strip())
