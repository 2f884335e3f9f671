"""A walk through everything the bot has registered: each step is somebody using a command, or pressing what they see.

The walk remembers what was used, so that what no step has touched can be named afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.command_limits import CHAT, MESSAGE_MENU
from rehearsal.component_limits import BUTTON, CHECKBOXES, CHOICE_MENU, RADIO, ROW, TEXT_INPUT, UPLOAD, walk
from rehearsal.exchange import WORKING, Interaction
from rehearsal.options import fields_of, find_command, leaf, leaves
from rehearsal.people import Person
from rehearsal.world import Late, Message
from tests.rehearsal.stage import PATIENCE, Stage, png

BROKEN = "Something went wrong on our side"


@dataclass
class Walk:
    """What was walked so far."""

    stage: Stage
    filled: Mapping[str, Any]  # what is put into a form's field, by its custom id
    used: set[str] = field(
        default_factory=set
    )  # “imagine”, “imagine prompt”, “imagine prompt?” (autocompleted)
    pressed: set[str] = field(default_factory=set)  # custom ids
    submitted: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    uploads: int = 0
    story: list[str] = field(default_factory=list)  # who did what, and what they were told
    _edits: dict[int, int] = field(default_factory=dict)  # of each message, when the last step was over

    async def use(self, person: Person, path: str, **options: Any) -> Interaction:
        """A command, and before it whatever can be autocompleted in it."""
        command, below = find_command(self.stage.discord.commands, path)
        for option in leaf(command, below):
            if option.get("autocomplete") and f"{path} {option['name']}?" not in self.used:
                for typed in ("", "r", "<lora:r"):
                    await person.autocomplete(path, option["name"], typed)
                self.used.add(f"{path} {option['name']}?")
        self.used |= {path, *(f"{path} {name}" for name in options)}
        return await self._settled(person, await person.slash(path, **options))

    async def menu(self, person: Person, message: Message, name: str) -> Interaction:
        """A command of a message's context menu."""
        self.used.add(name)
        return await self._settled(person, await person.on_message(message, name))

    async def press(self, person: Person, prefix: str, *values: Any) -> Interaction:
        """The newest button or menu this person sees whose custom id begins like this, once there is one."""

        def found() -> tuple[Message, dict[str, Any]] | None:
            for message in reversed(self.stage.discord.world.said(person.channel)):
                for control in walk(message.components) if person.sees(message) else ():
                    if str(control.get("custom_id", "")).startswith(prefix) and not control.get("disabled"):
                        return message, control
            return None

        message, control = await self.stage.discord.until(
            found, PATIENCE, f"{person} sees no {prefix} after {self.story[-4:]}"
        )
        self.pressed.add(control["custom_id"])
        if control["type"] == BUTTON:
            asked = await person.press(message, control["custom_id"])
        else:
            chosen = values or _first(control, person)
            asked = await person.choose(message, control["custom_id"], *chosen)
        return await self._settled(person, asked)

    async def press_id(self, person: Person, custom_id: str) -> Interaction:
        """A button that stands under no message just now: put under one, as somebody with a hand in it would."""
        world = self.stage.discord.world
        button = {"type": BUTTON, "style": 1, "label": "Press me", "custom_id": custom_id}
        message = world.add_message(person.channel, world.bot, content="An old message")
        message.components = [{"type": ROW, "components": [button]}]
        self.pressed.add(custom_id)
        return await self._settled(person, await person.press(message, custom_id))

    async def until_said(self, asked: Interaction, *words: str) -> Interaction:
        """Wait until an answer says one of these."""
        try:
            await self.stage.discord.until(lambda: any(word in asked.text for word in words), PATIENCE)
        except Late as late:
            beside = [message.content for message in asked.followups]
            raise Late(f"nobody says {words}: {asked.text!r}, {beside}") from late
        return asked

    def picture(self) -> Message | None:
        """The newest public message with a finished picture in it."""
        said = reversed(self.stage.discord.world.said(self.stage.channel))
        return next((m for m in said if m.files and m.only_for is None and m.content.startswith("AI-")), None)

    async def a_new_picture(self, act: Callable[[], Any]) -> Message:
        """Do something that brings a picture, and wait for it."""
        before = {m.id for m in self.stage.discord.world.messages.values() if m.content.startswith("AI-")}
        await act()

        def found() -> Message | None:
            there = self.picture()
            return there if there is not None and there.id not in before else None

        return await self.stage.discord.until(found, PATIENCE, "no new picture")

    def untouched(self) -> list[str]:
        """Commands, options and autocompletions that no step has used."""
        wanted: set[str] = set()
        for command in self.stage.discord.commands:
            if command["type"] == MESSAGE_MENU:
                wanted.add(command["name"])
            elif command["type"] == CHAT:
                for path, options in leaves(command):
                    wanted |= {path, *(f"{path} {option['name']}" for option in options)}
                    wanted |= {
                        f"{path} {option['name']}?" for option in options if option.get("autocomplete")
                    }
            else:
                wanted.add(command["name"])
        return sorted(wanted - self.used)

    async def _settled(self, person: Person, asked: Interaction) -> Interaction:
        """The answer; a form that comes instead is filled in and sent."""
        await self._has_acted(asked)
        if asked.modal is not None:
            self.submitted.add(asked.modal["custom_id"])
            fields = {each["custom_id"]: self._value(each) for _, each in fields_of(asked.modal)}
            given = {name: value for name, value in fields.items() if value is not None}
            asked = await person.submit_fields(asked, given)
            await self._has_acted(asked)
        said = [asked.message, *asked.followups] if asked.message else asked.followups
        self.story.append(f"{person.user.name}, {asked.name}: {[message.content for message in said]}")
        self.broken += [message.content for message in said if BROKEN in message.content]
        return asked

    def _value(self, control: Mapping[str, Any]) -> Any:
        name, kind = control["custom_id"], control["type"]
        if name in self.filled:
            return self.filled[name]
        if kind == TEXT_INPUT:
            return None if control.get("value") or not control.get("required", True) else "for a good reason"
        if kind == UPLOAD:
            self.uploads += 1  # nothing is handed in twice: a picture used before proves nothing
            return [(f"{name}.png", png((self.uploads * 40, 90, 20)))]
        if kind == CHECKBOXES:
            return [option["value"] for option in control["options"]][: control.get("max_values") or 10]
        if kind in (RADIO, CHOICE_MENU):
            return control["options"][-1]["value"]
        return None

    async def _has_acted(self, asked: Interaction) -> None:
        """Wait until the bot has done what it was asked: one only acknowledged ends in an edit or a word."""
        await self.stage.settled(asked)
        source = asked.source
        if asked.answer == WORKING and source is not None:
            edits = self._edits.get(source.id, 0)
            await self.stage.discord.until(
                lambda: source.edits > edits or source.deleted or asked.followups,
                PATIENCE,
                f"{asked.name}: no word",
            )
        self._edits = {message.id: message.edits for message in self.stage.discord.world.messages.values()}


def _first(control: Mapping[str, Any], person: Person) -> tuple[Any, ...]:
    if control["type"] == CHOICE_MENU:  # all of them, where several may be chosen
        return tuple(option["value"] for option in control["options"][: control.get("max_values", 1)])
    return (person.user,)
