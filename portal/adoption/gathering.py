"""The portal's own counts become figures: of the province by day, of communes and agencies by month.

Only what has ended is gathered, and again for some time, so that what was counted late corrects what was said before.
Running it twice changes nothing. Where links are, nothing counted is a true zero; before the first link there is no
figure at all. People are counted by the month, and fewer than ten are left out, with so many others that no sum tells
them: what is not in the tables can't be found there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from portal.adoption import own_counts, queries, service
from portal.adoption.models import PORTAL, Span
from portal.adoption.own_counts import Beginning
from portal.adoption.periods import Period, PeriodKind, span
from portal.adoption.queries import Key, Unit, agency_unit, place_unit
from portal.adoption.registry import GATHERED
from portal.adoption.service import Counted, Provenance
from portal.agencies.queries import agencies
from portal.core.clock import LOCAL_ZONE, local_day
from portal.feedback.counting import OTHERS
from portal.feedback.figures import snapshot
from portal.feedback.small_cells import FEWEST, TOTAL
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas
from portal.search.empty_searches import KEPT_DAYS

# How many months that have ended are counted again: people helped may be entered a month late.
_MONTHS_AGAIN = 2
_FEWEST_HIDDEN = 2
_EVENTS = {"link_visits": "landing", "link_reads": "read", "link_starts": "start"}
_SHARES = ("links_made", *_EVENTS)


class Slot(NamedTuple):
    """What a count is of."""

    indicator: str
    unit: Unit
    period: Period


class Count(NamedTuple):
    """A count; no denominator for what is no share."""

    numerator: int
    denominator: int | None = None
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """All that there is to say of some indicators from a day on: what is stored from then on and not here, goes."""

    indicators: tuple[str, ...]
    since: date
    counts: dict[Slot, Count] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Window:
    """What is counted: from the first day of a month until yesterday; `province` is whose all of it is."""

    since: date
    until: date
    province: Unit

    @property
    def last_month(self) -> Period:
        """The last month that has ended."""
        return Period.of(PeriodKind.MONTH, self.until + timedelta(days=1)).shifted(-1)


def province_unit() -> Unit | None:
    """Today's province; None where no places are known."""
    found = (one.slug for one in atlas().places if one.level == Level.PROVINCE and one.valid_to is None)
    slug = next(found, None)
    return place_unit(slug) if slug else None


def gather(now: datetime, *, all_of_it: bool = False) -> int:
    """Bring the figures up to yesterday; how many changed. `all_of_it` counts again from the beginning."""
    province, today = province_unit(), local_day(now)
    if province is None:
        return 0
    is_first = all_of_it or not own_counts.has_gathered([one.key for one in GATHERED])
    since = date(2000, 1, 1) if is_first else Period.of(PeriodKind.MONTH, today).shifted(-_MONTHS_AGAIN).start
    window = _Window(since, today - timedelta(days=1), province)
    parts = [_shares(window), _helped(window), _votes(window), _searches(window), *_feedback(window)]
    return sum(_settle(part, now) for part in parts)


def _shares(window: _Window) -> Part:
    begun = own_counts.beginnings()
    part = Part(_SHARES, window.since)
    if not begun:
        return part
    first = min(one.day for one in begun.values())
    is_demo = any(one.is_demo for one in begun.values())
    moments = (datetime.combine(day, time(), LOCAL_ZONE) for day in (window.since, window.until + timedelta(days=1)))
    made = own_counts.links_made(*moments)
    by_day = own_counts.presses_by_day(window.since, window.until)
    days = Counter(day for _, day in made)
    for period in span(*(Period(day, PeriodKind.DAY) for day in (max(first, window.since), window.until))):
        part.counts[Slot("links_made", window.province, period)] = Count(days[period.start], is_demo=is_demo)
        for key, event in _EVENTS.items():
            number = by_day.get((event, period.start), 0)
            part.counts[Slot(key, window.province, period)] = Count(number, is_demo=is_demo)
    part.counts.update(_shares_of_communes(window, begun, made))
    return part


def _shares_of_communes(
    window: _Window, begun: Mapping[str | None, Beginning], made: list[tuple[str | None, date]]
) -> dict[Slot, Count]:
    presses = own_counts.presses_by_commune(window.since, window.until)
    links = Counter((slug, Period.of(PeriodKind.MONTH, day)) for slug, day in made)
    found = {}
    for slug, beginning in begun.items():
        if slug is None:
            continue
        first = max(Period.of(PeriodKind.MONTH, beginning.day), Period.of(PeriodKind.MONTH, window.since))
        for month in span(first, window.last_month):
            counts = {key: presses.get((event, slug, month), 0) for key, event in _EVENTS.items()}
            counts["links_made"] = links[slug, month]
            for key, number in counts.items():
                found[Slot(key, place_unit(slug), month)] = Count(number, is_demo=beginning.is_demo)
    return found


