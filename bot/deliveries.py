"""Bringing jobs to where they were asked: position, progress, and the end, in one message edited in place.

Nothing is remembered here that matters. Which jobs are open, and the message each belongs to, stands in the
database (`asking.channel_of`); so a bot that was killed picks up where it was. What this object holds is only
there to edit less often, and may be lost at any time.

A picture is *edited into* the message, not sent: doing that twice is doing it once, so a crash between the
edit and its confirmation leaves one message with one picture. Only a finished job's hand-over puts a face
into a channel, because only that passes the studio's gate at the delivery; previews of a training are therefore not
shown here.
"""

from __future__ import annotations

import asyncio
import io
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import discord
from discord.ext import tasks

from bot import pictures, words
from bot.asking import DOOR, place_of
from consent.errors import NotAllowed
from studio import delivery, jobs, marks
from studio.errors import SPOKEN, JobEnded
from studio.views import JobView

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between looks; a look at nothing is one query
EDIT_EVERY = 3  # looks between two edits of one message that differ only in a step or a number
LONGEST_REST = 600  # looks to leave a job alone whose channel keeps failing


@dataclass(frozen=True)
class _Shown:
    """What stands in a message as far as this process knows."""

    stage: str  # position or phase: a change of it is shown at once
    line: str
    look: int


@dataclass(frozen=True)
class _Rest:
    """When to try a failing channel again; the pause doubles."""

    until: int
    pause: int


class Deliveries:
    """The background loop of one client."""

    def __init__(self, client: LikenessClient) -> None:
        self._client = client
        self._looks = 0
        self._tended: dict[str, asyncio.Task[None]] = {}
        self._shown: dict[str, _Shown] = {}
        self._resting: dict[str, _Rest] = {}

    def start(self) -> None:
        """Begin to look."""
        self.look.start()

    async def drain(self) -> None:
        """Stop looking, and let what is on its way arrive."""
        self.look.cancel()
        await asyncio.gather(*self._tended.values(), return_exceptions=True)

    @tasks.loop(seconds=EVERY)
    async def look(self) -> None:
        """Look once at this bot's open jobs, and tend each that is not being tended."""
        self._looks += 1
        studio = self._client.studio
        try:
            open_jobs = await asyncio.to_thread(jobs.undelivered, studio, DOOR)
            runners = await asyncio.to_thread(jobs.runners, studio) if open_jobs else []
        except Exception:
            # A database that is away for a moment must not end this loop: nobody else brings the results.
            _log.exception("could not look at the jobs")
            return
        self._forget_all_but({job.id for job in open_jobs})
        for job in open_jobs:
            rest = self._resting.get(job.id)
            if job.id in self._tended or (rest and self._looks < rest.until):
                continue
            self._tended[job.id] = asyncio.create_task(self._tend(job, any(r.alive for r in runners)))

    async def _tend(self, job: JobView, runner_alive: bool) -> None:
        try:
            channel_id, message_id = place_of(job.channel or "")
            channel = self._client.get_partial_messageable(channel_id)
            message = channel.get_partial_message(message_id)
            if job.finished:
                await self._deliver(job, channel, message)
            else:
                await self._show(job, message, runner_alive)
            self._resting.pop(job.id, None)
        except Exception as error:
            pause = min(LONGEST_REST, 2 * self._resting[job.id].pause if job.id in self._resting else 5)
            self._resting[job.id] = _Rest(self._looks + pause, pause)
            expected = isinstance(error, (discord.HTTPException, aiohttp.ClientError, OSError))
            _log.warning("%s not brought (%s); again in %d s", job.id, error, pause, exc_info=not expected)
        finally:
            self._tended.pop(job.id, None)

    async def _show(self, job: JobView, message: discord.PartialMessage, runner_alive: bool) -> None:
        """Position or progress, edited no more often than it is worth."""
        line = words.job_line(job, discord.utils.utcnow(), runner_alive=runner_alive)
        stage = f"{job.state} {job.position} {job.progress.phase if job.progress else ''} {runner_alive}"
        before = self._shown.get(job.id)
        if before and before.line == line:
            return
        if before and before.stage == stage and self._looks < before.look + EDIT_EVERY:
            return
        self._shown[job.id] = _Shown(stage, line, self._looks)
        try:
            await message.edit(content=line)
        except discord.NotFound:
            return  # somebody deleted the message; the result will come as a new one

    async def _deliver(
        self, job: JobView, channel: discord.PartialMessageable, message: discord.PartialMessage
    ) -> None:
        """Fetch, bring, confirm; and take back what may not stay."""
        studio = self._client.studio
        try:
            content, file = await self._contents(job)
        except NotAllowed as refusal:
            # The picture may already stand there: brought by a process that died before it could confirm.
            await self._take_back(job, message, refusal)
            return
        except SPOKEN as problem:
            # A vault that cannot be read, say: told to whoever waits, and tried again, for it may be mended.
            await message.edit(content=words.ended(job, str(problem)))
            raise
        arrived: discord.Message | None
        try:
            arrived = await message.edit(content=content, attachments=[file] if file else [])
        except discord.NotFound:
            arrived = await self._send_anew(job, channel) if job.state == "done" else None
        try:
            await asyncio.to_thread(delivery.confirm, studio, job.id)
        except NotAllowed as refusal:
            await self._take_back(job, arrived or message, refusal)

    async def _contents(self, job: JobView) -> tuple[str, discord.File | None]:
        """What to say at the end of a job, and the picture if there is one. Raises NotAllowed."""
        if job.state != "done":
            return words.ended(job), None
        try:
            brought = await asyncio.to_thread(delivery.fetch, self._client.studio, job.id)
        except JobEnded as ended:
            return words.ended(job, str(ended)), None
        if brought.png is None:
            return words.trained(brought), None
        png, enlarged = await asyncio.to_thread(pictures.for_viewing, brought.png)
        if enlarged > 1:
            png = await asyncio.to_thread(marks.renew, self._client.studio, job.id, png)
        name = f"{'-'.join(job.handles) or 'picture'}-{brought.seed}.png"
        file = discord.File(io.BytesIO(png), name, description=words.alt_text(brought))
        return words.picture(brought, enlarged), file

    async def _send_anew(self, job: JobView, channel: discord.PartialMessageable) -> discord.Message:
        """A finished job whose message was deleted; Discord drops a second message with the same nonce."""
        content, file = await self._contents(job)
        if file is None:
            return await channel.send(content, nonce=job.id[:25])
        return await channel.send(content, file=file, nonce=job.id[:25])

    async def _take_back(
        self, job: JobView, message: discord.Message | discord.PartialMessage, refusal: NotAllowed
    ) -> None:
        with suppress(discord.NotFound):  # gone already, which is what was wanted
            await message.edit(content=words.ended(job, str(refusal)), attachments=[])
        await asyncio.to_thread(delivery.confirm, self._client.studio, job.id)  # as refused, which it now is

    def _forget_all_but(self, open_ids: set[str]) -> None:
        for remembered in (self._shown, self._resting):
            for job_id in remembered.keys() - open_ids:
                del remembered[job_id]  # type: ignore[attr-defined]
