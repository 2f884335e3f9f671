"""Whatever happens in whatever order: nothing is delivered, and no photo kept, without a consent at that instant.

A few histories here; 2,000 with `python benchmarks/histories.py` (or LIKENESS_HISTORIES=2000 for this file).
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from consent.errors import NotAllowed
from consent.rules import Verdict
from generation.request import ImageWish
from studio import audit, delivery, gate, grants, parties, subjects, work
from studio.errors import SPOKEN, JobEnded
from studio.house import Studio, open_studio
from studio.imagine import ask_image
from studio.settings import Settings
from studio.work import ImageWork, TrainingWork
from tests.studio.conftest import queue_training
from tests.studio.histories import PHOTOS, PICTURE, Histories, counted

MANY = int(os.environ.get("LIKENESS_HISTORIES", "12"))
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_no_history_delivers_or_keeps_what_nobody_agreed_to() -> None:
    with counted() as told:
        run_state_machine_as_test(
            Histories,
            settings=settings(max_examples=MANY, stateful_step_count=30, deadline=None, database=None,
                              derandomize=MANY < 100, suppress_health_check=QUIET),
        )
    assert told["histories"] >= MANY
    assert told["steps"] > MANY


def test_the_histories_find_a_gate_that_does_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """The telling beside the studio is no echo of it: with the gate open it says so at once."""
    monkeypatch.setattr(gate, "decide", lambda *_, **__: Verdict(allowed=True))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Histories, settings=settings(max_examples=60, stateful_step_count=30, deadline=None, database=None,
                                         derandomize=True, phases=[Phase.generate], report_multiple_bugs=False,
                                         suppress_health_check=QUIET))


def test_of_a_withdrawal_and_a_delivery_at_once_nothing_is_delivered_after_the_withdrawal(tmp_path: Path) -> None:
    race(tmp_path, rounds=6)


def race(folder: Path, rounds: int) -> dict[str, int]:
    """Two real threads, one withdrawing and one delivering, in every order the machine finds; what came out."""
    studio = open_studio(Settings.from_environment({}, home=folder / "data"))
    radke, anna = (parties.actor(studio, "discord", name, name) for name in ("radke", "anna"))
    mo = parties.actor(studio, "discord", "mo", "mo", is_moderator=True)
    chance, outcomes = Random(7), {"delivered before": 0, "taken back": 0, "not fetched": 0}
    try:
        for number in range(rounds):
            handle = f"radke{number}"
            subjects.add_subject(studio, anna, handle, owner=radke)
            grants.ask(studio, anna, handle)
            grants.give(studio, radke, handle)
            grants.verify(studio, mo, handle)
            outcomes[_one_race(studio, anna, radke, handle, _picture_of(studio, anna, handle), chance)] += 1
    finally:
        studio.close()
    return outcomes


def _picture_of(studio: Studio, anna: object, handle: str) -> str:
    """A finished picture of somebody, ready to be handed over."""
    training = queue_training(studio, anna, handle, PHOTOS)  # type: ignore[arg-type]
    claimed = work.claim(studio, training.id)
    assert isinstance(claimed, TrainingWork)
    work.finish_training(studio, claimed, b"adapter", {})
    wish = ImageWish(prompt=f"<lora:{handle}:1> {handle} in the park", seed=1)
    job = ask_image(studio, anna, wish)  # type: ignore[arg-type]
    drawn = work.claim(studio, job.id)
    assert isinstance(drawn, ImageWork)
    work.finish_image(studio, drawn, PICTURE, width=64, height=64, seed=1, parameters="x", skeleton=None)
    for job_id in (training.id, job.id):
        studio.queue.cancel(job_id)
    return job.id


def _one_race(studio: Studio, anna: object, radke: object, handle: str, job_id: str, chance: Random) -> str:
    begin, said = threading.Barrier(2), ["not fetched"]
    pauses = [chance.random() * 0.02 for _ in range(2)]

    def deliver() -> None:
        begin.wait()
        threading.Event().wait(pauses[0])
        try:
            delivery.fetch(studio, job_id)
            said[0] = "taken back"
            delivery.confirm(studio, job_id)
            said[0] = "delivered before"
        except (NotAllowed, JobEnded):
            pass  # refused, or erased before it was read
        except SPOKEN:
            said[0] = "not fetched"  # the key was destroyed between the row and the file

    def withdraw() -> None:
        begin.wait()
        threading.Event().wait(pauses[1])
        grants.withdraw(studio, radke, handle)  # type: ignore[arg-type]

    threads = [threading.Thread(target=act) for act in (deliver, withdraw)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    told = [event.kind for event in audit.events(studio, handle=handle, kinds=("image.delivered", "consent.withdrawn"))]
    assert told.count("consent.withdrawn") == 1
    expected = ["image.delivered", "consent.withdrawn"] if said[0] == "delivered before" else ["consent.withdrawn"]
    assert told == expected, "a picture was delivered after the withdrawal's commit"
    return said[0]
