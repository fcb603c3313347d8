"""Every change of the agencies."""

from __future__ import annotations

from sqlalchemy import delete

from portal.agencies import queries
from portal.agencies.models import Agency
from portal.core.db import db


def add(slug: str, name: str, *, superior: Agency | None = None, is_demo: bool = False) -> Agency:
    """A new agency, or the one that has this slug."""
    known = queries.agency(slug)
    if known is not None:
        return known
    agency = Agency(slug=slug, name=name, superior_id=superior.id if superior else None, is_demo=is_demo)
    db.session.add(agency)
    db.session.flush()
    return agency


def remove_demo() -> None:
    """Remove the illustrative agencies."""
    db.session.execute(delete(Agency).where(Agency.is_demo))
