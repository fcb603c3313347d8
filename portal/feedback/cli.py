"""`portal feedback`: what the worker does by the hour, at once; and what ships."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import AppGroup, with_appcontext

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.pages import renderer
from portal.feedback import figures, queries, retention, starter
from portal.feedback.scheduler import watch_deadlines

feedback_cli = AppGroup("feedback", help="Feedback: rules that ship, deadlines, retention, figures.")


@feedback_cli.command("starter")
@with_appcontext
def load() -> None:
    """Put the rules and prepared answers that ship, where there are no rules."""
    with unit_of_work():
        count = starter.add_missing(clock.now())
    click.echo(f"feedback rules: {count} added" if count else "feedback rules: left as they are")


@feedback_cli.command("sweep")
@with_appcontext
def sweep() -> None:
    """Watch deadlines, forget who wrote long ago, and count the public figures, without waiting for the worker."""
    now = clock.now()
    with unit_of_work():
        watch_deadlines(now)
    with unit_of_work():
        count = retention.forget_old(now, keep=timedelta(days=renderer().config.feedback_keep_days))
    figures.refresh(now)
    click.echo(f"cases anonymised: {count}")


@feedback_cli.command("overdue")
@with_appcontext
def overdue() -> None:
    """List what is overdue, the oldest deadline first: reference, agency, deadline."""
    for case in queries.overdue_cases(clock.today()):
        click.echo(f"{case.reference} {case.agency} {case.due_on}")
