"""Reports with their clock, fingerprints of pictures, and erasures with a cause and a certificate.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the table; what was erased before was erased by a withdrawal."""
    with op.batch_alter_table("outputs") as outputs:
        outputs.add_column(sa.Column("pixels_sha256", sa.String(length=64), nullable=True))
        outputs.add_column(sa.Column("dhash", sa.String(length=16), nullable=True))
        outputs.add_column(sa.Column("hidden_at", MOMENT, nullable=True))
        outputs.create_index(op.f("ix_outputs_pixels_sha256"), ["pixels_sha256"])
    with op.batch_alter_table("erasures") as erasures:
        cause = sa.Column("cause", sa.String(length=20), nullable=False, server_default="withdrawn")
        erasures.add_column(cause)
        erasures.add_column(sa.Column("certificate", sa.JSON(), nullable=True))
        erasures.alter_column("actor_id", existing_type=sa.Uuid(), nullable=True)
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("output_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.String(length=80), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("dhash", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("removed", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_reports_job_id")),
        sa.ForeignKeyConstraint(["reported_by"], ["parties.id"], name=op.f("fk_reports_reported_by")),
        sa.ForeignKeyConstraint(["closed_by"], ["parties.id"], name=op.f("fk_reports_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    for column in ("output_id", "job_id"):
        op.create_index(op.f(f"ix_reports_{column}"), "reports", [column])


def downgrade() -> None:
    """Take them away. An erasure by the passing of time had nobody as its actor, and goes."""
    op.drop_table("reports")
    op.execute("DELETE FROM erasures WHERE actor_id IS NULL")
    with op.batch_alter_table("erasures") as erasures:
        erasures.alter_column("actor_id", existing_type=sa.Uuid(), nullable=False)
        erasures.drop_column("certificate")
        erasures.drop_column("cause")
    with op.batch_alter_table("outputs") as outputs:
        outputs.drop_index(op.f("ix_outputs_pixels_sha256"))
        outputs.drop_column("hidden_at")
        outputs.drop_column("dhash")
        outputs.drop_column("pixels_sha256")
