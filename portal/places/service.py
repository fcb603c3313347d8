"""Every change of the places."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, count
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, update

from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.text import clean_line, slugify
from portal.places import queries
from portal.places.atlas import PlaceFact
from portal.places.kinds import KINDS, WORDS
from portal.places.models import Level, Place, Succession
from portal.places.villages import village_slug

NAME_LIMIT = 100
_CHUNK = 500


class PlaceError(Exception):
    """Why a change is refused: no_name, bad_kind, taken, ended, bad_day or too_long."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(slots=True)
class PlacesReport:
    """The slugs that an import brought, changed, left as they were, and left alone as the province's own."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def import_places(facts: Sequence[PlaceFact], *, is_starter: bool = False) -> PlacesReport:
    """Store checked units (`checks.check_places`); only what differs is written, what isn't named stays.

    With `is_starter`, units that the province has written itself are left as they are.
    """
    report = PlacesReport()
    stored = {place.slug: place for place in queries.atlas().places}
    owned = queries.own_slugs()
    written = []
    for fact in facts:
        known = stored.get(fact.slug)
        if known is None:
            report.new.append(fact.slug)
        elif is_starter and fact.slug in owned:
            report.kept.append(fact.slug)
            continue
        elif _comparable(known) == _comparable(fact):
            report.unchanged.append(fact.slug)
            continue
        else:
            report.changed.append(fact.slug)
        written.append(fact)
    _write(written, stored.keys(), is_starter=is_starter)
    return report


def _comparable(place: PlaceFact) -> tuple[object, ...]:
    columns = (getattr(place, name) for name in _COLUMNS)
    return (*columns, place.superior, frozenset(place.successors))


_COLUMNS = (
    "level", "kind", "name", "code", "valid_from", "valid_to", "latitude", "longitude", "former_names",
)  # fmt: skip


def _write(facts: Sequence[PlaceFact], stored: Iterable[str], *, is_starter: bool) -> None:
    """Units first, then what leads from one to another: a line may name one that comes after it."""
    if not facts:
        return
    known = set(stored)
    # Codes may change hands within a file: who has one gives it back before another gets it.
    held = [fact.slug for fact in facts if fact.slug in known]
    for start in range(0, len(held), _CHUNK):
        chunk = held[start : start + _CHUNK]
        db.session.execute(update(Place).where(Place.slug.in_(chunk)).values(code=None))
    new = [_values(fact, is_starter) for fact in facts if fact.slug not in known]
    for start in range(0, len(new), _CHUNK):
        db.session.execute(insert(Place), new[start : start + _CHUNK])
    ids = queries.ids_by_slug()
    for fact in facts:
        superior = ids[fact.superior] if fact.superior else None
        values = _values(fact, is_starter) if fact.slug in known else {}
        if values or superior is not None:
            change = update(Place).where(Place.id == ids[fact.slug])
            db.session.execute(change.values(**values, superior_id=superior))
        db.session.execute(delete(Succession).where(Succession.predecessor_id == ids[fact.slug]))
    links = [
        {"predecessor_id": ids[fact.slug], "successor_id": ids[after.slug], "is_whole": after.is_whole}
        for fact in facts
        for after in fact.successors
    ]
    if links:
        db.session.execute(insert(Succession), links)


def _values(fact: PlaceFact, is_starter: bool) -> dict[str, Any]:
    values = {name: getattr(fact, name) for name in _COLUMNS}
    return {**values, "former_names": list(fact.former_names), "slug": fact.slug, "is_starter": is_starter}


# Villages, which the staff keep.


def add_village(commune: Place, kind: str, name: str, *, actor: Actor, now: datetime) -> Place:
    """A new village of a commune; raises PlaceError."""
    if commune.valid_to is not None:
        raise PlaceError("ended")
    name = _checked(kind, name)
    _refuse_taken(commune, kind, name)
    village = _village(commune, kind, name)
    db.session.add(village)
    db.session.flush()
    audit.record(actor, "village_added", _subject(village), at=now, after=_described(village, commune))
    return village


def change_village(village: Place, kind: str, name: str, *, actor: Actor, now: datetime) -> None:
    """Another name or type; the old name still finds it, the slug stays. Raises PlaceError."""
    commune = queries.superior_of(village)
    name = _checked(kind, name)
    _refuse_taken(commune, kind, name, but=village)
    before = _described(village, commune)
    if name != village.name:
        village.former_names = [*(old for old in village.former_names if old != name), village.name]
    village.kind, village.name, village.is_starter = kind, name, False
    db.session.flush()
    audit.record(actor, "village_changed", _subject(village), at=now, before=before, after=_described(village, commune))


def end_village(village: Place, last_day: date, *, actor: Actor, now: datetime) -> None:
    """Say on which day the village was there for the last time; its page stays. Raises PlaceError."""
    if village.valid_to is not None:
        raise PlaceError("ended")
    if village.valid_from is not None and last_day < village.valid_from:
        raise PlaceError("bad_day")
    village.valid_to, village.is_starter = last_day, False
    db.session.flush()
    audit.record(actor, "village_ended", _subject(village), at=now, after={"valid_to": last_day.isoformat()})


class NewVillage(NamedTuple):
    """A village as an import brings it; `commune` is a slug."""

    slug: str
    commune: str
    kind: str
    name: str
    last_day: date | None


def insert_villages(villages: Sequence[NewVillage]) -> None:
    """New villages, in few statements."""
    communes = queries.ids_by_slug()
    values = [_values_of_village(one.slug, communes[one.commune], one.kind, one.name, one.last_day) for one in villages]
    db.session.execute(insert(Place), values)


def update_villages(last_days: Mapping[str, date | None]) -> None:
    """The last days of villages that are there, by slug."""
    for slug, village in queries.places_by_slug(last_days.keys()).items():
        village.valid_to, village.is_starter = last_days[slug], False
    db.session.flush()


def remove_villages(slugs: Collection[str]) -> None:
    """Take villages away, as if they had never come."""
    db.session.execute(delete(Place).where(Place.level == Level.VILLAGE, Place.slug.in_(slugs)))


def _village(commune: Place, kind: str, name: str) -> Place:
    wanted = village_slug(commune.slug, kind, name)
    slug = free_slug(wanted, queries.slugs_like(wanted))
    return Place(**_values_of_village(slug, commune.id, kind, name, None))


def _values_of_village(slug: str, commune_id: int, kind: str, name: str, last_day: date | None) -> dict[str, Any]:
    return {
        "slug": slug, "level": Level.VILLAGE, "kind": kind, "name": name, "code": None, "valid_from": None,
        "valid_to": last_day, "superior_id": commune_id, "latitude": None, "longitude": None, "former_names": [],
        "is_starter": False,
    }  # fmt: skip


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """A number behind it where a former village holds that already."""
    return next(free for free in chain([wanted], (f"{wanted}-{n}" for n in count(2))) if free not in taken)


def _checked(kind: str, name: str) -> str:
    if kind not in KINDS[Level.VILLAGE]:
        raise PlaceError("bad_kind")
    name = clean_line(name, NAME_LIMIT + 1)
    if not slugify(name):
        raise PlaceError("no_name")
    if len(name) > NAME_LIMIT:
        raise PlaceError("too_long")
    return name


def _refuse_taken(commune: Place, kind: str, name: str, but: Place | None = None) -> None:
    for other in queries.villages(commune.id):
        if other is not but and other.valid_to is None and (other.kind, other.name) == (kind, name):
            raise PlaceError("taken")


def _subject(place: Place) -> Subject:
    return Subject("place", place.slug, f"{WORDS[place.kind]} {place.name}")


def _described(village: Place, commune: Place) -> dict[str, str]:
    return {"kind": village.kind, "name": village.name, "commune": commune.name}
