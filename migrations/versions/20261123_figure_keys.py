"""Keys of systems that push figures, and published figures that were taken back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("indicators", sa.JSON(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_keys")),
        sa.UniqueConstraint("code", name=op.f("uq_figure_keys_code")),
    )
    op.create_table(
        "figure_push_receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(length=210), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["figure_keys.id"], name=op.f("fk_figure_push_receipts_key_id_figure_keys"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_push_receipts")),
        sa.UniqueConstraint("key_id", "request", name=op.f("uq_figure_push_receipts_key_id_request")),
    )
    op.create_index(op.f("ix_figure_push_receipts_at"), "figure_push_receipts", ["at"])
    # A published figure that staff took back stays as a row, so that what ships doesn't bring it again.
    with op.batch_alter_table("published_figures") as table:
        table.add_column(sa.Column("is_withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("published_figures") as table:
        table.alter_column("is_withdrawn", server_default=None)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM published_figures WHERE is_withdrawn"))
    with op.batch_alter_table("published_figures") as table:
        table.drop_column("is_withdrawn")
    op.drop_table("figure_push_receipts")
    op.drop_table("figure_keys")
