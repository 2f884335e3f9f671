"""The real bot in its own process, over real sockets, in a server of four members on the loopback.

A stand-in does the runner's part without torch, so that a storm has many moments and none of them takes long.
Discord's three seconds are stretched, because these tests share their machine with others.
"""

from __future__ import annotations

import io
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from consent.people import Actor
from rehearsal import programs
from rehearsal.exchange import Interaction
from rehearsal.people import Person
from rehearsal.programs import Program
from rehearsal.server import Discord
from rehearsal.world import MANAGE_GUILD, Channel
from studio import grants, jobs, parties, subjects
from studio.house import Studio, open_studio
from studio.settings import Settings
from studio.views import JobView

PATIENCE = 120.0  # seconds; a loaded machine is no failure
ROOT = Path(__file__).parents[2]


@dataclass
class Stage:
    """A server with a channel: Anna asks, Radke is the subject, Mo may manage the server, Eve wanders in."""

    discord: Discord
    studio: Studio
    bot: Program
    runner: Program  # a stand-in; not started
    channel: Channel
    anna: Person
    radke: Person
    mo: Person
    eve: Person

    async def start(self) -> None:
        """Start the bot, and wait until it listens."""
        self.discord.synced.clear()
        await self.bot.start()
        await self.discord.ready(PATIENCE, self.bot.check)

    async def settled(self, asked: Interaction) -> Interaction:
        """An interaction that no longer thinks."""
        return await self.discord.settled(asked, PATIENCE)

    def party(self, person: Person, *, is_moderator: bool = False) -> Actor:
        """The member as the studio knows them."""
        name, number = person.user.name, str(person.user.id)
        return parties.actor(self.studio, "discord", number, name, is_moderator=is_moderator)

    def consent(self, purposes: tuple[str, ...] = ("train", "generate")) -> None:
        """Radke says yes and Mo confirms it, without the detour through Discord."""
        radke = self.party(self.radke)
        subjects.add_subject(self.studio, radke, "radke", owner=radke)
        grants.give(self.studio, radke, "radke", purposes)
        grants.verify(self.studio, self.party(self.mo, is_moderator=True), "radke")

    @property
    def job(self) -> JobView:
        """The newest job."""
        return jobs.recent(self.studio, 1)[0]


@asynccontextmanager
async def set_up(discord: Discord, home: Path) -> AsyncIterator[Stage]:
    """The bot listens in a server of four; at the end its programs end."""
    studio = open_studio(Settings.from_environment({}, home=home))
    environment = {**discord.environment, "PYTHONPATH": str(ROOT), "DISCORD_GUILDS": str(discord.world.id)}
    bot = programs.bot(home, environment)
    stand_in = Program("runner", home, environment, [sys.executable, "-m", "tests.rehearsal.stand_in"])
    channel = discord.world.add_channel("portraits")
    moderators = discord.world.add_role("Moderators", MANAGE_GUILD)
    anna, radke, eve = (Person(discord, name, channel) for name in ("anna", "radke", "eve"))
    mo = Person(discord, "mo", channel, moderators)
    stage = Stage(discord, studio, bot, stand_in, channel, anna, radke, mo, eve)
    try:
        await stage.start()
        yield stage
    finally:
        await bot.stop()
        await stand_in.kill()
        studio.close()


def png(colour: tuple[int, int, int] = (200, 30, 60), size: tuple[int, int] = (300, 300)) -> bytes:
    """A picture of nobody."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()
