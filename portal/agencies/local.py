"""Who answers in the reader's commune: what a guide says of the office near them, and what it falls back to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.agencies.models import AgencyKind
from portal.agencies.queries import AgencyFact, agencies, agencies_of_place
from portal.core.text import fold
from portal.places.atlas import Atlas, PlaceFact
from portal.places.models import Level

# What the name of an agency in a record tells of its kind; folded, the first that fits.
_SAID = (
    ("cong an", AgencyKind.POLICE),
    ("dang ky dat dai", AgencyKind.LAND_OFFICE),
    ("uy ban nhan dan", AgencyKind.COMMITTEE),
    ("phuc vu hanh chinh cong", AgencyKind.SERVICE_CENTER),
)


@dataclass(frozen=True, slots=True)
class LocalAnswer:
    """The offices for a procedure and a commune.

    `responsible` are those of the commune that the record names; `unnamed` is the kind of one that it names and nobody
    has entered. `counter` is where papers for the committee are handed in. `province` is what the province has instead,
    where no telephone of the commune is known: its centre and its hotlines.
    """

    place: PlaceFact
    responsible: tuple[AgencyFact, ...]
    counter: AgencyFact | None
    province: tuple[AgencyFact, ...]
    unnamed: AgencyKind | None
    is_for_communes: bool


def local_answer(atlas: Atlas, place: PlaceFact, *, levels: Sequence[str], named: Iterable[str]) -> LocalAnswer:
    """The offices for a record: `levels` at which it is handled ("xã", "tỉnh"), `named` agencies as it prints them."""
    own = agencies_of_place(place.slug)
    is_for_communes = "xã" in levels
    kinds = list(dict.fromkeys(kind for name in named if (kind := kind_named(name)) is not None))
    responsible = tuple(row for kind in kinds for row in own if row.kind == kind) if is_for_communes else ()
    hands_in = is_for_communes and AgencyKind.COMMITTEE in kinds
    counter = _first(own, AgencyKind.SERVICE_CENTER) if hands_in else None
    unnamed = next((kind for kind in kinds if is_for_communes and not any(row.kind == kind for row in own)), None)
    known = [row for row in (*responsible, *([counter] if counter else [])) if row.contacts.phones]
    return LocalAnswer(place, responsible, counter, () if known else of_province(atlas), unnamed, is_for_communes)


def kind_named(name: str) -> AgencyKind | None:
    """The kind that a record's words for an agency tell of; None where they tell of none that communes have."""
    folded = fold(name)
    return next((kind for words, kind in _SAID if words in folded), None)


def _first(rows: Iterable[AgencyFact], kind: AgencyKind) -> AgencyFact | None:
    return next((row for row in rows if row.kind == kind), None)


def of_province(atlas: Atlas) -> tuple[AgencyFact, ...]:
    """The province's own service centre, and the hotlines."""
    provinces = {one.slug for one in atlas.places if one.level == Level.PROVINCE and one.valid_to is None}
    centres = [row for row in agencies() if row.kind == AgencyKind.SERVICE_CENTER and row.territory in provinces]
    return (*centres, *(row for row in agencies() if row.kind == AgencyKind.HOTLINE))
