"""The queue: our row and the engine's in one commit, a place in line, a word of progress."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from db import ledger, queue
from db.errors import UnknownKind
from db.queue import Queue, priority
from db.tables import JobRow, PartyRow

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
WISH = {"prompt": "radke playing the drums"}


@pytest.fixture
def line(url: str) -> Iterator[Queue]:
    """The queue of a fresh database."""
    line = Queue(url)
    yield line
    line.close()


@pytest.fixture
def asker(writing: sessionmaker[Session]) -> UUID:
    """Somebody who may ask."""
    with writing.begin() as session:
        party = PartyRow(name="Ada", created_at=NOW)
        session.add(party)
    return party.id


def ask(session: Session, line: Queue, asker: UUID, job: str, kind: str = "imagine",
        place: int = 1_000) -> None:
    """What the studio does with a wish: row, event and queue entry."""
    session.add(JobRow(id=job, kind=kind, asker_id=asker, params=WISH, created_at=NOW))
    ledger.append(session, "image.asked", actor=asker, subject=None, ref=job, at=NOW, details=WISH)
    line.enqueue(session, job, kind, str(asker), place)


def test_a_wish_is_row_event_and_entry_in_one_commit(writing: sessionmaker[Session], line: Queue,
                                                     asker: UUID) -> None:
    with writing.begin() as session:
        ask(session, line, asker, "job-1")
    with writing() as session:
        assert session.get(JobRow, "job-1") is not None
        assert len(ledger.events(session)) == 1
    assert line.status("job-1") == "queued"
    assert line.position("job-1") == 1


def test_a_wish_that_is_rolled_back_leaves_none_of_them(writing: sessionmaker[Session], line: Queue,
                                                        asker: UUID) -> None:
    with writing() as session:
        ask(session, line, asker, "job-1")
        session.flush()
        session.rollback()
    with writing() as session:
        assert session.scalars(select(JobRow)).all() == []
        assert ledger.events(session) == []
    assert line.status("job-1") is None
    assert line.position("job-1") is None
    assert line.waiting(str(asker)) == 0


def test_the_line_goes_by_priority_and_then_by_age(writing: sessionmaker[Session], line: Queue,
                                                   asker: UUID) -> None:
    for job, place in [("late", 5_000), ("first", 1_000), ("second", 1_000), ("third", 1_001)]:
        with writing.begin() as session:
            ask(session, line, asker, job, place=place)
        time.sleep(0.002)  # the engine counts age in milliseconds
    assert [line.position(job) for job in ("first", "second", "third", "late")] == [1, 2, 3, 4]
    assert line.position("nobody's") is None
    line.cancel("second")
    assert [line.position(job) for job in ("first", "second", "third", "late")] == [1, None, 2, 3]


def test_a_fair_place_lets_everybodys_first_go_before_anybodys_second() -> None:
    waiting: dict[str, int] = {}
    places = []
    for number, person in enumerate("AAAABBC"):
        places.append((priority("imagine", waiting.get(person, 0)), number, person))
        waiting[person] = waiting.get(person, 0) + 1
    assert "".join(person for *_, person in sorted(places)) == "ABCABAA"
    assert priority("imagine", 10_000) < priority("train", 0)


def test_a_persons_waiting_jobs_are_counted_by_kind(writing: sessionmaker[Session], line: Queue,
                                                    asker: UUID) -> None:
    with writing.begin() as session:
        ask(session, line, asker, "a")
        ask(session, line, asker, "b")
        ask(session, line, asker, "c", kind="train")
    line.cancel("b")
    assert [line.waiting(str(asker), kind) for kind in (None, "imagine", "train")] == [2, 1, 1]
    assert line.waiting(str(uuid4())) == 0


def test_a_kind_no_runner_knows_is_refused_and_nothing_is_written(
        writing: sessionmaker[Session], line: Queue, asker: UUID) -> None:
    with pytest.raises(UnknownKind, match="train, imagine"), writing.begin() as session:
        ask(session, line, asker, "job-1", kind="dance")
    with pytest.raises(UnknownKind):
        priority("dance", 0)
    assert line.status("job-1") is None


def test_the_same_job_again_is_the_same_job(writing: sessionmaker[Session], line: Queue, asker: UUID) -> None:
    with writing.begin() as session:
        ask(session, line, asker, "job-1")
    with writing.begin() as session:
        line.enqueue(session, "job-1", "imagine", str(asker), 1)
    assert line.waiting(str(asker)) == 1


def test_a_job_that_was_taken_out_is_cancelled_and_an_unknown_one_is_nothing(
        writing: sessionmaker[Session], line: Queue, asker: UUID) -> None:
    with writing.begin() as session:
        ask(session, line, asker, "job-1")
    line.cancel("job-1")
    line.cancel("nobody's")
    assert line.statuses(["job-1", "nobody's"]) == {"job-1": "cancelled"}
    assert line.statuses([]) == {}
    assert line.progress("job-1") is None


def test_the_engine_is_told_ids_and_no_words(engine: Engine, writing: sessionmaker[Session], line: Queue,
                                             asker: UUID) -> None:
    with writing.begin() as session:
        ask(session, line, asker, "job-1")
    schema = "" if engine.dialect.name == "sqlite" else f"{queue.ENGINE_SCHEMA}."
    told = ""
    with engine.connect() as connection:
        for table in ("workflow_status", "workflow_input"):
            (row,) = connection.execute(text(f"SELECT * FROM {schema}{table}")).mappings()  # noqa: S608
            told += repr(dict(row))
    assert '{"namedArgs":{},"positionalArgs":["job-1"]}' in told, "JSON, never pickle"
    assert str(asker) in told
    assert "drums" not in told
    assert "Ada" not in told


RUNNER = """
import sys, time
from dbos import DBOS
from db import queue
DBOS(config={"name": queue.APP_NAME, "system_database_url": queue.engine_url(sys.argv[1]),
             "executor_id": "test", "application_version": queue.APPLICATION_VERSION,
             "serializer": queue.serializer(), "run_migrations": False, "log_level": "CRITICAL"})

