"""Opening the database: SQLite by default, PostgreSQL by URL, the same promises on both.

SQLite: write-ahead log, foreign keys, deleted bytes overwritten, 30 s of patience, and every transaction of a
writer begun with BEGIN IMMEDIATE. Without the last, a transaction that reads and then writes (as every wish
does: fetch, refuse, act, commit) fails half-way with "database is locked" as soon as somebody else has
written in between.

PostgreSQL: a writer's session waits for its turn too, before its first statement (an advisory lock, held to its end). A
wish locks subjects, jobs and pictures and the head of the ledger, in the order its story has; of two withdrawals that
stop each other's pictures one was thrown out as a deadlock. With turns there is one order everywhere: the turn first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session, sessionmaker

from db import errors

BUSY_TIMEOUT_S = 30
_BEGIN = "likeness_begin"
_WRITES = "likeness_writes"
_TURN = 0x7475_726E
"""Any number, as long as it is always the same one and no other lock's: "turn" in ASCII."""


def parse(url: str | URL) -> URL:
    """The address with the driver the project uses; raises DatabaseUnreachable for any other database."""
    try:
        parsed = make_url(url)
    except Exception as error:
        raise errors.DatabaseUnreachable(errors.say(errors.DatabaseUnreachable, "not an address")) from error
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return parsed
    raise errors.DatabaseUnreachable(
        f"DATABASE_URL names {parsed.drivername}: use sqlite:///FILE or postgresql://….")


def open_engine(url: str) -> Engine:
    """An engine for `url`; nothing is connected yet. Driver errors come out as `db.errors.DatabaseError`."""
    parsed = parse(url)
    # Parameters are captions, prompts and accounts: they must not reach a log through an error's text.
    if parsed.get_backend_name() == "sqlite":
        arguments = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
        engine = create_engine(parsed, connect_args=arguments, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "begin", _await_turn)
    event.listen(engine, "handle_error", _name_error)
    return engine


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions that may write, one after the other: each holds the writers' lock from its first statement to its end.

    So open no second one inside: it would wait for the first for ever.
    """
    return sessionmaker(engine.execution_options(**{_WRITES: True}), expire_on_commit=False)


def readers(engine: Engine) -> sessionmaker[Session]:
    """Sessions that only read, and on SQLite wait for no writer; a write through them is DatabaseReadOnly."""
    return sessionmaker(engine.execution_options(**{_BEGIN: "DEFERRED", "postgresql_readonly": True}),
                        expire_on_commit=False)


def give_way(engine: Engine, wait: Callable[[], None]) -> None:
    """Call `wait` before each statement of a reader and before a writer's turn; never within a turn others wait for."""

    def before_statement(connection: Connection, *_: object) -> None:
        if not connection.get_execution_options().get(_WRITES):
            wait()

    event.listen(engine, "before_cursor_execute", before_statement)
    event.listen(engine, "begin", lambda connection: wait(), insert=True)


def wipe_deleted(engine: Engine) -> None:
    """Overwrite what was deleted, at the end of an erasure; call it outside any transaction.

    Measured on SQLite: deleted text stays in the write-ahead log until that is cut, and, in spite of secure_delete,
    in the file: where a page was split, a copy of its rows stays behind in the gap. So the file is written anew
    (VACUUM, its scratch copy in memory) and the log cut. PostgreSQL gives dead rows up at VACUUM; its own log keeps
    them until it is recycled, which only its host can hasten.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA query_only = OFF")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute("VACUUM")
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        named = _named_sqlite(error)
        if named is None:
            raise
        raise named(errors.say(named, str(error))) from error
    finally:
        raw.close()
    if busy:
        raise errors.DatabaseBusy(errors.say(errors.DatabaseBusy, "a reader holds on to the log"))


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    """What SQLite forgets with every connection; the write-ahead log alone is a property of the file."""
    connection.isolation_level = None  # we begin transactions ourselves, below
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")
    # On a read-only folder this fails like any other write, under its own name.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a writer, unless the session said that it only reads; then hold it to its word."""
    kind = connection.get_execution_options().get(_BEGIN, "IMMEDIATE")
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if kind == 'DEFERRED' else 'OFF'}")
    connection.exec_driver_sql(f"BEGIN {kind}")


def _await_turn(connection: Connection) -> None:
    """Wait until no other session that may write is at work."""
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")


def _name_error(context: ExceptionContext) -> None:
    """Replace a driver's error about the database as a whole by ours; about a statement, it stays."""
    original: Any = context.original_exception
    named = _named_sqlite(original) if isinstance(original, sqlite3.Error) else _named_postgres(original)
    if named is not None:
        raise named(errors.say(named, str(original).strip().splitlines()[0])) from original


def _named_sqlite(error: sqlite3.Error) -> type[errors.DatabaseError] | None:
    """By SQLite's primary result code (https://sqlite.org/rescode.html)."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return {
        sqlite3.SQLITE_CANTOPEN: errors.DatabaseUnreachable,
        sqlite3.SQLITE_READONLY: errors.DatabaseReadOnly,
        sqlite3.SQLITE_PERM: errors.DatabaseReadOnly,
        sqlite3.SQLITE_FULL: errors.DatabaseFull,
        sqlite3.SQLITE_IOERR: errors.DatabaseFull if _disk_is_full(error) else None,
        sqlite3.SQLITE_BUSY: errors.DatabaseBusy,
        sqlite3.SQLITE_LOCKED: errors.DatabaseBusy,
        sqlite3.SQLITE_CORRUPT: errors.DatabaseDamaged,
        sqlite3.SQLITE_NOTADB: errors.DatabaseDamaged,
    }.get(code)


def _disk_is_full(error: sqlite3.Error) -> bool:
    """A full disk shows as a failed write of the log's shared index (SQLITE_IOERR_SHMSIZE) or of a page."""
    return getattr(error, "sqlite_errorname", "") in ("SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE")


def _named_postgres(error: Any) -> type[errors.DatabaseError] | None:
    """By PostgreSQL's error class; no class at all means that nobody answered."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        unanswered = type(error).__module__.startswith("psycopg") and type(error).__name__ in (
            "OperationalError", "ConnectionTimeout")
        return errors.DatabaseUnreachable if unanswered else None
    if state == "25006":
        return errors.DatabaseReadOnly
    if state == "53100":
        return errors.DatabaseFull
    return errors.DatabaseUnreachable if state[:2] in ("08", "28", "3D", "57") and state != "57014" else None


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite address, or None (another database, or one in memory)."""
    parsed = parse(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)
