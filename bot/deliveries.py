"""Bringing jobs to where they were asked: position, progress, and the end, in one message edited in place.

Nothing is remembered here that matters. Which jobs are open, and the message each belongs to, stands in the
database (`asking.channel_of`); so a bot that was killed picks up where it was. What this object holds is only
there to edit less often, and may be lost at any time.

A picture is *edited into* the message, not sent: doing that twice is doing it once, so a crash between the
edit and its confirmation leaves one message with one picture. A face enters a channel only through the gate: finished
pictures and previews alike are asked for at the moment they are shown, and a preview that may not be shown any more
is taken down at the next look.
"""

from __future__ import annotations

import asyncio
import io
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import discord
from discord.ext import tasks

from bot import words
from bot.asking import DOOR, is_gone, place_of
from bot.pace import Pace
from bot.posts import Contents, Post, contents, open_view, posts
from bot.progress import Shown, line_of, nearly, preview_of
from consent.errors import NotAllowed
from studio import batches, delivery, gate, jobs, preferences
from studio.errors import SPOKEN

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between looks; a look at nothing is one query
AT_REST = 60.0  # seconds somebody who withdraws waits for a message that is on its way
LONGEST_REST = 600  # looks to leave a message alone whose channel keeps failing
SLOW = 2.0  # seconds; a look that took longer is followed by a pause of one look for each of these


