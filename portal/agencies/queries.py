"""Every SELECT of the agencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.agencies.models import Agency
from portal.core.db import db
from portal.core.permissions import Scope, ScopeChoice

SCOPE_KIND = "agency"


def agency(slug: str) -> Agency | None:
    """An agency by its slug."""
    return db.session.scalar(select(Agency).where(Agency.slug == slug))


def agency_by_id(agency_id: int | None) -> Agency | None:
    """An agency by the id that another one names; None for None."""
    return db.session.get(Agency, agency_id) if agency_id is not None else None


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency in a list, with the name of the one above it."""

    slug: str
    name: str
    superior: str | None


def agencies() -> list[AgencyRow]:
    """Every agency, by name."""
    superior = aliased(Agency)
    statement = (
        select(Agency.slug, Agency.name, superior.name.label("superior"))
        .join(superior, Agency.superior_id == superior.id, isouter=True)
        .order_by(Agency.name, Agency.id)
    )
    return [AgencyRow(*row) for row in db.session.execute(statement)]


def demo_slugs() -> Sequence[str]:
    """The slugs of the illustrative agencies."""
    return db.session.scalars(select(Agency.slug).where(Agency.is_demo).order_by(Agency.slug)).all()


def scope_choices() -> list[ScopeChoice]:
    """Every agency as something that a role can be held for, by name."""
    rows = db.session.execute(select(Agency.slug, Agency.name).order_by(Agency.name, Agency.id))
    return [ScopeChoice(Scope(SCOPE_KIND, row.slug), row.name) for row in rows]


def subordinates(slug: str) -> Sequence[str]:
    """The slugs of all agencies below one, at any depth; one statement, and an end even where they form a circle."""
    below = select(Agency.id).where(Agency.slug == slug).cte("below", recursive=True)
    below = below.union(select(Agency.id).where(Agency.superior_id == below.c.id))
    statement = select(Agency.slug).where(Agency.id.in_(select(below.c.id)), Agency.slug != slug).order_by(Agency.slug)
    return db.session.scalars(statement).all()
