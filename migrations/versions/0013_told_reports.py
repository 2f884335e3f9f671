"""Where moderators were told of a report.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Moderators were told of no report before: those still open are told of now."""
    with op.batch_alter_table("reports") as reports:
        reports.add_column(sa.Column("told_in", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("reports") as reports:
        reports.drop_column("told_in")
