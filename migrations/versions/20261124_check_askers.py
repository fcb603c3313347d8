"""Which account asked for a check of a draft"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of what was asked before nobody knows; those are told of their answers on the start page, as until now.
    with op.batch_alter_table("fact_checks") as batch:
        batch.add_column(sa.Column("asked_by_key", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("fact_checks") as batch:
        batch.alter_column("asked_by_key", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("fact_checks") as batch:
        batch.drop_column("asked_by_key")
