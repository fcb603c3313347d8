"""`portal starter`: the content that ships."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.adoption.cli import load as load_figures
from portal.agencies.cli import standing as add_standing_agencies
from portal.config import ROOT
from portal.directives.cli import load as load_directives
from portal.feedback.cli import load as load_feedback
from portal.fees.cli import load as load_reductions
from portal.guides.cli import import_ as import_guides
from portal.legal.cli import load as load_documents
from portal.places.cli import import_ as import_places
from portal.places.cli import starter_file
from portal.procedures.cli import import_command as import_procedures
from portal.search.cli import load as load_synonyms
from portal.settings.cli import load as load_calendar

starter_cli = AppGroup("starter", help="The content that ships with Gần Dân.")
STARTER = ROOT / "portal" / "starter"


@starter_cli.command("load")
def load() -> None:
    """Load all that ships, from places to days off; what a province has loaded or written stays."""
    for command, arguments in (
        (import_places, ["--starter", str(starter_file())]),
        (add_standing_agencies, []),
        (import_procedures, ["--repeated", str(STARTER / "procedures.jsonl")]),
        (import_guides, ["--starter", str(STARTER / "guides")]),
        (load_synonyms, ["--starter", str(STARTER / "synonyms.txt")]),
        (load_calendar, [str(STARTER / "calendar.csv")]),
        (load_documents, [str(STARTER / "legal.yaml")]),
        # After the places: a territory is one of them.
        (load_reductions, [str(STARTER / "reductions.yaml")]),
        (load_directives, [str(STARTER / "directives.yaml")]),
        # After the places: a source is of a province.
        (load_figures, [str(STARTER / "figures.yaml")]),
        # After the agencies: where nothing else fits, feedback goes to one of them.
        (load_feedback, []),
    ):
        # Outside of its own process a command returns its exit code instead of ending with it.
        code = command.main(arguments, standalone_mode=False)
        if code:
            raise click.exceptions.Exit(code)
