"""`portal guides`: import and check guide files."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.config import ROOT
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.pages import renderer
from portal.guides import checking, media_files, plain, queries, service
from portal.guides.files import guide_file
from portal.guides.rules import parse_file
from portal.guides.shown import shown_in
from portal.guides.written import GuideData
from portal.media.library import NOTHING, Library
from portal.media.queries import library

guides_cli = AppGroup("guides", help="Import and check guides.")
MAXIMUM_BYTES = 1_000_000
_STARTER = ROOT / "portal" / "starter"


def read_guides(source: Path, library: Library = NOTHING) -> tuple[list[GuideData], list[str]]:
    """The guides of a file or folder, and every fault as `file:line: part: message`.

    They may show the pictures and videos of `library`.
    """
    guides, problems = [], []
    for path in _files(source):
        if path.stat().st_size > MAXIMUM_BYTES:
            problems.append(f"{path}:1: larger than {MAXIMUM_BYTES} bytes")
            continue
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problems.append(f"{path}:1: not UTF-8 text ({error.reason} at byte {error.start})")
            continue
        guide, errors = parse_file(text, path.stem, library)
        problems += [f"{path}:{error.line}: {error.part}: {error.message}" for error in errors]
        if guide is not None:
            guides.append(guide)
    if not guides and not problems:
        problems.append(f"{source}: no .yaml files here")
    return guides, problems


def _files(source: Path) -> list[Path]:
    return sorted(source.glob("*.yaml")) if source.is_dir() else [source]


def strict_faults(source: Path, guides: list[GuideData], records: Path) -> list[str]:
    """What the published content must also keep (see `checking`), as `file:line: part: message`.

    A guide may lead to others of `source` and of the starter; its codes stand in `records`, a JSON object a line.
    """
    codes = {json.loads(line)["code"] for line in records.read_text(encoding="utf-8").splitlines()}
    slugs = {guide.slug for guide in guides} | {path.stem for path in _files(_STARTER / "guides")}
    jargon = plain.read_jargon((_STARTER / "jargon.txt").read_text(encoding="utf-8"))
    by_slug = {guide.slug: guide for guide in guides}
    problems = []
    for path in _files(source):
        text = path.read_bytes().decode("utf-8-sig")
        found = checking.faults(text, by_slug[path.stem], codes=codes, slugs=slugs, jargon=jargon)
        problems += [f"{path}:{error.line}: {error.part}: {error.message}" for error in found]
    return problems


def _stop_at(problems: list[str]) -> None:
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)


@guides_cli.command("check")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--records", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=_STARTER / "procedures.jsonl",
    help="Records whose codes the guides may name, a JSON object a line; the starter's where not given.",
)  # fmt: skip
def check(source: Path, records: Path) -> None:
    """Name every fault of the guide files in SOURCE, long sentences and office words included; write nothing."""
    brought = media_files.read_media(source, renderer().config)
    guides, problems = read_guides(source, brought.library())
    problems = [*brought.problems, *problems]
    _stop_at(problems or strict_faults(source, guides, records))
    click.echo(f"{len(guides)} guides, no fault")


@guides_cli.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--starter", is_flag=True, help="What ships: leaves guides alone that the province has written itself.")
@click.option("--bring-back", is_flag=True, help="Also guides that were withdrawn, which are left out otherwise.")
def import_(source: Path, starter: bool, bring_back: bool) -> None:
    """Import the guide files in SOURCE: all of them, or none where one has a fault."""
    config = renderer().config
    brought = media_files.read_media(source, config)
    guides, problems = read_guides(source, brought.library(library()))
    _stop_at([*brought.problems, *problems])
    try:
        with unit_of_work():
            count, problems = media_files.import_media(brought, config, now=clock.now())
            _stop_at(problems)
            report = service.import_guides(guides, now=clock.now(), is_starter=starter, brings_back=bring_back)
    except service.UnknownReferenceError as error:
        _stop_at(error.problems)
        return
    kept = f", {len(report.kept)} of the province's own kept" if report.kept else ""
    kept += f", {len(report.withdrawn)} withdrawn and left out" if report.withdrawn else ""
    if brought.files:
        click.echo(f"pictures and videos: {count} new, {len(brought.files) - count} unchanged")
    click.echo(f"guides: {len(report.new)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged{kept}")


@guides_cli.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write every guide into FOLDER, as the files that `import` reads; what is there already is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    found = queries.all_values()
    for values in found:
        (folder / f"{values['slug']}.yaml").write_text(guide_file(values), encoding="utf-8")
    names, count = {name for values in found for name in shown_in(values)}, 0
    for name, content in media_files.media_contents(names, renderer().config):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        count += not name.endswith(media_files.LIST)
    click.echo(f"{len(found)} guides" + (f", {count} pictures and videos" if count else "") + f" in {folder}")
    _stop_at([f"{slug}: its file is gone" for slug in media_files.gone(names, renderer().config)])


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
