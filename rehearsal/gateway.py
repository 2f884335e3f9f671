"""The gateway: hello, identify, ready, heartbeats, resume; and cutting it, in each way Discord does."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from rehearsal import payloads
from rehearsal.world import World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
PRIVILEGED = {1 << 1: "GUILD_MEMBERS", 1 << 8: "GUILD_PRESENCES", 1 << 15: "MESSAGE_CONTENT"}
HEARTBEAT_EVERY = 5_000  # milliseconds
WRONG_TOKEN = 4004


@dataclass
class Session:
    """What one identify began: its events are kept, so that a resume gets what was missed."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    events: list[str] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None

    async def dispatch(self, event: str, data: Any) -> None:
        """Send an event, now or at the next resume."""
        line = json.dumps({"op": DISPATCH, "t": event, "s": len(self.events) + 1, "d": data})
        self.events.append(line)
        if self.socket is not None and not self.socket.closed:
            try:
                await self.socket.send_str(line)
            except (ConnectionError, RuntimeError):
                self.socket = None


class Gateway:
    """One connection at a time: a bot of one process without shards."""

    def __init__(self, world: World, token: str, violate: Callable[[str], None]) -> None:
        self._world = world
        self._token = token
        self._violate = violate
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.current: Session | None = None
        self.connected = asyncio.Event()
        self.identified = 0
        self.resumed = 0
        self.beats = 0
        self.closed_to_all = False  # an outage: nobody gets in

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to its end."""
        if self.closed_to_all:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": HEARTBEAT_EVERY}})
        session: Session | None = None
        async for received in socket:
            if received.type is not WSMsgType.TEXT:
                break
            word = json.loads(received.data)
            if word["op"] == HEARTBEAT:
                self.beats += 1
                await socket.send_json({"op": ACK})
            elif word["op"] == IDENTIFY:
                session = await self._identify(socket, word["d"])
            elif word["op"] == RESUME:
                session = await self._resume(socket, word["d"])
        if session is not None and session.socket is socket:
            session.socket = None
            self.connected.clear()
        return socket

    async def _identify(self, socket: web.WebSocketResponse, said: dict[str, Any]) -> Session | None:
        if said.get("token") != self._token:
            await socket.close(code=WRONG_TOKEN)
            return None
        for bit, name in PRIVILEGED.items():
            if int(said.get("intents", 0)) & bit:
                self._violate(f"gateway: the privileged intent {name} is asked for")
        session = Session(socket=socket)
        self.sessions[session.id] = session
        self.current = session
        self.identified += 1
        world = self._world
        await session.dispatch(
            "READY",
            {
                "v": 10,
                "user": payloads.user(world.bot),
                "guilds": [{"id": str(world.id), "unavailable": True}],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "shard": [0, 1],
                "application": {"id": str(world.application_id), "flags": 0},
            },
        )
        await session.dispatch("GUILD_CREATE", payloads.guild(world))
        self.connected.set()
        return session

    async def _resume(self, socket: web.WebSocketResponse, said: dict[str, Any]) -> Session | None:
        session = self.sessions.get(str(said.get("session_id")))
        if session is None or said.get("token") != self._token:
            await socket.send_json({"op": INVALID, "d": False})
            return None
        missed = session.events[int(said.get("seq") or 0) :]
        for line in missed:
            await socket.send_str(line)
        session.socket = socket
        self.current = session
        self.resumed += 1
        await session.dispatch("RESUMED", {})
        self.connected.set()
        return session

    async def dispatch(self, event: str, data: Any) -> None:
        """An event for whoever is connected, or comes back to this session."""
        if self.current is not None:
            await self.current.dispatch(event, data)

    async def cut(self) -> None:
        """The line goes dead without a word."""
        socket = self._socket()
        if socket is not None:
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.abort()

    async def ask_to_reconnect(self) -> None:
        """Op 7: come again."""
        socket = self._socket()
        if socket is not None:
            await socket.send_json({"op": RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9: this session is no more; without `resumable` what was missed is lost."""
        socket = self._socket()
        if not resumable:
            self.sessions.clear()
            self.current = None
        if socket is not None:
            await socket.send_json({"op": INVALID, "d": resumable})

    def _socket(self) -> web.WebSocketResponse | None:
        self.connected.clear()
        return self.current.socket if self.current is not None else None
