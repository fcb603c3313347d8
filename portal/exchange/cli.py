"""`portal imports`: the batches; and importing a file from a terminal, for the commands of the domains.

Exit codes: 0 done; 1 refused, nothing was changed; 2 the file is unusable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.pages import renderer
from portal.core.permissions import Actor
from portal.exchange import applying, jobs, labels, queries, registry, service, storage, sweeping, tables
from portal.exchange.checking import KEPT_ERRORS, Reading
from portal.exchange.encodings import UTF8
from portal.exchange.errors import ExchangeError
from portal.exchange.files import check_file, file_format
from portal.exchange.models import Batch, State
from portal.exchange.service import Upload

imports_cli = AppGroup("imports", help="Imported files: what they brought, and undoing them.")
_OPERATOR = Actor("command", "", "command line")
_SHOWN_ERRORS = 100


class UnusableFileError(click.ClickException):
    """The file is unusable; exit code 2."""

    exit_code = 2


class RefusedError(click.ClickException):
    """Rows, or what was asked for, are refused; exit code 1."""

    exit_code = 1


@contextmanager
def readable() -> Iterator[None]:
    """An unusable file becomes a message that says so."""
    try:
        yield
    except ExchangeError as error:
        raise UnusableFileError(f"{error}\nNothing was imported.") from None


@contextmanager
def progress_bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar on the terminal; it is given how much is done of `length`."""
    with click.progressbar(length=max(length, 1), label=label) as bar:

        def move(done: int) -> None:
            bar.update(done - bar.pos)

        yield move


def size_of(path: Path) -> int:
    """A file's size in bytes, for the bar; the file may be missing."""
    return path.stat().st_size if path.is_file() else 1


def stop_at_bad_rows(reading: Reading[Any], *, skip_bad: bool) -> None:
    """Say how the file was understood and what is wrong with its rows; end here unless those are to be skipped."""
    if reading.encoding != UTF8:
        click.echo(f"Read as {reading.encoding}. Look whether the accents are right:", err=True)
        for text in reading.samples:
            click.echo(f"  {text}", err=True)
    if reading.note_count:
        click.echo(f"{reading.note_count} rows above or below the table are not imported:", err=True)
        for note in reading.notes[:10]:
            click.echo(f"  line {note.line}: {note.text}", err=True)
    if not reading.bad:
        return
    for error in reading.errors[:_SHOWN_ERRORS]:
        click.echo(error.message(), err=True)
    more = len(reading.errors) - _SHOWN_ERRORS
    if more > 0:
        click.echo(f"… and {more}{'+' if len(reading.errors) == KEPT_ERRORS else ''} more problems", err=True)
    if not skip_bad:
        raise RefusedError(
            f"{reading.bad} of {reading.bad + reading.good} rows are refused. Nothing was imported. "
            "Correct them, or import the others with --skip-bad."
        )
    click.echo(f"{reading.bad} rows skipped.", err=True)


def folder() -> Path:
    """Where this portal keeps uploaded files."""
    return storage.imports_folder(renderer().config.data_dir)


def sweep(now: datetime) -> int:
    """Forget what is old of this portal's imports; how many files went."""
    return sweeping.sweep(folder(), now, keep=timedelta(days=renderer().config.import_keep_days))


@dataclass(frozen=True, slots=True)
class Imported:
    """What a command imported; `code` None where nothing changed, so that no batch was kept."""

    report: Any
    reading: Reading[Any]
    code: str | None


def import_file(
    kind: str,
    path: Path,
    *,
    given_format: str | None,
    options: Mapping[str, Any],
    is_repeated: bool = False,
    guesses_columns: bool = False,
) -> Imported:
    """Take a file through a batch: stored, checked, applied. Its columns must have our own names, or such as we know.

    Who imports the same file at every start, `is_repeated`, isn't told that it was imported before.
    Click exceptions with the exit codes above; then nothing was imported. A batch that changed nothing is not kept.
    """
    with readable():
        check_file(path, registry.get(kind).limits)
        file_format(path, given_format)
        with path.open("rb") as source:
            given = Upload(
                kind=kind, file_name=path.name, source=source, actor=_OPERATOR, given_format=given_format,
                options=options, guess_columns=guesses_columns,
            )  # fmt: skip
            received = service.receive(given, folder=folder())
        with unit_of_work():
            batch = service.upload(received, now=clock.now())
            code, columns = batch.code, _unknown_columns(batch)
            if columns:
                service.forget(batch, folder())
        if columns:
            raise RefusedError(f"{columns} Nothing was imported.")
        with progress_bar("Checking", size_of(path)) as move:
            checked = jobs.run_check(code, folder=folder(), clock=clock.now, progress=move, compare=False, is_last=True)
        if checked.error or checked.reading is None:
            raise checked.error or ExchangeError("lost_file")
        reading = checked.reading
        stop_at_bad_rows(reading, skip_bad=bool(options.get("skip_bad")))
        with unit_of_work():
            locked = queries.locked(code)
            if locked is not None and locked.state == State.REFUSED:
                raise ExchangeError(locked.error_code or "no_good_rows", **locked.error_params)
            service.confirm(code, now=clock.now(), even_if_imported=True)
        with progress_bar("Importing", reading.good) as move:
            applied = jobs.run_apply(code, folder=folder(), clock=clock.now, progress=move, is_last=True)
        if applied.error:
            raise applied.error
    _tell_of_totals(_batch(code))
    return Imported(applied.report, reading, _kept(code, is_repeated=is_repeated))


