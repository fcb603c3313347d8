"""Drafts of guides, and what each version of a guide was made of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_STATES = "'draft', 'in_review', 'approved', 'scheduled', 'published', 'dropped'"


def upgrade() -> None:
    op.create_table(
        "guide_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("open_slug", sa.String(length=100), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("base_digest", sa.String(length=64), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("writers", sa.JSON(), nullable=False),
        sa.Column("change_note", sa.Text(), nullable=False),
        sa.Column("change_note_en", sa.Text(), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_guide_drafts_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_drafts")),
        sa.UniqueConstraint("code", name=op.f("uq_guide_drafts_code")),
        sa.UniqueConstraint("open_slug", name=op.f("uq_guide_drafts_open_slug")),
    )
    op.create_index("ix_guide_drafts_slug", "guide_drafts", ["slug"])
    op.create_index("ix_guide_drafts_state", "guide_drafts", ["state"])
    op.create_table(
        "draft_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["guide_drafts.id"], name=op.f("fk_draft_events_draft_id_guide_drafts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_events")),
    )
    op.create_index("ix_draft_events_draft_id", "draft_events", ["draft_id"])
    with op.batch_alter_table("guide_versions") as batch:
        batch.add_column(sa.Column("content", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("note", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("published_by", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("guide_versions") as batch:
        batch.alter_column("note", server_default=None)
        batch.alter_column("published_by", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("guide_versions") as batch:
        batch.drop_column("published_by")
        batch.drop_column("note")
        batch.drop_column("content")
    op.drop_table("draft_events")
    op.drop_table("guide_drafts")
