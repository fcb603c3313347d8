"""The `portal` command."""

from __future__ import annotations

import sys

import click
from flask.cli import FlaskGroup, with_appcontext
from flask_migrate import upgrade

from portal import create_app
from portal.config import ROOT, ConfigurationError
from portal.pages.cli import load as load_starter


def main() -> None:
    """Run a command inside the application; a wrong configuration is one message and exit code 2."""
    try:
        app = create_app()
    except ConfigurationError as error:
        sys.exit(_fail(error))
    app.cli.add_command(prepare)
    FlaskGroup(create_app=lambda: app, add_version_option=False, load_dotenv=False)(prog_name="portal")


def _fail(error: ConfigurationError) -> int:
    print(error, file=sys.stderr)
    return 2


@click.command("prepare")
@click.option("--starter", is_flag=True, help="Also load the content that ships.")
@click.pass_context
@with_appcontext
def prepare(context: click.Context, starter: bool) -> None:
    """Bring the database to this version; safe to run again."""
    upgrade(directory=str(ROOT / "migrations"))
    if starter:
        context.invoke(load_starter)
