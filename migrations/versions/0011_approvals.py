"""Who approved the photos and captions of a training, and what exactly.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table. A training that was queued before has no approval, and has to be asked for anew."""
    op.create_table(
        "approvals",
        sa.Column("job_id", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_approvals_job_id")),
        sa.ForeignKeyConstraint(["approved_by"], ["parties.id"], name=op.f("fk_approvals_approved_by")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_approvals")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("approvals")
