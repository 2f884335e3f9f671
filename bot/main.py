"""Starting the bot: `likeness bot`."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import sys
from contextlib import suppress

import aiohttp
import discord
import uvloop
import yarl
from discord.gateway import DiscordWebSocket

from bot import attachments
from bot.client import LikenessClient
from bot.rush import Workers
from bot.words import starting
from studio.errors import SPOKEN
from studio.house import Studio, open_studio
from studio.settings import Settings

ARENA_MAX, TRIM_THRESHOLD = -8, -1  # of mallopt(3)
SWITCH = 0.0001  # seconds until Python takes turns: a thread at work must not hold up an acknowledgement


def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code: 0 after a stop, 1 when Discord or the studio is
    no use.
    """
    if not settings.discord_token:
        return _say(starting.NO_TOKEN)
    point_at(settings)
    try:
        studio = open_studio(settings)
    except SPOKEN as error:
        return _say(str(error))
    _keep_little()
    discord.utils.setup_logging()
    try:
        # uvloop: the longest of fifty acknowledgements comes in 110 ms instead of 150, with a training beside it.
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
            loop.run(_serve(studio, settings.discord_token))
    except (discord.LoginFailure, discord.PrivilegedIntentsRequired):
        return _say(starting.BAD_TOKEN)
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        return _say(starting.no_discord(str(error)))
    finally:
        studio.close()
    return 0


def point_at(settings: Settings) -> None:
    """Use the REST, gateway and CDN addresses of the settings (a proxy, a test server) before anything is sent."""
    if settings.discord_api_url:
        discord.http.Route.BASE = settings.discord_api_url.rstrip("/")
    if settings.discord_gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)
    if settings.discord_cdn_url:
        attachments.CDN = yarl.URL(settings.discord_cdn_url)


async def _serve(studio: Studio, token: str) -> None:
    loop = asyncio.get_running_loop()
    sys.setswitchinterval(SWITCH)
    async with LikenessClient(studio) as client:
        loop.set_default_executor(Workers(client.rush))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        serving, stopping = asyncio.create_task(client.start(token)), asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            stopping.cancel()
            return await serving  # it ended by itself: with the error that says why
        await client.close()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


def _keep_little() -> None:
    """One arena for all threads, and what is free goes back: 3 MB less after a rush. Only glibc has the knobs."""
    with suppress(AttributeError, OSError):
        allocator = ctypes.CDLL(None)
        allocator.mallopt(ARENA_MAX, 1)
        allocator.mallopt(TRIM_THRESHOLD, 128 * 1024)


def _say(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
