"""How long the moderators' questions take on a history of 10,000 pictures.  python -m benchmarks.audit

Writes the history of the tests (tests/studio/seeded.py) at full size into a fresh SQLite database, asks every question
three times and prints how many lines it answers and the slowest of the three, by the clock and in processor time (on a
machine with other work the second tells more). What the answers must be, the tests say.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from consent.people import Actor
from studio import audit, parties
from studio.audit.questions import QUESTIONS, About, ask
from studio.house import Studio, open_studio
from studio.settings import Settings
from tests.studio.seeded import JULY, JUNE, NOW, POSTED, seed, snowflake

ABOUT = {
    "images-of": About("doll1", since=JUNE, until=JULY),
    "who-saw": About("radke"),
    "made-here": About(file=POSTED),
    "about-asker": About(asker="member7"),
}
"""What a question is asked about; the others are asked about everybody."""


def main() -> None:
    """Seed, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=10_000, metavar="N")
    pictures = parser.parse_args().pictures
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({}, home=Path(folder))
        studio = open_studio(settings, clock=lambda: NOW)
        seed(studio, pictures)
        mo = parties.actor(studio, "discord", snowflake("mo"), "mo", is_moderator=True)
        print(f"{pictures} pictures, {audit.count(studio)} events, SQLite, {platform.machine()}")
        for question in QUESTIONS:
            lines, seconds, busy = slowest(asking(studio, mo, question))
            print(f"{question:28} {lines:6} lines  {seconds:6.3f} s  {busy:6.3f} s busy")
        studio.close()


def asking(studio: Studio, actor: Actor, question: str) -> Callable[[], int]:
    """The question, ready to be asked; says how many lines its answer has."""
    return lambda: len(ask(studio, actor, question, ABOUT.get(question)).rows)


def slowest(act: Callable[[], int], times: int = 3) -> tuple[int, float, float]:
    """What `act` says, and the seconds and processor seconds of the slowest time it took."""
    taken = []
    for _ in range(times):
        start, busy = time.perf_counter(), time.process_time()
        said = act()
        taken.append((time.perf_counter() - start, time.process_time() - busy))
    return said, *max(taken)


if __name__ == "__main__":
    main()
