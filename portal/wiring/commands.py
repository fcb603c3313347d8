"""What a worker and the command line need of every domain: commands, handlers of messages, illustrative data."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask

from portal.accounts import queries as account_queries
from portal.core import clock, links
from portal.core.pages import renderer
from portal.exchange.staff import LEASE
from portal.outbox.registry import Sweep


def register_commands(app: Flask) -> None:
    """Give the application every domain's commands, the migrations, and what delivers the outbox's messages.

    Imported here: in a worker that serves pages, Alembic, YAML and spreadsheets would take 15 MB for nothing.
    """
    from portal.accounts import attempts, sessions
    from portal.accounts.cli import user_cli
    from portal.adoption.cli import figures_cli
    from portal.adoption.keys import forget_receipts
    from portal.agencies.cli import agencies_cli
    from portal.content.cli import content_cli
    from portal.core.migrations import init_migrations
    from portal.directives.cli import directives_cli
    from portal.exchange import jobs
    from portal.exchange.cli import folder, imports_cli, sweep
    from portal.feedback.models import declare_partial_indexes
    from portal.fees.cli import reductions_cli
    from portal.guides.cli import guides_cli
    from portal.legal.cli import legal_cli
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

    init_migrations(app)
    declare_partial_indexes()
    for commands in (
        procedures_cli, guides_cli, legal_cli, reductions_cli, search_cli, imports_cli, starter_cli, places_cli,
        agencies_cli, worker_command, webhooks_cli, user_cli, calendar_cli, figures_cli, demo_command,
        directives_cli, content_cli,
    ):  # fmt: skip
        app.cli.add_command(commands)
    register_handlers()
    register = partial(registry.register, lease=LEASE)
    jobs.bind(register, folder=folder, clock=clock.now, attempts=TWO_DAYS, may=account_queries.may)
    feedback = _register_feedback(app)
    registry.register_sweeps(
        attempts.forget_old, sessions.forget_old, links.forget_old, forget_receipts, sweep, *feedback, _register_bulk(),
        _register_gathering(), _register_links(), *_register_editing(), _media_sweep(app),
    )  # fmt: skip
    _register_account_jobs()
    _register_demo(renderer(app).config.data_dir)


def _register_bulk() -> Sweep:
    """The files of many teams; returns what the worker does for them by the hour."""
    from portal.outbox import registry
    from portal.teams import bulk_service, bulk_work

    registry.register(bulk_service.BUILD, bulk_work.build, lease=bulk_work.LEASE, attempts=bulk_work.ATTEMPTS)
    registry.register(bulk_service.CLEAN, bulk_work.clean, lease=bulk_work.LEASE)
    return bulk_service.ask_to_clean


def _media_sweep(app: Flask) -> Sweep:
    from portal.media.shelf import forget_media_files, media_store

    return partial(forget_media_files, store=media_store(renderer(app).config))


def _register_editing() -> tuple[Sweep, ...]:
    """Publishing at a chosen time and the mails to editors; returns what the worker does for them by the hour."""
    from portal.editing import jobs as editing_jobs
    from portal.editing import telling, weekly
    from portal.editing.check_mails import tell_of_expired
    from portal.editing.service import PUBLISH_JOB, TELL_JOB
    from portal.outbox import registry

    registry.register(PUBLISH_JOB, editing_jobs.publish)
    registry.register(TELL_JOB, telling.tell)
    registry.register(weekly.WEEKLY, weekly.send_weekly)
    return weekly.ask_for_weekly, tell_of_expired


def _register_gathering() -> Sweep:
    """The portal's own figures; returns what the worker does for them by the hour."""
    from portal.adoption import jobs
    from portal.outbox import registry

    registry.register(jobs.GATHER, jobs.gather_figures)
    return jobs.ask_to_gather


def _register_links() -> Sweep:
    """The check of links that lead out; returns what the worker does for it by the hour."""
    from portal.linkcheck import jobs
    from portal.linkcheck.queries import register_texts
    from portal.outbox import registry
    from portal.pages.texts import link_carriers

    register_texts(link_carriers)
    registry.register(jobs.CHECK, jobs.check_links, lease=jobs.LEASE)
    return jobs.ask_to_check


def _register_account_jobs() -> None:
    from portal.accounts import forgotten, guesses
    from portal.accounts.jobs import send_guesses_warning, send_password_reset
    from portal.outbox import registry

    registry.register(forgotten.JOB, send_password_reset)
    registry.register(guesses.JOB, send_guesses_warning)


def _register_feedback(app: Flask) -> tuple[Sweep, ...]:
    """The commands and the jobs of the feedback; returns what the worker does for it by the hour."""
    from portal.feedback import citizen, figures, history
    from portal.feedback.cli import feedback_cli
    from portal.feedback.jobs import send_codes, send_notice
    from portal.feedback.retention import forget_files, forget_old
    from portal.feedback.scheduler import watch_deadlines
    from portal.feedback.uploading import upload_store
    from portal.outbox import registry

    app.cli.add_command(feedback_cli)
    registry.register(history.NOTICE, send_notice)
    registry.register(citizen.SEND_CODE, send_codes)
    registry.register(figures.COUNT, figures.count_figures)
    forget_cases = partial(forget_old, keep=timedelta(days=renderer(app).config.feedback_keep_days))
    forget_uploads = partial(forget_files, files=upload_store(renderer(app).config))
    return watch_deadlines, forget_cases, forget_uploads, figures.ask_for_count


def _register_demo(data_dir: Path) -> None:
    """The illustrative parts, lower domains first."""
    from portal.accounts.demo import demo_people
    from portal.adoption.demo import FIGURES
    from portal.agencies.demo import AGENCIES
    from portal.core.demo import register_demo
    from portal.feedback.demo import FEEDBACK
    from portal.fees.demo import FEES, LEGAL
    from portal.meetings.demo import MEETINGS
    from portal.teams.demo import TEAMS_DEMO
    from portal.teams.demo_shares import SHARES_DEMO

    register_demo(AGENCIES, LEGAL, FEES, TEAMS_DEMO, SHARES_DEMO, demo_people(data_dir), FEEDBACK, FIGURES, MEETINGS)
