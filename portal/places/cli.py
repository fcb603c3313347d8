"""`portal places`: the units of a province from a file."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.config import ROOT
from portal.core.db import unit_of_work
from portal.core.pages import renderer
from portal.places import queries, service
from portal.places.checks import check_places
from portal.places.rows import Fault, PlaceRow, parse_places

places_cli = AppGroup("places", help="Provinces, districts, communes: what there is, and what became of what was.")
MAXIMUM_BYTES = 20_000_000
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHIPPED = ROOT / "portal" / "starter" / "places.csv"


def starter_file() -> Path:
    """The file that the province's profile names, or the one that ships."""
    return renderer().profile.places or SHIPPED


def _read(source: Path) -> list[PlaceRow]:
    """The rows of a file; ends the command with every fault named where there is one."""
    if source.stat().st_size > MAXIMUM_BYTES:
        raise click.ClickException(f"{source} is larger than {MAXIMUM_BYTES} bytes")
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{source} is not UTF-8 text ({error.reason} at byte {error.start})") from error
    rows, faults = parse_places(text.splitlines())
    _stop_at(source, faults or check_places(rows, queries.atlas().places))
    return rows


def _stop_at(source: Path, faults: list[Fault]) -> None:
    for fault in faults:
        click.echo(f"{source}:{fault.line}: {fault.message}", err=True)
    if faults:
        raise click.exceptions.Exit(1)


@places_cli.command("check")
@click.argument("source", type=_FILE)
def check(source: Path) -> None:
    """Name every fault of the places file SOURCE; write nothing."""
    click.echo(f"{len(_read(source))} places, no fault")


@places_cli.command("import")
@click.argument("source", type=_FILE)
@click.option("--starter", is_flag=True, help="What ships: leaves places alone that the province has written itself.")
def import_(source: Path, starter: bool) -> None:
    """Import the places file SOURCE: all of it, or nothing where a line has a fault."""
    rows = _read(source)
    with unit_of_work():
        report = service.import_places([row.fact for row in rows], is_starter=starter)
    kept = f", {len(report.kept)} of the province's own kept" if report.kept else ""
    click.echo(f"places: {len(report.new)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged{kept}")
