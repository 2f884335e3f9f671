"""Members and what they do: the driver's side of a rehearsal.

    anna = Person(discord, "anna", channel)
    asked = await anna.slash("imagine", prompt="<lora:radke:1> playing guitar", pose=("pose.png", data))
    await anna.press(asked.message, "Again")

Each act waits for the bot's first answer, as the member's client does, and raises Unanswered when it does not come.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rehearsal import payloads
from rehearsal.command_limits import MESSAGE_MENU, USER_MENU
from rehearsal.component_limits import BUTTON, SELECTS
from rehearsal.exchange import AUTOCOMPLETE, COMMAND, COMPONENT, FORM, Interaction
from rehearsal.options import Upload, Written, control, data_of, find_command, form_of
from rehearsal.server import Discord
from rehearsal.world import DM, Channel, Message, Role, Unanswered, Unseen, User

__all__ = ["Person", "Upload"]


class Person:
    """A member, in the channel they are looking at."""

    def __init__(self, discord: Discord, name: str, channel: Channel, *roles: Role) -> None:
        self._discord = discord
        self.user = discord.world.add_user(name, *roles)
        self.channel = channel

    def __repr__(self) -> str:
        return f"<Person {self.user.name}>"

    @property
    def dms_open(self) -> bool:
        """Whether the bot may write to them directly."""
        return self.user.dms_open

    @dms_open.setter
    def dms_open(self, is_open: bool) -> None:
        self.user.dms_open = is_open

    async def slash(self, path: str, /, *, forged: bool = False, **options: Any) -> Interaction:
        """Use a command: “imagine”, “consent give”. People and channels are given as such, files as (name, bytes)."""
        command, below = find_command(self._discord.commands, path)
        self._may_use(command, forged)
        data = data_of(command, below, _plain(options), Written(self._world, self.channel), forged=forged)
        return await self._do(COMMAND, data)

    async def autocomplete(self, path: str, option: str, typed: str, /, **others: Any) -> list[str]:
        """What is offered while they type; the values, in order."""
        command, below = find_command(self._discord.commands, path)
        given = {**_plain(others), option: typed}
        data = data_of(command, below, given, Written(self._world, self.channel), focused=option)
        asked = await self._do(AUTOCOMPLETE, data)
        return [choice["value"] for choice in asked.choices]

    async def press(self, message: Message | None, wanted: str, /, *, forged: bool = False) -> Interaction:
        """Press a button by its label or custom id; forged, any custom id at all."""
        message = self._seen(message, forged)
        if forged:
            return await self._do(COMPONENT, {"component_type": BUTTON, "custom_id": wanted}, message)
        button = control(message.components, wanted)
        if button["type"] != BUTTON or button.get("disabled"):
            raise Unseen(f"{wanted!r} cannot be pressed")
        return await self._do(
            COMPONENT, {"component_type": BUTTON, "custom_id": button["custom_id"]}, message
        )

    async def choose(
        self, message: Message | None, wanted: str, /, *values: Any, forged: bool = False, kind: int = 3
    ) -> Interaction:
        """Choose from a menu by its placeholder or custom id; values, or people, roles and channels."""
        message, written = self._seen(message, forged), Written(self._world, self.channel)
        if not forged:
            menu = control(message.components, wanted)
            offered = {option["value"] for option in menu.get("options") or ()}
            least, most = menu.get("min_values", 1), menu.get("max_values", 1)
            if menu["type"] not in SELECTS or menu.get("disabled") or not least <= len(values) <= most:
                raise Unseen(f"{wanted!r} does not take {len(values)} choices")
            if offered and not set(_plain_values(values)) <= offered:
                raise Unseen(f"{wanted!r} does not offer {values}")
            wanted, kind = menu["custom_id"], menu["type"]
        chosen = [written.value(getattr(value, "user", value)) for value in values]
        data: dict[str, Any] = {"component_type": kind, "custom_id": wanted, "values": chosen}
        return await self._do(COMPONENT, data | _resolved(written), message)

    async def submit(self, shown: Interaction, /, *, forged: bool = False, **fields: Any) -> Interaction:
        """Send a form that an interaction has shown; fields by custom id."""
        return await self.submit_fields(shown, fields, forged=forged)

    async def submit_fields(
        self, shown: Interaction, fields: dict[str, Any], /, *, forged: bool = False
    ) -> Interaction:
        """The same with fields by custom id or label, which need not be Python's names."""
        if shown.modal is None:
            raise Unseen("no form was shown")
        written = Written(self._world, self.channel)
        data = form_of(shown.modal, _plain(fields), written, forged=forged)
        return await self._do(FORM, data, shown.source)

    async def on_message(self, message: Message | None, name: str, /) -> Interaction:
        """Use a command of a message's context menu."""
        target = self._seen(message, False)
        command, _ = find_command(self._discord.commands, name, MESSAGE_MENU)
        resolved = {"messages": {str(target.id): payloads.message(self._world, target)}}
        data = {"id": command["id"], "name": name, "type": MESSAGE_MENU, "target_id": str(target.id)}
        return await self._do(COMMAND, data | {"resolved": resolved})

    async def on_user(self, target: Person | User, name: str, /) -> Interaction:
        """Use a command of a member's context menu."""
        command, _ = find_command(self._discord.commands, name, USER_MENU)
        written = Written(self._world, self.channel)
        number = written.value(getattr(target, "user", target))
        data = {"id": command["id"], "name": name, "type": USER_MENU, "target_id": number}
        return await self._do(COMMAND, data | _resolved(written))

    def sees(self, message: Message) -> bool:
        """Whether this member can see a message."""
        return not message.deleted and message.only_for in (None, self.user)

    @property
    def _world(self) -> Any:
        return self._discord.world

    def _seen(self, message: Message | None, forged: bool) -> Message:
        if message is None or (not forged and not self.sees(message)):
            raise Unseen("they do not see this message")
        return message

    def _may_use(self, command: dict[str, Any], forged: bool) -> None:
        needed = int(command.get("default_member_permissions") or 0)
        has = self._discord.world.permissions(self.user, self.channel)
        if not forged and needed & ~has:
            raise Unseen(f"{self.user.name} is not offered /{command['name']}")

    async def _do(self, kind: int, data: dict[str, Any], source: Message | None = None) -> Interaction:
        """Send the interaction, and wait as long as Discord would for its first answer."""
        world, channel = self._discord.world, self.channel
        if source is not None:
            channel = world.channels[source.channel_id]
        asked = self._discord.exchange.begin(kind, self.user, channel, data, source)
        await self._discord.gateway.dispatch("INTERACTION_CREATE", _payload(self._discord, asked))
        wait = self._discord.exchange.first_answer
        try:
            await asyncio.wait_for(asked.answered.wait(), wait)  # its own: fifty may wait at once
        except TimeoutError as late:
            raise Unanswered(f"{asked.name} was not answered within {wait:g} s") from late
        return asked


