"""How long an append takes, and how long 100,000 events take to verify.  python benchmarks/ledger.py

On SQLite as the studio opens it (write-ahead log, every commit on the disk). Appends are timed one by one, each in a
transaction of its own, in a ledger that already holds the events; then the whole chain is verified with its details
and an anchor. Prints the median and the slowest append, and the seconds of the check, by the clock and in processor
time: on a machine with other work the second tells more.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from consent.anchors import Anchor
from db import ledger, migrate
from db.engine import open_engine, sessions

RADKE, ANNA = UUID(int=1), UUID(int=2)
AT_ONCE = 5_000


def main() -> None:
    """Fill, append, verify, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000, metavar="N")
    parser.add_argument("--appends", type=int, default=500, metavar="N")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'likeness.db'}"
        migrate.upgrade(url)
        engine = open_engine(url)
        writing = sessions(engine)
        for start in range(0, arguments.events - arguments.appends, AT_ONCE):
            with writing.begin() as session:
                for number in range(start, min(start + AT_ONCE, arguments.events - arguments.appends)):
                    append(session, number)
        busy = time.process_time()
        taken = sorted(timed(writing, number) for number in range(arguments.appends))
        print(f"append, {arguments.appends} times: median {1000 * median(taken):.2f} ms, "
              f"slowest {1000 * taken[-1]:.1f} ms, {1000 * (time.process_time() - busy) / len(taken):.2f} ms busy "
              f"(SQLite, WAL, {platform.machine()})")
        with writing() as session:
            newest = ledger.head(session)
            assert newest is not None
            begin, busy = time.perf_counter(), time.process_time()
            faults = ledger.verify(session, [Anchor(newest.seq, newest.hash)])
            seconds, busy = time.perf_counter() - begin, time.process_time() - busy
        print(f"verify, {newest.seq} events: {seconds:.2f} s, {busy:.2f} s busy, {len(faults)} faults")
        engine.dispose()


def append(session: Session, number: int) -> None:
    """An event of the usual size."""
    ledger.append(session, "image.asked", actor=ANNA, subject=RADKE, ref=f"imagine-{number:032x}",
                  at=datetime.now(UTC), details={"prompt": "radke playing the guitar in the park, sunset, 35 mm"})


def timed(writing: sessionmaker[Session], number: int) -> float:
    """The seconds of one append, from the transaction's beginning to the end of its commit."""
    begin = time.perf_counter()
    with writing.begin() as session:
        append(session, number)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
