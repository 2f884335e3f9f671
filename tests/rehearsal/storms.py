"""Storms: what was asked while programs died, and what became of it. For the suite (a few) and the benchmark (many)."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select

from bot.words import IN_LINE, READING_PHOTOS
from bot.words.intake import APPROVE, LOOK_AND_DECIDE
from db.tables import JobRow
from rehearsal.component_limits import walk
from rehearsal.exchange import Interaction
from rehearsal.options import Upload
from rehearsal.people import Person
from rehearsal.programs import Program
from rehearsal.world import Late, Message, Unanswered, Unseen
from studio import jobs
from studio.views import HELD, OPEN, TO_APPROVE
from tests.rehearsal.stage import PATIENCE, Stage, png

T = TypeVar("T")

READING = (IN_LINE, READING_PHOTOS)
SHORT_WAIT = 15.0  # seconds for what a living bot does at once, on a busy machine
LONGEST_WAIT = 8.0  # seconds for a request that may never come
UNANSWERED = 5.0  # seconds a member waits before they see that nobody answers


@dataclass
class Wish:
    """Something somebody asked for, recognisable by its words."""

    words: str
    asked: Interaction | None  # None: the bot was not there to answer


@dataclass
class Storm:
    """A stage with its programs, and everything asked on it."""

    stage: Stage
    chance: random.Random
    wishes: list[Wish] = field(default_factory=list)
    trainings: int = 0

    async def ask(self, person: Person, words: str) -> Wish:
        """`/imagine`, whatever becomes of it."""
        return await self._kept(words, person.slash("imagine", prompt=words))

    async def train(self) -> None:
        """`/train` with photos, and radke's approval, as stubborn people do it: asked again until it is in line."""
        self.trainings += 1
        while True:
            asked = await self._patiently(lambda: self.stage.anna.slash("train", subject="radke", **photos()))
            await self.stage.discord.until(lambda asked=asked: not _thinks(asked), PATIENCE, asked.text)  # type: ignore[misc]
            if asked.message is not None and _offers(asked.message, LOOK_AND_DECIDE):
                break
        await self._patiently(lambda: self._approve(asked))

    async def _approve(self, asked: Interaction) -> bool:
        sheet = await self.stage.radke.press(asked.message, LOOK_AND_DECIDE)
        await self.stage.discord.until(lambda: sheet.message and _offers(sheet.message, APPROVE), SHORT_WAIT)
        await self.stage.radke.press(sheet.message, APPROVE)
        await self.stage.discord.until(lambda: not self._to_approve(), SHORT_WAIT)
        return True

    def _to_approve(self) -> bool:
        with self.stage.studio.readers() as session:
            return bool(session.scalar(select(JobRow.id).filter_by(kind="train", state=TO_APPROVE).limit(1)))

    async def _patiently(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do something until it works: a person whose phone says “did not respond” tries again."""
        exchange, deadline = self.stage.discord.exchange, time.monotonic() + PATIENCE
        while True:
            patience, exchange.first_answer = exchange.first_answer, UNANSWERED
            try:
                return await act()
            except (Unanswered, Late, Unseen):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.5)
            finally:
                exchange.first_answer = patience

    async def press(self, person: Person, message: Message, button: str) -> Interaction:
        """Press a button that has to answer."""
        return await self.stage.settled(await person.press(message, button))

    async def kill(self, victims: Sequence[Program], after: float) -> None:
        """kill -9 after so many seconds, and the same programs again."""
        await asyncio.sleep(after)
        for victim in victims:
            await victim.kill()
        for victim in victims:
            if victim is self.stage.bot:
                await self.stage.start()
            else:
                await victim.start()

    async def kill_at_request(self, number: int, moment: str, *also: Program) -> str:
        """kill -9 of the bot before or after Discord has carried out its n-th request from now; which it was.

        A request that does not come within a while is not waited for: the bot dies anyway.
        """
        discord, struck = self.stage.discord, asyncio.Event()
        seen: list[str] = []

        async def watch(when: str, request: str) -> None:
            if when == moment and not struck.is_set():
                seen.append(request)
                if len(seen) == number:
                    struck.set()
                    await self.stage.bot.kill()

        discord.watch = watch
        try:
            await asyncio.wait_for(struck.wait(), LONGEST_WAIT)
        except TimeoutError:
            seen.append("nothing more")
        discord.watch = None
        await self.kill((self.stage.bot, *also), 0.0)
        return f"{moment} {_without_ids(seen[-1])}"

    async def calm(self) -> None:
        """Wait until nothing is open any more and nobody reads “thinking”. Raises Late."""
        await self.stage.discord.until(self._is_calm, PATIENCE, f"not calm: {self.unfinished()}")

    def unfinished(self) -> list[str]:
        """What still waits, in words."""
        waiting = [f"{job.id} {job.state}" for job in jobs.undelivered(self.stage.studio, "discord:")]
        return waiting + [f"message {m.id}: {m.content or 'thinking'}" for m in self._said() if _waits(m)]

    def of_wish(self, wish: Wish) -> tuple[int, list[Message]]:
        """How many jobs a wish became, and the messages that bring its picture."""
        with self.stage.studio.readers() as session:
            rows = session.scalars(select(JobRow)).all()
        became = [row for row in rows if (row.params.get("wish") or {}).get("prompt") == wish.words]
        brought = [m for m in self._said() if f"`{wish.words}`" in m.content and m.files]
        return len(became), brought

    def faults(self) -> list[str]:
        """What did not keep the promise: each wish that was acknowledged is one job, and its picture comes once."""
        wrong: list[str] = []
        for wish in self.wishes:
            became, brought = self.of_wish(wish)
            pictures = sum(len(message.files) for message in brought)
            unheard = wish.asked is None and (became, len(brought), pictures) == (0, 0, 0)
            if (became, len(brought), pictures) != (1, 1, 1) and not unheard:
                said = wish.asked.text if wish.asked is not None else ""
                wrong.append(f"{wish.words}: {became} jobs, {len(brought)} messages, {pictures} pictures; {said}")
        learnt = [message for message in self._said() if "has been learnt" in message.content]
        if len(learnt) != self.trainings:
            wrong.append(f"{self.trainings} trainings, {len(learnt)} messages that say so")
        return wrong + self.stage.discord.violations

    def pictures(self) -> list[Message]:
        """The messages that bring one."""
        return [m for m in self._said() if m.files and m.only_for is None]

    def lost(self) -> list[Wish]:
        """Wishes that became no job: asked of a bot that was dead, or that died before it had acknowledged them."""
        return [wish for wish in self.wishes if self.of_wish(wish)[0] == 0]

    async def _kept(self, words: str, act: object) -> Wish:
        exchange = self.stage.discord.exchange
        patience, exchange.first_answer = exchange.first_answer, UNANSWERED
        try:
            wish = Wish(words, await act)  # type: ignore[misc]
        except Unanswered:
            wish = Wish(words, None)
        finally:
            exchange.first_answer = patience
        self.wishes.append(wish)
        return wish

    def _is_calm(self) -> bool:
        with self.stage.studio.readers() as session:
            going = session.scalar(select(JobRow.id).where(JobRow.state.in_((*OPEN, HELD))).limit(1))
        return going is None and not self.unfinished()

    def _said(self) -> list[Message]:
        return self.stage.discord.world.said(self.stage.channel)


def photos() -> dict[str, Upload]:
    """Six different pictures of nobody."""
    return {f"photo{n + 1}": (f"{n}.png", png((n * 40, 80, 200), (96, 128))) for n in range(6)}


def _thinks(asked: Interaction) -> bool:
    return asked.message is not None and _waits(asked.message)


def _offers(message: Message, label: str) -> bool:
    return any(each.get("label") == label for each in walk(message.components))


def _waits(message: Message) -> bool:
    return message.loading or message.content in READING


def _without_ids(request: str) -> str:
    return re.sub(r"/[A-Za-z0-9_-]{16,}", "/…", request)
