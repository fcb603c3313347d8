"""What a team's leader took back of the tally stays, without counting"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("team_tallies") as table:
        table.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # Without the column, what was taken back would count again.
    op.execute(sa.text("DELETE FROM team_tallies WHERE undone_at IS NOT NULL"))
    with op.batch_alter_table("team_tallies") as table:
        table.drop_column("undone_at")
