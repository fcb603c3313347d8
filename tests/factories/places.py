"""The places that ship, for tests with and without a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from portal.config import ROOT
from portal.core.db import db, unit_of_work
from portal.places import service
from portal.places.atlas import Atlas, PlaceFact
from portal.places.finder import Finder
from portal.places.rows import parse_places

SHIPPED = ROOT / "portal" / "starter" / "places.csv"


@cache
def shipped_facts() -> tuple[PlaceFact, ...]:
    """The units of the shipped file, each with those that it was formed from."""
    rows, faults = parse_places(SHIPPED.read_text("utf-8").splitlines())
    assert faults == []
    return with_predecessors([row.fact for row in rows])


def with_predecessors(facts: Sequence[PlaceFact]) -> tuple[PlaceFact, ...]:
    """Units that know what they were formed from."""
    before = defaultdict(list)
    for fact in facts:
        for after in fact.successors:
            before[after.slug].append(fact.slug)
    return tuple(replace(fact, predecessors=tuple(sorted(before[fact.slug]))) for fact in facts)


@cache
def shipped_atlas() -> Atlas:
    """All shipped places."""
    return Atlas(shipped_facts())


@cache
def shipped_finder() -> Finder:
    """Finds the shipped places."""
    return Finder(shipped_atlas())


def load_places() -> None:
    """Put the shipped places into the database."""
    with unit_of_work():
        service.import_places(shipped_facts(), is_starter=True)
    db.session.remove()
