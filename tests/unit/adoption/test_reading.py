"""What pages ask: a journalist who recomputes from the stored counts gets the same figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

import pytest
from flask import Flask

from portal.adoption import queries, reading, service
from portal.adoption.figures import rate
from portal.adoption.models import Span
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import Key, Unit, agency_unit, place_unit
from portal.adoption.service import Counted, FigureError, Provenance, TargetValues
from portal.core.db import db, unit_of_work
from portal.places.queries import overview
from tests.factories.figures import history
from tests.factories.places import load_places
from tests.queries import count_queries

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TODAY = date(2026, 11, 22)
OCTOBER = Period(date(2026, 10, 1), PeriodKind.MONTH)
THIRD = Period(date(2026, 7, 1), PeriodKind.QUARTER)
ON_TIME = "on_time"


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()


def report(figures: Mapping[tuple[Unit, Period], tuple[int, int]], *, indicator: str = ON_TIME) -> None:
    with unit_of_work():
        numbers = service.add_units({unit: unit.key for unit, _ in figures})
        source = service.add_report(Provenance(document="Báo cáo", as_of=TODAY), now=NOW)
        rows = {
            Key(indicator, period.kind.value, period.start, numbers[unit]): Counted(*counts, source)
            for (unit, period), counts in figures.items()
        }
        service.write(rows, now=NOW)
    db.session.remove()


def some_months() -> dict[tuple[Unit, Period], tuple[int, int]]:
    """Random counts of all communes over a year, with gaps."""
    dice = Random(7)
    found = {}
    for place in overview():
        for back in range(12):
            if dice.random() < 0.9:
                whole = dice.randrange(500)
                found[place_unit(place.slug), OCTOBER.shifted(-back)] = (dice.randrange(whole + 1), whole)
    return found


def test_totals_of_months_quarters_and_years_are_sums_of_what_was_reported() -> None:
    given = some_months()
    report(given)
    for period in (OCTOBER, OCTOBER.shifted(-5), THIRD, THIRD.shifted(-1), Period(date(2026, 1, 1), PeriodKind.YEAR)):
        counts = [pair for (_, month), pair in given.items() if month in period.months]
        total = reading.totals([ON_TIME], period, today=TODAY)[ON_TIME]
        assert total is not None
        assert total.numerator == sum(pair[0] for pair in counts)
        assert total.denominator == sum(pair[1] for pair in counts)
        assert total.rate == rate(total.numerator, total.denominator)
        ended = sum(month.end < TODAY for month in period.months)
        assert (total.reported, total.expected) == (len(counts), 96 * ended)


def test_series_tables_and_comparisons_say_the_same_of_a_commune() -> None:
    report(some_months())
    first, unit = OCTOBER.shifted(-11), place_unit("xa-ba-xa")
    points = reading.series(ON_TIME, unit, first, OCTOBER, today=TODAY)
    assert len(points) == 12
    assert dict(reading.table(ON_TIME, "xa", first, OCTOBER, today=TODAY))["xa-ba-xa"] == points
    both = reading.comparison(ON_TIME, [unit, place_unit("xa-ba-vi")], first, OCTOBER, today=TODAY)
    assert both[unit] == points
    last = reading.figures_of_unit(unit, [ON_TIME, "online_filing"], OCTOBER, today=TODAY)
    assert last == {ON_TIME: points[-1].figure, "online_filing": None}
    for units in ([unit], [unit, unit], [place_unit(place.slug) for place in overview()[:6]]):
        with pytest.raises(ValueError, match="2 to 5"):
            reading.comparison(ON_TIME, units, first, OCTOBER, today=TODAY)


def test_ranking_is_within_one_type_and_names_who_is_silent() -> None:
    communes = {place.slug: place for place in overview()}
    wards = [slug for slug, place in communes.items() if place.kind == "phuong"]
    figures = {(place_unit(slug), OCTOBER): (60 + number // 2, 100) for number, slug in enumerate(wards[:-1])}
    figures[place_unit(wards[0]), OCTOBER] = (5, 29)
    report(figures | {(place_unit("xa-ba-xa"), OCTOBER): (99, 100)})
    found = reading.ranking(ON_TIME, OCTOBER, "phuong", today=TODAY)
    assert {one.place for one in found} == set(wards)
    assert [one.rank for one in found if one.rank] == [1, 1, 3, 3, 5, 5, 7]
    assert found[-1].place == wards[-1] and found[-1].figure is None
    assert found[-2].place == wards[0] and found[-2].rank is None
    silent = {place.slug for place in reading.not_reported([ON_TIME], OCTOBER)}
    assert silent == set(communes) - set(wards[:-1]) - {"xa-ba-xa"}


def test_figures_of_units_that_ended_stay_theirs_and_provinces_are_never_added() -> None:
    may = Period(date(2025, 5, 1), PeriodKind.MONTH)
    former = reading.relatives("xa-ba-xa").predecessors
    assert former
    report(
        {
            (place_unit(former[0].slug), may): (10, 20), (place_unit("tinh-quang-ngai-cu"), may): (1000, 2000),
            (place_unit("tinh-kon-tum"), may): (500, 900), (place_unit("tinh-quang-ngai"), OCTOBER): (7, 9),
            (place_unit("xa-ba-xa"), OCTOBER): (3, 4), (agency_unit("so-tu-phap"), OCTOBER): (5, 6),
        }
    )  # fmt: skip
    assert reading.totals([ON_TIME], may, today=TODAY)[ON_TIME] is None
    total = reading.totals([ON_TIME], OCTOBER, today=TODAY)[ON_TIME]
    assert total is not None
    assert (total.numerator, total.denominator) == (3, 4)
    year = Period(date(2025, 1, 1), PeriodKind.YEAR)
    assert reading.series(ON_TIME, place_unit("xa-ba-xa"), year, year, today=TODAY)[0].figure is None
    own = reading.series(ON_TIME, place_unit(former[0].slug), year, year, today=TODAY)[0].figure
    assert own is not None
    assert (own.numerator, own.reported, own.expected) == (10, 1, 6)
    assert [one.slug for one in reading.relatives(former[0].slug).successors] == ["xa-ba-xa"]


def test_the_latest_period_with_figures() -> None:
    assert reading.latest_period(ON_TIME, PeriodKind.MONTH) is None
    unit = place_unit("xa-ba-xa")
    report({(unit, OCTOBER.shifted(-4)): (1, 2), (place_unit("xa-ba-vi"), OCTOBER): (1, 2)})
    assert reading.latest_period(ON_TIME, PeriodKind.MONTH) == OCTOBER
    assert reading.latest_period(ON_TIME, PeriodKind.MONTH, unit=unit) == OCTOBER.shifted(-4)
    assert reading.latest_period(ON_TIME, PeriodKind.QUARTER) == THIRD.shifted(1)
    assert reading.earliest_period(ON_TIME, PeriodKind.YEAR) == Period(date(2026, 1, 1), PeriodKind.YEAR)
    assert reading.latest_period(ON_TIME, PeriodKind.DAY) is None


def test_the_narrowest_target_that_holds() -> None:
    def target(percent: str, begins: date, applies_to: str = "", ends: date | None = None) -> TargetValues:
        return TargetValues(
            indicator=ON_TIME, percent=Decimal(percent), starts_on=begins, ends_on=ends, applies_to=applies_to,
            document="KH 1",
        )  # fmt: skip

    with unit_of_work():
        service.set_target(target("80", date(2025, 1, 1)))
        service.set_target(target("85", date(2026, 1, 1)))
        service.set_target(target("90", date(2026, 1, 1), "xa"))
        service.set_target(target("95", date(2026, 1, 1), "place:xa-ba-xa", date(2026, 6, 30)))
        for bad in ("101", "-1", "77.555"):
            with pytest.raises(FigureError):
                service.set_target(target(bad, date(2026, 1, 1)))

    def holding(day: date, unit: Unit | None = None) -> int:
        found = reading.target_of(ON_TIME, day, unit=unit)
        return found.hundredths if found else 0

    assert holding(date(2024, 12, 31)) == 0
    assert holding(date(2025, 12, 31)) == 8000
    assert holding(TODAY) == 8500
    assert holding(TODAY, place_unit("xa-ba-xa")) == 9000
    assert holding(date(2026, 6, 30), place_unit("xa-ba-xa")) == 9500
    assert holding(TODAY, place_unit("phuong-cam-thanh")) == 8500


def test_counts_that_cannot_be_are_refused() -> None:
    for counts in ((5, 4), (-1, 4)):
        with pytest.raises(FigureError):
            report({(place_unit("xa-ba-xa"), OCTOBER): counts})
    assert not queries.has_real()


def test_what_is_written_again_keeps_its_source_and_a_revision_its_own() -> None:
    unit = place_unit("xa-ba-xa")
    report({(unit, OCTOBER): (1, 2)})
    report({(unit, OCTOBER): (1, 2)})
    assert len(history(ON_TIME, unit, OCTOBER)) == 1
    report({(unit, OCTOBER): (2, 2)})
    told = history(ON_TIME, unit, OCTOBER)
    assert [(one.numerator, one.replaced_at is None) for one in told] == [(2, True), (1, False)]
    assert len({one.source.id for one in told}) == 2


def test_totals_count_a_reported_quarter_where_months_are_missing() -> None:
    given = some_months()
    quarters = {(place_unit(place.slug), THIRD): (700, 900) for place in overview()[:20]}
    report(given | quarters)
    whole = 0
    for place in overview():
        months = [given.get((place_unit(place.slug), month)) for month in THIRD.months]
        own = quarters.get((place_unit(place.slug), THIRD))
        whole += own[0] if own and not all(months) else sum(pair[0] for pair in months if pair)
    total = reading.totals([ON_TIME], THIRD, today=TODAY)[ON_TIME]
    assert total is not None
    assert total.numerator == whole
    year = reading.totals([ON_TIME], Period(date(2026, 1, 1), PeriodKind.YEAR), today=TODAY)[ON_TIME]
    others = sum(
        pair[0] for (_, month), pair in given.items() if month.start.year == 2026 and month not in THIRD.months
    )
    assert year is not None
    assert year.numerator == whole + others


def test_a_question_is_a_statement_or_two_however_much_was_reported() -> None:
    report(some_months())
    first = OCTOBER.shifted(-11)
    questions = (
        (1, lambda: reading.totals_series([ON_TIME, "online_filing"], first, OCTOBER, today=TODAY)),
        (1, lambda: reading.ranking(ON_TIME, OCTOBER, "xa", today=TODAY)),
        (1, lambda: reading.table(ON_TIME, "", first, OCTOBER, today=TODAY)),
        (2, lambda: reading.totals_series([ON_TIME], THIRD.shifted(-3), THIRD, today=TODAY)),
        (1, lambda: reading.not_reported([ON_TIME], THIRD)),
        (1, lambda: reading.series(ON_TIME, place_unit("xa-ba-xa"), first, OCTOBER, today=TODAY)),
    )
    for statements, ask in questions:
        ask()
        db.session.rollback()
        with count_queries() as counted:
            ask()
        assert sum("observations" in statement for statement in counted) == statements


def test_an_observation_written_as_a_day_belongs_to_its_month() -> None:
    unit = place_unit("xa-ba-xa")
    days = {(unit, Period(date(2026, 10, day), PeriodKind.DAY)): (day, 100) for day in (1, 2, 30)}
    report(days | {(unit, Period(date(2026, 11, 1), PeriodKind.DAY)): (1, 100)})
    figure = reading.figures_of_unit(unit, [ON_TIME], OCTOBER, today=TODAY)[ON_TIME]
    assert figure is not None
    assert (figure.numerator, figure.denominator, figure.days) == (33, 300, 3)
    assert service.write({}, now=NOW) == 0
    assert Span.MONTH_OF_DAYS.value == "days"
