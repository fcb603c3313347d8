"""Links that lead out, who is in charge of a guide, the weekly mail, and which Vietnamese a translation is of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checked_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("carriers", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_on", sa.Date(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checked_links")),
        sa.UniqueConstraint("url", name=op.f("uq_checked_links_url")),
    )
    op.create_index(op.f("ix_checked_links_outcome"), "checked_links", ["outcome"])
    op.create_index(op.f("ix_checked_links_due_at"), "checked_links", ["due_at"])
    op.create_table(
        "guide_charges",
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("user_code", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_guide_charges")),
    )
    op.create_index(op.f("ix_guide_charges_user_code"), "guide_charges", ["user_code"])
    with op.batch_alter_table("users") as table:
        table.add_column(sa.Column("weekly_mail", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("locale", sa.String(length=10), nullable=False, server_default="vi"))
    with op.batch_alter_table("users") as table:
        table.alter_column("weekly_mail", server_default=None)
        table.alter_column("locale", server_default=None)
    with op.batch_alter_table("guide_drafts") as table:
        table.add_column(sa.Column("translated", sa.JSON(), nullable=True))
    with op.batch_alter_table("guide_texts") as table:
        table.add_column(sa.Column("translated", sa.JSON(), nullable=True))
        table.add_column(sa.Column("stale", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("guide_texts") as table:
        table.alter_column("stale", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("guide_texts") as table:
        table.drop_column("stale")
        table.drop_column("translated")
    with op.batch_alter_table("guide_drafts") as table:
        table.drop_column("translated")
    with op.batch_alter_table("users") as table:
        table.drop_column("locale")
        table.drop_column("weekly_mail")
    op.drop_table("guide_charges")
    op.drop_table("checked_links")
