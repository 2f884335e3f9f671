"""Messages to be taken away, scopes being filled in, and who has been told of what.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and columns; whatever had ended before was told in the manner of its time."""
    op.create_table(
        "postings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("job_id", sa.String(length=80), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("posted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_postings_job_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_postings_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
        sa.UniqueConstraint("place", "job_id", "subject_id", name=op.f("uq_postings_place_job_id_subject_id")),
    )
    for column in ("job_id", "subject_id"):
        op.create_index(op.f(f"ix_postings_{column}"), "postings", [column])
    op.create_table(
        "removals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("erasure_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.String(length=80), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("again_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasures.id"], name=op.f("fk_removals_erasure_id")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_removals_job_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_removals_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removals")),
        sa.UniqueConstraint("erasure_id", "place", name=op.f("uq_removals_erasure_id_place")),
    )
    for column in ("erasure_id", "state"):
        op.create_index(op.f(f"ix_removals_{column}"), "removals", [column])
    op.create_table(
        "consent_drafts",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_consent_drafts_subject_id")),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_consent_drafts")),
    )
    with op.batch_alter_table("erasures") as erasures:
        erasures.add_column(sa.Column("wiped_at", MOMENT, nullable=True))
        erasures.add_column(sa.Column("told_at", MOMENT, nullable=True))
    with op.batch_alter_table("reviews") as reviews:
        reviews.add_column(sa.Column("told_at", MOMENT, nullable=True))
    op.execute("UPDATE erasures SET wiped_at = finished_at, told_at = finished_at")
    op.execute("UPDATE reviews SET told_at = made_at WHERE state <> 'waiting'")


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("reviews") as reviews:
        reviews.drop_column("told_at")
    with op.batch_alter_table("erasures") as erasures:
        erasures.drop_column("told_at")
        erasures.drop_column("wiped_at")
    for table in ("consent_drafts", "removals", "postings"):
        op.drop_table(table)
