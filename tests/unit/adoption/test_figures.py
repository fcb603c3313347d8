"""Rates are made anew from counts, sums say what is missing, ranks are fair."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.adoption.figures import Figure, Point, due_months, figure_of, ranked, rate, summed
from portal.adoption.periods import Period, PeriodKind, age, span

NOW = datetime(2026, 11, 22, tzinfo=UTC)
COUNTS = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)).map(lambda pair: (min(pair), max(pair)))
YEAR = Period(date(2026, 1, 1), PeriodKind.YEAR)
LATER = date(2027, 3, 1)


def figure(numerator: int, denominator: int | None, report: int = 1) -> Figure:
    return Figure(numerator=numerator, denominator=denominator, as_of=None, recorded_at=NOW, reports=(report,))


@settings(deadline=None)
@given(COUNTS)
def test_a_rate_is_the_counts_rounded_half_up_to_two_places(counts: tuple[int, int]) -> None:
    found = rate(*counts)
    if counts[1] == 0:
        assert found is None
    else:
        assert found is not None
        assert Fraction(-1, 200) < Fraction(found) - Fraction(100 * counts[0], counts[1]) <= Fraction(1, 200)


@settings(deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=12))
def test_the_rate_of_a_sum_is_that_of_the_summed_counts(counts: list[tuple[int, int]]) -> None:
    total = summed([figure(*one) for one in counts], expected=12)
    assert total.rate == rate(sum(one[0] for one in counts), sum(one[1] for one in counts))
    assert (total.reported, total.missing) == (len(counts), 12 - len(counts))


def test_a_rate_is_no_average_of_rates() -> None:
    total = summed([figure(1, 1), figure(0, 9)], expected=2)
    assert total.rate == Decimal("10.00")


@settings(deadline=None)
@given(st.dictionaries(st.integers(1, 12), COUNTS))
def test_a_year_is_the_sum_of_its_months_and_says_how_many_are_missing(months: dict[int, tuple[int, int]]) -> None:
    reported = {Period(date(2026, month, 1), PeriodKind.MONTH): figure(*counts) for month, counts in months.items()}
    found = figure_of(YEAR, reported, due_months(YEAR, LATER))
    if not months:
        assert found is None
        return
    assert found is not None
    assert found.numerator == sum(one[0] for one in months.values())
    assert found.denominator == sum(one[1] for one in months.values())
    assert (found.reported, found.missing) == (len(months), 12 - len(months))


def test_a_reported_quarter_stands_where_months_are_missing_and_gives_way_where_none_is() -> None:
    quarter = Period(date(2026, 1, 1), PeriodKind.QUARTER)
    reported = {quarter: figure(50, 100), **{month: figure(10, 20) for month in quarter.months[:2]}}
    found = figure_of(quarter, reported, due_months(quarter, LATER))
    assert found is not None
    assert (found.numerator, found.missing) == (50, 0)
    reported[quarter.months[2]] = figure(10, 20)
    found = figure_of(quarter, reported, due_months(quarter, LATER))
    assert found is not None
    assert (found.numerator, found.missing) == (30, 0)
    year = figure_of(YEAR, {quarter: figure(50, 100)}, due_months(YEAR, LATER))
    assert year is not None
    assert (year.numerator, year.reported, year.missing) == (50, 3, 9)


def test_months_that_have_not_ended_are_not_missing() -> None:
    quarter = Period(date(2026, 10, 1), PeriodKind.QUARTER)
    today = date(2026, 11, 30)
    found = figure_of(quarter, {quarter.months[0]: figure(1, 2)}, due_months(quarter, today))
    assert found is not None
    assert found.missing == 0
    assert len(due_months(quarter, date(2026, 12, 1))) == 2
    assert len(due_months(YEAR, LATER, since=date(2026, 7, 1))) == 6
    assert len(due_months(YEAR, LATER, until=date(2026, 6, 30))) == 6


def test_a_number_has_no_rate() -> None:
    total = summed([figure(3, None), figure(4, None)], expected=2)
    assert (total.numerator, total.denominator, total.rate) == (7, None, None)


def test_ties_share_a_rank_small_and_silent_units_have_none() -> None:
    found = ranked(
        {
            "a": figure(60, 100), "b": figure(120, 200), "c": figure(59, 100), "d": figure(29, 29), "e": None,
            "f": figure(600_001, 1_000_000),
        },
        least=30, is_more_better=True,
    )  # fmt: skip
    assert [(one.place, one.rank) for one in found] == [
        ("a", 1), ("b", 1), ("f", 1), ("c", 4), ("d", None), ("e", None),
    ]  # fmt: skip
    found = ranked({"a": figure(60, 100), "b": figure(10, 100)}, least=30, is_more_better=False)
    assert [(one.place, one.rank) for one in found] == [("b", 1), ("a", 2)]


@settings(deadline=None)
@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.one_of(st.none(), COUNTS)), st.booleans())
def test_ranks_are_one_more_than_how_many_are_better(units: dict[str, tuple[int, int] | None], up: bool) -> None:
    figures = {place: figure(*counts) if counts else None for place, counts in units.items()}
    found = ranked(figures, least=30, is_more_better=up)
    assert {one.place for one in found} == set(units)
    rated = [(one.figure.rate, one.rank) for one in found if one.figure and one.rank and one.figure.rate is not None]
    for value, rank in rated:
        assert rank == 1 + sum((other > value) if up else (other < value) for other, _ in rated)
    for one in found:
        is_ranked = one.figure is not None and (one.figure.denominator or 0) >= 30
        assert (one.rank is not None) == is_ranked


@settings(deadline=None)
@given(st.dates(date(1945, 1, 1), date(2100, 12, 31)), st.sampled_from(PeriodKind))
def test_periods_and_their_codes(day: date, kind: PeriodKind) -> None:
    period = Period.of(kind, day)
    assert period.start <= day <= period.end
    assert Period.parse(period.code) == period
    assert period.shifted(3).shifted(-3) == period
    assert [one.shifted(-1) for one in span(period.shifted(1), period.shifted(4))] == list(
        span(period, period.shifted(3))
    )


def test_what_is_no_period() -> None:
    for code in ("", "26", "2026-13", "2026-q5", "2026-02-30", "0000", "2026-1", "٢٠٢٦", "0226-10", "1944", "2101"):
        assert Period.parse(code) is None, code


def test_a_figure_is_stale_when_the_next_should_be_there() -> None:
    october = Period(date(2026, 10, 1), PeriodKind.MONTH)
    assert not age(october, date(2026, 12, 15)).is_stale
    assert age(october, date(2026, 12, 16)).is_stale
    assert age(october, date(2026, 10, 3)).days == 0
    assert Point(october, None).figure is None