def _payload(discord: Discord, asked: Interaction) -> dict[str, Any]:
    world, channel = discord.world, asked.channel
    payload: dict[str, Any] = {
        "id": str(asked.id),
        "application_id": str(world.application_id),
        "type": asked.kind,
        "token": asked.token,
        "version": 1,
        "data": asked.data,
        "channel_id": str(channel.id),
        "channel": payloads.channel(world, channel),
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(world.id)},
        "attachment_size_limit": payloads.MOST_BYTES,
        "app_permissions": str(world.permissions(world.bot, channel)),
    }
    if asked.source is not None:
        payload["message"] = payloads.message(world, asked.source)
    if channel.kind == DM:
        return payload | {"context": 1, "user": payloads.user(asked.member)}
    member = payloads.member(world, asked.member)
    member["permissions"] = str(world.permissions(asked.member, channel))
    payload |= {"context": 0, "guild_id": str(world.id), "guild_locale": "en-US", "member": member}
    return payload | {"guild": {"id": str(world.id), "locale": "en-US", "features": []}}


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    return {name: _account(value) for name, value in options.items()}


def _account(value: Any) -> Any:
    if isinstance(value, Person):
        return value.user
    return [_account(each) for each in value] if isinstance(value, list) else value


def _plain_values(values: tuple[Any, ...]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _resolved(written: Written) -> dict[str, Any]:
    return {"resolved": written.resolved} if written.resolved else {}
