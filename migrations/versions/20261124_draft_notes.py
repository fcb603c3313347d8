"""What a draft changes is said in any language, not in two"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_COLUMNS = {"vi": "change_note", "en": "change_note_en"}


def upgrade() -> None:
    with op.batch_alter_table("guide_drafts") as table:
        table.add_column(sa.Column("notes", sa.JSON(), nullable=False, server_default="{}"))
    drafts = sa.table("guide_drafts", sa.column("id"), *map(sa.column, _COLUMNS.values()), sa.column("notes", sa.JSON()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(drafts)).mappings().all():
        notes = {locale: row[name] for locale, name in _COLUMNS.items() if row[name]}
        connection.execute(drafts.update().where(drafts.c.id == row["id"]).values(notes=notes))
    with op.batch_alter_table("guide_drafts") as table:
        table.alter_column("notes", server_default=None)
        for name in _COLUMNS.values():
            table.drop_column(name)


def downgrade() -> None:
    with op.batch_alter_table("guide_drafts") as table:
        for name in _COLUMNS.values():
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    drafts = sa.table("guide_drafts", sa.column("id"), *map(sa.column, _COLUMNS.values()), sa.column("notes", sa.JSON()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(drafts)).mappings().all():
        former = {name: row["notes"].get(locale, "") for locale, name in _COLUMNS.items()}
        connection.execute(drafts.update().where(drafts.c.id == row["id"]).values(**former))
    with op.batch_alter_table("guide_drafts") as table:
        for name in _COLUMNS.values():
            table.alter_column(name, server_default=None)
        table.drop_column("notes")
