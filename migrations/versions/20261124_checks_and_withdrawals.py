"""Checks of drafts by agencies, and guides that are withdrawn"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int = 0) -> sa.Column:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "fact_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("code", 20),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        _text("agency"),
        _text("name"),
        _text("email"),
        _text("question"),
        _text("asked_by"),
        _moment("asked_at"),
        sa.Column("links_made", sa.Integer(), nullable=False),
        _moment("expires_at"),
        _moment("ended_at", nullable=True),
        _text("answer", 10),
        _moment("answered_at", nullable=True),
        _text("answered_by"),
        sa.Column("seen", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("answer IN ('', 'right', 'wrong')", name=op.f("ck_fact_checks_answer")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["guide_drafts.id"], name=op.f("fk_fact_checks_draft_id_guide_drafts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_checks")),
        sa.UniqueConstraint("code", name=op.f("uq_fact_checks_code")),
    )
    op.create_index("ix_fact_checks_draft_id", "fact_checks", ["draft_id"])
    op.create_table(
        "fact_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("code", 20),
        sa.Column("check_id", sa.Integer(), nullable=False),
        _text("section", 20),
        _text("locale", 10),
        _text("text"),
        _text("by"),
        _moment("at"),
        _moment("dealt_at", nullable=True),
        _text("dealt_by"),
        sa.ForeignKeyConstraint(
            ["check_id"], ["fact_checks.id"], name=op.f("fk_fact_comments_check_id_fact_checks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_comments")),
        sa.UniqueConstraint("code", name=op.f("uq_fact_comments_code")),
    )
    op.create_index("ix_fact_comments_check_id", "fact_comments", ["check_id"])
    op.create_table(
        "guide_withdrawals",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("code", 20),
        _text("slug", 100),
        sa.Column("open_slug", sa.String(length=100), nullable=True),
        _text("title"),
        _text("state", 20),
        _text("base_digest", 64),
        _text("target", 500),
        sa.Column("explanation", sa.JSON(), nullable=False),
        _text("why"),
        _text("asked_by"),
        _text("asked_by_key"),
        _moment("asked_at"),
        _text("decided_by"),
        _moment("decided_at", nullable=True),
        _text("answer"),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'refused', 'cancelled')", name=op.f("ck_guide_withdrawals_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_withdrawals")),
        sa.UniqueConstraint("code", name=op.f("uq_guide_withdrawals_code")),
        sa.UniqueConstraint("open_slug", name=op.f("uq_guide_withdrawals_open_slug")),
    )
    op.create_index("ix_guide_withdrawals_slug", "guide_withdrawals", ["slug"])
    op.create_index("ix_guide_withdrawals_state", "guide_withdrawals", ["state"])
    op.create_table(
        "withdrawn_guides",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("slug", 100),
        sa.Column("titles", sa.JSON(), nullable=False),
        _text("target", 500),
        sa.Column("explanation", sa.JSON(), nullable=False),
        _text("mark", 64),
        _moment("withdrawn_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawn_guides")),
        sa.UniqueConstraint("slug", name=op.f("uq_withdrawn_guides_slug")),
    )


def downgrade() -> None:
    op.drop_table("withdrawn_guides")
    op.drop_table("guide_withdrawals")
    op.drop_table("fact_comments")
    op.drop_table("fact_checks")
