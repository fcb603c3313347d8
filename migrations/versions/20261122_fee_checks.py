"""Who vouched for fees and reductions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = ("local_fees", "fee_reductions")


def upgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
            batch.add_column(sa.Column("verified_by", sa.Text(), nullable=True))
    # What is real waits for a reviewer; what is illustrative was never checked by anybody and says so itself.
    op.execute("UPDATE local_fees SET verified_at = updated_at, verified_by = 'minh họa' WHERE is_demo")
    op.execute("UPDATE fee_reductions SET verified_at = updated_at, verified_by = 'minh họa' WHERE is_demo")


def downgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("verified_by")
            batch.drop_column("verified_at")
