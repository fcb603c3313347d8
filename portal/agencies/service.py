"""Every change of the agencies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete

from portal.agencies import queries
from portal.agencies.contacts import FIELDS, Contacts
from portal.agencies.models import Agency, AgencyKind
from portal.core import audit
from portal.core.audit import Subject
from portal.core.clock import local_day
from portal.core.db import db
from portal.core.demo import StillUsedError
from portal.core.permissions import Actor, Scope, leaning_on
from portal.core.text import clean_line

NAME_LIMIT = 200


class AgencyError(Exception):
    """Why a change is refused: no_name, taken (another has this name), no_superior, no_place, no_kind, circle, superior
    (others stand below it) or held (roles lean on it)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What staff say of an agency; `superior` and `territory` are slugs, "" for none."""

    name: str
    kind: str = AgencyKind.OTHER.value
    superior: str = ""
    territory: str = ""
    contacts: Contacts = field(default_factory=Contacts)


def add(slug: str, name: str, *, superior: Agency | None = None, is_demo: bool = False) -> Agency:
    """A new agency, or the one that has this slug."""
    known = queries.agency(slug)
    if known is not None:
        return known
    agency = Agency(slug=slug, name=name, superior_id=superior.id if superior else None, is_demo=is_demo)
    db.session.add(agency)
    db.session.flush()
    return agency


def create(details: Details, *, actor: Actor, now: datetime, confirms_all: bool = False) -> Agency:
    """A new agency, its contacts confirmed on the day of `now`; raises AgencyError."""
    name = _checked(details.name)
    slug = queries.slug_for(name)
    if not slug:
        raise AgencyError("no_name")
    if queries.agency(slug):
        raise AgencyError("taken")
    links = _links(details)
    agency = Agency(slug=slug)
    _fill(agency, name, details, links, local_day(now), confirms_all=confirms_all)
    db.session.add(agency)
    db.session.flush()
    audit.record(actor, "agency_added", _subject(agency), at=now, after=_described(agency))
    return agency


def change(agency: Agency, details: Details, *, actor: Actor, now: datetime, confirms_all: bool = False) -> None:
    """Other details; the slug stays, because roles hold by it. What differs counts as confirmed. Raises AgencyError."""
    name = _checked(details.name)
    if name != agency.name and queries.slugs_by_name().get(name.lower(), agency.slug) != agency.slug:
        raise AgencyError("taken")
    if details.superior in {agency.slug, *queries.subordinates(agency.slug)}:
        raise AgencyError("circle")
    links, before = _links(details), _described(agency)
    _fill(agency, name, details, links, local_day(now), confirms_all=confirms_all)
    db.session.flush()
    after = _described(agency)
    changed = [key for key in after if before[key] != after[key]]
    if changed:
        audit.record(
            actor, "agency_changed", _subject(agency), at=now,
            before={key: before[key] for key in changed}, after={key: after[key] for key in changed},
        )  # fmt: skip


_Links = tuple[int | None, int | None]


def _links(details: Details) -> _Links:
    """The ids of superior and territory. Asked for before the row is touched: a refused change leaves it as it was."""
    if details.kind not in set(AgencyKind):
        raise AgencyError("no_kind")
    superior = _superior(details.superior)
    return superior.id if superior else None, _territory_id(details.territory)


def _fill(agency: Agency, name: str, details: Details, links: _Links, day: date, *, confirms_all: bool) -> None:
    before = queries.contacts_of(agency) if agency.id else Contacts()
    agency.name, agency.kind = name, details.kind
    agency.superior_id, agency.territory_id = links
    write_contacts(agency, details.contacts.confirmed(before, day, all_of_it=confirms_all))


def write_contacts(agency: Agency, contacts: Contacts) -> None:
    """Put contacts into the row as they are."""
    agency.address, agency.hours, agency.email = contacts.address, contacts.hours, contacts.email
    agency.phones, agency.website = list(contacts.phones), contacts.website
    agency.confirmed_on = {name: day.isoformat() for name in FIELDS if (day := contacts.day_of(name))}


def remove(agency: Agency, *, actor: Actor, now: datetime) -> None:
    """Remove an agency on which nothing leans; raises AgencyError. Nobody loses a role by it without being asked."""
    if queries.subordinates(agency.slug):
        raise AgencyError("superior")
    if leaning_on(Scope(queries.SCOPE_KIND, agency.slug)):
        raise AgencyError("held")
    audit.record(actor, queries.REMOVED, _subject(agency), at=now, before=_described(agency))
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


def _territory_id(slug: str) -> int | None:
    if not slug:
        return None
    found = queries.place_ids([slug]).get(slug)
    if found is None:
        raise AgencyError("no_place")
    return found


def _subject(agency: Agency) -> Subject:
    return Subject(queries.SCOPE_KIND, agency.slug, agency.name)


def _described(agency: Agency) -> dict[str, str]:
    superior = queries.agency_by_id(agency.superior_id)
    contacts = queries.contacts_of(agency)
    return {
        "name": agency.name,
        "kind": agency.kind,
        "superior": superior.name if superior else "",
        "territory": queries.place_slug(agency.territory_id),
        "address": contacts.address,
        "hours": contacts.hours,
        "phones": "; ".join(contacts.phones),
        "email": contacts.email,
        "website": contacts.website,
        "confirmed_on": "; ".join(f"{name} {day}" for name, day in (contacts.confirmed_on or {}).items()),
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """An agency that every unit of its kind has: its name is a fact, the rest is not known."""

    slug: str
    name: str
    kind: AgencyKind
    superior: str
    territory: str


def add_missing(standing: Iterable[Standing]) -> int:
    """Add those of the agencies that there aren't; superiors come before. What staff have changed or removed stays so.

    That staff have removed one is read in the audit log, which is only ever added to.
    """
    wanted = list(standing)
    known = {
        slug: row.id
        for slug, row in queries.agencies_by_slug({slug for one in wanted for slug in (one.slug, one.superior)}).items()
    }
    places = queries.place_ids([one.territory for one in wanted])
    removed = queries.removed_slugs()
    added = 0
    for one in wanted:
        if one.slug in known or one.slug in removed:
            continue
        agency = Agency(
            slug=one.slug, name=one.name, kind=one.kind.value,
            superior_id=known.get(one.superior), territory_id=places.get(one.territory),
        )  # fmt: skip
        db.session.add(agency)
        db.session.flush()
        known[one.slug] = agency.id
        added += 1
    return added


def remove_demo() -> None:
    """Remove the illustrative agencies; raises StillUsedError where roles of real people are held for them."""
    slugs = queries.demo_slugs()
    held = [slug for slug in slugs if leaning_on(Scope(queries.SCOPE_KIND, slug))]
    if held:
        raise StillUsedError(f"people hold roles for the agencies {', '.join(held)}")
    db.session.execute(delete(Agency).where(Agency.is_demo))