def _tell_of_totals(batch: Batch) -> None:
    """Say where the file's own totals aren't what its rows add up to."""
    for line, column, given, ours in labels.wrong_totals(batch, registry.get(batch.kind).columns):
        click.echo(f"line {line}, {column}: the file's total says {given}, its rows add up to {ours}", err=True)


def _unknown_columns(batch: Batch) -> str:
    """What to say of a table in which a needed column was not recognised; "" where all are known."""
    if not service.needs_mapping(batch):
        return ""
    columns = registry.get(batch.kind).columns
    missing = sorted(columns.required - {target for target in batch.mapping["targets"] if target})
    named = ", ".join(f"{name} ({columns.labels.get(name, name)})" for name in missing)
    return f"No column was recognised as: {named}. Rename it, or upload the file under /can-bo to say which it is."


def _kept(code: str, *, is_repeated: bool) -> str | None:
    with unit_of_work():
        batch = queries.locked(code)
        if batch is None or batch.counts.get("changes"):
            return code
        twin = service.already_imported(batch)
        if twin is not None and not is_repeated:
            click.echo(ExchangeError("already_imported", batch=twin.code).message(), err=True)
        service.forget(batch, folder())
    return None


def _batch(code: str) -> Batch:
    batch = queries.batch(code)
    if batch is None:
        raise RefusedError(f"There is no import {code}.")
    return batch


@imports_cli.command("list")
@click.option("--kind", help="Only imports of this kind.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
def list_command(kind: str | None, limit: int) -> None:
    """List imports, the latest first."""
    for batch in queries.batches([kind] if kind else None, limit=limit):
        when = batch.created_at.astimezone(clock.LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
        changes = f"{batch.counts.get('changes', 0)} changes"
        click.echo(f"{batch.code}  {when}  {batch.kind:<12} {batch.state:<10} {changes:<14} {batch.file_name}")


@imports_cli.command("show")
@click.argument("code")
@click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path), help="Write the row errors to this CSV file."
)
@click.option("--locale", type=click.Choice(["en", "vi"]), default="en", help="Language of the reasons.")
def show_command(code: str, errors: Path | None, locale: str) -> None:
    """Show one import: its file, numbers, and what is wrong with its rows."""
    batch = _batch(code)
    for name in ("code", "kind", "state", "file_name", "format", "size", "sha256", "actor_name"):
        click.echo(f"{name}: {getattr(batch, name)}")
    for name in ("created_at", "applied_at", "undone_at"):
        if moment := getattr(batch, name):
            click.echo(f"{name}: {moment.astimezone(clock.LOCAL_ZONE).isoformat(timespec='seconds')}")
    for name, number in batch.counts.items():
        click.echo(f"{name}: {number}")
    if batch.error_code:
        click.echo(ExchangeError(batch.error_code, **batch.error_params).message(locale))
    if errors is None:
        for problem in queries.row_errors(batch.id, limit=_SHOWN_ERRORS):
            click.echo(problem.message(locale))
        return
    with errors.open("wb") as file:
        count = tables.write_row_errors(file, queries.row_errors(batch.id), locale)
    click.echo(f"{count} row errors written to {errors}")


@imports_cli.command("undo")
@click.argument("code")
def undo_command(code: str) -> None:
    """Take back everything that an import changed, unless something was changed since."""
    _batch(code)
    try:
        jobs.run_undo(code, clock=clock.now)
    except service.UndoTooOldError:
        raise RefusedError(ExchangeError("undo_too_old").message()) from None
    except service.WrongStateError as error:
        raise RefusedError(f"Import {code} is {error.state}; only an applied one can be undone.") from None
    except applying.UndoRefusedError as error:
        reason = ExchangeError("undo_refused", subjects=", ".join(error.subjects))
        raise RefusedError(reason.message()) from None
    click.echo(f"Import {code} is undone.")


@imports_cli.command("discard")
@click.argument("code")
def discard_command(code: str) -> None:
    """Give up an import that was not applied."""
    _batch(code)
    try:
        with unit_of_work():
            service.discard(code, now=clock.now())
    except service.WrongStateError as error:
        raise RefusedError(f"Import {code} is {error.state}; it can't be discarded.") from None


@imports_cli.command("sweep")
def sweep_command() -> None:
    """Remove files of imports that were given up or undone thirty days ago, and what old applied ones changed."""
    with unit_of_work():
        count = sweep(clock.now())
    click.echo(f"{count} files removed.")
