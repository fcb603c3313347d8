"""Changed records that editors have looked at, and the feedback that drafts answer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seen_records",
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slug", "code", name=op.f("pk_seen_records")),
    )
    op.create_table(
        "draft_cases",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["guide_drafts.id"], name=op.f("fk_draft_cases_draft_id_guide_drafts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["feedback_cases.id"], name=op.f("fk_draft_cases_case_id_feedback_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "case_id", name=op.f("pk_draft_cases")),
    )
    op.create_index("ix_draft_cases_case_id", "draft_cases", ["case_id"])


def downgrade() -> None:
    op.drop_table("draft_cases")
    op.drop_table("seen_records")
