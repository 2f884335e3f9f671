"""Starting: small, without torch, and in words when something is missing."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
import pytest_asyncio
from aiohttp import web
from discord.gateway import DiscordWebSocket

from bot import main
from bot.client import LikenessClient
from bot.words import starting
from studio.house import Studio
from studio.settings import Settings
from tests.bot.conftest import Server

HEAVY = ("torch", "diffusers", "peft", "transformers", "numpy")
RUN = (
    "import sys, pathlib; from bot.main import run; from studio.settings import Settings; "
    "sys.exit(run(Settings.from_environment(home=pathlib.Path(sys.argv[1]))))"
)


@pytest.mark.parametrize("module", ["bot", "bot.client", "bot.main"])
def test_importing_the_bot_brings_no_engine_with_it(module: str) -> None:
    check = f"import {module}, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_token_is_said_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(Settings.from_environment({}, home=tmp_path)) == 1
    assert capsys.readouterr().err.strip() == starting.NO_TOKEN
    assert not list(tmp_path.iterdir())


def test_a_data_folder_that_cannot_be_used_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("a file")
    settings = Settings.from_environment({"DISCORD_TOKEN": "x"}, home=tmp_path / "data")
    assert main.run(settings) == 1
    assert "cannot be used" in capsys.readouterr().err


def test_the_addresses_of_the_settings_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    main.point_at(
        Settings.from_environment(
            {
                "DISCORD_API_URL": "http://127.0.0.1:8001/api/v10/",
                "DISCORD_GATEWAY_URL": "ws://127.0.0.1:8002/",
            },
            home=tmp_path,
        )
    )
    assert discord.http.Route("GET", "/users/@me").url == "http://127.0.0.1:8001/api/v10/users/@me"
    assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:8002/"


async def test_only_what_is_needed_is_asked_of_discord(studio: Studio) -> None:
    client = LikenessClient(studio)
    assert client.intents == discord.Intents(guilds=True)
    assert not client.intents.message_content
    assert client.allowed_mentions is not None
    assert client.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


async def test_an_application_that_is_open_to_everybody_is_warned_of(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    assert server.env.bot.application is not None
    assert server.env.bot.application.bot_public
    assert starting.PUBLIC_BOT in [record.getMessage() for record in caplog.get_records("setup")]


class Loopback:
    """A REST server on this machine that knows one token and no more."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Refuse the token."""
        self.asked.append(f"{request.method} {request.path}")
        return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)


@pytest_asyncio.fixture
async def loopback() -> AsyncIterator[Loopback]:
    server = Loopback()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    yield server
    await runner.cleanup()


async def _start(home: Path, **environ: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        RUN,
        str(home),
        env={"PATH": "/usr/bin:/bin", "DISCORD_TOKEN": "not-a-token", **environ},
        stderr=asyncio.subprocess.PIPE,
    )


async def test_a_token_discord_does_not_take_is_said_over_real_sockets(
    tmp_path: Path, loopback: Loopback
) -> None:
    bot = await _start(tmp_path / "data", DISCORD_API_URL=loopback.url)
    _, said = await bot.communicate()
    assert bot.returncode == 1
    assert said.decode().strip().splitlines()[-1] == starting.BAD_TOKEN
    assert loopback.asked == ["GET /api/v10/users/@me"]


async def test_discord_out_of_reach_is_said(tmp_path: Path) -> None:
    bot = await _start(tmp_path / "data", DISCORD_API_URL="http://127.0.0.1:9/api/v10")
    _, said = await bot.communicate()
    assert bot.returncode == 1
    assert said.decode().strip().splitlines()[-1].startswith("Discord cannot be reached")


async def test_a_stop_while_it_waits_for_discord_ends_it_cleanly(tmp_path: Path) -> None:
    waiting, asked = asyncio.Event(), asyncio.Event()

    async def silent(_: web.Request) -> web.Response:
        asked.set()
        await waiting.wait()
        return web.json_response({}, status=500)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", silent)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    bot = await _start(tmp_path / "data", DISCORD_API_URL=url)
    await asyncio.wait_for(asked.wait(), 60)

    bot.send_signal(signal.SIGTERM)
    await asyncio.wait_for(bot.communicate(), 30)

    waiting.set()
    await runner.cleanup()
    assert bot.returncode == 0