@DBOS.step()
def draw(job_id):
    for step in range(1, 2 if job_id == "short" else 1_000):
        DBOS.set_event(queue.PROGRESS_KEY, {"step": step})
        time.sleep(0.02)

@DBOS.workflow(name="imagine")
def imagine(job_id):
    if job_id == "broken":
        raise RuntimeError("no")
    draw(job_id)

DBOS.listen_queues([queue.QUEUE_NAME])
DBOS.launch()
DBOS.register_queue(queue.QUEUE_NAME, worker_concurrency=1, polling_interval_sec=0.05,
                    on_conflict="always_update")
sys.stdin.read()
"""


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something becomes true within 30 s."""
    end = time.monotonic() + 30
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


@pytest.mark.slow
def test_a_runner_takes_what_was_put_in_and_its_progress_is_seen(url: str, writing: sessionmaker[Session],
                                                                 line: Queue, asker: UUID) -> None:
    for place, job in enumerate(["short", "broken", "long", "next"], 1):
        with writing.begin() as session:
            ask(session, line, asker, job, place=place)
    command = [sys.executable, "-c", RUNNER, url]
    runner = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert eventually(lambda: line.status("long") == "running")
        assert line.status("short") == "done"
        assert line.progress("short") == {"step": 1}
        assert line.status("broken") == "failed"
        assert (line.status("next"), line.position("next"), line.waiting(str(asker))) == ("queued", 1, 2)
        assert eventually(lambda: (line.progress("long") or {"step": 0})["step"] > 3)
        line.cancel("long")
        assert line.status("long") == "cancelled"
        assert eventually(lambda: line.status("next") == "running"), "a stopped job gives its place free"
    finally:
        runner.kill()
        runner.communicate()
