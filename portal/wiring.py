"""The only file that names every domain."""

from __future__ import annotations

from flask import Flask

from portal.core.registry import register_guide_finder
from portal.exchange import registry as import_kinds
from portal.guides import queries as guide_queries
from portal.guides.views import guides_views
from portal.pages.api import api_views
from portal.pages.browse import browse_views
from portal.pages.machine import machine_views
from portal.pages.search import search_views
from portal.pages.views import pages_views
from portal.procedures.exchange import CatalogueKind, RecordKind
from portal.procedures.views import procedures_views


def register(app: Flask) -> None:
    """Give the application every domain's pages."""
    for blueprint in (
        pages_views,
        search_views,
        browse_views,
        machine_views,
        api_views,
        guides_views,
        procedures_views,
    ):
        app.register_blueprint(blueprint)
    register_guide_finder(guide_queries.guides_of_procedure)
    for kind in (RecordKind(), CatalogueKind()):
        import_kinds.register(kind)


def register_commands(app: Flask) -> None:
    """Give the application every domain's commands, and the migrations.

    Imported here: in a worker that serves pages, Alembic, YAML and spreadsheets would take 15 MB for nothing.
    """
    from portal.core.migrations import init_migrations
    from portal.exchange.cli import imports_cli
    from portal.guides.cli import guides_cli
    from portal.pages.cli import starter_cli
    from portal.procedures.cli import procedures_cli
    from portal.search.cli import search_cli

    init_migrations(app)
    for commands in (procedures_cli, guides_cli, search_cli, imports_cli, starter_cli):
        app.cli.add_command(commands)
