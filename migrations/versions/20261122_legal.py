"""Legal documents"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("issuer_kind", sa.String(length=10), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("summary_vi", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_starter", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "issuer_kind IN ('council', 'province', 'national', 'other')",
            name=op.f("ck_legal_documents_issuer_kind"),
        ),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_from IS NULL OR effective_to >= effective_from",
            name=op.f("ck_legal_documents_ends_after_beginning"),
        ),
        sa.CheckConstraint(
            "replaced_by_id IS NULL OR effective_to IS NOT NULL", name=op.f("ck_legal_documents_replaced_has_ended")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["legal_documents.id"],
            name=op.f("fk_legal_documents_replaced_by_id_legal_documents"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_documents")),
        sa.UniqueConstraint("number", "issuer", name=op.f("uq_legal_documents_number_issuer")),
        sa.UniqueConstraint("slug", name=op.f("uq_legal_documents_slug")),
    )
    for column in ("number", "replaced_by_id"):
        op.create_index(op.f(f"ix_legal_documents_{column}"), "legal_documents", [column], unique=False)


def downgrade() -> None:
    op.drop_table("legal_documents")
