"""Alembic's entry: run the revisions on the connection `db.migrate` hands over, all in its one transaction.

SQLite rolls tables back like anything else, once transactions are begun by hand as `db.engine` does.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import text

from db.queue import is_engine_table
from db.tables import Base

_LOCK = 0x6D69_6772_6174
"""Any number, as long as it is always the same one: "migrat" in ASCII."""


def include_object(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave the job engine's tables alone: beside ours on SQLite; it migrates them."""
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", None)
    return not is_engine_table(table or "")


def run() -> None:
    """Of two programs that start at once, one migrates; the other waits here and finds nothing to do."""
    connection = context.config.attributes["connection"]
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        compare_type=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
