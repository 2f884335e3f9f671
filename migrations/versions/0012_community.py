"""Strikes, the gallery, and the nightly pictures.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "strikes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("appealed_at", MOMENT, nullable=True),
        sa.Column("told", sa.String(length=100), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_strikes_party_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["parties.id"], name=op.f("fk_strikes_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strikes")),
    )
    op.create_index(op.f("ix_strikes_party_id"), "strikes", ["party_id"])
    op.create_table(
        "exhibits",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("output_id", sa.Uuid(), nullable=False),
        sa.Column("shown_by", sa.Uuid(), nullable=True),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.Column("posted", sa.String(length=100), nullable=True),
        sa.Column("taken_out_at", MOMENT, nullable=True),
        sa.Column("taken_out_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["output_id"], ["outputs.id"], name=op.f("fk_exhibits_output_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["shown_by"], ["parties.id"], name=op.f("fk_exhibits_shown_by")),
        sa.ForeignKeyConstraint(["taken_out_by"], ["parties.id"], name=op.f("fk_exhibits_taken_out_by")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_exhibits")),
        sa.UniqueConstraint("output_id", name=op.f("uq_exhibits_output_id")),
    )
    op.create_table(
        "nightly_subjects",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_nightly_subjects_subject_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["added_by"], ["parties.id"], name=op.f("fk_nightly_subjects_added_by")),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_nightly_subjects")),
    )
    op.create_table(
        "nightly_prompts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["parties.id"], name=op.f("fk_nightly_prompts_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nightly_prompts")),
    )
    op.create_table(
        "nightly_plan",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nightly_plan")),
    )
    op.create_table(
        "nights",
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("date", name=op.f("pk_nights")),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("nights", "nightly_plan", "nightly_prompts", "nightly_subjects", "exhibits", "strikes"):
        op.drop_table(table)
