"""Search: bodies in a table of their own, synonyms, empty searches"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_bodies",
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["search_entries.id"],
            name=op.f("fk_search_bodies_entry_id_search_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_search_bodies")),
    )
    op.execute(
        "INSERT INTO search_bodies (entry_id, body, body_folded) SELECT id, body, body_folded FROM search_entries"
    )
    _add_facet_columns()
    _replace_entry_columns()
    op.create_table(
        "search_synonyms",
        sa.Column("phrase", sa.String(length=100), nullable=False),
        sa.Column("meanings", sa.JSON(), nullable=False),
        sa.Column("is_starter", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("phrase", "is_starter", name=op.f("pk_search_synonyms")),
    )
    op.create_table(
        "empty_searches",
        sa.Column("text", sa.String(length=80), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("text", "locale", "day", name=op.f("pk_empty_searches")),
    )

    _mark_remoteness()
    # The forms in which words are stored have changed: `portal prepare` rebuilds an index without its word counts.
    op.execute("DELETE FROM search_words")


def _mark_remoteness() -> None:
    """How far away the office of a record is; see `Entry.remoteness`."""
    connection = op.get_bind()
    procedures = sa.table("procedures", sa.column("code", sa.String), sa.column("levels", sa.JSON))
    entries = sa.table(
        "search_entries", sa.column("kind", sa.String), sa.column("key", sa.String), sa.column("remoteness", sa.Integer)
    )
    connection.execute(sa.update(entries).where(entries.c.kind == "catalogue").values(remoteness=2))
    for code, levels in connection.execute(sa.select(procedures.c.code, procedures.c.levels)).all():
        remoteness = 0 if "xã" in levels else 1 if "tỉnh" in levels else 2
        statement = sa.update(entries).where(entries.c.kind == "record", entries.c.key == code)
        connection.execute(statement.values(remoteness=remoteness))


def _add_facet_columns() -> None:
    with op.batch_alter_table("search_facets", schema=None) as batch_op:
        batch_op.drop_index("ix_search_facets_browse")
        batch_op.add_column(sa.Column("kind", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("locale", sa.String(length=10), nullable=False, server_default=""))
    op.execute(
        "UPDATE search_facets SET kind = (SELECT kind FROM search_entries WHERE id = entry_id), "
        "locale = (SELECT locale FROM search_entries WHERE id = entry_id)"
    )
    with op.batch_alter_table("search_facets", schema=None) as batch_op:
        batch_op.alter_column("kind", server_default=None)
        batch_op.alter_column("locale", server_default=None)
        batch_op.create_index(
            "ix_search_facets_browse", ["facet", "slug", "label", "locale", "kind", "entry_id"], unique=False
        )


def _replace_entry_columns() -> None:
    with op.batch_alter_table("search_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_search_entries_letter")
        batch_op.drop_index("ix_search_entries_listing")
    op.add_column("search_entries", sa.Column("remoteness", sa.SmallInteger(), nullable=False, server_default="0"))
    # Not in a batch: SQLite would copy the table and drop the old one, and what refers to it would go with it.
    op.drop_column("search_entries", "body")
    op.drop_column("search_entries", "body_folded")
    op.create_index("ix_search_entries_listing", "search_entries", ["kind_order", "sort_title", "id", "locale", "kind"])
    op.create_index(
        "ix_search_entries_letter", "search_entries", ["initial", "kind_order", "sort_title", "id", "locale", "kind"]
    )


def downgrade() -> None:
    op.drop_table("empty_searches")
    op.drop_table("search_synonyms")
    for name in ("ix_search_entries_letter", "ix_search_entries_listing"):
        op.drop_index(name, "search_entries")
    op.drop_column("search_entries", "remoteness")
    for column in ("body", "body_folded"):
        op.add_column("search_entries", sa.Column(column, sa.Text(), nullable=False, server_default=""))
        op.execute(
            f"UPDATE search_entries SET {column} = "  # noqa: S608  (two constant names)
            f"(SELECT {column} FROM search_bodies WHERE entry_id = id)"
        )
    op.create_index("ix_search_entries_listing", "search_entries", ["kind_order", "sort_title", "id"])
    op.create_index("ix_search_entries_letter", "search_entries", ["initial", "kind_order", "sort_title", "id"])
    with op.batch_alter_table("search_facets", schema=None) as batch_op:
        batch_op.drop_index("ix_search_facets_browse")
        batch_op.drop_column("locale")
        batch_op.drop_column("kind")
        batch_op.create_index("ix_search_facets_browse", ["facet", "slug", "entry_id"], unique=False)
    op.drop_table("search_bodies")
