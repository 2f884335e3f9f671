"""What the bot posts by itself for the community: the gallery's channel, the nightly pictures, appeals.

What was posted stands in the database, and a message carries a nonce, so that a bot killed between the two posts it
once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import discord

from bot.asking import DOOR, is_gone
from bot.gallery import WallView, picture_file
from bot.moderating import AppealView
from bot.notices import AGAIN
from bot.words import gallery as say
from bot.words import moderate as told
from studio import appeals, delivery, gallery, gate, nightly, preferences
from studio.house import Studio
from studio.views import JobView

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)

_refused: dict[str, float] = {}  # only to ask less often; may be lost at any time


class Seldom:
    """A round that need not be made every time. When it was made last may be forgotten with this process."""

    def __init__(self, seconds: float, each: Callable[[LikenessClient], Awaitable[None]]) -> None:
        self.__name__ = getattr(each, "__name__", "a round")
        self._seconds, self._each, self._next = seconds, each, 0.0

    async def __call__(self, client: LikenessClient) -> None:
        """Make the round, if it is time."""
        now = asyncio.get_running_loop().time()
        if now >= self._next or self._next - now > self._seconds:  # a clock that begins anew
            self._next = now + self._seconds
            await self._each(client)


async def tell_of_appeals(client: LikenessClient) -> None:
    """Bring appeals to the moderators' channel, with the buttons that decide them."""
    for view in await asyncio.to_thread(appeals.untold, client.studio):
        for channel in await asyncio.to_thread(preferences.moderators_channels, client.studio):
            if _left_alone(client, channel):
                continue
            nonce, buttons = f"appeal-{view.id.hex[:16]}", AppealView(str(view.id))
            try:
                place = await _send(client, channel, nonce, told.appeal(view), buttons)
            except (discord.Forbidden, discord.NotFound) as error:
                _leave_alone(client, channel, error)  # the others are told, and one that is told is enough to decide
                continue
            await asyncio.to_thread(appeals.told, client.studio, view.id, place)


async def hang(client: LikenessClient) -> None:
    """Post what is new in the gallery."""
    studio = client.studio
    for channel in await asyncio.to_thread(gallery_channels, studio):
        if _left_alone(client, channel):
            continue
        for exhibit in await asyncio.to_thread(gallery.unposted, studio):
            file = await asyncio.to_thread(picture_file, studio, exhibit)
            view = WallView(exhibit.job_id)
            try:
                place = await _send(client, channel, f"wall-{exhibit.seq}", say.exhibit(exhibit), view, file)
            except (discord.Forbidden, discord.NotFound) as error:
                _leave_alone(client, channel, error)
                break
            # False: it went while it was on its way, and its message is on the list to delete.
            await asyncio.to_thread(gallery.posted, studio, exhibit, place)


async def take_down(client: LikenessClient) -> None:
    """Put what may not be shown any more on the list to delete; what is erased is on it already."""
    await asyncio.to_thread(gallery.tidy, client.studio)


async def nights(client: LikenessClient) -> None:
    """Ask for tonight's pictures when it is time, and make a message for each that is there: it is brought to it."""
    studio = client.studio
    if await asyncio.to_thread(nightly.due, studio):
        await asyncio.to_thread(nightly.run, studio)
    for job in await asyncio.to_thread(nightly.unposted, studio):
        if job.state != "done":  # nobody waits for it, so nobody is told
            await asyncio.to_thread(delivery.confirm, studio, job.id)
            continue
        if _left_alone(client, channel := _channel(job)):
            continue
        try:
            place = await _send(client, channel, job.id[-25:], say.ON_ITS_WAY)
        except discord.Forbidden as error:
            _leave_alone(client, channel, error)  # it may be opened again; other channels get theirs meanwhile
            continue
        except discord.NotFound as error:
            if not is_gone(error):
                raise
            await asyncio.to_thread(delivery.give_up, studio, job.id)
            continue
        await asyncio.to_thread(nightly.posted, studio, job.id, place)


def gallery_channels(studio: Studio) -> list[str]:
    """The gallery's channel, of the first server that has one."""
    found = [server.gallery_channel for server in preferences.served(studio) if server.gallery_channel]
    return found[:1]


def _left_alone(client: LikenessClient, channel: str) -> bool:
    """Whether a channel was found deleted or closed to the bot within the hour."""
    return client.loop.time() < _refused.get(channel, 0.0)


def _leave_alone(client: LikenessClient, channel: str, error: discord.HTTPException) -> None:
    _log.warning("%s cannot be written to (%s): set it anew with /settings server", channel, error)
    _refused[channel] = client.loop.time() + AGAIN


async def _send(
    client: LikenessClient,
    channel: str,
    nonce: str,
    content: str,
    view: discord.ui.View | None = None,
    file: discord.File | None = None,
) -> str:
    """Post once; returns the message in the studio's words."""
    target = client.get_partial_messageable(int(channel.removeprefix(DOOR)))
    files = [file] if file else []
    if view is None:
        message = await target.send(content, files=files, nonce=nonce)
    else:
        message = await target.send(content, files=files, nonce=nonce, view=view)
    return f"{channel}:{message.id}"


def _channel(job: JobView) -> str:
    return (job.channel or "").removeprefix(gate.UNPOSTED)


ROUNDS = (tell_of_appeals, Seldom(10.0, hang), Seldom(60.0, take_down), Seldom(20.0, nights))
