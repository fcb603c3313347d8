"""Every SELECT of the agencies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, count

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.agencies.contacts import Contacts
from portal.agencies.models import Agency
from portal.core.audit import AuditEntry
from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.permissions import Scope, ScopeChoice
from portal.core.text import slugify
from portal.places.models import Place

SCOPE_KIND = "agency"
REMOVED = "agency_removed"


def agency(slug: str) -> Agency | None:
    """An agency by its slug."""
    return db.session.scalar(select(Agency).where(Agency.slug == slug))


def agency_by_id(agency_id: int | None) -> Agency | None:
    """An agency by the id that another one names; None for None."""
    return db.session.get(Agency, agency_id) if agency_id is not None else None


def agencies_by_slug(slugs: Collection[str]) -> dict[str, Agency]:
    """Those of the agencies that exist."""
    return {row.slug: row for row in db.session.scalars(select(Agency).where(Agency.slug.in_(slugs)))}


def place_slug(place_id: int | None) -> str:
    """The slug of the place that an agency names; "" for none."""
    if place_id is None:
        return ""
    return db.session.scalar(select(Place.slug).where(Place.id == place_id)) or ""


def place_ids(slugs: Collection[str]) -> dict[str, int]:
    """The ids of those of the places that exist."""
    rows = db.session.execute(select(Place.slug, Place.id).where(Place.slug.in_(slugs)))
    return {row.slug: row.id for row in rows}


def slugs_by_id(ids: Collection[int | None]) -> dict[int, str]:
    """The slugs of agencies by their ids."""
    rows = db.session.execute(select(Agency.id, Agency.slug).where(Agency.id.in_([one for one in ids if one])))
    return {row.id: row.slug for row in rows}


def place_slugs_by_id(ids: Collection[int | None]) -> dict[int, str]:
    """The slugs of places by their ids."""
    rows = db.session.execute(select(Place.id, Place.slug).where(Place.id.in_([one for one in ids if one])))
    return {row.id: row.slug for row in rows}


@dataclass(frozen=True, slots=True)
class AgencyFact:
    """An agency as pages show it; `superior` is a name, `territory` the slug of a place."""

    slug: str
    name: str
    kind: str
    superior: str | None
    territory: str | None
    contacts: Contacts
    is_demo: bool


@memoised_by_content
def agencies() -> tuple[AgencyFact, ...]:
    """Every agency, by name; read again when content changes."""
    superior = aliased(Agency)
    statement = (
        select(Agency, superior.name.label("superior"), Place.slug.label("territory"))
        .join(superior, Agency.superior_id == superior.id, isouter=True)
        .join(Place, Agency.territory_id == Place.id, isouter=True)
        .order_by(Agency.name, Agency.id)
    )
    return tuple(
        AgencyFact(row.slug, row.name, row.kind, superior_name, territory, contacts_of(row), row.is_demo)
        for row, superior_name, territory in db.session.execute(statement)
    )


def contacts_of(row: Agency) -> Contacts:
    """How an agency is reached."""
    return Contacts(
        address=row.address, hours=row.hours, phones=tuple(row.phones), email=row.email, website=row.website,
        confirmed_on={name: date.fromisoformat(day) for name, day in row.confirmed_on.items()},
    )  # fmt: skip


@memoised_by_content
def slugs_by_name() -> Mapping[str, str]:
    """The slug of each agency by its name in small letters; marks tell names apart (Sơn Hà, Sơn Hạ)."""
    return {row.name.lower(): row.slug for row in agencies()}


def slug_for(name: str, known: Mapping[str, str] | None = None) -> str:
    """The slug of the agency of this name, or a free one for a new agency; "" where the name has no letters.

    `known` are the slugs by name, where the caller has them.
    """
    known = slugs_by_name() if known is None else known
    slug = slugify(name)
    if not slug or name.lower() in known:
        return known.get(name.lower(), "")
    taken = set(known.values())
    return next(one for one in chain([slug], (f"{slug}-{number}" for number in count(2))) if one not in taken)


@memoised_by_content
def agencies_of_place(slug: str) -> tuple[AgencyFact, ...]:
    """The agencies whose territory a place is."""
    return tuple(row for row in agencies() if row.territory == slug)


def demo_slugs() -> Sequence[str]:
    """The slugs of the illustrative agencies."""
    return db.session.scalars(select(Agency.slug).where(Agency.is_demo).order_by(Agency.slug)).all()


def removed_slugs() -> frozenset[str]:
    """The slugs of the agencies that staff have ever removed."""
    statement = select(AuditEntry.subject_key).where(
        AuditEntry.action == REMOVED, AuditEntry.subject_kind == SCOPE_KIND
    )
    return frozenset(db.session.scalars(statement))


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


@memoised_by_content
def with_subordinates(slug: str) -> frozenset[str]:
    """An agency and all below it; only itself where there is none of this slug."""
    return frozenset({slug, *subordinates(slug)})


def superiors() -> dict[str, str]:
    """The slug of the superior of each agency that has one."""
    above = aliased(Agency)
    statement = select(Agency.slug, above.slug.label("superior")).join(above, Agency.superior_id == above.id)
    return {row.slug: row.superior for row in db.session.execute(statement.order_by(Agency.id))}


def needed(slugs: Collection[str]) -> list[str]:
    """Those of the agencies that stand above others outside of these, by slug."""
    below = aliased(Agency)
    statement = (
        select(Agency.slug)
        .join(below, below.superior_id == Agency.id)
        .where(Agency.slug.in_(slugs), below.slug.not_in(slugs))
    )
    return sorted(set(db.session.scalars(statement)))
