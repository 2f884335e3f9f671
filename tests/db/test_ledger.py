"""The ledger where it is stored: what can be written, what cannot, and what shows when somebody did."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from consent.anchors import Anchor
from consent.ledger import GENESIS
from db import ledger

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
RADKE, ADA, TRAINER = (UUID(int=number) for number in (1, 2, 3))


def append(session: Session, kind: str = "image.asked", **changed: Any) -> int:
    """An event with something in every column, unless said otherwise."""
    event: dict[str, Any] = {"actor": TRAINER, "subject": RADKE, "ref": "job-1", "at": NOW,
                             "details": {"prompt": "radke playing the drums ♫", "steps": 20, "cfg": 7.5}}
    return ledger.append(session, kind, **{**event, **changed})


@pytest.fixture
def written(writing: sessionmaker[Session]) -> sessionmaker[Session]:
    """A ledger of five events, of radke and of Ada by turns."""
    with writing.begin() as session:
        for number in range(5):
            append(session, subject=ADA if number % 2 else RADKE, at=NOW + timedelta(minutes=number))
    return writing


def faults(writing: sessionmaker[Session], anchors: list[Anchor] | None = None) -> set[tuple[int, str]]:
    with writing() as session:
        return {(fault.seq, fault.kind) for fault in ledger.verify(session, anchors or [])}


def test_events_come_back_as_they_were_written_and_verify(written: sessionmaker[Session]) -> None:
    with written() as session:
        entries = ledger.events(session)
    assert [entry.event.seq for entry in entries] == [1, 2, 3, 4, 5]
    first = entries[0].event
    assert (first.kind, first.actor, first.subject, first.ref, first.at, first.prev) == (
        "image.asked", TRAINER, RADKE, "job-1", NOW, GENESIS)
    assert entries[0].details == {"prompt": "radke playing the drums ♫", "steps": 20, "cfg": 7.5}
    assert faults(written) == set()


def test_events_of_nobody_in_particular_are_kept_too(writing: sessionmaker[Session]) -> None:
    with writing.begin() as session:
        append(session, "ledger.anchored", actor=None, subject=None, ref=None, details={})
    with writing() as session:
        (entry,) = ledger.events(session)
    assert (entry.event.actor, entry.event.subject, entry.event.ref, entry.details) == (None, None, None, {})
    assert faults(writing) == set()


def test_what_is_rolled_back_was_never_written(written: sessionmaker[Session]) -> None:
    with written() as session:
        assert append(session) == 6
        session.rollback()
    with written.begin() as session:
        assert append(session) == 6
    assert faults(written) == set()


def test_an_event_without_a_meaning_is_refused(writing: sessionmaker[Session]) -> None:
    with writing() as session, pytest.raises(ValueError, match=r"radke\.fired"):
        append(session, "radke.fired")


def test_many_who_write_at_once_make_one_chain(writing: sessionmaker[Session]) -> None:
    def write(number: int) -> int:
        with writing.begin() as session:
            return append(session, ref=f"job-{number}")

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(write, range(80)))
    assert sorted(numbers) == list(range(1, 81))
    assert faults(writing) == set()


@pytest.mark.parametrize(("asked", "found"), [
    ({}, [1, 2, 3, 4, 5]),
    ({"subject": ADA}, [2, 4]),
    ({"actor": RADKE}, []),
    ({"kinds": ["image.asked", "image.made"]}, [1, 2, 3, 4, 5]),
    ({"kinds": ["image.made"]}, []),
    ({"ref": "job-2"}, []),
    ({"since": NOW + timedelta(minutes=3)}, [4, 5]),
    ({"until": NOW + timedelta(minutes=3)}, [1, 2, 3]),
    ({"limit": 2}, [4, 5]),
    ({"limit": 1, "subject": ADA}, [4]),
], ids=str)
def test_events_are_found_by_every_filter(written: sessionmaker[Session], asked: dict[str, Any],
                                          found: list[int]) -> None:
    with written() as session:
        assert [entry.event.seq for entry in ledger.events(session, **asked)] == found


def test_erased_words_are_gone_and_the_chain_still_verifies(written: sessionmaker[Session]) -> None:
    with written.begin() as session:
        assert ledger.erase_details(session, RADKE) == 3
    with written() as session:
        assert [entry.details is None for entry in ledger.events(session)] == [True, False, True, False, True]
    assert faults(written) == set()
    with written.begin() as session:
        assert append(session) == 6
    assert faults(written) == set()


ITS_OWN_WORDS = {
    "postgresql": ["TRUNCATE ledger CASCADE"],
    "sqlite": [
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE seq = 3",
        "INSERT OR REPLACE INTO ledger_details SELECT * FROM ledger_details WHERE seq = 3",
    ],
}


@pytest.mark.parametrize("statement", [
    "UPDATE ledger SET kind = 'image.made' WHERE seq = 3",
    "DELETE FROM ledger WHERE seq = 5",
    "UPDATE ledger_details SET salt = salt WHERE seq = 3",
    "INSERT INTO ledger SELECT * FROM ledger WHERE seq = 3 ON CONFLICT (seq) DO UPDATE SET kind = 'image.made'",
])
def test_the_database_refuses_to_change_what_was_written(engine: Engine, written: sessionmaker[Session],
                                                         statement: str) -> None:
    if "ON CONFLICT" in statement and engine.dialect.name == "sqlite":
        statement = statement.replace(" ON", " AND true ON")  # SQLite would read ON as a join's
    _refused(engine, written, statement)


def test_nor_does_it_in_words_of_its_own(engine: Engine, written: sessionmaker[Session]) -> None:
    for statement in ITS_OWN_WORDS[engine.dialect.name]:
        _refused(engine, written, statement)


def _refused(engine: Engine, written: sessionmaker[Session], statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"append-only|not edited"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert faults(written) == set()


def disarm(engine: Engine) -> None:
    """What an intruder with the database's password does first."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for table in ("ledger", "ledger_details"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in names.scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")


