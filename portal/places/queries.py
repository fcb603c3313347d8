"""Every SELECT of the places."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.places.atlas import Atlas, PlaceFact, Successor
from portal.places.models import Place, Succession


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