class _Waits(Exception):
    """What should stand in a message may not yet, or not for now: a consent rests, or a report is not decided."""


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
        self._next_look = 0
        self._pace = Pace()
        self._tended: dict[str, asyncio.Task[None]] = {}
        self._shown: dict[str, Shown] = {}
        self._resting: dict[str, _Rest] = {}
        self.left_alone: set[str] = set()
        """Messages that a command is still about to answer: only that it is in line, but not over its picture."""

    def start(self) -> None:
        """Begin to look."""
        self.look.start()

    async def drain(self) -> None:
        """Stop looking, and let what is on its way arrive."""
        self.look.cancel()
        await asyncio.gather(*self._tended.values(), return_exceptions=True)

    async def at_rest(self) -> None:
        """Wait for what is on its way right now: brought and confirmed, or taken back again."""
        if self._tended:
            await asyncio.wait(list(self._tended.values()), timeout=AT_REST)

    @tasks.loop(seconds=EVERY)
    async def look(self) -> None:
        """Look once at this bot's open jobs, and tend each message that is not being tended."""
        self._looks += 1
        if self._looks < self._next_look:
            return  # the database is slow: those who press buttons come first
        studio, began = self._client.studio, time.monotonic()
        try:
            open_jobs = await asyncio.to_thread(jobs.undelivered, studio, DOOR)
            runners = await asyncio.to_thread(jobs.runners, studio) if open_jobs else []
        except Exception:
            # A database that is away for a moment must not end this loop: nobody else brings the results.
            _log.exception("could not look at the jobs")
            return
        self._next_look = self._looks + 1 + int((time.monotonic() - began) / SLOW)
        found = posts(open_jobs)
        self._forget_all_but({post.id for post in found})
        for post in sorted(found, key=lambda post: post.urgency):
            rest = self._resting.get(post.id)
            asked_just_now = post.jobs[0].channel in self.left_alone
            if asked_just_now or post.id in self._tended or (rest and self._looks < rest.until):
                continue
            self._tended[post.id] = asyncio.create_task(self._tend(post, any(r.alive for r in runners)))

    async def _tend(self, post: Post, runner_alive: bool) -> None:
        try:
            channel_id, message_id = place_of(post.jobs[0].channel or "")
            channel = self._client.get_partial_messageable(channel_id)
            message = channel.get_partial_message(message_id)
            if post.has_news or self._changed_beside_pictures(post):
                if self._pace.may_edit(channel_id, message_id, self._looks, result=True):
                    await self._bring(post, channel, message)
            elif not any(job.delivered_at for job in post.jobs):
                await self._show(post, message, runner_alive)
            self._resting.pop(post.id, None)
        except Exception as error:
            pause = min(LONGEST_REST, 2 * self._resting[post.id].pause if post.id in self._resting else 5)
            self._resting[post.id] = _Rest(self._looks + pause, pause)
            expected = isinstance(error, (discord.HTTPException, aiohttp.ClientError, OSError, _Waits))
            if is_gone(error):
                _log.warning("%s is not brought any more: its channel was deleted", post.id)
                await self._give_up(post)
                return
            _log.warning("%s not brought (%s); again in %d s", post.id, error, pause, exc_info=not expected)
        finally:
            self._tended.pop(post.id, None)

    async def _give_up(self, post: Post) -> None:
        """Nothing can be brought where nothing is; a database that is away for a moment is asked at the next try."""
        try:
            await asyncio.to_thread(delivery.give_up, self._client.studio, post.jobs[0].id)
        except Exception:
            _log.exception("could not give %s up", post.id)

    # While something waits or runs.

    async def _show(self, post: Post, message: discord.PartialMessage, runner_alive: bool) -> None:
        """Position or progress, edited no more often than it is worth."""
        before = self._shown.get(post.id)
        preview, token = None, None
        if post.draws and (await self._preferences(post)).previews:
            preview, token = await preview_of(self._client.studio, post, before)
        if before and before.preview and token is None:
            # A face that may not be shown any more: taken down without waiting for anything.
            self._shown[post.id] = Shown("", "")
            await self._edit(message, before.line, [], open_view(post))
            return
        line = line_of(post, runner_alive=runner_alive)
        stage = f"{post.stage} {runner_alive}"
        if before and token == before.preview and (before.line == line or nearly(before, stage, line)):
            return
        if not self._pace.may_edit(message.channel.id, message.id, self._looks, result=False):
            return
        self._shown[post.id] = Shown(stage, line, token)
        if before and token == before.preview:
            await self._edit(message, line, None, open_view(post))
            return
        files = []
        if preview:
            spoiler = (await self._preferences(post)).spoiler
            files = [discord.File(io.BytesIO(preview), "preview.png", spoiler=spoiler)]
        await self._edit(message, line, files, open_view(post))

    async def _preferences(self, post: Post) -> preferences.ChannelPreferences:
        place = gate.place_of(post.jobs[0].channel)
        return await asyncio.to_thread(preferences.channel, self._client.studio, place)

    async def _edit(
        self,
        message: discord.PartialMessage,
        line: str,
        files: list[discord.File] | None,
        view: discord.ui.View,
    ) -> None:
        """`files` None leaves what is attached."""
        try:
            if files is None:
                await message.edit(content=line, view=view)
            else:
                await message.edit(content=line, attachments=files, view=view)
        except discord.NotFound:
            return  # somebody deleted the message; the result will come as a new one

    # At the end, or at the end of a part.

    def _changed_beside_pictures(self, post: Post) -> bool:
        """Whether a message that shows some of its pictures should say something new of the others."""
        before = self._shown.get(post.id)
        brought = any(job.delivered_at for job in post.jobs)
        return brought and before is not None and before.stage != _states(post)

    async def _bring(
        self, post: Post, channel: discord.PartialMessageable, message: discord.PartialMessage
    ) -> None:
        """Fetch, bring, confirm; and take back what may not stay."""
        studio = self._client.studio
        spoiler = (await self._preferences(post)).spoiler
        self._shown[post.id] = Shown(_states(post), "")
        while True:
            try:
                made = await contents(studio, post, spoiler=spoiler)
            except SPOKEN as problem:
                # A vault that cannot be read, say: told to whoever waits, and tried again, for it may be mended.
                await message.edit(content=words.ended(post.jobs[0], str(problem)))
                raise
            message = await self._put(post, made, channel, message)
            refused, rests = await self._confirm(post, made)
            if refused:
                # It was allowed when the message was put together and is not any more: put it together anew.
                post = Post(tuple(await asyncio.to_thread(batches.batch_of, studio, post.jobs[0].id)))
                continue
            if rests:
                raise _Waits(rests)
            return

    async def _put(
        self,
        post: Post,
        made: Contents,
        channel: discord.PartialMessageable,
        message: discord.PartialMessage,
    ) -> discord.PartialMessage:
        """Edit the message into this; where it was deleted, send what was drawn in a new one."""
        try:
            await message.edit(content=made.text, attachments=made.attachments(), view=made.view)
            return message
        except discord.NotFound:
            if not made.hands_over:
                return message
        # Discord drops a second message with the same nonce: a crash before the next line sends it once.
        files, nonce = made.attachments(), post.id[:25]
        if made.view is not None:
            sent = await channel.send(made.text, files=files, nonce=nonce, view=made.view)
        else:
            sent = await channel.send(made.text, files=files, nonce=nonce)
        place = f"{DOOR}{channel.id}:{sent.id}"
        await asyncio.to_thread(batches.move, self._client.studio, [job.id for job in post.jobs], place)
        return channel.get_partial_message(sent.id)

    async def _confirm(self, post: Post, made: Contents) -> tuple[bool, str | None]:
        """Record what has arrived. Returns whether a picture has to go again, and why something has to wait."""
        refused, rests = False, None
        for job in post.jobs:
            if not job.finished or job.delivered_at is not None:
                continue
            try:
                await asyncio.to_thread(delivery.confirm, self._client.studio, job.id)
            except NotAllowed as refusal:
                refused = refused or job.id in made.shown
                rests = str(refusal)
        return refused, rests

    def _forget_all_but(self, open_ids: set[str]) -> None:
        for remembered in (self._shown, self._resting):
            for post_id in remembered.keys() - open_ids:
                del remembered[post_id]  # type: ignore[attr-defined]
        self._pace.forget_before(self._looks - 10)


def _states(post: Post) -> str:
    return " ".join(job.state for job in post.jobs)

