"""Notices, the home page, words and texts that staff change in the browser"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("shown_on", sa.String(20), nullable=False),
        sa.Column("paths", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('downtime', 'urgent')", name=op.f("ck_site_notices_kind")),
        sa.CheckConstraint("shown_on IN ('everywhere', 'home', 'pages')", name=op.f("ck_site_notices_shown_on")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_site_notices_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_notices")),
        sa.UniqueConstraint("code", name=op.f("uq_site_notices_code")),
    )
    op.create_index(op.f("ix_site_notices_ends_at"), "site_notices", ["ends_at"])
    # What staff have put in the place of a file that ships: the home page's picks, office words, standing texts.
    op.create_table(
        "site_content",
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_site_content")),
    )


def downgrade() -> None:
    op.drop_table("site_content")
    op.drop_table("site_notices")