@pytest.mark.parametrize(("statements", "shown"), [
    (["UPDATE ledger SET kind = 'image.made' WHERE seq = 3"], {(3, "edited")}),
    (["UPDATE ledger SET at = '2026-07-01 13:00:00.000000' WHERE seq = 3"], {(3, "edited")}),
    (["UPDATE ledger SET actor = subject WHERE seq = 3"], {(3, "edited")}),
    (["UPDATE ledger_details SET body = '{\"prompt\": \"ada\"}' WHERE seq = 3"], {(3, "details")}),
    (["DELETE FROM ledger_details WHERE seq = 3", "DELETE FROM ledger WHERE seq = 3"],
     {(4, "missing"), (4, "link")}),
    (["DELETE FROM ledger_details", "UPDATE ledger SET seq = 9 WHERE seq = 2",
      "UPDATE ledger SET seq = 2 WHERE seq = 3", "UPDATE ledger SET seq = 3 WHERE seq = 9"],
     {(2, "swapped"), (2, "link"), (3, "swapped"), (3, "link"), (4, "link")}),
], ids=["kind edited", "time edited", "actor edited", "words edited", "deleted", "swapped"])
def test_what_an_intruder_did_shows(engine: Engine, written: sessionmaker[Session], statements: list[str],
                                    shown: set[tuple[int, str]]) -> None:
    disarm(engine)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement.replace(":", r"\:")))
    assert faults(written) == shown


def test_a_cut_tail_shows_against_a_head_that_was_written_down(engine: Engine,
                                                               written: sessionmaker[Session]) -> None:
    with written() as session:
        newest = ledger.head(session)
    assert newest is not None
    disarm(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_details WHERE seq > 3")
        connection.exec_driver_sql("DELETE FROM ledger WHERE seq > 3")
    assert faults(written) == set(), "the chain alone cannot know"
    assert faults(written, [Anchor(newest.seq, newest.hash)]) == {(5, "cut")}


def test_a_ledger_written_anew_shows_against_a_head_that_was_written_down(engine: Engine,
                                                                          written: sessionmaker[Session]) -> None:
    with written() as session:
        newest = ledger.head(session)
        told = [entry.event for entry in ledger.events(session)]
    assert newest is not None
    disarm(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_details")
        connection.exec_driver_sql("DELETE FROM ledger")
    with written.begin() as session:
        for event in told:
            append(session, event.kind, subject=RADKE, at=event.at)
    assert faults(written) == set(), "the chain alone cannot know"
    assert faults(written, [Anchor(newest.seq, newest.hash)]) == {(5, "rewritten")}


def test_words_kept_for_an_event_that_is_gone_show(engine: Engine, written: sessionmaker[Session]) -> None:
    disarm(engine)
    if engine.dialect.name == "postgresql":  # which keeps no words of an event that is gone
        with pytest.raises(IntegrityError, match="ledger_details"), engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM ledger WHERE seq = 5")
        return
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("DELETE FROM ledger WHERE seq = 5")
    assert faults(written) == {(5, "orphan")}


def test_the_events_whose_words_are_erased_are_counted(written: sessionmaker[Session]) -> None:
    with written.begin() as session:
        assert ledger.erased(session) == 0
        ledger.erase_details(session, RADKE)
        assert ledger.erased(session) == 3


def test_an_empty_ledger_has_no_head_and_no_fault(writing: sessionmaker[Session]) -> None:
    with writing() as session:
        assert ledger.head(session) is None
    assert faults(writing) == set()


def test_no_column_that_outlives_an_erasure_can_hold_words(engine: Engine) -> None:
    columns = {column["name"] for column in inspect(engine).get_columns("ledger")}
    assert columns == {"seq", "at", "kind", "actor", "subject", "ref", "commitment", "prev", "hash"}
