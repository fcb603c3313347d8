"""Every SELECT of the places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.core.text import fold
from portal.places.atlas import Atlas, PlaceFact, Successor
from portal.places.finder import Finder
from portal.places.models import Level, Place, Succession


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
    return dict(db.session.execute(select(Place.slug, Place.id)).tuples().all())


@memoised_by_content
def overview() -> tuple[PlaceFact, ...]:
    """Today's communes, by name."""
    standing = (one for one in atlas().places if one.level == Level.COMMUNE and one.valid_to is None)
    return tuple(sorted(standing, key=lambda one: (fold(one.name), one.kind)))


@memoised_by_content
def finder() -> Finder:
    """Finds places by what people type; made anew when content changes."""
    return Finder(atlas())
