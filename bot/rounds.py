"""What the bot does by itself every few seconds, beside bringing pictures: each a round that may fail and goes on.

Everything a round needs to know stands in the database, so a round that was missed, or broken off, is made up for by
the next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from discord.ext import tasks

from bot import wall
from bot.intake_calls import call
from bot.notices import end_reports, post_certificates, post_heads, post_reports
from bot.removals import take_away
from bot.reviews import announce
from studio import reports

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)

Round = Callable[["LikenessClient"], Awaitable[None]]

LONGEST_REST = 150  # rounds to wait after one that keeps breaking off
EVERY = 2.0  # seconds between rounds; a round with nothing to do is a query or two
ROUNDS: tuple[Round, ...] = (
    take_away,
    announce,
    call,
    post_reports,
    post_certificates,
    post_heads,
    wall.Seldom(reports.LOOK, end_reports),
    *wall.ROUNDS,
)


class Rounds:
    """The rounds of one client."""

    def __init__(self, client: LikenessClient) -> None:
        self._client = client
        self._under_way: dict[Round, asyncio.Task[None]] = {}
        self._number = 0
        self._rests: dict[Round, tuple[int, int]] = {}  # until which number, and for how many the last time

    def start(self) -> None:
        """Begin."""
        self.go.start()

    async def drain(self) -> None:
        """Begin no more, and let what is under way end."""
        self.go.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    @tasks.loop(seconds=EVERY)
    async def go(self) -> None:
        """Start every round that is not under way any more; a slow one keeps no other waiting."""
        self._number += 1
        for each in ROUNDS:
            if each not in self._under_way and self._number >= self._rests.get(each, (0, 0))[0]:
                self._under_way[each] = asyncio.create_task(self._once(each))

    async def _once(self, each: Round) -> None:
        try:
            await each(self._client)
            self._rests.pop(each, None)
        except Exception:
            # Discord or the database is away for a moment: a later round tries again.
            pause = min(LONGEST_REST, 2 * self._rests.get(each, (0, 1))[1])
            self._rests[each] = (self._number + pause, pause)
            _log.exception("a round of %s broke off", getattr(each, "__name__", each))
        finally:
            self._under_way.pop(each, None)
