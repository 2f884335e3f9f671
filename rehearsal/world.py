"""What there is in this Discord: a server with roles, members, channels, messages and files. No wire.

Errors
RehearsalError
├── Unanswered   the bot did not answer an interaction in the time Discord gives
├── Unseen       a member tried what their client would not offer them
└── Late         something that was waited for did not come
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

EPOCH = 1_420_070_400_000  # Discord's ids begin with 2015

# Permissions, as Discord numbers them.
ADD_REACTIONS, VIEW_CHANNEL, SEND_MESSAGES, MANAGE_MESSAGES = 1 << 6, 1 << 10, 1 << 11, 1 << 13
EMBED_LINKS, ATTACH_FILES, READ_HISTORY, MANAGE_GUILD = 1 << 14, 1 << 15, 1 << 16, 1 << 5
USE_COMMANDS = 1 << 31
EVERYBODY = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_HISTORY | USE_COMMANDS

# Flags of a message.
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15

TEXT, DM = 0, 1  # kinds of channels


class RehearsalError(Exception):
    """Something a rehearsal cannot go on with."""


class Unanswered(RehearsalError):
    """The bot did not answer an interaction in the time Discord gives."""


class Unseen(RehearsalError):
    """A member tried what their client would not offer them."""


class Late(RehearsalError):
    """Something that was waited for did not come."""


@dataclass
class User:
    """An account."""

    id: int
    name: str
    bot: bool = False
    dms_open: bool = True


@dataclass
class Role:
    """A role of the server and what it allows."""

    id: int
    name: str
    permissions: int


@dataclass
class Channel:
    """A text channel of the server, or a direct conversation with `recipient`."""

    id: int
    name: str
    kind: int = TEXT
    recipient: User | None = None
    denied: dict[int, int] = field(default_factory=dict)  # account id -> permissions taken away here


@dataclass
class File:
    """A file on the CDN. An expired one is not found, as a link is after a day."""

    id: int
    channel_id: int
    name: str
    data: bytes
    description: str | None = None
    width: int | None = None
    height: int | None = None
    expired: bool = False

    @property
    def content_type(self) -> str:
        """By its name, as Discord guesses it."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


@dataclass
class Message:
    """A message as it stands now; `earlier` keeps the texts it has had before."""

    id: int
    channel_id: int
    author: User
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    only_for: User | None = None  # ephemeral: nobody else sees it
    answers: tuple[User, str] | None = None  # who used which command
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    edited_at: datetime | None = None
    earlier: list[str] = field(default_factory=list)
    deleted: bool = False

    @property
    def loading(self) -> bool:
        """Whether it still says that the bot is thinking."""
        return bool(self.flags & LOADING) and not self.deleted

    @property
    def edits(self) -> int:
        """How often it was edited."""
        return len(self.earlier)


class World:
    """One server, its people, and everything that was said."""

    def __init__(self, name: str = "The community") -> None:
        self._numbers = count(1)
        self.name = name
        self.id = self.new_id()
        self.everybody = Role(self.id, "@everyone", EVERYBODY)
        self.roles: dict[int, Role] = {self.id: self.everybody}
        self.users: dict[int, User] = {}
        self.held_roles: dict[int, list[Role]] = {}  # members by account id; roles beside @everyone
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.files: dict[int, File] = {}
        self.application_id = self.new_id()
        self.owner = self.add_user("owner")
        self.bot = self.add_user("likeness", bot=True)

    def new_id(self) -> int:
        """A snowflake: now, and a number so that no two are alike."""
        milliseconds = int(datetime.now(UTC).timestamp() * 1000) - EPOCH
        return milliseconds << 22 | next(self._numbers) & 0x3FFFFF

    def add_user(self, name: str, *roles: Role, bot: bool = False) -> User:
        """A new member."""
        user = User(self.new_id(), name, bot)
        self.users[user.id] = user
        self.held_roles[user.id] = list(roles)
        return user

    def add_role(self, name: str, permissions: int = 0) -> Role:
        """A new role."""
        role = Role(self.new_id(), name, permissions)
        self.roles[role.id] = role
        return role

    def add_channel(self, name: str) -> Channel:
        """A new text channel."""
        channel = Channel(self.new_id(), name)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: User) -> Channel:
        """The bot's conversation with somebody; made at its first use."""
        for channel in self.channels.values():
            if channel.kind == DM and channel.recipient is user:
                return channel
        channel = Channel(self.new_id(), user.name, DM, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def permissions(self, user: User, channel: Channel) -> int:
        """What somebody may do in a channel."""
        allowed = self.everybody.permissions
        for role in self.held_roles.get(user.id, ()):
            allowed |= role.permissions
        return allowed & ~channel.denied.get(user.id, 0)

    def add_file(self, channel_id: int, name: str, data: bytes, description: str | None = None) -> File:
        """A file on the CDN."""
        width, height = _size_of_png(data)
        file = File(self.new_id(), channel_id, name, data, description, width, height)
        self.files[file.id] = file
        return file

    def add_message(self, channel: Channel, author: User, **more: Any) -> Message:
        """A new message."""
        message = Message(self.new_id(), channel.id, author, **more)
        self.messages[message.id] = message
        return message

    def said(self, channel: Channel) -> list[Message]:
        """What stands in a channel, oldest first, with what only some see."""
        here = [m for m in self.messages.values() if m.channel_id == channel.id and not m.deleted]
        return sorted(here, key=lambda message: message.id)

    def thinking(self) -> list[Message]:
        """Messages that still say that the bot is thinking."""
        return [message for message in self.messages.values() if message.loading]


def _size_of_png(data: bytes) -> tuple[int | None, int | None]:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return None, None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
