"""Databases for the tests of memory: every promise is held on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from db.engine import open_engine, sessions
from tests.postgres import made, postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL for this run."""
    yield from postgres()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, new_home: Path) -> str:
    """The address of a database that is set up and empty."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(new_home / 'likeness.db', tmp_path / 'studio.db')}"
    return made(request.getfixturevalue("postgres_server"))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine on it."""
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def writing(engine: Engine) -> sessionmaker[Session]:
    """Sessions that may write to it."""
    return sessions(engine)


@pytest.fixture
def sqlite_url(tmp_path: Path, new_home: Path) -> str:
    """An SQLite database that is set up and empty, for what concerns SQLite alone."""
    return f"sqlite:///{shutil.copy(new_home / 'likeness.db', tmp_path / 'studio.db')}"


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder with a database, seen by an account that may not write to either (root may do anything)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sqlite3.connect(folder / "studio.db").execute("CREATE TABLE t (x)").connection.close()
        (folder / "studio.db").chmod(0o444)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)
