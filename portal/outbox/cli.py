"""`portal worker` and `portal webhooks`."""

from __future__ import annotations

import logging
import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.pages import renderer
from portal.outbox import mail_folder, queries, registry, webhooks
from portal.outbox.pidfile import AlreadyRunning, only_worker
from portal.outbox.registry import kinds
from portal.outbox.worker import Worker

logger = logging.getLogger(__name__)
webhooks_cli = AppGroup("webhooks", help="Other systems that are told about events.")

# Longer than a mail server or a webhook may take; a service manager should wait a little longer still.
GRACE_SECONDS = 60.0


@contextmanager
def _told_to_end() -> Iterator[Callable[[float], bool]]:
    """Waits for a signal. It arrives through a pipe: a lock that a handler took could be held by what it interrupts."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: os.write(writer, b"."))
    yield lambda seconds: bool(select.select([reader], [], [], seconds)[0])


def _clean(app: Flask, mail: Path, before: datetime) -> None:
    mail_folder.forget(mail, before)
    with app.app_context():
        registry.sweep(clock.now())


@click.command("worker")
@click.option("--once", is_flag=True, help="Deliver what is due now, and end.")
@with_appcontext
def worker_command(once: bool) -> None:
    """Deliver what the outbox holds: mail, webhooks, long work. One for each DATA_DIR."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    config = renderer().config
    try:
        with only_worker(config.data_dir) as name:
            worker = Worker(
                app, name, kinds(), keep=timedelta(days=config.outbox_keep_days),
                clean=partial(_clean, app, config.data_dir / "mail"),
            )  # fmt: skip
            if once:
                try:
                    worker.drain()
                except SQLAlchemyError as error:
                    raise click.ClickException("the database can't be used") from error
                return
            with _told_to_end() as wait:
                if config.smtp_url is None and not config.debug:
                    logger.warning("SMTP_URL is not set: mail is written to files in DATA_DIR/mail and reaches nobody")
                logger.info("worker started", extra={"kinds": [kind.name for kind in kinds()]})
                is_well = worker.run(wait, grace_seconds=GRACE_SECONDS)
                logger.info("worker ended")
    except AlreadyRunning as error:
        raise click.ClickException(str(error)) from error
    if not is_well:
        # Threads that hang would hold up an ordinary exit.
        logging.shutdown()
        os._exit(1)


@webhooks_cli.command("add")
@click.argument("url")
@click.option("--event", "events", multiple=True, required=True, help="Such as case.created; may be repeated.")
def add(url: str, events: tuple[str, ...]) -> None:
    """Tell the system at URL about events, and print its code and, this once, its secret."""
    try:
        with unit_of_work():
            endpoint = webhooks.add_endpoint(url, events, allow_local=renderer().config.debug, now=clock.now())
            code, secret = endpoint.code, endpoint.secret
    except webhooks.InvalidEndpoint as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{code} {secret}")


@webhooks_cli.command("list")
def list_() -> None:
    """List the systems: code, whether active, address, events."""
    for one in queries.endpoints():
        click.echo(f"{one.code} {'active' if one.is_active else 'off   '} {one.url} {' '.join(one.events)}")


@webhooks_cli.command("remove")
@click.argument("code")
def remove(code: str) -> None:
    """Tell the system with CODE nothing more."""
    with unit_of_work():
        if not webhooks.remove_endpoint(code):
            raise click.ClickException(f"there is no endpoint {code}")
    click.echo("removed")
