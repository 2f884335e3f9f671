"""Notes by which moderators vouch for phrases the lists would stop.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "allow_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phrase", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["parties.id"], name=op.f("fk_allow_notes_made_by_parties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allow_notes")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("allow_notes")
