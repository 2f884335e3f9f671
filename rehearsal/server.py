"""The server: REST and gateway behind one address, the CDN behind another, both on 127.0.0.1."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import web

from rehearsal import payloads, wire
from rehearsal.answers import Answers
from rehearsal.command_limits import of_commands
from rehearsal.exchange import FIRST_ANSWER, FOLLOW_UPS, Exchange, Interaction
from rehearsal.faults import Faults, cut, refusal
from rehearsal.gateway import Gateway
from rehearsal.talk import Refused, Talk
from rehearsal.world import Channel, Late, World

TOKEN = "rehearsal.token.of-nobody"
LOOK_EVERY = 0.1  # seconds between looks at what this server is not told of
_T = TypeVar("_T")


class Discord:
    """A Discord of one server. Use it with `async with`; `environment` points a bot at it."""

    def __init__(self, *, first_answer: float = FIRST_ANSWER, follow_ups: float = FOLLOW_UPS) -> None:
        self.world = World()
        self.violations: list[str] = []
        self.commands: list[dict[str, Any]] = []
        self.synced = asyncio.Event()
        self.requests: list[tuple[float, str, str, int]] = []  # when, method, path, status
        self.faults, self.cdn_faults = Faults(), Faults()
        self.watch: Callable[[str, str], Awaitable[None]] | None = (
            None  # told “before” and “after” each request
        )
        self.exchange = Exchange(self.world, first_answer=first_answer, follow_ups=follow_ups)
        self.gateway = Gateway(self.world, TOKEN, self.violations.append)
        self.talk = Talk(self.world, self.violations.append, self._tell)
        self._answers = Answers(self.world, self.exchange, self.violations.append, self._tell)
        self._changed = asyncio.Event()
        self._runners: list[web.AppRunner] = []
        self.environment: dict[str, str] = {}

    async def __aenter__(self) -> Discord:
        rest, cdn = await self._listen(self._rest()), await self._listen(self._cdn())
        self.gateway.url = f"ws://{rest}/gateway"
        self.environment = {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": f"http://{rest}/api/v10",
            "DISCORD_GATEWAY_URL": self.gateway.url,
            "DISCORD_CDN_URL": f"http://{cdn}",
        }
        return self

    async def __aexit__(self, *_: object) -> None:
        for runner in self._runners:
            await runner.cleanup()

    async def until(self, look: Callable[[], _T | None], seconds: float = 60.0, what: str = "") -> _T:
        """What `look` finds, once it finds something that is true. Raises Late."""
        deadline = time.monotonic() + seconds
        while not (found := look()):
            left = deadline - time.monotonic()
            if left <= 0:
                raise Late(what or f"nothing came within {seconds:.0f} s")
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), min(left, LOOK_EVERY))
            except TimeoutError:
                continue
        return found

    async def open_channel(self, name: str) -> Channel:
        """A new channel while the bot listens, which is told of it."""
        channel = self.world.add_channel(name)
        await self.gateway.dispatch("CHANNEL_CREATE", payloads.channel(self.world, channel))
        return channel

    async def settled(self, asked: Interaction, seconds: float = 60.0) -> Interaction:
        """The same interaction, once its answer says something: it no longer thinks, or it was a form or choices."""

        def has_settled() -> bool:
            message = asked.message
            return asked.answer is not None and (message is None or not message.loading)

        await self.until(has_settled, seconds, f"{asked.name} still thinks")
        return asked

    async def ready(self, seconds: float = 60.0, alive: Callable[[], None] = lambda: None) -> None:
        """Wait for a bot that has made its commands known and listens; `alive` may say that it has ended."""

        def is_ready() -> bool:
            alive()
            return self.synced.is_set() and self.gateway.connected.is_set()

        await self.until(is_ready, seconds, "the bot does not come")

    def _tell(self) -> None:
        self._changed.set()

    async def _listen(self, app: web.Application) -> str:
        runner = web.AppRunner(app, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._runners.append(runner)
        return f"127.0.0.1:{runner.addresses[0][1]}"

    def _rest(self) -> web.Application:
        api = web.Application(middlewares=[self._guard], client_max_size=64 * 1024 * 1024)
        api.add_routes([*self._answers.routes(), *self.talk.routes()])
        api.add_routes(
            [
                web.get("/gateway/bot", self._gateway),
                web.get("/users/@me", self._me),
                web.get("/users/{user}", self._user),
                web.get("/oauth2/applications/@me", self._application),
                web.get("/applications/{application}/commands", self._list_commands),
                web.put("/applications/{application}/commands", self._overwrite_commands),
                web.get("/guilds/{guild}", self._guild),
                web.get("/guilds/{guild}/channels", self._channels),
                web.get("/guilds/{guild}/members/{user}", self._member),
                web.route("*", "/{path:.*}", self._unknown),
            ]
        )
        app = web.Application()
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.add_subapp("/api/v10", api)
        return app

    def _cdn(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/attachments/{channel}/{file}/{name}", self._hand_out)
        return app

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Faults first, then the token, then what was asked; every request is written down."""
        path = request.path.removeprefix("/api/v10")
        answer, lost = await self.faults.meet(request)
        if self.watch is not None:
            await self.watch("before", f"{request.method} {path}")
        try:
            if answer is None:
                result = await handler(request) if self._known(request, path) else refusal(401)
            else:
                result = answer
        except Refused as refused:
            result = refused.answer
        except ConnectionError:  # whoever asked died in the middle of its sentence
            result = refusal(400)
        self.requests.append((time.monotonic(), request.method, path, result.status))
        if self.watch is not None:
            await self.watch("after", f"{request.method} {path}")
        if lost:
            await cut(request)
        return result

    def _known(self, request: web.Request, path: str) -> bool:
        if path.startswith(("/webhooks/", "/interactions/")):
            return True  # their token stands in their address
        return request.headers.get("Authorization") == f"Bot {TOKEN}"

    async def _hand_out(self, request: web.Request) -> web.Response:
        answer, lost = await self.cdn_faults.meet(request)
        if lost:
            await cut(request)
        if answer is not None:
            return answer
        file = self.world.files.get(int(request.match_info["file"]))
        if file is None or file.expired:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=file.data, content_type=file.content_type)

    async def _gateway(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return wire.written({"url": self.gateway.url, "shards": 1, "session_start_limit": limit})

    async def _me(self, _: web.Request) -> web.Response:
        return wire.written(payloads.user(self.world.bot))

    async def _user(self, request: web.Request) -> web.Response:
        user = self.world.users.get(int(request.match_info["user"]))
        return wire.written(payloads.user(user)) if user else refusal(404, 10013)

    async def _application(self, _: web.Request) -> web.Response:
        return wire.written(payloads.application(self.world))

    async def _list_commands(self, _: web.Request) -> web.Response:
        return wire.written(self.commands)

    async def _overwrite_commands(self, request: web.Request) -> web.Response:
        body, _ = await wire.read_body(request)
        commands = body["list"]
        wrong = list(of_commands(commands))
        self.violations.extend(f"commands: {sentence}" for sentence in wrong)
        if wrong:
            return refusal(400, 50035)
        known = {(each["name"], each["type"]): each["id"] for each in self.commands}
        self.commands = [
            {
                "default_member_permissions": None,
                "description": "",
                "type": 1,
                **command,
                "id": known.get((command["name"], command.get("type", 1))) or str(self.world.new_id()),
                "application_id": str(self.world.application_id),
                "version": str(self.world.new_id()),
            }
            for command in commands
        ]
        self.synced.set()
        return wire.written(self.commands)

    async def _guild(self, request: web.Request) -> web.Response:
        known = request.match_info["guild"] == str(self.world.id)
        return wire.written(payloads.guild(self.world)) if known else refusal(404, 10004)

    async def _channels(self, _: web.Request) -> web.Response:
        return wire.written(payloads.guild(self.world)["channels"])

    async def _member(self, request: web.Request) -> web.Response:
        user = self.world.users.get(int(request.match_info["user"]))
        if user is None or request.match_info["guild"] != str(self.world.id):
            return refusal(404, 10007)
        return wire.written(payloads.member(self.world, user))

    async def _unknown(self, request: web.Request) -> web.Response:
        self.violations.append(f"{request.method} {request.path}: this Discord does not know what that is")
        return refusal(404)
