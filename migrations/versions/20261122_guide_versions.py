"""Guides as they once stood"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    versions = op.create_table(
        "guide_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_versions")),
        sa.UniqueConstraint("slug", "digest", name=op.f("uq_guide_versions_slug_digest")),
    )
    # The guides that are there already, as they stand.
    guides = sa.table("guides", *map(sa.column, ("id", "slug", "digest")), sa.column("updated_at", sa.DateTime(True)))
    texts = sa.table(
        "guide_texts", *map(sa.column, ("guide_id", "locale", "title", "summary")), sa.column("rendered", sa.JSON())
    )
    found: dict[str, dict] = {}
    rows = op.get_bind().execute(
        sa.select(guides.c.slug, guides.c.digest, guides.c.updated_at, texts.c.locale, texts.c.title, texts.c.summary,
                  texts.c.rendered).join_from(guides, texts, guides.c.id == texts.c.guide_id)
    )  # fmt: skip
    for row in rows:
        version = found.setdefault(
            row.slug, {"slug": row.slug, "digest": row.digest, "recorded_at": row.updated_at, "texts": {}}
        )
        version["texts"][row.locale] = {"title": row.title, "summary": row.summary, "rendered": row.rendered}
    if found:
        op.bulk_insert(versions, list(found.values()))


def downgrade() -> None:
    op.drop_table("guide_versions")
