"""Agencies as pages of the figures name them and lead to them."""

from __future__ import annotations

from portal.adoption import queries
from portal.adoption.models import UnitKind
from portal.adoption.queries import Unit, agency_unit
from portal.adoption.unit_queries import reporting_units
from portal.agencies.queries import agencies
from portal.core.i18n import current_locale, localised_path
from portal.search.folding import sort_key


def reporting_agencies(indicators: tuple[str, ...]) -> dict[Unit, str]:
    """The agencies that ever reported any of the indicators, and what they are called, by name."""
    known = {agency_unit(one.slug): one.name for one in agencies()}
    found = [unit for unit in reporting_units(indicators) if unit.kind == UnitKind.AGENCY]
    names = {unit: known.get(unit) or queries.unit_names()[unit] for unit in found}
    return dict(sorted(names.items(), key=lambda one: sort_key(one[1])))


def about_agency(slug: str) -> str:
    """Where an agency's address and hours stand: on the page of its territory; "" where it has none."""
    territory = next((one.territory for one in agencies() if one.slug == slug), None)
    return localised_path(f"/dia-ban/{territory}", current_locale()) if territory else ""
