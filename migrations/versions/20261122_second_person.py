"""English titles of legal documents, and who wrote what waits for a second person"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Each table with what the audit log calls its rows, and by which key it names them.
_TABLES = (
    ("legal_documents", "legal_document", "slug"),
    ("local_fees", "local_fee", "code"),
    ("fee_reductions", "fee_reduction", "slug"),
)


def upgrade() -> None:
    with op.batch_alter_table("legal_documents") as batch:
        batch.add_column(sa.Column("title_en", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("legal_documents") as batch:
        batch.alter_column("title_en", server_default=None)
    for table, kind, key in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("written_by", sa.JSON(), nullable=False, server_default="[]"))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("written_by", server_default=None)
        _fill(table, kind, key)


def _fill(table: str, kind: str, key: str) -> None:
    """Who has written what waits for a check stands in the audit log."""
    rows = sa.table(table, sa.column(key), sa.column("verified_at"), sa.column("written_by", sa.JSON()))
    names = ("actor_kind", "actor_key", "action", "subject_kind", "subject_key")
    log = sa.table("audit_entries", *map(sa.column, names)).c
    found = (
        sa.select(log.subject_key, log.actor_key)
        .distinct()
        .where(log.subject_kind == kind, log.actor_kind == "user", log.action.not_like("%verified"))
        .order_by(log.subject_key, log.actor_key)
    )
    writers: dict[str, list[str]] = {}
    for subject, actor in op.get_bind().execute(found):
        writers.setdefault(subject, []).append(actor)
    for subject, actors in writers.items():
        is_waiting = (rows.c[key] == subject) & rows.c.verified_at.is_(None)
        op.execute(sa.update(rows).where(is_waiting).values(written_by=actors))


def downgrade() -> None:
    for table, _kind, _key in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("written_by")
    with op.batch_alter_table("legal_documents") as batch:
        batch.drop_column("title_en")
