"""Setting the database up and telling whether it is: Alembic for our tables, the job engine for its own.

The configuration is made here in code, so that it works wherever the project is installed; there is no
alembic.ini.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

import migrations
from db import errors, queue
from db.engine import open_engine, sqlite_file

if TYPE_CHECKING:  # elsewhere only where there is something to do: Alembic takes eight megabytes
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HEAD = "0014"
"""The revision this version of the program knows."""


def upgrade(url: str) -> None:
    """Bring the database from wherever it is, nothing included, to this version; calling it again changes
    nothing.

    Raises DatabaseTooNew, and the other errors of `db.errors` when it cannot be reached or written.
    """
    file = sqlite_file(url)
    if file is not None:
        _make_folder(file.parent)
    engine = open_engine(url)
    try:
        if _current(engine) != HEAD:
            from alembic import command

            _refuse_newer(engine)
            with engine.begin() as connection:
                command.upgrade(_config(connection), HEAD)
    finally:
        engine.dispose()
    queue.migrate(url)


def current(url: str) -> str | None:
    """The revision the database is at; None before the first."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return None  # connecting would make the file
    engine = open_engine(url)
    try:
        return _current(engine)
    finally:
        engine.dispose()


def check(url: str) -> None:
    """Return when the database fits this version; raise DatabaseNotReady or DatabaseTooNew otherwise."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise errors.DatabaseNotReady(errors.say(errors.DatabaseNotReady, "it does not exist yet"))
    engine = open_engine(url)
    try:
        revision = _current(engine)
        if revision != HEAD:
            _refuse_newer(engine)
            raise errors.DatabaseNotReady(errors.say(
                errors.DatabaseNotReady, f"it is at {revision or 'nothing'}, and {HEAD} is needed"))
        schema = None if engine.dialect.name == "sqlite" else queue.ENGINE_SCHEMA
        if not inspect(engine).has_table("dbos_migrations", schema=schema):
            raise errors.DatabaseNotReady(errors.say(errors.DatabaseNotReady, "the queue has no tables"))
    finally:
        engine.dispose()


def _refuse_newer(engine: Engine) -> None:
    """A revision this program has never heard of was made by a newer one: it must not touch those tables."""
    revision = _current(engine)
    if revision is not None and revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise errors.DatabaseTooNew(errors.say(errors.DatabaseTooNew, f"it is at {revision}"))


def _current(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> Config:
    """Alembic's settings; `migrations/env.py` runs on the connection given, inside its transaction."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(migrations.__path__)))).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise errors.DatabaseReadOnly(errors.say(errors.DatabaseReadOnly, str(folder))) from error

