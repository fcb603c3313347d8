"""Illustrative figures: today's communes over 24 months, as plausible as they are invented.

The same at every load: each commune's figures are drawn from its slug. Some lag, some forget to report, and a few are
too small to be ranked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import insert

from portal.adoption import jobs, queries, service
from portal.adoption.models import Observation, Span
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import Unit, agency_unit, place_unit
from portal.adoption.service import Provenance, TargetValues
from portal.agencies.queries import agencies
from portal.core import clock
from portal.core.clock import local_day
from portal.core.db import db, table_of
from portal.core.demo import DemoPart
from portal.places.kinds import full_name
from portal.places.queries import overview

MONTHS = 24
DOCUMENT = "Số liệu minh họa"
_IMPORTER = "Minh họa"
# January to December: few papers around Tết, many before the school year and at the end of the year.
_SEASON = (0.9, 0.65, 1.1, 1.0, 1.0, 1.1, 1.15, 1.3, 1.1, 1.0, 1.0, 1.2)
_LAGGARDS, _TINY, _FORGETFUL, _SILENT = 9, 4, 3, 2
_FORGOTTEN_SHARE = 0.02
_TARGETS = (("online_filing", "80"), ("online_payment", "75"), ("on_time", "95"), ("satisfaction", "95"))


@dataclass(frozen=True, slots=True)
class _Character:
    """What a unit's figures are like: papers a month, and for each indicator its share at first and now."""

    volume: float
    shares: Mapping[str, tuple[float, float]]
    last_months_missing: int


def _load(now: datetime) -> Sequence[str]:
    jobs.ask_to_gather_all(now)
    last = Period.of(PeriodKind.MONTH, local_day(now)).shifted(-1)
    if not overview() or queries.has_real():
        return ()
    if queries.has_demo():
        if queries.latest_start("online_filing", PeriodKind.MONTH) == last.start:
            return ()
        service.remove_demo()
    names = {place_unit(place.slug): full_name(place) for place in overview()}
    names |= {agency_unit(one.slug): one.name for one in agencies() if one.is_demo}
    numbers = service.add_units(names)
    months = [last.shifted(-back) for back in reversed(range(MONTHS))]
    reports = {month: _report(month, now) for month in months}
    rows = [
        {**row, "unit_id": numbers[unit], "report_id": reports[month], "span": Span.MONTH.value, "days": 0}
        for unit, character in _characters(names).items()
        for month, row in _rows(unit, character, months)
    ]
    db.session.execute(insert(table_of(Observation)), rows)
    for indicator, percent in _TARGETS:
        service.set_target(
            TargetValues(
                indicator=indicator, percent=Decimal(percent), starts_on=date(last.start.year - 1, 1, 1),
                document="Chỉ tiêu minh họa", is_demo=True,
            )
        )  # fmt: skip
    return ()


def _report(month: Period, now: datetime) -> int:
    """Reports come on the fifth of the next month."""
    came = datetime.combine(month.end + timedelta(days=5), time(2), UTC)
    given = Provenance(
        document=f"{DOCUMENT}, tháng {month.start:%m/%Y}", as_of=month.end, entered_by=_IMPORTER, is_demo=True
    )  # fmt: skip
    return service.add_report(given, now=min(came, now))


def _characters(units: Mapping[Unit, str]) -> dict[Unit, _Character]:
    """By the order of a drawn number, so that the odd ones are anywhere on the map."""
    drawn = sorted(units, key=lambda unit: Random(f"order {unit.key}").random())  # noqa: S311 nothing secret
    found = {}
    for place, unit in enumerate(drawn):
        dice = Random(unit.key)  # noqa: S311 nothing secret
        is_laggard = place < _LAGGARDS
        is_tiny = _LAGGARDS <= place < _LAGGARDS + _TINY
        missing = 0
        if _LAGGARDS + _TINY <= place < _LAGGARDS + _TINY + _FORGETFUL:
            missing = 1
        elif _LAGGARDS + _TINY + _FORGETFUL <= place < _LAGGARDS + _TINY + _FORGETFUL + _SILENT:
            missing = 4
        volume = dice.uniform(9, 16) if is_tiny else 90 * 2.2 ** dice.uniform(0, 2.6)
        found[unit] = _Character(volume, _shares(dice, is_laggard=is_laggard), missing)
    return found


def _shares(dice: Random, *, is_laggard: bool) -> dict[str, tuple[float, float]]:
    online = dice.uniform(0.3, 0.5)
    payment = online * dice.uniform(0.6, 0.9)
    gain = dice.uniform(-0.04, 0.1) if is_laggard else dice.uniform(0.22, 0.42)
    on_time = dice.uniform(0.78, 0.9) if is_laggard else dice.uniform(0.93, 0.985)
    digitised = dice.uniform(0.25, 0.5)
    satisfied = dice.uniform(0.86, 0.95)
    return {
        "online_filing": (online, online + gain),
        "online_payment": (payment, payment + gain * dice.uniform(0.8, 1.1)),
        "on_time": (on_time, min(on_time + dice.uniform(-0.02, 0.03), 0.995)),
        "digitised_results": (digitised, min(digitised + gain * 1.3, 0.97)),
        "satisfaction": (satisfied, min(satisfied + dice.uniform(0, 0.05), 0.995)),
    }


def _rows(unit: Unit, character: _Character, months: Sequence[Period]) -> Iterator[tuple[Period, dict[str, Any]]]:
    for number, month in enumerate(months):
        dice = Random(f"{unit.key} {month.code}")  # noqa: S311 nothing secret
        is_missing = number >= len(months) - character.last_months_missing
        if is_missing or dice.random() < _FORGOTTEN_SHARE:
            continue
        received = round(character.volume * _SEASON[month.start.month - 1] * dice.uniform(0.85, 1.15))
        settled = round(received * dice.uniform(0.93, 1.02))
        wholes = {
            "online_filing": received, "online_payment": round(received * dice.uniform(0.45, 0.6)),
            "on_time": settled, "digitised_results": settled, "satisfaction": round(settled * dice.uniform(0.25, 0.45)),
        }  # fmt: skip
        progress = number / (len(months) - 1)
        for indicator, (first, last) in character.shares.items():
            share = first + (last - first) * progress + dice.uniform(-0.025, 0.025)
            whole = wholes[indicator]
            part = min(max(round(whole * share), 0), whole)
            yield month, {
                "indicator": indicator, "starts_on": month.start, "numerator": part, "denominator": whole,
            }  # fmt: skip


def _remove() -> None:
    """What this portal counted goes with them, and comes again without what was illustrative."""
    service.remove_demo()
    jobs.ask_to_gather_all(clock.now())


FIGURES = DemoPart(_load, _remove)
