"""Contacts of the agencies"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agencies") as batch:
        batch.add_column(sa.Column("kind", sa.String(length=20), nullable=False, server_default="other"))
        batch.add_column(sa.Column("territory_id", sa.Integer(), nullable=True))
        for name in ("address", "hours", "email", "website"):
            batch.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("phones", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("confirmed_on", sa.JSON(), nullable=False, server_default="{}"))
        batch.create_foreign_key(
            op.f("fk_agencies_territory_id_places"), "places", ["territory_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index(op.f("ix_agencies_territory_id"), ["territory_id"], unique=False)
    # Whoever writes says everything.
    with op.batch_alter_table("agencies") as batch:
        for name in ("kind", "address", "hours", "email", "website", "phones", "confirmed_on"):
            batch.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("agencies") as batch:
        batch.drop_index(op.f("ix_agencies_territory_id"))
        batch.drop_constraint(op.f("fk_agencies_territory_id_places"), type_="foreignkey")
        for name in ("kind", "territory_id", "address", "hours", "phones", "email", "website", "confirmed_on"):
            batch.drop_column(name)
