"""Writers take turns on PostgreSQL as they do on SQLite, so that none is thrown out as a deadlock."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from db.engine import open_engine, readers, sessions
from tests.postgres import fresh

TOGETHER_S = 2
"""How long the first writer waits for the second to be as far as itself, which must not happen."""


@pytest.fixture
def engine(postgres_server: str) -> Iterator[Engine]:
    """A fresh PostgreSQL with two people in it."""
    opened = open_engine(fresh(postgres_server))
    with opened.begin() as connection:
        connection.execute(text("CREATE TABLE people (name TEXT PRIMARY KEY, pictures INTEGER)"))
        connection.execute(text("INSERT INTO people VALUES ('radke', 0), ('vera', 0)"))
    yield opened
    opened.dispose()


def crosswise(write: sessionmaker[Session]) -> None:
    """Two threads that change both people, each beginning with another one, as close to each other as they can."""
    both = Barrier(2)

    def change(first: str, second: str) -> None:
        with write.begin() as session:
            for name in (first, second):
                session.execute(text("UPDATE people SET pictures = pictures + 1 WHERE name = :name"), {"name": name})
                if name == first:
                    with suppress(BrokenBarrierError):  # the other one waits for its turn
                        both.wait(TOGETHER_S)

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(change, "radke", "vera"), threads.submit(change, "vera", "radke")]:
            done.result()


def test_two_writers_who_want_the_same_rows_in_another_order_both_succeed(engine: Engine) -> None:
    crosswise(sessions(engine))
    with readers(engine)() as session:
        assert session.execute(text("SELECT pictures FROM people")).scalars().all() == [2, 2]


def test_a_reader_waits_for_no_writer_and_no_writer_for_a_reader(engine: Engine) -> None:
    read = Event()
    with ThreadPoolExecutor(1) as threads, sessions(engine).begin() as session:
        session.execute(text("UPDATE people SET pictures = 7"))

        def look() -> list[int]:
            with readers(engine)() as reader:
                seen = list(reader.execute(text("SELECT pictures FROM people")).scalars())
                read.set()
                return seen

        looked = threads.submit(look)
        assert read.wait(60)
        assert looked.result() == [0, 0]
