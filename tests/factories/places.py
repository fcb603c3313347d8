"""The places that ship, for tests that need real ones."""

from __future__ import annotations

from portal.core.db import db, unit_of_work
from portal.places import service
from portal.places.cli import SHIPPED
from portal.places.rows import parse_places


def load_places() -> None:
    """Load them all: 96 communes and what they were before."""
    rows, faults = parse_places(SHIPPED.read_text(encoding="utf-8").splitlines())
    assert not faults
    with unit_of_work():
        service.import_places([row.fact for row in rows], is_starter=True)
    db.session.remove()
