"""What an open database promises, whichever it is."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from db import errors
from db.engine import give_way, open_engine, readers, sessions, wipe_deleted
from db.tables import IdentityRow, PartyRow, RunnerRow

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_an_identity_of_nobody_is_refused(writing: sessionmaker[Session]) -> None:
    with pytest.raises(IntegrityError), writing.begin() as session:
        session.add(IdentityRow(party_id=uuid4(), kind="discord", external_id="1"))


def test_a_moment_comes_back_in_utc_and_one_without_a_zone_is_refused(writing: sessionmaker[Session]) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=2))) + timedelta(microseconds=5)
    with writing.begin() as session:
        session.add(PartyRow(name="Ada", created_at=there))
    with writing() as session:
        stored = session.scalars(select(PartyRow)).one().created_at
    assert stored == there
    assert stored.tzinfo is UTC
    with pytest.raises(Exception, match="without a time zone"), writing.begin() as session:
        session.add(PartyRow(name="Bob", created_at=NOW.replace(tzinfo=None)))


def test_writers_that_read_first_wait_for_each_other(engine: Engine) -> None:
    """The way of every wish: fetch, refuse, act, commit. On SQLite it needs BEGIN IMMEDIATE."""
    writing = sessions(engine)
    with writing.begin() as session:
        session.add(RunnerRow(name="r", pid=0, host="h", device="d", seen_at=NOW))

    def raise_by_one(_: int) -> None:
        with writing.begin() as session:
            row = session.scalars(select(RunnerRow).with_for_update()).one()
            row.pid += 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(raise_by_one, range(40)))
    with writing() as session:
        assert session.scalars(select(RunnerRow.pid)).one() == 40


def test_a_reader_waits_for_no_writer_and_sees_what_was_committed(engine: Engine) -> None:
    with sessions(engine).begin() as writer:
        writer.add(PartyRow(name="Ada", created_at=NOW))
        writer.flush()
        with readers(engine)() as reader:
            assert reader.scalars(select(PartyRow)).all() == []


def test_a_reader_cannot_write_and_a_writer_after_it_can(engine: Engine) -> None:
    with pytest.raises(errors.DatabaseReadOnly), readers(engine).begin() as session:
        session.add(PartyRow(name="Ada", created_at=NOW))
    with sessions(engine).begin() as session:
        session.add(PartyRow(name="Ada", created_at=NOW))
    with readers(engine)() as session:
        assert session.scalars(select(PartyRow.name)).all() == ["Ada"]


def test_a_reader_gives_way_at_every_statement_and_a_writer_only_before_its_turn(engine: Engine) -> None:
    ways: list[str] = []
    give_way(engine, lambda: ways.append("gave way"))

    with readers(engine)() as session:
        session.execute(text("SELECT 1"))
        before = len(ways)
        session.execute(text("SELECT 2"))
        assert len(ways) == before + 1

    with sessions(engine).begin() as session:
        session.execute(text("SELECT 3"))
        begun = len(ways)
        assert begun > before + 1
        session.execute(text("SELECT 4"))
        session.add(PartyRow(name="Ada", created_at=NOW))
    assert len(ways) == begun


def test_sqlite_is_opened_with_every_promise_it_does_not_keep_by_itself(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        asked = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                 for name in ("journal_mode", "foreign_keys", "secure_delete", "busy_timeout")}
    engine.dispose()
    assert asked == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 30_000}


def test_what_was_deleted_is_in_no_file_of_the_database_any_more(sqlite_url: str) -> None:
    needle = "a-name-to-be-forgotten"
    engine = open_engine(sqlite_url)
    folder = Path(engine.url.database or "").parent

    def found() -> bool:
        return any(needle.encode() in file.read_bytes() for file in folder.iterdir())

    with sessions(engine).begin() as session:
        session.add(PartyRow(name=needle, created_at=NOW))
    assert found()
    with sessions(engine).begin() as session:
        session.delete(session.scalars(select(PartyRow)).one())
    assert found(), "the log still has it: this is why wipe_deleted is there"
    wipe_deleted(engine)
    assert not found()
    engine.dispose()


def test_a_wipe_that_a_reader_holds_up_says_so(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as writer:
        writer.execute(text("INSERT INTO parties VALUES ('a', 'Ada', '2026-07-01')"))
    with readers(engine)() as reader:
        reader.execute(text("SELECT * FROM parties")).all()
        with engine.begin() as writer:
            writer.execute(text("DELETE FROM parties"))
        impatient = open_engine(sqlite_url)
        _be_impatient(impatient)
        with pytest.raises(errors.DatabaseBusy):
            wipe_deleted(impatient)
        impatient.dispose()
    wipe_deleted(engine)
    engine.dispose()


def test_wiping_leaves_the_rest_where_it_was(engine: Engine) -> None:
    with sessions(engine).begin() as session:
        session.add(PartyRow(name="Ada", created_at=NOW))
    wipe_deleted(engine)
    with sessions(engine)() as session:
        assert session.scalars(select(PartyRow.name)).all() == ["Ada"]


def _be_impatient(engine: Engine) -> None:
    """Wait 50 ms for a lock instead of 30 s, on the one connection the pool keeps."""
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA busy_timeout = 50")
    raw.close()


class TestErrorsHaveNames:
    """What the drivers call an OperationalError, people read as a sentence that says what to do."""

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        self._expect(errors.DatabaseUnreachable, f"sqlite:///{tmp_path / 'nowhere' / 'studio.db'}")

    def test_a_server_that_is_not_there(self, tmp_path: Path) -> None:
        self._expect(errors.DatabaseUnreachable, f"postgresql://postgres:@/studio?host={tmp_path}")

    def test_a_database_that_is_not_there(self, postgres_server: str) -> None:
        self._expect(errors.DatabaseUnreachable, postgres_server.replace("/postgres?", "/nothing?"))

    @pytest.mark.parametrize("url", ["mysql://localhost/studio", "not an address", ""])
    def test_an_address_of_something_else(self, url: str) -> None:
        with pytest.raises(errors.DatabaseUnreachable):
            open_engine(url)

    def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "studio.db").write_text("Dear diary, " * 100)
        self._expect(errors.DatabaseDamaged, f"sqlite:///{tmp_path / 'studio.db'}")

    def test_a_disk_without_room(self, sqlite_url: str) -> None:
        engine = open_engine(sqlite_url)
        raw = engine.raw_connection()
        pages = raw.cursor().execute("PRAGMA page_count").fetchone()[0]
        raw.cursor().execute(f"PRAGMA max_page_count = {pages}")
        raw.close()
        with pytest.raises(errors.DatabaseFull), sessions(engine).begin() as session:
            session.add_all(PartyRow(name="x" * 100, created_at=NOW) for _ in range(1000))
        with sessions(engine)() as session:
            assert session.scalars(select(PartyRow)).all() == []
        engine.dispose()

    def test_a_lock_that_is_not_given_back(self, sqlite_url: str) -> None:
        holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
        holder.execute("BEGIN IMMEDIATE")
        engine = open_engine(sqlite_url)
        _be_impatient(engine)
        with pytest.raises(errors.DatabaseBusy), engine.begin():
            pytest.fail("two writers at once")
        holder.close()
        engine.dispose()

    def test_a_folder_that_may_not_be_written(self, read_only_folder: Path) -> None:
        self._expect(errors.DatabaseReadOnly, f"sqlite:///{read_only_folder / 'studio.db'}")

    @staticmethod
    def _expect(kind: type[errors.DatabaseError], url: str) -> None:
        engine = open_engine(url)
        with pytest.raises(kind) as caught, engine.begin() as connection:
            connection.execute(text("CREATE TABLE probe (x INTEGER)"))
        engine.dispose()
        assert str(caught.value).startswith(errors.say(kind))


def test_every_error_is_a_sentence_that_stands_in_the_tree() -> None:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, Exception):
            assert f" {kind.__name__}" in f" {errors.__doc__}".replace("\n", " ")
            assert errors.say(kind).endswith(".")
            assert "\n" not in errors.say(kind)
