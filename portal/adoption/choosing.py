"""Which periods and types of places a page may be about: those that figures exist of, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.adoption import reading
from portal.adoption.periods import Period, PeriodKind, span
from portal.adoption.registry import INDICATORS
from portal.adoption.words import period_name
from portal.core.content import memoised_by_content
from portal.places.queries import overview

_OFFERED = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)
_MOST_OFFERED, _DAYS_OFFERED = 36, 31
# How many periods a line is drawn over.
_LENGTHS = {PeriodKind.DAY: 31, PeriodKind.MONTH: 24, PeriodKind.QUARTER: 8, PeriodKind.YEAR: 3}
# As they are called in every language: pages mark them as Vietnamese.
KIND_NAMES: Mapping[str, str] = {"xa": "Xã", "phuong": "Phường", "dac-khu": "Đặc khu"}


@dataclass(frozen=True, slots=True)
class PeriodGroup:
    """Periods of one length, the newest first: code, name, and whether it is the chosen one."""

    name: str
    periods: tuple[tuple[str, str, bool], ...]


@memoised_by_content
def bounds() -> Mapping[PeriodKind, tuple[Period, Period]]:
    """The earliest and the latest period of each kind that anything was reported for."""
    found = {}
    for kind in PeriodKind:
        first = [one for known in INDICATORS if (one := reading.earliest_period(known.key, kind))]
        last = [one for known in INDICATORS if (one := reading.latest_period(known.key, kind))]
        if first and last:
            found[kind] = (min(first), max(last))
    return found


def newest() -> Period | None:
    """What a page is about that names no period: the latest month, else quarter, year or day."""
    known = bounds()
    return next((known[kind][1] for kind in (*_OFFERED, PeriodKind.DAY) if kind in known), None)


def chosen(code: str) -> Period | None:
    """The period of an address; None for one that nothing was reported around."""
    period = Period.parse(code)
    edges = bounds().get(period.kind) if period else None
    return period if period and edges and edges[0].start <= period.start <= edges[1].start else None


def is_newest(period: Period) -> bool:
    """Whether nothing later of its kind was reported."""
    return bounds()[period.kind][1] == period


def offered(period: Period, locale: str) -> list[PeriodGroup]:
    """What a reader may choose from; days where somebody reports them."""
    names = {
        PeriodKind.MONTH: _("Tháng"), PeriodKind.QUARTER: _("Quý"), PeriodKind.YEAR: _("Năm"),
        PeriodKind.DAY: _("Ngày"),
    }  # fmt: skip
    groups = []
    for kind, name in names.items():
        if kind in bounds():
            first, last = bounds()[kind]
            most = _DAYS_OFFERED if kind is PeriodKind.DAY else _MOST_OFFERED
            newest_first = list(span(max(first, last.shifted(1 - most)), last))[::-1]
            # An older one that somebody has the address of.
            newest_first += [period] if period.kind is kind and period not in newest_first else []
            entries = tuple((one.code, period_name(one, locale), one == period) for one in newest_first)
            groups.append(PeriodGroup(str(name), entries))
    return groups


def place_kinds() -> list[str]:
    """The types of today's communes, in their order."""
    there = {place.kind for place in overview()}
    return [kind for kind in KIND_NAMES if kind in there]


def first_shown(period: Period) -> Period:
    """Where the lines of a page begin that ends with a period; never before anything was reported."""
    return max(period.shifted(1 - _LENGTHS[period.kind]), bounds()[period.kind][0])
