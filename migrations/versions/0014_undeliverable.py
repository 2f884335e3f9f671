"""That a job cannot be brought where it was asked any more.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("undeliverable_at", MOMENT, nullable=True))


def downgrade() -> None:
    """Take it away: such jobs are tried again."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("undeliverable_at")
