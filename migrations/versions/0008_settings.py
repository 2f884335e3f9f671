"""How channels, servers and members have set the studio up.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "channels",
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("previews", sa.Boolean(), nullable=False),
        sa.Column("spoiler", sa.Boolean(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["parties.id"], name=op.f("fk_channels_changed_by")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_channels")),
    )
    op.create_table(
        "servers",
        sa.Column("server", sa.String(length=60), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("moderators_channel", sa.String(length=60), nullable=True),
        sa.Column("gallery_channel", sa.String(length=60), nullable=True),
        sa.Column("public_commands", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("server", name=op.f("pk_servers")),
    )
    op.create_table(
        "members",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("negative", sa.Text(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=True),
        sa.Column("guidance", sa.Float(), nullable=True),
        sa.Column("sampler", sa.String(length=40), nullable=True),
        sa.Column("tell_by_dm", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_members_party_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("party_id", name=op.f("pk_members")),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("members", "servers", "channels"):
        op.drop_table(table)