def _helped(window: _Window) -> Part:
    key = "people_helped"
    part = Part((key,), window.since)
    counted = own_counts.helped_by_commune(window.since, window.last_month.end)
    for month in {month for _, month in counted}:
        there = {slug: people for (slug, one), (people, _) in counted.items() if one == month}
        demo = {slug for (slug, one), (_, is_demo) in counted.items() if one == month and is_demo}
        shown, total = told(there)
        for slug, people in shown.items():
            part.counts[Slot(key, place_unit(slug), month)] = Count(people, is_demo=slug in demo)
        if total is not None:
            part.counts[Slot(key, window.province, month)] = Count(total, is_demo=bool(demo))
    return part


def told(counts: Mapping[str, int]) -> tuple[dict[str, int], int | None]:
    """Which counts of people, and whether their sum, may be told.

    Those under ten are hidden, and then the smallest others until the hidden ones are two and ten people together:
    so the sum tells neither one of them nor a handful.
    """
    total = sum(counts.values())
    if total < FEWEST:
        return {}, None
    ordered = sorted(counts, key=lambda slug: (counts[slug], slug))
    number = sum(people < FEWEST for people in counts.values())
    while 0 < number < len(ordered) and (
        number < _FEWEST_HIDDEN or sum(counts[slug] for slug in ordered[:number]) < FEWEST
    ):
        number += 1
    return {slug: counts[slug] for slug in ordered[number:]}, total


def _votes(window: _Window) -> Part:
    part = Part(("useful_votes",), window.since)
    for month, (useful, all_of_them) in own_counts.votes_by_month(window.since, window.last_month.end).items():
        if all_of_them >= FEWEST:
            part.counts[Slot("useful_votes", window.province, month)] = Count(useful, all_of_them)
    return part


def _searches(window: _Window) -> Part:
    key, first = "empty_searches", own_counts.first_empty_search()
    if first is None:
        return Part((key,), window.until + timedelta(days=1))
    # What is older is gone from where it was counted, and stays as it was gathered.
    since = max(window.since, window.until - timedelta(days=KEPT_DAYS - 2), first)
    part, counted = Part((key,), since), own_counts.empty_searches_by_day(since, window.until)
    for day in span(*(Period(day, PeriodKind.DAY) for day in (since, window.until))):
        part.counts[Slot(key, window.province, day)] = Count(counted.get(day.start, 0))
    return part


def _feedback(window: _Window) -> list[Part]:
    """As the public page of the feedback tells it, so that the two together give no more away."""
    known, key = snapshot(), "feedback_on_time"
    if known is None:
        return []
    months = [month for code in known.months if (month := Period.parse(code)) and month <= window.last_month]
    part = Part((key,), min((month.start for month in months), default=window.until))
    for (agency, code), one in known.cells.items():
        month = Period.parse(code)
        if month not in months or agency == OTHERS or one.on_time is None or not one.counted:
            continue
        unit = window.province if agency == TOTAL else agency_unit(agency)
        part.counts[Slot(key, unit, month)] = Count(one.on_time, one.counted, known.has_demo)
    return [part]


def _settle(part: Part, now: datetime) -> int:
    """Write what differs from what is stored, and take back what is no longer to be told."""
    numbers = service.add_units(_names({slot.unit for slot in part.counts}))
    wanted = {
        Key(slot.indicator, _span(slot.period), slot.period.start, numbers[slot.unit]): count
        for slot, count in part.counts.items()
    }
    there = own_counts.gathered(part.indicators, part.since)
    gone = [key for key in there if key not in wanted]
    differing = {key: count for key, count in wanted.items() if there.get(key) != count[:2]}
    service.remove(queries.stored(gone), now=now)
    reports = {is_demo: _report(is_demo, now) for is_demo in {count.is_demo for count in differing.values()}}
    service.write(
        {key: Counted(one.numerator, one.denominator, reports[one.is_demo]) for key, one in differing.items()}, now=now
    )
    return len(gone) + len(differing)


def _span(period: Period) -> str:
    return Span.DAY.value if period.kind is PeriodKind.DAY else Span.MONTH.value


def _report(is_demo: bool, now: datetime) -> int:
    """The report of this moment."""
    day = local_day(now)
    document = f"Cổng này tự đếm, gom ngày {day:%d/%m/%Y}" + (" (minh họa)" if is_demo else "")
    given = Provenance(
        document=document, as_of=day - timedelta(days=1), batch=PORTAL, entered_by="Cổng này", is_demo=is_demo
    )  # fmt: skip
    return own_counts.report_at(now, is_demo=is_demo) or service.add_report(given, now=now)


def _names(units: set[Unit]) -> dict[Unit, str]:
    places, offices = atlas(), {agency_unit(one.slug): one.name for one in agencies()}
    return {
        unit: offices.get(unit) or (full_name(place) if (place := places.get(unit.key)) else unit.key)
        for unit in units
    }  # fmt: skip
