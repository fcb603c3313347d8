"""What the officers' search looks through: the words of each case, folded, without personal data"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.feedback.personal import searchable

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000


def upgrade() -> None:
    with op.batch_alter_table("feedback_cases") as batch:
        batch.add_column(sa.Column("searched", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("feedback_cases") as batch:
        batch.alter_column("searched", server_default=None)
    _fill()


def _fill() -> None:
    """Here, not in SQL: neither database folds Vietnamese letters as we do."""
    cases = sa.table("feedback_cases", *map(sa.column, ("id", "message", "subject_title", "searched")))
    last = 0
    while True:
        found = sa.select(cases.c.id, cases.c.message, cases.c.subject_title).where(cases.c.id > last)
        rows = op.get_bind().execute(found.order_by(cases.c.id).limit(_AT_ONCE)).all()
        for row in rows:
            words = searchable(row.message, row.subject_title)
            op.execute(sa.update(cases).where(cases.c.id == row.id).values(searched=words))
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].id


def downgrade() -> None:
    with op.batch_alter_table("feedback_cases") as batch:
        batch.drop_column("searched")
