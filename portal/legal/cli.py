"""`portal legal`: the documents that ship."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
import yaml
from flask.cli import AppGroup

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.pages import renderer
from portal.core.text import nfc
from portal.legal import service
from portal.legal.service import DocumentValues, StarterDocument
from portal.legal.validity import Allows, IssuerKind

legal_cli = AppGroup("legal", help="Legal documents.")
_TEXTS = ("number", "issuer", "title", "title_en", "url", "summary_vi", "summary_en", "source")
_DAYS = ("issued_on", "effective_from", "effective_to")
_NEEDED = ("number", "issuer", "issuer_kind", "title", "source")
# Who vouches for what ships as verified; staff see it beside the day.
VERIFIED_BY = "Gần Dân"


def parse_documents(text: str, allows: Allows) -> tuple[list[StarterDocument], list[str]]:
    """The documents of a YAML list, and its faults."""
    documents, problems = [], []
    for number, entry in enumerate(yaml.safe_load(nfc(text)) or [], 1):
        try:
            documents.append(document_of(entry, allows))
        except (ValueError, TypeError) as error:
            problems.append(f"document {number}: {error}")
    return documents, problems


def document_of(entry: dict[str, Any], allows: Allows) -> StarterDocument:
    """The document of an entry; raises ValueError, TypeError."""
    if unknown := set(entry) - {*_TEXTS, *_DAYS, "issuer_kind", "verified"}:
        raise ValueError(f"{', '.join(sorted(unknown))}: no such key")
    if missing := [name for name in _NEEDED if not entry.get(name)]:
        raise ValueError(f"{', '.join(missing)} is missing")
    days: dict[str, Any] = {name: entry.get(name) for name in _DAYS}
    if wrong := [name for name, day in days.items() if day is not None and type(day) is not date]:
        raise ValueError(f"{', '.join(wrong)} is no day such as 2026-11-22")
    if entry.get("url") and not allows(entry["url"]):
        raise ValueError(f"{entry['url']}: not https on an allowed host")
    is_verified = entry.get("verified", False)
    if is_verified and not entry.get("effective_from"):
        raise ValueError("verified, but without the day from which it holds")
    texts: dict[str, Any] = {name: str(entry.get(name, "")).strip() for name in _TEXTS}
    values = DocumentValues(issuer_kind=IssuerKind(entry["issuer_kind"]), **texts, **days)
    return StarterDocument(values, VERIFIED_BY if is_verified else "")


@legal_cli.command("load")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(source: Path) -> None:
    """Load the documents in SOURCE; those that staff have changed stay as they are."""
    documents, problems = parse_documents(source.read_text(encoding="utf-8"), renderer().profile.allows)
    for problem in problems:
        click.echo(f"{source}: {problem}", err=True)
    if problems:
        raise click.exceptions.Exit(1)
    with unit_of_work():
        changes = service.load_starter(documents, now=clock.now())
    click.echo(f"legal documents: {changes} changed")
