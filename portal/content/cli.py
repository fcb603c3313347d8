"""`portal content`: all content as files."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.content import service
from portal.content.service import RefusedError
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import Actor

content_cli = AppGroup("content", help="All content as files: out to be kept in git or shared, and in again.")
_OPERATOR = Actor("command", "", "")
_MOST_FAULTS = 200


class _OnlyCheckedError(Exception):
    """Undoes what was tried."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        super().__init__()


def _loaded(folder: Path, *, check: bool) -> dict[str, int]:
    counts = service.load(folder, actor=_OPERATOR, now=clock.now())
    if check:
        raise _OnlyCheckedError(counts)
    return counts


@content_cli.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write all content into FOLDER, as files like those that ship; what is there already is replaced."""
    written = set()
    for name, content in service.files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.add(path)
    for path in (folder / "guides").glob("*.yaml"):
        if path not in written:
            path.unlink()
    click.echo(f"{len(written)} files in {folder}")


@content_cli.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Name every fault and what would change; write nothing.")
def import_(folder: Path, check: bool) -> None:
    """Import the content files in FOLDER: all of them, or nothing where one has a fault.

    A file that isn't there changes nothing, and neither does content that the files don't name.
    """
    counts: dict[str, int] = {}
    try:
        with unit_of_work():
            counts = _loaded(folder, check=check)
    except _OnlyCheckedError as checked:
        counts = checked.counts
    except RefusedError as error:
        for fault in error.faults[:_MOST_FAULTS]:
            click.echo(str(fault), err=True)
        if len(error.faults) > _MOST_FAULTS:
            click.echo(f"… and {len(error.faults) - _MOST_FAULTS} more", err=True)
        click.echo("Nothing was imported.", err=True)
        raise click.exceptions.Exit(1) from None
    for name, count in counts.items():
        click.echo(f"{name}: {count} {'would change' if check else 'changed'}")
