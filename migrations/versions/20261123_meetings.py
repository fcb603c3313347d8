"""Sets of figures that were frozen for a meeting"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_why = '')", name=op.f("ck_meeting_sets_withdrawn")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_sets")),
        sa.UniqueConstraint("code", name=op.f("uq_meeting_sets_code")),
        sa.UniqueConstraint("nonce", name=op.f("uq_meeting_sets_nonce")),
    )  # fmt: skip
    op.create_index(op.f("ix_meeting_sets_period_start"), "meeting_sets", ["period_start"])


def downgrade() -> None:
    op.drop_table("meeting_sets")
