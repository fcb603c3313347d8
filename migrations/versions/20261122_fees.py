"""The province's fees, reductions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "local_fees",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("procedure", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("territory", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("condition_vi", sa.Text(), nullable=False),
        sa.Column("condition_en", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'amount' AND amount IS NOT NULL AND amount > 0) "
            "OR (status IN ('free', 'unknown') AND amount IS NULL)",
            name=op.f("ck_local_fees_states_never_mix"),
        ),
        sa.CheckConstraint("channel IN ('', 'online', 'direct', 'postal')", name=op.f("ck_local_fees_channel")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from",
            name=op.f("ck_local_fees_ends_after_beginning"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["legal_documents.id"],
            name=op.f("fk_local_fees_document_id_legal_documents"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_fees")),
        sa.UniqueConstraint("code", name=op.f("uq_local_fees_code")),
    )
    for column in ("document_id", "procedure"):
        op.create_index(op.f(f"ix_local_fees_{column}"), "local_fees", [column], unique=False)
    op.create_table(
        "fee_reductions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("procedures", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("territory", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("applies_to_national_rates", sa.Boolean(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("is_starter", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(percent IS NOT NULL AND amount IS NULL AND percent BETWEEN 1 AND 100) "
            "OR (percent IS NULL AND amount IS NOT NULL AND amount > 0)",
            name=op.f("ck_fee_reductions_percent_or_amount"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from",
            name=op.f("ck_fee_reductions_ends_after_beginning"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["legal_documents.id"],
            name=op.f("fk_fee_reductions_document_id_legal_documents"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_reductions")),
        sa.UniqueConstraint("slug", name=op.f("uq_fee_reductions_slug")),
    )
    op.create_index(op.f("ix_fee_reductions_document_id"), "fee_reductions", ["document_id"], unique=False)


def downgrade() -> None:
    op.drop_table("fee_reductions")
    op.drop_table("local_fees")
