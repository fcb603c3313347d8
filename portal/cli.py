"""The `portal` command."""

from __future__ import annotations

import os
import sys

import click
from flask.cli import FlaskGroup, with_appcontext
from flask_migrate import upgrade

from portal import create_app, processes, wiring
from portal.config import ConfigurationError
from portal.core.db import unit_of_work
from portal.core.migrations import FOLDER
from portal.guides.service import index_every_language
from portal.pages.cli import load as load_starter
from portal.pages.demo_cli import demo_command
from portal.pages.site_pages import index_site_pages
from portal.search.service import rebuild_if_stale


def main() -> None:
    """Run a command inside the application; a wrong configuration is one message and exit code 2."""
    # What is kept, such as the embedded database, is nobody else's business on this machine.
    os.umask(0o077)
    try:
        app = create_app()
    except ConfigurationError as error:
        sys.exit(_fail(error))
    wiring.register_commands(app)
    app.cli.add_command(prepare)
    app.cli.add_command(serve)
    FlaskGroup(create_app=lambda: app, add_version_option=False, load_dotenv=False)(prog_name="portal")


def _fail(error: ConfigurationError) -> int:
    print(error, file=sys.stderr)
    return 2


@click.command("prepare")
@click.option("--starter", is_flag=True, help="Also load the content that ships.")
@click.option("--demo", is_flag=True, help="Also load illustrative people and data; needs DEMO=1.")
@click.pass_context
@with_appcontext
def prepare(context: click.Context, starter: bool, demo: bool) -> None:
    """Bring the database to this version; safe to run again."""
    upgrade(directory=FOLDER)
    with unit_of_work():
        rebuild_if_stale()
        index_every_language()
        index_site_pages()
    if starter:
        context.invoke(load_starter)
    if demo:
        context.invoke(demo_command)


@click.command("serve")
def serve() -> None:
    """Run the web server and the worker together, until Ctrl-C or SIGTERM ends both."""
    # -P: the folder of that file is a package's, not a place to import from.
    os.execv(sys.executable, [sys.executable, "-P", processes.__file__])  # noqa: S606


if __name__ == "__main__":
    main()
