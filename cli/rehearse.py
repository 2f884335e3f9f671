"""`likeness rehearse`: a scripted evening against a Discord on the loopback, for people without an application.

Bot and runner are the real ones, in processes of their own; the data folder is a new one of the rehearsal's, whatever
the settings say, so nobody real is touched. DIR/drawn.html shows the channel with the picture in it,
DIR/transcript.html after the withdrawal.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from cli import files
from cli.cast import guitarist, photos_of
from cli.errors import RehearsalFailed
from cli.show import answer, lasting, remark

if TYPE_CHECKING:
    from rehearsal.evening import Heard
    from rehearsal.programs import Program
    from rehearsal.server import Discord

FIRST_ANSWER = 60.0  # seconds; Discord gives three, and this machine also learns and draws meanwhile


def play(arguments: Namespace) -> None:
    """The whole evening, and the transcript."""
    from rehearsal.world import RehearsalError

    began = time.monotonic()
    folder: Path = arguments.out
    files.make_folder(folder)
    transcript = folder / "transcript.html"
    files.check_place(transcript)
    try:
        refusals = asyncio.run(_evening(folder, transcript, arguments.photos))
    except RehearsalError as stopped:
        raise RehearsalFailed(f"The evening broke off: {stopped}. The logs are in {folder}.") from stopped
    seconds = time.monotonic() - began
    value = {"transcript": transcript, "seconds": seconds, "refusals": refusals}
    answer(
        arguments,
        value,
        lambda: f"The evening took {lasting(seconds)}. Look at\n  {folder / 'drawn.html'}\n  {transcript}",
    )


async def _evening(folder: Path, transcript: Path, photos: int) -> list[str]:
    from rehearsal import programs
    from rehearsal.server import Discord

    with tempfile.TemporaryDirectory(prefix="likeness-rehearsal-") as home:
        async with Discord(first_answer=FIRST_ANSWER) as discord:
            environment = {**discord.environment, "DISCORD_GUILDS": str(discord.world.id)}
            bot, runner = programs.bot(Path(home), environment), programs.runner(Path(home), environment)
            try:
                heard = await rehearse(discord, bot, runner, transcript, photos)
            finally:
                for program in (bot, runner):
                    await program.stop()
                    files.write(folder / program.log.name, program.log.read_bytes())
    return heard.refusals


async def rehearse(discord: Discord, bot: Program, runner: Program, transcript: Path, photos: int) -> Heard:
    """Start both, play the evening, and write down how it looked, also when it broke off."""
    from rehearsal.evening import Evening
    from rehearsal.transcript import page

    await bot.start()  # first: it makes the database
    await discord.ready(180, bot.check)
    await runner.start()

    def look(name: str) -> None:
        title = "A rehearsed evening"
        files.write(transcript.with_name(name), page(discord.world, evening.channel, title).encode())

    evening = Evening(discord, remark, before_the_end=lambda: look("drawn.html"))
    handed_in, _ = await asyncio.to_thread(photos_of, "radke", 7, photos)
    pose = guitarist()
    try:
        return await evening.play([(photo.name, photo.data) for photo in handed_in], (pose.name, pose.data))
    finally:
        look(transcript.name)
