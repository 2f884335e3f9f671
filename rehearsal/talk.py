"""REST of channels: messages made, read, edited and deleted by the bot's own token, within its rights and its pace."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web

from rehearsal import payloads, wire
from rehearsal.faults import refusal
from rehearsal.limits import of_message, of_new_message
from rehearsal.world import (
    ATTACH_FILES,
    DM,
    LOADING,
    MANAGE_MESSAGES,
    READ_HISTORY,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    Channel,
    Message,
    World,
)

MOST, WITHIN = 5, 5.0  # requests of one kind in one channel, and the seconds they are counted over


class Refused(Exception):
    """A request that is answered with an error; `code` is Discord's own."""

    def __init__(self, status: int, code: int = 0, retry_after: float = 0.3) -> None:
        super().__init__(f"{status} {code}")
        self.answer = refusal(status, code, retry_after)


class Pace:
    """Five requests of a kind in five seconds for each channel; says so in headers before it comes to that."""

    def __init__(self) -> None:
        self._taken: dict[str, deque[float]] = defaultdict(deque)
        self.exceeded = 0

    def take(self, bucket: str) -> dict[str, str]:
        """Headers that say what is left. Raises Refused with 429 when nothing was."""
        now, taken = time.monotonic(), self._taken[bucket]
        while taken and now - taken[0] >= WITHIN:
            taken.popleft()
        if len(taken) >= MOST:
            self.exceeded += 1
            raise Refused(429, retry_after=WITHIN - (now - taken[0]))
        taken.append(now)
        reset = WITHIN - (now - taken[0])
        return {
            "X-RateLimit-Bucket": bucket.split(" ")[0],
            "X-RateLimit-Limit": str(MOST),
            "X-RateLimit-Remaining": str(MOST - len(taken)),
            "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Reset": f"{time.time() + reset:.3f}",
        }


class Talk:
    """What the bot does in channels by itself, without an interaction."""

    def __init__(self, world: World, violate: Callable[[str], None], changed: Callable[[], None]) -> None:
        self._world = world
        self._violate = violate
        self._changed = changed
        self.pace = Pace()

    def routes(self) -> Iterable[web.RouteDef]:
        """Where each is asked for."""
        yield web.get("/channels/{channel}", self.channel)
        yield web.post("/users/@me/channels", self.open_direct)
        yield web.get("/channels/{channel}/messages", self.history)
        yield web.post("/channels/{channel}/messages", self.send)
        yield web.get("/channels/{channel}/messages/{message}", self.read)
        yield web.patch("/channels/{channel}/messages/{message}", self.edit)
        yield web.delete("/channels/{channel}/messages/{message}", self.delete)

    async def channel(self, request: web.Request) -> web.Response:
        """A channel."""
        return wire.written(payloads.channel(self._world, self._channel(request)))

    async def open_direct(self, request: web.Request) -> web.Response:
        """A direct conversation; opening one works even where writing into it does not."""
        body, _ = await wire.read_body(request)
        user = self._world.users.get(int(body["recipient_id"]))
        if user is None:
            raise Refused(404, 10013)
        return wire.written(payloads.channel(self._world, self._world.direct(user)))

    async def history(self, request: web.Request) -> web.Response:
        """The newest messages first; of others only that there is one, for the bot lacks the intent to read."""
        channel = self._channel(request, READ_HISTORY)
        limit = int(request.query.get("limit", 50))
        said = [each for each in self._world.said(channel) if each.only_for is None]
        return wire.written([self._payload(each) for each in reversed(said[-limit:])])

    async def send(self, request: web.Request) -> web.Response:
        """A new message; with `enforce_nonce`, the one of this nonce if it is there already."""
        channel = self._channel(request, SEND_MESSAGES)
        body, files = await wire.read_body(request)
        self._check(request, of_new_message(body, list(files.values())))
        self._may_attach(channel, files)
        if channel.kind == DM and channel.recipient is not None and not channel.recipient.dms_open:
            raise Refused(403, 50007)
        nonce = body.get("nonce")
        if nonce is not None and body.get("enforce_nonce"):
            for said in self._world.said(channel):
                if said.nonce == nonce:
                    return wire.written(self._payload(said))
        headers = self.pace.take(f"send {channel.id}")
        message = self._world.add_message(channel, self._world.bot, nonce=nonce)
        wire.write_into(self._world, message, body, files)
        self._changed()
        return wire.written(self._payload(message), headers=headers)

    async def read(self, request: web.Request) -> web.Response:
        """One message."""
        return wire.written(self._payload(self._message(request, READ_HISTORY)))

    async def edit(self, request: web.Request) -> web.Response:
        """Edit one of the bot's own."""
        message = self._message(request)
        body, files = await wire.read_body(request)
        self._check(request, of_message(body, list(files.values())))
        if message.author is not self._world.bot:
            raise Refused(403, 50005)
        self._may_attach(self._world.channels[message.channel_id], files)
        headers = self.pace.take(f"edit {message.channel_id}")
        wire.edit(self._world, message, body, files)
        self._changed()
        return wire.written(self._payload(message), headers=headers)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete one of the bot's own, or any with the right to."""
        message = self._message(request)
        channel = self._world.channels[message.channel_id]
        may = self._world.permissions(self._world.bot, channel) & MANAGE_MESSAGES
        if message.author is not self._world.bot and not may:
            raise Refused(403, 50013)
        headers = self.pace.take(f"delete {message.channel_id}")
        message.deleted = True
        self._changed()
        return web.Response(status=204, headers=headers)

    def _channel(self, request: web.Request, needed: int = 0) -> Channel:
        channel = self._world.channels.get(int(request.match_info["channel"]))
        if channel is None:
            raise Refused(404, 10003)
        has = self._world.permissions(self._world.bot, channel)
        if not has & VIEW_CHANNEL:
            raise Refused(403, 50001)
        if needed & ~has:
            raise Refused(403, 50013)
        return channel

    def _message(self, request: web.Request, needed: int = 0) -> Message:
        channel = self._channel(request, needed)
        message = self._world.messages.get(int(request.match_info["message"]))
        if message is None or message.deleted or message.channel_id != channel.id or message.only_for:
            raise Refused(404, 10008)
        return message

    def _may_attach(self, channel: Channel, files: wire.Files) -> None:
        if files and not self._world.permissions(self._world.bot, channel) & ATTACH_FILES:
            raise Refused(403, 50013)

    def _check(self, request: web.Request, sentences: Iterable[str]) -> None:
        wrong = list(sentences)
        for sentence in wrong:
            self._violate(f"{request.method} {request.path}: {sentence}")
        if wrong:
            raise Refused(400, 50035)

    def _payload(self, message: Message) -> dict[str, Any]:
        payload = payloads.message(self._world, message, read=message.author is self._world.bot)
        payload["flags"] = message.flags & ~LOADING if not message.loading else message.flags
        return payload
