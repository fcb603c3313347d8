"""Figures as a report brings them, written without a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from portal.adoption import service
from portal.adoption.periods import Period
from portal.adoption.queries import Key, Unit, place_unit
from portal.adoption.service import Counted, Provenance
from portal.core.db import db, unit_of_work

NOW = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)


def report(
    code: str,
    figures: Mapping[str | Unit, tuple[int, int]],
    indicator: str = "online_filing",
    *,
    now: datetime = NOW,
    is_demo: bool = False,
    document: str = "",
) -> None:
    """What units, places by their slugs, report of a period."""
    period = Period.parse(code)
    assert period is not None
    units = {unit if isinstance(unit, Unit) else place_unit(unit): counts for unit, counts in figures.items()}
    with unit_of_work():
        given = Provenance(document=document or f"Báo cáo {code}", entered_by="Trần Văn Nhập", is_demo=is_demo)
        source = service.add_report(given, now=now)
        ids = service.add_units({unit: unit.key for unit in units})
        rows = {
            Key(indicator, period.kind.value, period.start, ids[unit]): Counted(*counts, source)
            for unit, counts in units.items()
        }
        service.write(rows, now=now)
    db.session.remove()
