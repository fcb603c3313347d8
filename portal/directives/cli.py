"""`portal directives`: the ledger that ships."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
import yaml
from flask.cli import AppGroup

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.text import nfc
from portal.directives import service
from portal.directives.service import DirectiveValues, StarterDirective, TaskValues

directives_cli = AppGroup("directives", help="Directives and their tasks.")
_DOCUMENT = {"slug", "number", "title", "issuer", "issued_on", "dated", "source", "is_historic", "is_public", "tasks"}
_TASK = {"article", "text", "text_en", "owner", "deadline", "deadline_note", "agency", "agency_source"}


def parse_directives(text: str) -> tuple[list[StarterDirective], list[str]]:
    """The documents of a YAML list, and its faults."""
    found, problems = [], []
    for number, entry in enumerate(yaml.safe_load(nfc(text)) or [], 1):
        try:
            found.append(directive_of(entry))
        except (ValueError, TypeError, KeyError) as error:
            problems.append(f"directive {number}: {error!r}")
    return found, problems


def directive_of(entry: dict[str, Any]) -> StarterDirective:
    """The document of an entry; raises ValueError, TypeError, KeyError."""
    _only(entry, _DOCUMENT)
    values = {name: value for name, value in entry.items() if name not in {"slug", "tasks"}}
    return StarterDirective(entry["slug"], DirectiveValues(**values), tuple(_task(one) for one in entry["tasks"]))


def _task(entry: dict[str, Any]) -> TaskValues:
    _only(entry, _TASK)
    values: dict[str, Any] = {name: one.strip() if isinstance(one, str) else one for name, one in entry.items()}
    return TaskValues(**values)


def _only(entry: dict[str, Any], known: set[str]) -> None:
    if unknown := set(entry) - known:
        raise ValueError(f"{', '.join(sorted(unknown))}: no such key")
    for name in ("issued_on", "deadline"):
        if entry.get(name) is not None and type(entry[name]) is not date:
            raise ValueError(f"{name} is no day such as 2026-11-22")


@directives_cli.command("load")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(source: Path) -> None:
    """Load the documents and tasks in SOURCE; those that staff have changed stay as they are."""
    found, problems = parse_directives(source.read_text(encoding="utf-8"))
    for problem in problems:
        click.echo(f"{source}: {problem}", err=True)
    if problems:
        raise click.exceptions.Exit(1)
    with unit_of_work():
        changes = service.load_starter(found, now=clock.now())
    click.echo(f"directives: {changes} changed")
