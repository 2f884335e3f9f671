"""Random histories over a real studio, and withdrawals against deliveries.  python benchmarks/histories.py

Runs the state machine of tests/studio/histories.py, and then two real threads a round, one withdrawing and one
delivering. Prints what happened and how long it took; ends with an error at the first history in which a picture was
delivered, or a photo kept, without a consent that allowed it at that instant.

`--histories N` (2,000), `--races N` (200), `--steps N` at most in a history (30), `--seed N` of the histories.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.studio.histories import ROOM, Histories, counted
from tests.studio.test_histories import race


def main() -> None:
    """Both, with their figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=2_000)
    parser.add_argument("--races", type=int, default=200)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.histories:
        _histories(arguments.histories, arguments.steps, arguments.seed)
    if arguments.races:
        _races(arguments.races)


def _histories(many: int, steps: int, number: int) -> None:
    began = time.perf_counter()
    machine = seed(number)(Histories)
    with counted() as told:
        run_state_machine_as_test(machine, settings=settings(
            max_examples=many, stateful_step_count=steps, deadline=None, database=None,
            suppress_health_check=list(HealthCheck)))
    seconds = time.perf_counter() - began
    print(f"{told['histories']} histories, {told['steps']} acts in {seconds:.0f} s: none delivered a picture or kept a "
          "photo without a consent that allowed it")
    for what in sorted(told.keys() - {"histories", "steps"}):
        print(f"  {what:<32} {told[what]:>7}")


def _races(many: int) -> None:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=ROOM) as folder:
        outcomes = race(Path(folder), many)
    figures = ", ".join(f"{what} {number}" for what, number in outcomes.items())
    print(f"{many} withdrawals against deliveries in {time.perf_counter() - began:.0f} s: {figures}; none delivered "
          "after the withdrawal's commit")


if __name__ == "__main__":
    main()
