"""What the moderators' questions look up: the ledger by who acted, and by what it is about.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = ("actor", "ref")


def upgrade() -> None:
    """Add the indices."""
    for column in COLUMNS:
        op.create_index(op.f(f"ix_ledger_{column}"), "ledger", [column])


def downgrade() -> None:
    """Take them away."""
    for column in reversed(COLUMNS):
        op.drop_index(op.f(f"ix_ledger_{column}"), table_name="ledger")
