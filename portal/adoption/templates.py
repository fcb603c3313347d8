"""Tables to be filled in: the columns of one group of indicators, a row for each commune of the last month."""

from __future__ import annotations

from datetime import date

from portal.adoption.exchange import FigureImport
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.registry import GROUP_NAMES, INDICATORS, Group
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas


def groups_to_fill() -> list[tuple[Group, str]]:
    """The groups that have indicators, with their names."""
    used = {one.group for one in INDICATORS}
    return [(group, name) for group, name in GROUP_NAMES.items() if group in used]


def table_to_fill(group: str, today: date) -> tuple[list[str], list[list[str]]] | None:
    """Headings and rows of a group; None where it has no indicator. The headings are those that imports read."""
    own = [one for one in INDICATORS if one.group == group]
    if not own:
        return None
    month = Period.of(PeriodKind.MONTH, today).shifted(-1)
    counts = dict.fromkeys(count.key for one in own for count in (one.denominator, one.numerator) if count)
    labels = FigureImport.columns.labels
    headings = [labels[name] for name in ("unit", "period", *counts)]
    communes = sorted(
        full_name(place)
        for place in atlas().places
        if place.level == Level.COMMUNE and place.exists_on(month.end)
    )  # fmt: skip
    return headings, [[name, f"{month.start:%m/%Y}", *("" for _ in counts)] for name in communes]
