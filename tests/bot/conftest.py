"""A Discord server in this process (simcord), the real client in it, over a real studio on SQLite.

No runner runs here but in `test_evening.py`: the other tests do its part through `studio.work`, as it would.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
import simcord
from PIL import Image
from sqlalchemy import func, select

from bot.client import LikenessClient
from consent.people import Actor
from db.tables import Base, LedgerRow
from studio import approvals, grants, jobs, parties, subjects, work
from studio.house import Studio, open_studio
from studio.settings import Settings
from studio.views import JobView
from studio.work import ImageWork, TrainingWork


@pytest.fixture
def settings(tmp_path: Path, new_home: Path) -> Settings:
    home = Path(shutil.copytree(new_home, tmp_path / "data"))
    return Settings.from_environment({}, home=home)


@pytest.fixture
def studio(settings: Settings) -> Iterator[Studio]:
    opened = open_studio(settings)
    yield opened
    opened.close()


@pytest_asyncio.fixture
async def simcord_env(studio: Studio) -> AsyncIterator[simcord.Env]:
    """The client, logged in. Real files and a real database are slower than simcord's default patience."""
    env = simcord.Env(LikenessClient(studio), settle_timeout=30.0)
    await env.start()
    try:
        yield env
    finally:
        await env.shutdown()
        env.raise_errors()


@dataclass
class Server:
    """A server with a channel: Anna asks, Radke is the subject, Mo may manage the server, Eve wanders in."""

    env: simcord.Env
    studio: Studio
    channel: Any
    anna: Any
    radke: Any
    mo: Any
    eve: Any

    def party(self, member: Any, *, is_moderator: bool = False) -> Actor:
        """The member as the studio knows them."""
        return parties.actor(self.studio, "discord", str(member.id), member.name, is_moderator=is_moderator)

    async def look(self, seconds: float = 1.0) -> None:
        """Let the bot's clock run on, so that it looks at its jobs."""
        await self.env.advance_time(seconds)

    @property
    def said(self) -> discord.Message:
        """The newest message of the channel."""
        message = self.channel.last_message
        assert message is not None
        return message

    def consent(self, handle: str = "radke", purposes: tuple[str, ...] = ("train", "generate")) -> None:
        """Radke says yes and Mo confirms it, without the detour through Discord."""
        radke = self.party(self.radke)
        subjects.add_subject(self.studio, radke, handle, owner=radke)
        grants.give(self.studio, radke, handle, purposes)
        grants.verify(self.studio, self.party(self.mo, is_moderator=True), handle)

    async def trained(self) -> None:
        """Radke consents, and Anna's training of them is done and brought."""
        self.consent()
        await self.anna.slash(self.channel, "train", subject="radke", **photos(6))
        self.approve()
        self.finish_training(self.job)
        await self.look()

    def approve(self) -> None:
        """Radke approves the photos and captions of the newest training, without the detour through Discord."""
        approvals.approve(self.studio, self.party(self.radke), self.job.id)

    @property
    def job(self) -> JobView:
        """The newest job."""
        return jobs.recent(self.studio, 1)[0]

    def finish_training(self, job: JobView) -> None:
        """What a runner does with a training, with a stand-in for the adapter: nothing here draws with it."""
        claimed = work.claim(self.studio, job.id)
        assert isinstance(claimed, TrainingWork)
        work.finish_training(self.studio, claimed, b"adapter of radke", {"loss": 0.1})
        self.studio.queue.cancel(job.id)

    def finish_picture(self, job: JobView, png: bytes) -> ImageWork:
        """What a runner does with a picture."""
        claimed = work.claim(self.studio, job.id)
        assert isinstance(claimed, ImageWork)
        seed = claimed.wish.seed or 0
        work.finish_image(
            self.studio,
            claimed,
            png,
            width=64,
            height=64,
            seed=seed,
            parameters=f"{claimed.wish.prompt}\nSteps: 20, Seed: {seed}",
            skeleton=None,
        )
        self.studio.queue.cancel(job.id)
        return claimed

    def rows(self) -> dict[str, int]:
        """How many rows stand in each table, the ledger and the people aside."""
        aside = {"ledger", "ledger_details", "parties", "identities", "runners"}
        with self.studio.sessions() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
                if name not in aside
            }

    def files(self) -> list[Path]:
        """What lies in the vault."""
        return [path for path in (self.studio.settings.home / "vault").rglob("*") if path.is_file()]

    def events(self) -> list[str]:
        """The kinds of the ledger's events, in order."""
        with self.studio.sessions() as session:
            return list(session.scalars(select(LedgerRow.kind).order_by(LedgerRow.seq)))


@pytest.fixture
def server(simcord_env: simcord.Env, studio: Studio) -> Server:
    guild = simcord_env.create_guild(name="The community")
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    return Server(
        env=simcord_env,
        studio=studio,
        channel=guild.create_text_channel("portraits"),
        anna=guild.add_member(simcord_env.create_user("anna")),
        radke=guild.add_member(simcord_env.create_user("radke")),
        mo=guild.add_member(simcord_env.create_user("mo"), roles=[moderators]),
        eve=guild.add_member(simcord_env.create_user("eve")),
    )


@pytest.fixture
def photo() -> Callable[..., bytes]:
    """A maker of PNGs."""
    return png


def png(colour: tuple[int, int, int] = (200, 30, 60), size: tuple[int, int] = (96, 128)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def photos(count: int) -> dict[str, tuple[str, bytes]]:
    """Different pictures of nobody, as options of `/train`."""
    return {f"photo{n + 1}": (f"{n}.png", png((n * 9, 80, 200))) for n in range(count)}
