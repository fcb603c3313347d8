"""Places"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("superior_id", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("former_names", sa.JSON(), nullable=False),
        sa.Column("is_starter", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from",
            name=op.f("ck_places_ends_after_beginning"),
        ),
        sa.ForeignKeyConstraint(
            ["superior_id"], ["places.id"], name=op.f("fk_places_superior_id_places"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("level", "code", "valid_from", name=op.f("uq_places_level_code_valid_from")),
        sa.UniqueConstraint("slug", name=op.f("uq_places_slug")),
    )
    for column in ("code", "level", "superior_id"):
        op.create_index(op.f(f"ix_places_{column}"), "places", [column], unique=False)
    op.create_table(
        "place_successions",
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["predecessor_id"],
            ["places.id"],
            name=op.f("fk_place_successions_predecessor_id_places"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"],
            ["places.id"],
            name=op.f("fk_place_successions_successor_id_places"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name=op.f("pk_place_successions")),
    )
    op.create_index(op.f("ix_place_successions_successor_id"), "place_successions", ["successor_id"], unique=False)


def downgrade() -> None:
    op.drop_table("place_successions")
    op.drop_table("places")
