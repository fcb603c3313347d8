"""`portal agencies`: those that follow from the units of the province."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.agencies import service
from portal.agencies.standing import standing_agencies
from portal.core.db import unit_of_work
from portal.places.queries import atlas

agencies_cli = AppGroup("agencies", help="Committees, service centres and the other offices.")


@agencies_cli.command("standing")
def standing() -> None:
    """Add the committee and the service centre of today's province and communes, where they are missing.

    Nothing that staff have entered is touched.
    """
    with unit_of_work():
        added = service.add_missing(standing_agencies(atlas()))
    click.echo(f"{added} agencies were added.")
