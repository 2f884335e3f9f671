"""Jobs that share one message, and answers somebody still waits for.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("jobs", sa.Column("batch", sa.String(length=80), nullable=True))
    op.add_column("jobs", sa.Column("place", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_jobs_batch"), "jobs", ["batch"])
    op.create_index(op.f("ix_jobs_channel"), "jobs", ["channel"])
    op.create_table(
        "open_answers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=True),
        sa.Column("key", sa.String(length=300), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_answers")),
    )


def downgrade() -> None:
    """Take them away; of a batch's jobs each stays by itself."""
    op.drop_table("open_answers")
    op.drop_index(op.f("ix_jobs_channel"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_batch"), table_name="jobs")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("place")
        jobs.drop_column("batch")
