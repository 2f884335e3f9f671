"""The real bot in its own process, over real sockets, in a server of four members on the loopback.

No runner is there; the tests do its part through `studio.work`, as it would. Discord's three seconds are Discord's:
here they are stretched, because these tests share their machine with others.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from consent.people import Actor
from rehearsal import programs
from rehearsal.exchange import Interaction
from rehearsal.people import Person
from rehearsal.programs import Program
from rehearsal.server import Discord
from rehearsal.world import MANAGE_GUILD, Channel
from studio import grants, jobs, parties, subjects, work
from studio.house import Studio, open_studio
from studio.settings import Settings
from studio.views import JobView
from studio.work import ImageWork

PATIENCE = 120.0  # seconds; a loaded machine is no failure


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its tables made and nothing in it: made once, copied for every test."""
    home = tmp_path_factory.mktemp("new") / "data"
    open_studio(Settings.from_environment({}, home=home)).close()
    return home


@dataclass
class Stage:
    """A server with a channel: Anna asks, Radke is the subject, Mo may manage the server, Eve wanders in."""

    discord: Discord
    studio: Studio
    bot: Program
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
        return parties.actor(
            self.studio, "discord", str(person.user.id), person.user.name, is_moderator=is_moderator
        )

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

    def draw(self, job: JobView) -> None:
        """What a runner does with a picture of nobody."""
        claimed = work.claim(self.studio, job.id)
        assert isinstance(claimed, ImageWork)
        seed = claimed.wish.seed or 0
        text = f"{claimed.wish.prompt}\nSteps: 20, Seed: {seed}"
        work.finish_image(
            self.studio, claimed, png(), width=300, height=300, seed=seed, parameters=text, skeleton=None
        )
        self.studio.queue.cancel(job.id)


@pytest_asyncio.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord(first_answer=PATIENCE) as server:
        yield server


@pytest_asyncio.fixture
async def stage(discord: Discord, tmp_path: Path, new_home: Path) -> AsyncIterator[Stage]:
    home = Path(shutil.copytree(new_home, tmp_path / "data"))
    studio = open_studio(Settings.from_environment({}, home=home))
    bot = programs.bot(home, discord.environment)
    channel = discord.world.add_channel("portraits")
    moderators = discord.world.add_role("Moderators", MANAGE_GUILD)
    people = [Person(discord, name, channel) for name in ("anna", "radke", "eve")]
    mo = Person(discord, "mo", channel, moderators)
    set_up = Stage(discord, studio, bot, channel, people[0], people[1], mo, people[2])
    await set_up.start()
    try:
        yield set_up
    finally:
        await bot.stop()
        studio.close()


def png(colour: tuple[int, int, int] = (200, 30, 60), size: tuple[int, int] = (300, 300)) -> bytes:
    """A picture of nobody."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()
