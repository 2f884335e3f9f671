"""kill -9 of bot, runner and both at random points of what members do, over real sockets.

    PYTHONPATH=. python -m benchmarks.storms [--points 30] [--seed 1]

A stand-in does the runner's part without torch. Every third point kills the bot at a chance request of its own,
before or after Discord has carried it out; the others at a chance moment. After each, the killed programs start again.
At the end every picture whose wish was acknowledged must have come once, every button must answer, and nothing may say
“thinking”.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

from rehearsal.server import Discord
from rehearsal.world import Late
from tests.rehearsal.stage import PATIENCE, set_up
from tests.rehearsal.storms import Storm


async def main() -> None:
    """Storm, and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="likeness-") as folder:
        async with Discord(first_answer=PATIENCE) as discord, set_up(discord, Path(folder)) as stage:
            storm = Storm(stage, random.Random(arguments.seed))
            stage.consent()
            await stage.runner.start()
            for number in range(arguments.points):
                await _point(storm, number)
            try:
                await storm.calm()
            except Late as late:
                print(f"NOT CALM: {late}\n{stage.bot.log.read_text()[-4000:]}")
            await _tell(storm, arguments.points, time.monotonic() - began)


async def _point(storm: Storm, number: int) -> None:
    stage, chance = storm.stage, storm.chance
    victims = ((stage.bot,), (stage.runner,), (stage.bot, stage.runner))[number % 3]
    if number % 3 != 1:
        also = victims[1:]
        moment = chance.choice(("before", "after"))
        killing = asyncio.create_task(storm.kill_at_request(chance.randint(1, 14), moment, *also))
    else:
        killing = asyncio.create_task(storm.kill(victims, chance.uniform(0, 3.0)))
    if number % 2:
        await storm.train()
    else:
        await asyncio.gather(*(storm.ask(stage.anna, f"a bench, {number} {each}") for each in range(2)))
    where = await killing
    print(
        f"point {number + 1}: {' and '.join(victim.name for victim in victims)} {where or 'at a chance moment'}"
    )


async def _tell(storm: Storm, points: int, seconds: float) -> None:
    pictures, lost = storm.pictures(), storm.lost()
    pressed = 0
    for message in pictures:
        told = await storm.press(storm.stage.eve, message, "Info")
        pressed += "Seed" in told.text
    print(f"trainings approved, and told as learnt: {storm.trainings}")
    print(
        f"{points} points in {seconds:.0f} s: {len(storm.wishes)} wishes, {len(pictures)} pictures delivered"
    )
    print(f"asked of a bot that was dead and answered nothing: {len(lost)}")
    print(f"buttons that answered: {pressed} of {len(pictures)}; still thinking: {len(storm.unfinished())}")
    print(f"faults: {storm.faults() or 'none'}")


if __name__ == "__main__":
    asyncio.run(main())
