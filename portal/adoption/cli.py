"""`portal figures`: importing figures from a terminal, targets, published figures, and the portal's own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal.adoption import service, targets
from portal.adoption.exchange import FigureImport
from portal.adoption.jobs import gather_now
from portal.adoption.key_cli import key_cli
from portal.adoption.periods import Period
from portal.adoption.registry import INDICATORS
from portal.adoption.service import FigureError, TargetValues
from portal.adoption.starter import parse_figures
from portal.adoption.templates import groups_to_fill, table_to_fill
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import Actor
from portal.exchange.cli import import_file
from portal.exchange.labels import template_headers
from portal.exchange.tables import write_csv, write_sheet
from portal.places.queries import atlas

figures_cli = AppGroup("figures", help="Adoption statistics.")
figures_cli.add_command(key_cli)
_DAY = click.DateTime(["%Y-%m-%d"])
_OPERATOR = Actor("command", "", "")


@figures_cli.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--period", default="", help="Of rows that name none: 2026-10, 2026-q4, 2026 or 2026-10-05.")
@click.option("--document", default="", help="The document that the figures come from; else the file's name.")
@click.option("--url", default="", help="Its https address.")
@click.option("--as-of", type=_DAY, help="The day that the figures are of.")
@click.option("--skip-bad", is_flag=True, help="Import the good rows where others are bad.")
def import_command(
    *, path: Path, period: str, document: str, url: str, as_of: datetime | None, skip_bad: bool
) -> None:  # fmt: skip
    """Import a one-stop system's export: CSV, XLSX or JSON Lines."""
    if period and Period.parse(period) is None:
        raise click.BadParameter(f"{period} is no period such as 2026-10", param_hint="--period")
    if url and not url.startswith("https://"):
        raise click.BadParameter("only https addresses", param_hint="--url")
    options: dict[str, Any] = {"period": period, "document": document, "url": url, "skip_bad": skip_bad}
    options["as_of"] = as_of.date().isoformat() if as_of else ""
    given = {name: value for name, value in options.items() if value}
    done = import_file(FigureImport.key, path, given_format=None, options=given, guesses_columns=True)
    counts = done.report.counts()
    click.echo(
        f"figures: {counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged, "
        f"{counts['older']} older than what is here" + (f"; import {done.code}" if done.code else "")
    )


@figures_cli.command("template")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--group", type=click.Choice([group.value for group, _ in groups_to_fill()]), help="Its columns alone.")
def template(path: Path, group: str | None) -> None:
    """Write a table to be filled in to PATH, .csv or .xlsx: a group's with the communes, or an empty one."""
    headers, rows = (table_to_fill(group, clock.today()) if group else None) or (template_headers(FigureImport()), [])
    write = write_sheet if path.suffix == ".xlsx" else write_csv
    with path.open("wb") as file:
        write(file, headers, rows)


@figures_cli.command("load")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(source: Path) -> None:
    """Load the published figures in SOURCE; those that the province has written itself stay as they are."""
    figures, problems = parse_figures(source.read_text(encoding="utf-8"), atlas())
    for problem in problems:
        click.echo(f"{source}: {problem}", err=True)
    if problems:
        raise click.exceptions.Exit(1)
    with unit_of_work():
        changes = service.load_published(figures)
    click.echo(f"published figures: {changes} changed")


@figures_cli.command("target")
@click.argument("indicator", type=click.Choice([one.key for one in INDICATORS if one.denominator]))
@click.argument("percent")
@click.option("--from", "starts_on", type=_DAY, required=True, help="The first day on which it holds.")
@click.option("--to", "ends_on", type=_DAY, help="The last day, included.")
@click.option("--document", required=True, help="The document that sets it.")
@click.option("--url", default="", help="Its https address.")
@click.option("--for", "applies_to", default="", help="xa, phuong, dac-khu, or place:SLUG or agency:SLUG; else all.")
def target(
    *, indicator: str, percent: str, starts_on: datetime, ends_on: datetime | None, document: str, url: str,
    applies_to: str,
) -> None:  # fmt: skip
    """Set what INDICATOR has to reach, in PERCENT such as 80 or 77.5; the same from the same day is replaced."""
    try:
        values = TargetValues(
            indicator=indicator, percent=Decimal(percent), starts_on=_day(starts_on),
            ends_on=_day(ends_on) if ends_on else None, document=document, url=url, applies_to=applies_to,
        )  # fmt: skip
        with unit_of_work():
            targets.set_target(values, actor=_OPERATOR, now=clock.now())
    except (FigureError, InvalidOperation) as error:
        raise click.ClickException(f"{error} Nothing was changed.") from None
    click.echo(f"{indicator}: {percent}% from {starts_on:%Y-%m-%d}")


@figures_cli.command("gather")
@click.option("--all", "all_of_it", is_flag=True, help="From the first day on, and not only the last months.")
def gather_command(*, all_of_it: bool) -> None:
    """Gather what the portal itself has counted until yesterday, without waiting for the worker."""
    click.echo(f"figures of this portal: {gather_now(clock.now(), all_of_it=all_of_it)} changed")


def _day(moment: datetime) -> date:
    return moment.replace(tzinfo=UTC).date()
