"""The only file that names every domain."""

from __future__ import annotations

from functools import partial

from flask import Flask

from portal.accounts import labels as account_labels
from portal.accounts import queries as account_queries
from portal.accounts.admin import admin_views
from portal.accounts.arrivals import arrivals_views, invitation_door, reset_door
from portal.accounts.audit_views import audit_views
from portal.accounts.doors import doors_views
from portal.accounts.own import own_views
from portal.accounts.sessions import SessionIdentity
from portal.agencies.exchange import AgencyImport
from portal.agencies.present import section_of_place
from portal.agencies.queries import SCOPE_KIND, scope_choices, subordinates
from portal.agencies.staff import agencies_staff
from portal.core import clock, links
from portal.core.gate import register_identity
from portal.core.links import Purpose, register_door
from portal.core.pages import renderer
from portal.core.permissions import ScopeKind, register_scope_kind, register_scope_uses
from portal.core.registry import register_guide_finder, register_place_sections
from portal.core.staff import register_menu, register_waiting
from portal.core.tables import register_writer
from portal.exchange import labels as import_labels
from portal.exchange import registry as import_kinds
from portal.exchange.staff import LEASE, imports_staff, waiting_imports
from portal.exchange.tables import XLSX, write_csv, write_sheet
from portal.guides import queries as guide_queries
from portal.guides.views import guides_views
from portal.outbox.staff import dead_letters, outbox_staff, register_kind_labels
from portal.outbox.views import outbox_views
from portal.pages.api import api_views
from portal.pages.browse import browse_views
from portal.pages.machine import machine_views
from portal.pages.menu import staff_menu
from portal.pages.office import office_views
from portal.pages.search import search_views
from portal.pages.views import pages_views
from portal.places.api import places_api
from portal.places.exchange import VillageKind
from portal.places.staff import places_staff
from portal.places.views import places_views
from portal.procedures.exchange import CatalogueKind, RecordKind
from portal.procedures.views import procedures_views
from portal.settings.calendar import calendar_views
from portal.settings.province import province_views


def register(app: Flask) -> None:
    """Give the application every domain's pages."""
    for blueprint in (
        pages_views,
        search_views,
        browse_views,
        machine_views,
        api_views,
        places_views,
        places_api,
        guides_views,
        procedures_views,
        office_views,
        doors_views,
        arrivals_views,
        own_views,
        admin_views,
        audit_views,
        calendar_views,
        province_views,
        outbox_views,
        outbox_staff,
        agencies_staff,
        places_staff,
        imports_staff,
    ):
        app.register_blueprint(blueprint)
    register_place_sections(section_of_place)
    register_guide_finder(guide_queries.guides_of_procedure)
    register_identity(SessionIdentity())
    register_door(Purpose.INVITATION, invitation_door)
    register_door(Purpose.PASSWORD_RESET, reset_door)
    register_menu(staff_menu())
    register_scope_kind(SCOPE_KIND, ScopeKind(scope_choices, subordinates))
    register_scope_uses(account_queries.count_grants)
    register_kind_labels(account_labels.kind_labels, import_labels.kind_labels)
    register_waiting(dead_letters, waiting_imports)
    register_writer("csv", "text/csv", write_csv)
    register_writer("xlsx", XLSX, write_sheet)
    for kind in (RecordKind(), CatalogueKind(), VillageKind(), AgencyImport()):
        import_kinds.register(kind)


def register_commands(app: Flask) -> None:
    """Give the application every domain's commands, the migrations, and what delivers the outbox's messages.

    Imported here: in a worker that serves pages, Alembic, YAML and spreadsheets would take 15 MB for nothing.
    """
    from portal.accounts import attempts, forgotten, guesses, sessions
    from portal.accounts.cli import user_cli
    from portal.accounts.demo import demo_people
    from portal.accounts.jobs import send_guesses_warning, send_password_reset
    from portal.agencies.cli import agencies_cli
    from portal.agencies.demo import AGENCIES
    from portal.core.demo import register_demo
    from portal.core.migrations import init_migrations
    from portal.exchange import jobs
    from portal.exchange.cli import folder, imports_cli, sweep
    from portal.guides.cli import guides_cli
    from portal.outbox import registry
    from portal.outbox.cli import webhooks_cli, worker_command
    from portal.outbox.handlers import register_handlers
    from portal.outbox.retries import TWO_DAYS
    from portal.pages.cli import starter_cli
    from portal.pages.demo_cli import demo_command
    from portal.places.cli import places_cli
    from portal.procedures.cli import procedures_cli
    from portal.search.cli import search_cli
    from portal.settings.cli import calendar_cli

    data_dir = renderer(app).config.data_dir
    init_migrations(app)
    for commands in (
        procedures_cli,
        guides_cli,
        search_cli,
        imports_cli,
        starter_cli,
        places_cli,
        agencies_cli,
        worker_command,
        webhooks_cli,
        user_cli,
        calendar_cli,
        demo_command,
    ):
        app.cli.add_command(commands)
    register_handlers()
    jobs.bind(partial(registry.register, lease=LEASE), folder=folder, clock=clock.now, attempts=TWO_DAYS)
    registry.register_sweeps(attempts.forget_old, sessions.forget_old, links.forget_old, sweep)
    register_demo(AGENCIES, demo_people(data_dir))
    registry.register(forgotten.JOB, send_password_reset)
    registry.register(guesses.JOB, send_guesses_warning)
