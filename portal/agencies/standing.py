"""The agencies that follow from the units themselves: each people's committee and its service centre."""

from __future__ import annotations

from collections.abc import Iterator

from portal.agencies.models import AgencyKind
from portal.agencies.service import Standing
from portal.places.atlas import Atlas, PlaceFact
from portal.places.kinds import lower_name
from portal.places.models import Level


def standing_agencies(atlas: Atlas) -> Iterator[Standing]:
    """For today's province and each commune of today: the committee, below it the centre where papers are handed in.

    Source of the names: Luật Tổ chức chính quyền địa phương (the committee of each unit); Nghị định 118/2025/NĐ-CP
    (a service centre of each province and commune).
    """
    levels = {Level.PROVINCE, Level.COMMUNE}
    units = [place for place in atlas.places if place.valid_to is None and place.level in levels]
    for place in sorted(units, key=lambda place: place.level != Level.PROVINCE):
        committee = committee_slug(place)
        above = atlas.get(place.superior) if place.superior else None
        superior = committee_slug(above) if above and above.valid_to is None else ""
        yield Standing(committee, f"UBND {lower_name(place)}", AgencyKind.COMMITTEE, superior, place.slug)
        name = f"Trung tâm Phục vụ hành chính công {lower_name(place)}"
        yield Standing(f"trung-tam-{place.slug}", name, AgencyKind.SERVICE_CENTER, committee, place.slug)


def committee_slug(place: PlaceFact) -> str:
    """The address part of a unit's committee: the place's, because names may differ in marks alone (Sơn Hà, Sơn Hạ)."""
    return f"ubnd-{place.slug}"
