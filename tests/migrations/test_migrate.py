"""The database comes from nothing to here, says where it is, and is left alone when it is further."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from db import errors, migrate, queue
from db.engine import open_engine
from db.tables import Base


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def tables(url: str) -> set[str]:
    with connected(url) as connection:
        return set(inspect(connection).get_table_names())


def differences(url: str) -> list[Any]:
    """What autogenerate would write into a new revision."""
    def ours(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
        table = name if kind == "table" else getattr(getattr(item, "table", None), "name", "")
        return not queue.is_engine_table(table or "")

    with connected(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        return list(compare_metadata(context, Base.metadata))


def test_from_nothing_to_here_and_again(url: str) -> None:
    assert migrate.current(url) is None
    migrate.upgrade(url)
    assert migrate.current(url) == migrate.HEAD
    before = tables(url)
    migrate.upgrade(url)
    assert tables(url) == before >= set(Base.metadata.tables)
    migrate.check(url)


def test_the_migrations_make_exactly_the_tables_the_code_maps(url: str) -> None:
    migrate.upgrade(url)
    assert differences(url) == []
    with connected(url) as connection:
        connection.execute(text("DROP INDEX ix_ledger_kind"))
        connection.execute(text("ALTER TABLE runners ADD COLUMN mood VARCHAR(10)"))
    assert len(differences(url)) == 2, "the comparison sees what differs"


def test_the_engines_tables_are_all_known_by_name(tmp_path: Path) -> None:
    """On SQLite they lie beside ours; a new one in a newer engine must be added to the list."""
    url = f"sqlite:///{tmp_path / 'studio.db'}"
    migrate.upgrade(url)
    assert tables(url) - set(Base.metadata.tables) - {"alembic_version"} == queue.ENGINE_TABLES


def test_looking_makes_no_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'studio.db'}"
    assert migrate.current(url) is None
    with pytest.raises(errors.DatabaseNotReady, match="likeness db upgrade"):
        migrate.check(url)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_behind_says_what_to_do(url: str) -> None:
    migrate.upgrade(url)
    with connected(url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(errors.DatabaseNotReady, match=f"at 0001, and {migrate.HEAD} is needed"):
        migrate.check(url)


def test_a_database_without_the_engines_tables_is_not_ready(url: str) -> None:
    migrate.upgrade(url)
    with connected(url) as connection:
        schema = "" if connection.dialect.name == "sqlite" else f"{queue.ENGINE_SCHEMA}."
        connection.execute(text(f"DROP TABLE {schema}dbos_migrations"))
    with pytest.raises(errors.DatabaseNotReady, match="queue"):
        migrate.check(url)


def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    migrate.upgrade(url)
    with connected(url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = tables(url)
    for touch in (migrate.check, migrate.upgrade):
        with pytest.raises(errors.DatabaseTooNew, match=r"update this one.*9999"):
            touch(url)
    assert tables(url) == before
    assert migrate.current(url) == "9999"


def test_a_migration_that_fails_half_way_leaves_nothing_of_itself(url: str) -> None:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir()
    with connected(url) as connection:
        connection.execute(text("CREATE TABLE output_adapters (in_the_way INTEGER)"))
    with pytest.raises(DBAPIError, match="exists"):
        migrate.upgrade(url)
    assert tables(url) == {"output_adapters"}
    with connected(url) as connection:
        connection.execute(text("DROP TABLE output_adapters"))
    migrate.upgrade(url)
    migrate.check(url)


def test_going_back_to_nothing_and_forth_again(url: str) -> None:
    migrate.upgrade(url)
    with connected(url) as connection:
        command.downgrade(migrate._config(connection), "base")
    assert tables(url) - queue.ENGINE_TABLES == {"alembic_version"}
    migrate.upgrade(url)
    assert differences(url) == []


def test_the_newest_migration_is_the_one_the_program_knows() -> None:
    assert migrate._scripts().get_heads() == [migrate.HEAD]


@pytest.mark.slow
def test_programs_that_start_at_once_set_it_up_once(url: str, tmp_path: Path) -> None:
    """Run from another folder, too: nothing may depend on where the program is started."""
    code = "import sys; from db import migrate; migrate.upgrade(sys.argv[1]); migrate.check(sys.argv[1])"
    start = [sys.executable, "-c", code, url]
    programs = [subprocess.Popen(start, cwd=tmp_path, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [(program.communicate(timeout=100)[1], program.returncode) for program in programs]
    assert [code for _, code in ended] == [0, 0, 0], "\n".join(said for said, _ in ended)
    assert differences(url) == []


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(errors.DatabaseReadOnly):
        migrate.upgrade(f"sqlite:///{tmp_path / 'file' / 'studio.db'}")
