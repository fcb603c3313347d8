"""`portal calendar`: the list of days off that ships."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from io import StringIO
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core import workdays
from portal.core.db import unit_of_work
from portal.core.text import nfc
from portal.core.workdays import OFF, WORK, CalendarDay, CalendarError, DayValues

calendar_cli = AppGroup("calendar", help="Days off, and Saturdays that are worked instead.")
COLUMNS = ["day", "kind", "name", "source", "confirmed"]


def parse_days(lines: Iterable[str]) -> tuple[dict[date, DayValues], list[tuple[int, str]]]:
    """The days of a list with the columns day;kind;name;source;confirmed, and its faults: line and message."""
    days: dict[date, DayValues] = {}
    problems: list[tuple[int, str]] = []
    reader = csv.reader(lines, delimiter=";")
    if next(reader, []) != COLUMNS:
        return {}, [(1, f"the first line must be {';'.join(COLUMNS)}")]
    for cells in reader:
        try:
            day, values = _parse_day(cells)
            if day in days:
                raise ValueError(f"{day} stands there twice")  # noqa: TRY301 one handler names the line
        except (ValueError, CalendarError) as error:
            problems.append((reader.line_num, str(error)))
        else:
            days[day] = values
    return days, problems


def list_of_days(rows: Iterable[CalendarDay]) -> str:
    """The days as the list that `parse_days` reads."""
    file = StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([row.day, row.kind, row.name, row.source, "yes" if row.is_confirmed else "no"])
    return file.getvalue()


def _parse_day(cells: list[str]) -> tuple[date, DayValues]:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} cells instead of {len(COLUMNS)}")
    day, kind, name, source, confirmed = (nfc(cell).strip() for cell in cells)
    if kind not in {OFF, WORK} or confirmed not in {"yes", "no"} or not name or not source:
        raise ValueError("kind is off or work, confirmed is yes or no, and name and source are needed")
    found = date.fromisoformat(day)
    workdays.check_day(found, kind)
    return found, DayValues(kind=kind, name=name, source=source, is_confirmed=confirmed == "yes")


@calendar_cli.command("load")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(source: Path) -> None:
    """Load the list in SOURCE for the years in which staff have changed nothing."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        days, problems = parse_days(file)
    for line, message in problems:
        click.echo(f"{source}:{line}: {message}", err=True)
    if problems:
        raise click.exceptions.Exit(1)
    with unit_of_work():
        changes = workdays.load_starter(days)
    click.echo(f"calendar: {changes} days changed")
