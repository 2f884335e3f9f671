"""Interactions: what a member did, what the bot answered, and whether it kept to Discord's times.

The first answer has three seconds, everything after it fifteen minutes, and the first answer is one.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from rehearsal.world import Channel, Message, User, World

PING, COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 1, 2, 3, 4, 5  # kinds of interactions
ANSWER, THINKING, WORKING, CHANGE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9  # kinds of first answers
FIRST_ANSWER, FOLLOW_UPS = 3.0, 15 * 60.0  # seconds


@dataclass
class Interaction:
    """One thing a member did, and what came of it."""

    id: int
    token: str
    kind: int
    member: User
    channel: Channel
    data: dict[str, Any]
    asked_at: float
    source: Message | None = None  # the message whose button it was
    answer: int | None = None  # the kind of the first answer
    answered_after: float | None = None  # seconds
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    message: Message | None = None  # what the first answer made or changed
    followups: list[Message] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What was used, for people: a command's name or a custom id."""
        names, part = [str(self.data.get("name") or self.data.get("custom_id") or "?")], self.data
        while part.get("options") and part["options"][0].get("type") in (1, 2):  # subcommand, group
            part = part["options"][0]
            names.append(part["name"])
        return " ".join(names)

    @property
    def text(self) -> str:
        """What the answer says now."""
        return self.message.content if self.message is not None and not self.message.deleted else ""


class Exchange:
    """All interactions of a rehearsal."""

    def __init__(self, world: World, *, first_answer: float, follow_ups: float) -> None:
        self._world = world
        self.first_answer = first_answer
        self.follow_ups = follow_ups
        self.all: list[Interaction] = []
        self._by_token: dict[str, Interaction] = {}
        self._by_id: dict[int, Interaction] = {}

    def begin(
        self, kind: int, member: User, channel: Channel, data: dict[str, Any], source: Message | None = None
    ) -> Interaction:
        """A new one."""
        begun = Interaction(
            self._world.new_id(),
            secrets.token_urlsafe(24),
            kind,
            member,
            channel,
            data,
            time.monotonic(),
            source,
        )
        self.all.append(begun)
        self._by_id[begun.id], self._by_token[begun.token] = begun, begun
        return begun

    def of_id(self, interaction_id: int, token: str) -> Interaction | None:
        """The interaction a first answer is for."""
        found = self._by_id.get(interaction_id)
        return found if found is not None and found.token == token else None

    def of_token(self, token: str) -> Interaction | None:
        """The interaction a follow-up is for, while its token holds."""
        found = self._by_token.get(token)
        if found is None or time.monotonic() - found.asked_at > self.follow_ups:
            return None
        return found

    def slow(self) -> list[Interaction]:
        """Those whose first answer came late or has not come in its time."""
        now = time.monotonic()
        return [
            each
            for each in self.all
            if (each.answered_after if each.answered_after is not None else now - each.asked_at)
            > self.first_answer
        ]
