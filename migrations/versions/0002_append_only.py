"""The ledger can be added to, and not changed: neither by a mistake of ours nor by a hurried hand in a
console.

Whoever owns the database can drop a trigger; that shows in the chain of hashes. What an event says in words
may be deleted (somebody withdrew), and not edited.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FORBIDDEN = (("ledger", "UPDATE"), ("ledger", "DELETE"), ("ledger_details", "UPDATE"))

SAYS = {
    "ledger": "the ledger is append-only",
    "ledger_details": "what the ledger says may be deleted, not edited",
}


def upgrade() -> None:
    """Lay the triggers, in the dialect at hand."""
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def downgrade() -> None:
    """Take the triggers away."""
    if op.get_bind().dialect.name == "postgresql":
        for table in SAYS:
            op.execute(f"DROP FUNCTION {table}_refuse() CASCADE")
        return
    for table, act in FORBIDDEN:
        op.execute(f"DROP TRIGGER {table}_no_{act.lower()}")
    for table in SAYS:
        op.execute(f"DROP TRIGGER {table}_no_replace")


def _sqlite() -> None:
    for table, act in FORBIDDEN:
        op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                   f"BEGIN SELECT RAISE(ABORT, '{SAYS[table]}'); END")
    for table, words in SAYS.items():
        # INSERT OR REPLACE deletes the old row without asking the triggers for DELETE.
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 (names of ours)
                   f"WHEN NEW.seq IN (SELECT seq FROM {table}) "
                   f"BEGIN SELECT RAISE(ABORT, '{words}'); END")


def _postgresql() -> None:
    for table, words in SAYS.items():
        op.execute(f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                   f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$")
    for table, act in FORBIDDEN:
        op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                   f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()")
    # TRUNCATE asks no row.
    op.execute("CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger "
               "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()")
