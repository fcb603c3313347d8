"""Migrations over the application's own engine, on SQLite and PostgreSQL."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Text

from portal.core.db import UtcDateTime
from portal.search.fulltext import is_fulltext_object

database = current_app.extensions["migrate"].db


def include_name(name, type_, parent_names):
    """Leave the full-text objects, made by hand in their migration, out of the comparison."""
    table = parent_names.get("table_name") if type_ != "table" else name
    return not is_fulltext_object(name or "") and not is_fulltext_object(table or "")


def render_item(type_, item, autogen_context):
    """Write our own column types as what they are in the database, so that migrations import nothing of ours."""
    if type_ == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(context, inspected_column, metadata_column, inspected_type, metadata_type):
    """SQLite keeps no length and no zone; there the names of types are all there is to compare."""
    if context.dialect.name == "sqlite" and isinstance(metadata_type, (UtcDateTime, Text)):
        return False
    return None


def run_migrations() -> None:
    """Run in one transaction; on SQLite with references unchecked while tables are rebuilt."""
    engine = database.engine
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            include_name=include_name,
            render_item=render_item,
            compare_type=compare_type,
            render_as_batch=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    raise RuntimeError("migrations need a database: the two databases differ too much for a script of SQL")
run_migrations()
