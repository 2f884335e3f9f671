"""How fast the bot acknowledges while the runner trains on the same cores, and whether anything is lost.

    PYTHONPATH=. python -m benchmarks.acknowledgement [--commands 500] [--at-once 50] [--quiet]

The bot and the runner are processes of their own over one SQLite database; Discord is the loopback one. Fifty members
use `/imagine` at the same moment, again and again, while the miniature learns somebody. An acknowledgement is timed
from before the interaction is written to the gateway until the bot's first answer has arrived over REST. The loopback
runs on uvloop like the bot, so that less of that time is its own.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import uvloop

from cli.cast import photos_of
from rehearsal import programs
from rehearsal.exchange import Interaction
from rehearsal.people import Person
from rehearsal.server import Discord
from rehearsal.world import RehearsalError
from studio import grants, jobs, parties, subjects
from studio.house import Studio, open_studio
from studio.settings import Settings
from studio.train import ask_training

PAUSE = 1.0  # seconds between two rushes


async def main() -> None:
    """Rush, and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--commands", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--quiet", action="store_true", help="without a training beside it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="likeness-") as folder:
        home = Path(folder)
        studio = open_studio(Settings.from_environment({}, home=home))
        async with Discord() as discord:
            runner = programs.runner(home, discord.environment)
            bot = programs.bot(home, discord.environment)
            try:
                if not arguments.quiet:
                    await runner.start()
                    await _training(studio)
                await _start(bot, discord)
                await _rushes(discord, studio, arguments.commands, arguments.at_once)
                if bot.pid:
                    print(f"resident after the rush: {_resident(bot.pid):.0f} MB")
                if not arguments.quiet:
                    print(f"the training meanwhile: {_of_training(studio)}")
            finally:
                await bot.kill()
                await runner.kill()
                studio.close()


async def _training(studio: Studio) -> None:
    """A real training, and the moment it really learns."""
    radke = parties.actor(studio, "terminal", "radke", "radke")
    subjects.add_subject(studio, radke, "radke", owner=radke)
    grants.give(studio, radke, "radke", ("train", "generate"))
    grants.verify(studio, parties.actor(studio, "terminal", "mo", "mo", is_moderator=True), "radke")
    photos, _ = await asyncio.to_thread(photos_of, "radke", 7)
    job = await asyncio.to_thread(ask_training, studio, radke, "radke", photos)
    while not (view := jobs.view(studio, job.id)).progress or view.progress.step < 1:
        if view.finished:
            raise RehearsalError(f"the training has ended: {view.error}")
        await asyncio.sleep(0.2)


async def _start(bot: programs.Program, discord: Discord) -> None:
    began = time.monotonic()
    await bot.start()
    await discord.ready(120, bot.check)
    print(
        f"the bot listens after {time.monotonic() - began:.2f} s, resident {_resident(bot.pid or 0):.0f} MB"
    )


async def _rushes(discord: Discord, studio: Studio, commands: int, at_once: int) -> None:
    channel = discord.world.add_channel("portraits")
    members = [Person(discord, f"member{number}", channel) for number in range(at_once)]
    asked: list[Interaction] = []
    unanswered = 0
    for rush in range(commands // at_once):
        done = await asyncio.gather(
            *(member.slash("imagine", prompt=f"a bench, {rush}") for member in members),
            return_exceptions=True,
        )
        asked += [each for each in done if isinstance(each, Interaction)]
        unanswered += sum(isinstance(each, BaseException) for each in done)
        await asyncio.sleep(PAUSE)
    times = sorted(1000 * (each.answered_after or 0.0) for each in asked)
    print(f"{len(asked)} commands acknowledged, {at_once} at once; {unanswered} were not")
    if len(times) > 1:
        cuts = statistics.quantiles(times, n=100)
        print(f"p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms, longest {times[-1]:.0f} ms")
    for each in asked:  # a wish is stored before its message says anything; where it stands in line is told later
        await discord.settled(each, 300)
    kept = len(jobs.undelivered(studio, "discord:"))
    refused = len(asked) - kept
    print(
        f"jobs stored: {kept}, answered with a refusal instead: {refused}, violations: {len(discord.violations)}"
    )
    for violation in sorted(set(discord.violations))[:5]:
        print(f"  {violation}")
    if refused:
        print(f"  for example: {next((each.text for each in asked if 'a bench' not in each.text), '?')}")


def _resident(pid: int) -> float:
    """Megabytes in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def _of_training(studio: Studio) -> str:
    for job in jobs.recent(studio, 1000):
        if job.kind == "train":
            where = job.progress
            return f"{job.state}, {where.phase} step {where.step} of {where.steps}" if where else job.state
    return "none"


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(main())
