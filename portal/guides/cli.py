"""`portal guides`: import and check guide files."""

from __future__ import annotations

import re
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.config import ROOT
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.pages import renderer
from portal.guides import service
from portal.guides.content import GuideData, parse_guide

guides_cli = AppGroup("guides", help="Import and check guides.")
MAXIMUM_BYTES = 1_000_000


def read_guides(source: Path) -> tuple[list[GuideData], list[str]]:
    """The guides of a file or folder, and every fault as `file:line: part: message`."""
    allows = renderer().profile.allows
    symbols = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")))
    guides, problems = [], []
    for path in sorted(source.glob("*.yaml")) if source.is_dir() else [source]:
        if path.stat().st_size > MAXIMUM_BYTES:
            problems.append(f"{path}:1: larger than {MAXIMUM_BYTES} bytes")
            continue
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problems.append(f"{path}:1: not UTF-8 text ({error.reason} at byte {error.start})")
            continue
        guide, errors = parse_guide(text, path.stem, allows, symbols)
        problems += [f"{path}:{error.line}: {error.part}: {error.message}" for error in errors]
        if guide is not None:
            guides.append(guide)
    if not guides and not problems:
        problems.append(f"{source}: no .yaml files here")
    return guides, problems


def _stop_at(problems: list[str]) -> None:
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)


@guides_cli.command("check")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
def check(source: Path) -> None:
    """Name every fault of the guide files in SOURCE; write nothing."""
    guides, problems = read_guides(source)
    _stop_at(problems)
    click.echo(f"{len(guides)} guides, no fault")


@guides_cli.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--starter", is_flag=True, help="What ships: leaves guides alone that the province has written itself.")
def import_(source: Path, starter: bool) -> None:
    """Import the guide files in SOURCE: all of them, or none where one has a fault."""
    guides, problems = read_guides(source)
    _stop_at(problems)
    try:
        with unit_of_work():
            report = service.import_guides(guides, now=clock.now(), is_starter=starter)
    except service.UnknownReferenceError as error:
        _stop_at(error.problems)
        return
    kept = f", {len(report.kept)} of the province's own kept" if report.kept else ""
    click.echo(f"guides: {len(report.new)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged{kept}")


@guides_cli.command("remove")
@click.argument("slug")
def remove(slug: str) -> None:
    """Take the guide SLUG off the portal; refused while another guide leads to it."""
    try:
        with unit_of_work():
            service.remove_guide(slug)
    except service.UnknownReferenceError as error:
        _stop_at(error.problems)
    click.echo(f"{slug} removed")
