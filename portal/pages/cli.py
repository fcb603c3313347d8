"""`portal starter`: the content that ships."""

from __future__ import annotations

from flask.cli import AppGroup

from portal.config import ROOT
from portal.guides.cli import import_ as import_guides
from portal.procedures.cli import import_command as import_procedures

starter_cli = AppGroup("starter", help="The content that ships with Gần Dân.")
STARTER = ROOT / "portal" / "starter"


@starter_cli.command("load")
def load() -> None:
    """Load the starter records and guides; what a province has imported since is never overwritten by records."""
    import_procedures.main([str(STARTER / "procedures.jsonl")], standalone_mode=False)
    import_guides.main([str(STARTER / "guides")], standalone_mode=False)
