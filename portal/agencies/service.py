"""Every change of the agencies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from portal.agencies import queries
from portal.agencies.models import Agency
from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.demo import StillUsedError
from portal.core.permissions import Actor, Scope, leaning_on
from portal.core.text import clean_line, slugify

NAME_LIMIT = 200


class AgencyError(Exception):
    """Why a change is refused: no_name, taken (another has this name), no_superior (there is none), circle, superior
    (others stand below it) or held (roles lean on it)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def add(slug: str, name: str, *, superior: Agency | None = None, is_demo: bool = False) -> Agency:
    """A new agency, or the one that has this slug."""
    known = queries.agency(slug)
    if known is not None:
        return known
    agency = Agency(slug=slug, name=name, superior_id=superior.id if superior else None, is_demo=is_demo)
    db.session.add(agency)
    db.session.flush()
    return agency


def create(name: str, superior_slug: str, *, actor: Actor, now: datetime) -> Agency:
    """A new agency below another, or below none where `superior_slug` is ""; raises AgencyError."""
    name, superior = _checked(name), _superior(superior_slug)
    slug = slugify(name)
    if not slug:
        raise AgencyError("no_name")
    if queries.agency(slug):
        raise AgencyError("taken")
    agency = add(slug, name, superior=superior)
    audit.record(actor, "agency_added", _subject(agency), at=now, after=_described(agency, superior))
    return agency


def change(agency: Agency, name: str, superior_slug: str, *, actor: Actor, now: datetime) -> None:
    """Another name, another superior; the slug stays, because roles hold by it. Raises AgencyError."""
    name, superior = _checked(name), _superior(superior_slug)
    if superior is not None and superior.slug in {agency.slug, *queries.subordinates(agency.slug)}:
        raise AgencyError("circle")
    before = _described(agency, queries.agency_by_id(agency.superior_id))
    agency.name, agency.superior_id = name, superior.id if superior else None
    db.session.flush()
    audit.record(actor, "agency_changed", _subject(agency), at=now, before=before, after=_described(agency, superior))


def remove(agency: Agency, *, actor: Actor, now: datetime) -> None:
    """Remove an agency on which nothing leans; raises AgencyError. Nobody loses a role by it without being asked."""
    if queries.subordinates(agency.slug):
        raise AgencyError("superior")
    if leaning_on(Scope(queries.SCOPE_KIND, agency.slug)):
        raise AgencyError("held")
    superior = queries.agency_by_id(agency.superior_id)
    audit.record(actor, "agency_removed", _subject(agency), at=now, before=_described(agency, superior))
    db.session.delete(agency)
    db.session.flush()


def _checked(name: str) -> str:
    name = clean_line(name, NAME_LIMIT)
    if not name:
        raise AgencyError("no_name")
    return name


def _superior(slug: str) -> Agency | None:
    if not slug:
        return None
    superior = queries.agency(slug)
    if superior is None:
        raise AgencyError("no_superior")
    return superior


def _subject(agency: Agency) -> Subject:
    return Subject("agency", agency.slug, agency.name)


def _described(agency: Agency, superior: Agency | None) -> dict[str, str]:
    return {"name": agency.name, "superior": superior.name if superior else ""}


def remove_demo() -> None:
    """Remove the illustrative agencies; raises StillUsedError where roles of real people are held for them."""
    slugs = queries.demo_slugs()
    held = [slug for slug in slugs if leaning_on(Scope(queries.SCOPE_KIND, slug))]
    if held:
        raise StillUsedError(f"people hold roles for the agencies {', '.join(held)}")
    db.session.execute(delete(Agency).where(Agency.is_demo))
