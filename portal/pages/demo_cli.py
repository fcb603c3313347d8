"""`portal demo`: illustrative people and data, on an instance that is one."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from portal.core import clock, demo
from portal.core.db import unit_of_work
from portal.core.pages import renderer


@click.command("demo")
@click.option("--remove", is_flag=True, help="Take all of it away again.")
@with_appcontext
def demo_command(remove: bool) -> None:
    """Load illustrative people and data, and print who can sign in; DEMO=1 has to be set."""
    if remove:
        try:
            with unit_of_work():
                demo.remove()
        except demo.StillUsedError as error:
            raise click.ClickException(f"Nothing was removed: {error}. Change those first, under /can-bo.") from None
        click.echo("The illustrative people and data are gone. What they did stays in the audit log.")
        return
    if not renderer().config.demo:
        raise click.ClickException("This is no demo instance: DEMO=1 is not set. Nothing was loaded.")
    with unit_of_work():
        lines = demo.load(clock.now())
    click.echo("\n  Illustrative accounts for /can-bo:")
    for line in lines:
        click.echo(f"    {line}")
