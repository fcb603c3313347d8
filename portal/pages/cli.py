"""`portal starter`: the content that ships."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.config import ROOT
from portal.fees.cli import load as load_reductions
from portal.guides.cli import import_ as import_guides
from portal.legal.cli import load as load_documents
from portal.procedures.cli import import_command as import_procedures
from portal.search.cli import load as load_synonyms
from portal.settings.cli import load as load_calendar

starter_cli = AppGroup("starter", help="The content that ships with Gần Dân.")
STARTER = ROOT / "portal" / "starter"


@starter_cli.command("load")
def load() -> None:
    """Load what ships: records, guides, synonyms, days off, documents, reductions; what a province wrote stays."""
    for command, arguments in (
        (import_procedures, [str(STARTER / "procedures.jsonl")]),
        (import_guides, ["--starter", str(STARTER / "guides")]),
        (load_synonyms, ["--starter", str(STARTER / "synonyms.txt")]),
        (load_calendar, [str(STARTER / "calendar.csv")]),
        (load_documents, [str(STARTER / "legal.yaml")]),
        # After the places: a territory is one of them.
        (load_reductions, [str(STARTER / "reductions.yaml")]),
    ):
        # Outside of its own process a command returns its exit code instead of ending with it.
        code = command.main(arguments, standalone_mode=False)
        if code:
            raise click.exceptions.Exit(code)
