"""Figures of a few communes, as a meeting looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from portal.adoption import service
from portal.adoption.periods import Period
from portal.adoption.queries import Key, place_unit
from portal.adoption.service import Counted, Provenance, TargetValues
from portal.core.db import db, unit_of_work

REPORTED_AT = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def report(
    month: str, figures: Mapping[str, tuple[int, int]], indicator: str = "online_filing", *, is_demo: bool = False
) -> None:
    """What communes report of a month, by their slugs."""
    period = Period.parse(month)
    assert period is not None
    with unit_of_work():
        given = Provenance(
            document=f"Báo cáo {month}", url="https://mot-cua.example/", entered_by="Trần Văn Nhập", is_demo=is_demo
        )
        source = service.add_report(given, now=REPORTED_AT)
        units = service.add_units({place_unit(slug): slug for slug in figures})
        rows = {
            Key(indicator, period.kind.value, period.start, units[place_unit(slug)]): Counted(*counts, source)
            for slug, counts in figures.items()
        }
        service.write(rows, now=REPORTED_AT)
    db.session.remove()


def want(percent: str, indicator: str = "online_filing") -> None:
    """A target of all communes."""
    with unit_of_work():
        service.set_target(
            TargetValues(
                indicator=indicator, percent=Decimal(percent), starts_on=date(2026, 1, 1), document="Chỉ thị mẫu"
            )
        )  # fmt: skip
    db.session.remove()
