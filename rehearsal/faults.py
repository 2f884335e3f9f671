"""What can go wrong on demand, between the bot and Discord."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from aiohttp import web

from rehearsal.wire import written


@dataclass
class Fault:
    """What happens to the next `times` requests that fit.

    `status` answers in Discord's place; 429 says how long to wait. `delay` seconds pass before anything. `lost`: the
    request is carried out, and the line is cut before its answer, which is how a message comes to be sent twice.
    """

    method: str
    path: re.Pattern[str]
    times: int
    status: int | None = None
    code: int = 0
    retry_after: float = 0.3
    delay: float = 0.0
    lost: bool = False


@dataclass
class Faults:
    """The faults of one side, REST or CDN, in the order they were ordered."""

    ordered: list[Fault] = field(default_factory=list)

    def order(
        self,
        path: str = "",
        *,
        method: str = "",
        times: int = 1,
        status: int | None = None,
        code: int = 0,
        retry_after: float = 0.3,
        delay: float = 0.0,
        lost: bool = False,
    ) -> Fault:
        """From now on, the next `times` requests whose path holds the expression `path` go wrong."""
        fault = Fault(method, re.compile(path), times, status, code, retry_after, delay, lost)
        self.ordered.append(fault)
        return fault

    def clear(self) -> None:
        """Everything goes well again."""
        self.ordered.clear()

    async def meet(self, request: web.Request) -> tuple[web.Response | None, bool]:
        """What this request meets: an answer in Discord's place, and whether its answer is to be lost."""
        for fault in self.ordered:
            if fault.times > 0 and fault.method in ("", request.method) and fault.path.search(request.path):
                fault.times -= 1
                if fault.delay:
                    await asyncio.sleep(fault.delay)
                return (
                    refusal(fault.status, fault.code, fault.retry_after) if fault.status else None
                ), fault.lost
        return None, False


def refusal(status: int, code: int = 0, retry_after: float = 0.3) -> web.Response:
    """Discord's answer to what it does not do, in its form."""
    if status == 429:
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
        # discord.py takes a 429 without `Via` for Cloudflare's, which is a ban.
        headers = {"Retry-After": str(retry_after), "Via": "1.1 rehearsal", "X-RateLimit-Scope": "user"}
        return written(body, status=429, headers=headers)
    return written({"message": MESSAGES.get(code, f"{status}"), "code": code}, status=status)


MESSAGES = {
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10013: "Unknown User",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    40005: "Request entity too large",
    40060: "Interaction has already been acknowledged.",
    50001: "Missing Access",
    50005: "Cannot edit a message authored by another user",
    50007: "Cannot send messages to this user",
    50013: "Missing Permissions",
    50027: "Invalid Webhook Token",
    50035: "Invalid Form Body",
}


async def cut(request: web.Request) -> None:
    """Let the line go dead under a request."""
    if request.transport is not None:
        request.transport.abort()
    await asyncio.sleep(0)
