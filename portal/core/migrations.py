"""Alembic over the application's own engine; for the command line and the tests, not for serving pages."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate

from portal.config import ROOT
from portal.core.db import db

FOLDER = str(ROOT / "migrations")


def init_migrations(app: Flask) -> None:
    """Give the application what `flask_migrate`'s commands ask for."""
    Migrate(directory=FOLDER).init_app(app, db)
