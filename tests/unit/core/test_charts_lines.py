"""Lines: a gap is a gap, labels have room, one point is a point."""

from __future__ import annotations

from itertools import pairwise

import pytest

from portal.core.charts import Figure, Target
from portal.core.charts_lines import HEIGHT, LineChart, Series, draw_lines


def drawn(*series: list[float | None], target: Target | None = None) -> LineChart:
    periods = [f"{index % 12 + 1:02}/{2025 + index // 12}" for index in range(len(series[0]) if series else 0)]
    lines = [
        Series(f"Xã {number}", [Figure(value, str(value)) for value in values]) for number, values in enumerate(series)
    ]
    return draw_lines(periods, lines, unit="%", target=target, most=100)


def test_a_gap_is_neither_zero_nor_joined() -> None:
    chart = drawn([50, 100, None, 100, 0])
    assert chart.series[0].path == "M0 110L25 0M75 0L100 220"
    assert chart.silent == (50.0,)


def test_nothing_reported_draws_nothing() -> None:
    chart = drawn([None, None])
    assert chart.series[0].path == ""
    assert chart.series[0].last is None
    assert chart.series[0].marks == ()
    assert chart.silent == (0.0, 100.0)


def test_one_period_stands_in_the_middle() -> None:
    chart = drawn([40])
    assert [(mark.x, mark.y) for mark in chart.series[0].marks] == [(50.0, HEIGHT * 0.0)]
    assert [(label.x, label.anchor) for label in chart.labels] == [(50.0, "middle")]


def test_no_period_is_an_empty_chart() -> None:
    chart = draw_lines([], [])
    assert (chart.series, chart.labels, chart.silent) == ((), (), ())


def test_equal_values_lie_on_one_height() -> None:
    path = drawn([60, 60, 60]).series[0].path
    assert path == "M0 88L50 88L100 88"


def test_of_many_points_the_lonely_and_the_last_are_marked() -> None:
    values: list[float | None] = [70.0] * 24
    values[9] = values[11] = None
    assert [mark.x for mark in drawn(values).series[0].marks] == [pytest.approx(1000 / 23, abs=0.01), 100]
    assert len(drawn(values[:12]).series[0].marks) == 10


def test_two_years_have_labels_with_room_between() -> None:
    labels = drawn([1.0] * 24).labels
    assert [label.text for label in labels] == ["01/2025", "07/2025", "01/2026", "07/2026", "12/2026"]
    assert [label.is_spare for label in labels] == [False, True, True, True, False]
    assert [label.anchor for label in labels] == ["start", "middle", "middle", "middle", "end"]
    assert [label.text for label in drawn([1.0] * 12).labels][-2:] == ["09/2025", "12/2025"]


@pytest.mark.parametrize("count", range(2, 61))
def test_labels_never_crowd(count: int) -> None:
    places = [label.x for label in drawn([1.0] * count).labels]
    assert len(places) <= 7
    assert all(after - before >= 8 for before, after in pairwise(places))


def test_last_values_dont_lie_on_one_another() -> None:
    chart = drawn([10, 97], [20, 97], [30, 96], [10, 1], [20, 0])
    heights = sorted(one.label_y for one in chart.series)
    assert all(after - before >= 17 for before, after in pairwise(heights))
    assert heights[-1] <= HEIGHT


def test_a_line_that_ended_early_says_when() -> None:
    early, late = drawn([10, 20, None], [10, 20, 30]).series
    assert (early.is_at_end, early.last_period) == (False, "02/2025")
    assert (late.is_at_end, late.last_period) == (True, "03/2025")


def test_the_target_is_on_the_scale() -> None:
    chart = drawn([1, 2], target=Target(80, "80%"))
    assert chart.target_y == HEIGHT * 0.2
    assert chart.grid[-1].text == "100%"


def test_a_series_must_fit_its_periods() -> None:
    with pytest.raises(ValueError, match="Xã"):
        draw_lines(["01/2025"], [Series("Xã", [])])
