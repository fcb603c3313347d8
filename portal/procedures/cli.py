"""`portal procedures`: importing official records and the national catalogue, and writing the starter facts.

Exit codes: 0 done; 1 rows were refused, nothing was written; 2 the file is unusable.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import yaml
from flask.cli import AppGroup

from portal.core import clock
from portal.exchange.checking import Reading
from portal.exchange.cli import RefusedError, import_file, progress_bar, readable, size_of, stop_at_bad_rows
from portal.exchange.reader import FORMAT_NAMES
from portal.procedures import exchange, export, queries
from portal.procedures.exchange import ImportOptions, ReadOptions
from portal.procedures.service import ImportReport

procedures_cli = AppGroup("procedures", help="Official records and the national catalogue.")


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
@click.option("--repeated", is_flag=True, help="Don't mention that the same file was imported before.")
def import_command(
    file: Path, given_format: str | None, *, skip_bad: bool, retire_gone: bool, dry_run: bool, repeated: bool
) -> None:
    """Import official records from FILE (JSONL, also gzip; CSV; XLSX): all rows, or none if one is refused.

    docs/howto/import-records.md lists the columns and explains the report.
    """
    if dry_run:
        options = ImportOptions(skip_bad=skip_bad, retire_gone=retire_gone, dry_run=True)
        reading, report = _compare(file, given_format, options)
    else:
        options_given = {"skip_bad": skip_bad, "retire_gone": retire_gone}
        imported = import_file(
            exchange.RECORDS, file, given_format=given_format, options=options_given, is_repeated=repeated
        )
        reading, report = imported.reading, imported.report
    if retire_gone and reading.has_nameless_rows:
        click.echo("Nothing was retired: some refused rows don't show their code.", err=True)
    _print_report(report, dry_run=dry_run)


def _compare(file: Path, given_format: str | None, options: ImportOptions) -> tuple[Reading[Any], ImportReport]:
    """What an import would do; nothing is written, not even a batch."""
    with readable():
        with progress_bar("Checking", size_of(file)) as move:
            reading = exchange.check_records(file, ReadOptions(given_format=given_format), move)
        stop_at_bad_rows(reading, skip_bad=options.skip_bad)
        return reading, exchange.import_records(reading, options, clock=clock.now)


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
    options = {"skip_bad": skip_bad, "retire_gone": retire_gone}
    report = import_file(exchange.CATALOGUE, file, given_format=given_format, options=options).report
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
        raise RefusedError("\n".join(problems) + "\nNothing was written.")
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    output.write_text("".join(lines), encoding="utf-8")
    click.echo(f"{len(rows)} records written to {output}")
