"""`portal reductions`: the reductions that ship."""

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
from portal.fees import service
from portal.fees.service import FeeError, ReductionValues
from portal.fees.territories import TerritoryError, find_territory
from portal.legal import queries as legal

reductions_cli = AppGroup("reductions", help="Fee reductions.")
_KEYS = {
    "slug", "document", "issuer", "name_vi", "name_en", "percent", "amount", "procedures", "fields", "channels",
    "territory", "valid_from", "valid_to", "applies_to_national_rates",
}  # fmt: skip


def reduction_of(entry: dict[str, Any]) -> ReductionValues:
    """The values of an entry; raises ValueError, TerritoryError."""
    if unknown := set(entry) - _KEYS:
        raise ValueError(f"{', '.join(sorted(unknown))}: no such key")
    document = legal.document_by_number(entry["document"], entry["issuer"])
    if document is None:
        raise ValueError(f"the document {entry['document']} of {entry['issuer']} is not loaded")
    return ReductionValues(
        name_vi=entry["name_vi"], name_en=entry.get("name_en", ""), percent=entry.get("percent"),
        amount=entry.get("amount"), procedures=tuple(entry.get("procedures", ())),
        fields=tuple(entry.get("fields", ())), channels=tuple(entry.get("channels", ())),
        territory=_territory(entry.get("territory")), valid_from=entry.get("valid_from"),
        valid_to=entry.get("valid_to"), document=document.slug,
        applies_to_national_rates=entry.get("applies_to_national_rates", False),
    )  # fmt: skip


def _territory(given: dict[str, Any] | str | None) -> str:
    """The slug of a unit that is described, or named by its slug."""
    if given is None or isinstance(given, str):
        return given or ""
    day = given["day"]
    if type(day) is not date:
        raise ValueError(f"territory: {day} is no day such as 2026-11-22")
    return find_territory(given["level"], str(given["code"]), given["name"], day)


@reductions_cli.command("load")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(source: Path) -> None:
    """Load the reductions in SOURCE; those that staff have changed stay. One whose places aren't loaded yet waits."""
    entries = yaml.safe_load(nfc(source.read_text(encoding="utf-8"))) or []
    problems: list[str] = []
    waiting: list[str] = []
    with unit_of_work():
        found = []
        for entry in entries:
            try:
                found.append((entry["slug"], reduction_of(entry)))
            except TerritoryError as error:
                (waiting if error.is_empty else problems).append(f"{entry['slug']}: {error}")
            except (ValueError, KeyError, TypeError) as error:
                problems.append(f"{entry.get('slug', '?')}: {error}")
        try:
            changes = service.load_starter(found, now=clock.now()) if not problems else 0
        except FeeError as error:
            raise click.ClickException(f"{source}: {error}") from error
    for problem in problems:
        click.echo(f"{source}: {problem}", err=True)
    if problems:
        raise click.exceptions.Exit(1)
    for reason in waiting:
        click.echo(f"reductions: waits, load again later: {reason}")
    click.echo(f"reductions: {changes} changed")
