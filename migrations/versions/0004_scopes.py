"""What a consent may be particular about, amendments, evidence, reviews, standing refusals and incidents.

Only empty columns are added to what is there: an older row reads as it did before.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

SUBJECTS = {"rights_note": sa.Text()}

CONSENTS = {
    "scope": sa.JSON(none_as_null=True),
    "supersedes": sa.Uuid(),
    "evidence": sa.String(length=20),
    "attested_by": sa.Uuid(),
    "document_sha256": sa.String(length=64),
    "pauses": sa.JSON(none_as_null=True),
    "notice_language": sa.String(length=10),
    "kept": sa.Boolean(),
}

TABLES = ("challenges", "consent_links", "standing_refusals", "incidents", "reviews")


def upgrade() -> None:
    """Add the columns and the tables."""
    for table, columns in (("subjects", SUBJECTS), ("consents", CONSENTS)):
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_table(
        "challenges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("pose", sa.String(length=200), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("file", sa.String(length=200), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("judged_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_challenges_subject_id")),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name=op.f("fk_challenges_consent_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["parties.id"], name=op.f("fk_challenges_issued_by")),
        sa.ForeignKeyConstraint(["judged_by"], ["parties.id"], name=op.f("fk_challenges_judged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
    )
    op.create_index(op.f("ix_challenges_subject_id"), "challenges", ["subject_id"])
    op.create_table(
        "consent_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_consent_links_subject_id")),
        sa.ForeignKeyConstraint(["made_by"], ["parties.id"], name=op.f("fk_consent_links_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_consent_links_digest")),
    )
    op.create_index(op.f("ix_consent_links_subject_id"), "consent_links", ["subject_id"])
    op.create_table(
        "standing_refusals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_standing_refusals_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_refusals")),
    )
    op.create_index(op.f("ix_standing_refusals_party_id"), "standing_refusals", ["party_id"])
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_incidents_subject_id")),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name=op.f("fk_incidents_consent_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["parties.id"], name=op.f("fk_incidents_opened_by")),
        sa.ForeignKeyConstraint(["closed_by"], ["parties.id"], name=op.f("fk_incidents_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_subject_id"), "incidents", ["subject_id"])
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_reviews_job_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_reviews_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("job_id", "subject_id", name=op.f("uq_reviews_job_id_subject_id")),
    )
    op.create_index(op.f("ix_reviews_job_id"), "reviews", ["job_id"])
    op.create_index(op.f("ix_reviews_subject_id"), "reviews", ["subject_id"])


def downgrade() -> None:
    """Take them away."""
    for table in reversed(TABLES):
        op.drop_table(table)
    for table, columns in (("consents", CONSENTS), ("subjects", SUBJECTS)):
        for name in reversed(columns):
            op.drop_column(table, name)
