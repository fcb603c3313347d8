"""`portal procedures`: importing official records and the national catalogue, and writing the starter facts.

Exit codes: 0 done; 1 rows were refused, nothing was written; 2 the file is unusable.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import yaml
from flask.cli import AppGroup

from portal.core import clock
from portal.core.db import unit_of_work
from portal.exchange.errors import ExchangeError
from portal.exchange.reader import FORMAT_NAMES
from portal.procedures import exchange, export, queries
from portal.procedures.exchange import CheckedFile, ImportOptions, ReadOptions
from portal.procedures.service import ImportReport

procedures_cli = AppGroup("procedures", help="Official records and the national catalogue.")
_SHOWN_ERRORS = 100


class _UnusableFileError(click.ClickException):
    exit_code = 2


class _RefusedError(click.ClickException):
    exit_code = 1


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except ExchangeError as error:
        raise _UnusableFileError(f"{error}\nNothing was imported.") from None


@contextmanager
def _bar(label: str, length: int, *, absolute: bool = False) -> Iterator[Callable[[int], None]]:
    """A progress bar on the terminal; it is given steps, or with `absolute` positions."""
    with click.progressbar(length=max(length, 1), label=label) as bar:

        def move(value: int) -> None:
            bar.update(value - bar.pos if absolute else value)

        yield move


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 1


def _stop_at_bad_rows(checked: CheckedFile[Any], *, skip_bad: bool) -> None:
    """Name what is wrong with the rows, and end here unless they are to be skipped."""
    if not checked.bad:
        return
    for error in checked.errors[:_SHOWN_ERRORS]:
        click.echo(error.message(), err=True)
    more = len(checked.errors) - _SHOWN_ERRORS
    if more > 0:
        click.echo(f"… and {more}{'+' if len(checked.errors) == 1000 else ''} more problems", err=True)
    if not skip_bad:
        raise _RefusedError(
            f"{checked.bad} of {checked.bad + checked.good} rows are refused. Nothing was imported. "
            "Correct them, or import the others with --skip-bad."
        )
    click.echo(f"{checked.bad} rows skipped.", err=True)


_file = click.argument("file", type=click.Path(path_type=Path))
_format = click.option("--format", "given_format", type=click.Choice(FORMAT_NAMES), help="If the name doesn't tell.")
_skip_bad = click.option("--skip-bad", is_flag=True, help="Leave refused rows out instead of stopping.")
_retire_gone = click.option("--retire-gone", is_flag=True, help="Mark what the file no longer has as no longer listed.")


@procedures_cli.command("import")
@_file
@_format
@_skip_bad
@_retire_gone
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
def import_command(file: Path, given_format: str | None, skip_bad: bool, retire_gone: bool, dry_run: bool) -> None:
    """Import official records from FILE (JSONL, also gzip; CSV; XLSX): all rows, or none if one is refused.

    docs/howto/import-records.md lists the columns and explains the report.
    """
    options = ImportOptions(skip_bad=skip_bad, retire_gone=retire_gone, dry_run=dry_run)
    with _readable():
        with _bar("Checking", _size(file), absolute=True) as move:
            checked = exchange.check_records(file, ReadOptions(given_format=given_format), move)
        _stop_at_bad_rows(checked, skip_bad=skip_bad)
        with _bar("Comparing" if dry_run else "Importing", checked.good) as move:
            if dry_run:
                report = exchange.import_records(checked, options, clock=clock.now, progress=move)
            else:
                with unit_of_work():
                    report = exchange.import_records(checked, options, clock=clock.now, progress=move)
    if retire_gone and checked.has_nameless_rows:
        click.echo("Nothing was retired: some refused rows don't show their code.", err=True)
    _print_report(report, dry_run=dry_run)


def _print_report(report: ImportReport, *, dry_run: bool) -> None:
    for code, changes in report.changed.items():
        click.echo(f"{code} changed{' back to an older as-of date' if code in report.older else ''}")
        for change in changes:
            click.echo(f"  {change}")
    _print_codes(
        "Gone from the file, still shown" if not report.retired else "Gone from the file, retired", report.gone
    )
    _print_codes("In the file again, no longer retired", report.returned)
    _print_codes("Full records kept; the file has only their facts", report.kept)
    click.echo(
        f"records: {len(report.new)} new, {len(report.changed)} changed, {report.unchanged} unchanged"
        f" ({report.confirmed} of them confirmed at a later date), {len(report.kept)} kept, {len(report.gone)} gone"
    )
    if dry_run:
        click.echo("Dry run: nothing was written.")


def _print_codes(label: str, codes: Sequence[str]) -> None:
    if codes:
        click.echo(f"{label}: {', '.join(codes)}")


@procedures_cli.command("import-catalogue")
@_file
@_format
@_skip_bad
@_retire_gone
def import_catalogue_command(file: Path, given_format: str | None, skip_bad: bool, retire_gone: bool) -> None:
    """Import the national catalogue of names from FILE: names without a record lead to the national portal."""
    options = ImportOptions(skip_bad=skip_bad, retire_gone=retire_gone)
    with _readable():
        with _bar("Checking", _size(file), absolute=True) as move:
            checked = exchange.check_catalogue(file, ReadOptions(given_format=given_format), move)
        _stop_at_bad_rows(checked, skip_bad=skip_bad)
        with _bar("Importing", checked.good) as move, unit_of_work():
            report = exchange.import_catalogue(checked, options, clock=clock.now, progress=move)
    click.echo(
        f"catalogue: {report.new} new, {report.changed} changed, {report.unchanged} unchanged, {report.gone} gone, "
        f"{report.retired} retired"
    )


@procedures_cli.command("export-facts")
@click.argument("codes", nargs=-1, required=True)
@click.option("--conditions", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export_facts_command(codes: tuple[str, ...], conditions: tuple[Path, ...], output: Path) -> None:
    """Write the facts of records, without the official sentences, to OUTPUT as the starter file has them."""
    written: list[export.WrittenCondition] = []
    problems: list[str] = []
    for path in conditions:
        found, wrong = export.read_conditions(yaml.safe_load(path.read_text(encoding="utf-8")), path.name)
        written += found
        problems += wrong
    records = queries.record_facts(codes)
    problems += [f"no record {code}" for code in codes if code not in records]
    rows, used = [], set()
    for code in sorted(set(codes) & set(records)):
        row, positions = export.facts_row(records[code], written)
        rows.append(row)
        used |= positions
    problems += [
        f"{condition.code}: no fee of {condition.amount} by {condition.channel}"
        for position, condition in enumerate(written)
        if condition.code in records and position not in used
    ]
    if problems:
        raise _RefusedError("\n".join(problems) + "\nNothing was written.")
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    output.write_text("".join(lines), encoding="utf-8")
    click.echo(f"{len(rows)} records written to {output}")
