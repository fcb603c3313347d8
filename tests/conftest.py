"""Fixtures for every test: an application over a fresh database, on SQLite or on a real PostgreSQL.

`pytest --database=postgresql` runs the same tests there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from portal import create_app, wiring
from portal.config import Config
from portal.core import content
from portal.core.db import db
from portal.search.empty_searches import settle_empty_searches
from portal.sharing.counting import settle_share_counts
from tests import databases

# How long something takes depends on what else the machine does: the bench measures that.
settings.register_profile("portal", deadline=None)
settings.load_profile("portal")
SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.fixture(scope="session")
def database_name(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def database(database_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Database]:
    """A migrated, empty database that each test gets fresh."""
    with databases.open_database(database_name, tmp_path_factory.mktemp("database")) as opened:
        yield opened


def make_config(data_dir: Path, database_url: str, **environ: str) -> Config:
    """A configuration for tests; `environ` overrides settings by their environment names."""
    return Config.from_env(
        {
            "DATA_DIR": str(data_dir),
            "DATABASE_URL": database_url,
            "SITE_URL": "http://localhost",
            "SEARCHES_PER_MINUTE": "0",
            "PUSHES_PER_MINUTE": "0",
            "FEEDBACK_PER_HOUR": "0",
            "CODES_PER_HOUR": "0",
            **environ,
        }
    )


@pytest.fixture(scope="session")
def shared_app(database: databases.Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for the whole run: compiling every template anew for each test would take the time."""
    app = create_app(make_config(tmp_path_factory.mktemp("data"), database.url))
    wiring.register_commands(app)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask, database: databases.Database) -> Iterator[Flask]:
    """The application over an empty database, its context pushed."""
    with shared_app.app_context():
        database.empty(db.engine)
        content.announce()
        yield shared_app
        db.session.remove()
        # What a test counts must not be written while the next one empties the tables.
        settle_empty_searches()
        settle_share_counts()


@pytest.fixture
def another_app(app: Flask, database: databases.Database, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes applications with settings of their own over the same database, as other processes are."""
    made: list[Flask] = []

    def make(**environ: str) -> Flask:
        another = create_app(make_config(tmp_path, database.url, **environ))
        wiring.register_commands(another)
        another.testing = True
        made.append(another)
        return another

    yield make
    settle_empty_searches()
    settle_share_counts()
    for one in made:
        with one.app_context():
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without cookies."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def shared_data() -> Path:
    """The folder of real records; skips where it is not beside the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real records (../shared/data) are not beside this checkout")
    return SHARED_DATA
