"""Every SELECT of the places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.places.atlas import Atlas, PlaceFact, Successor
from portal.places.finder import Finder
from portal.places.history import former_districts
from portal.places.kinds import WORDS, full_name
from portal.places.models import Level, Place, Succession
from portal.places.villages import Villages
from portal.search.folding import sort_key


@memoised_by_content
def atlas() -> Atlas:
    """Every place, read again when content changes: two statements."""
    before, after = aliased(Place), aliased(Place)
    links = db.session.execute(
        select(before.slug, after.slug, Succession.is_whole)
        .join(before, Succession.predecessor_id == before.id)
        .join(after, Succession.successor_id == after.id)
        .order_by(before.slug, after.slug)
    )
    successors: defaultdict[str, list[Successor]] = defaultdict(list)
    predecessors: defaultdict[str, list[str]] = defaultdict(list)
    for predecessor, successor, is_whole in links:
        successors[predecessor].append(Successor(successor, is_whole))
        predecessors[successor].append(predecessor)
    superior = aliased(Place)
    rows = db.session.execute(
        select(
            Place.slug, Place.level, Place.kind, Place.name, Place.code, Place.valid_from, Place.valid_to,
            Place.latitude, Place.longitude, Place.former_names, superior.slug.label("superior"),
        )
        .join(superior, Place.superior_id == superior.id, isouter=True)
        .order_by(Place.slug)
    )  # fmt: skip
    return Atlas(
        PlaceFact(
            slug=row.slug, level=row.level, kind=row.kind, name=row.name, code=row.code,
            valid_from=row.valid_from, valid_to=row.valid_to, superior=row.superior,
            latitude=row.latitude, longitude=row.longitude, former_names=tuple(row.former_names),
            successors=tuple(successors[row.slug]), predecessors=tuple(predecessors[row.slug]),
        )
        for row in rows
    )  # fmt: skip


def place_by_code(atlas: Atlas, code: str, level: str, day: date) -> PlaceFact | None:
    """The unit that a statistical code stood for on a day; None where there was none.

    Codes were used again in 2025: a code without a day names nobody, so a row of an import brings its own period.
    """
    found = [place for place in atlas.places if place.code == code and place.level == level and place.exists_on(day)]
    return found[0] if len(found) == 1 else None


def place(slug: str) -> Place | None:
    """A place by its slug, to be changed."""
    return db.session.scalar(select(Place).where(Place.slug == slug))


def places_by_slug(slugs: Collection[str]) -> dict[str, Place]:
    """Places by their slugs."""
    return {one.slug: one for one in db.session.scalars(select(Place).where(Place.slug.in_(slugs)))}


def superior_of(place: Place) -> Place:
    """The unit that a village lies in."""
    return db.session.get_one(Place, place.superior_id)


def villages(commune_id: int) -> Sequence[Place]:
    """The villages of a commune, those that ended too, by name."""
    statement = select(Place).where(Place.superior_id == commune_id, Place.level == Level.VILLAGE)
    return db.session.scalars(statement.order_by(Place.name, Place.id)).all()


def slugs_like(beginning: str) -> set[str]:
    """The slugs that begin so."""
    return set(db.session.scalars(select(Place.slug).where(Place.slug.startswith(beginning, autoescape=True))))


def own_slugs() -> frozenset[str]:
    """The slugs of the places that the province has written itself."""
    return frozenset(db.session.scalars(select(Place.slug).where(Place.is_starter.is_(False))))


def ids_by_slug() -> dict[str, int]:
    """The id of every place."""
    return {row.slug: row.id for row in db.session.execute(select(Place.slug, Place.id))}


@memoised_by_content
def overview() -> tuple[PlaceFact, ...]:
    """Today's communes, by name."""
    standing = (one for one in atlas().places if one.level == Level.COMMUNE and one.valid_to is None)
    return tuple(sorted(standing, key=lambda one: (sort_key(one.name), one.kind)))


@memoised_by_content
def finder() -> Finder:
    """Finds places by what people type; made anew when content changes."""
    return Finder(atlas())


@memoised_by_content
def known_villages() -> Villages:
    """Finds the village that a row of a list means; made anew when content changes."""
    return Villages(atlas().places)


class CommuneRow(NamedTuple):
    """A commune of today in the staff's list, and how many villages it has today."""

    slug: str
    name: str
    district: str
    villages: int


class VillageRow(NamedTuple):
    """A village in the staff's list."""

    slug: str
    name: str
    valid_to: date | None


def commune_rows() -> list[CommuneRow]:
    """Today's communes with the number of their villages: one statement beside the atlas."""
    statement = select(Place.superior_id, func.count().label("number"))
    statement = statement.where(Place.level == Level.VILLAGE, Place.valid_to.is_(None)).group_by(Place.superior_id)
    counts = {row.superior_id: row.number for row in db.session.execute(statement)}
    ids, known = ids_by_slug(), atlas()
    return [
        CommuneRow(
            one.slug, full_name(one), ", ".join(full_name(district) for district in former_districts(known, one)),
            counts.get(ids.get(one.slug, 0), 0),
        )
        for one in overview()
    ]  # fmt: skip


def village_rows(commune_id: int) -> list[VillageRow]:
    """The villages of a commune, those that ended too."""
    return [VillageRow(one.slug, f"{WORDS[one.kind]} {one.name}", one.valid_to) for one in villages(commune_id)]


def villages_by_slug(slugs: Collection[str]) -> list[tuple[str, Place]]:
    """Those of the villages that exist, each with its commune's slug."""
    above = aliased(Place)
    statement = select(above.slug, Place).join(above, Place.superior_id == above.id)
    statement = statement.where(Place.level == Level.VILLAGE, Place.slug.in_(slugs)).order_by(Place.id)
    return [(row[0], row[1]) for row in db.session.execute(statement)]
