"""Scales, bars and classes: round numbers, honest bars, nothing drawn where nothing is known."""

from __future__ import annotations

import pytest

from portal.core.charts import Bar, Direction, Figure, Gap, Target, direction, draw_bars
from portal.core.charts_heat import HeatRow, draw_heat
from portal.core.charts_scale import decimal, scale_for, steps_between, steps_for, tick_text, ticks


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, (0, 25, 50, 75, 100)),
        (0, 77.62, (0, 20, 40, 60, 80)),
        (0, 1, (0, 0.25, 0.5, 0.75, 1)),
        (0, 0.3, (0, 0.1, 0.2, 0.3)),
        (-7.5, 12.5, (-10, -5, 0, 5, 10, 15)),
        (0, 1_902_270, (0, 500_000, 1_000_000, 1_500_000, 2_000_000)),
    ],
)
def test_ticks_are_round_and_hold_everything(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert ticks(low, high) == expected


@pytest.mark.parametrize(
    ("value", "step", "unit", "vi", "en"),
    [
        (20, 20, "%", "20%", "20%"),
        (0, 0.25, "", "0", "0"),
        (0.5, 0.25, "", "0,5", "0.5"),
        (-5, 5, "", "−5", "−5"),
        (1_500_000, 500_000, "", "1,5\u00a0triệu", "1.5m"),
        (25_000, 25_000, "", "25\u00a0nghìn", "25k"),
        (7_500, 2_500, "", "7.500", "7,500"),
        (-2_000_000_000, 1e9, "", "−2\u00a0tỷ", "−2bn"),
    ],
)
def test_ticks_are_written_as_people_read_them(value: float, step: float, unit: str, vi: str, en: str) -> None:
    assert tick_text(value, step, unit, "vi") == vi
    assert tick_text(value, step, unit, "en") == en


def test_decimals_keep_their_digits() -> None:
    assert decimal(1902270.5, 2, "vi") == "1.902.270,50"
    assert decimal(77.62, 2, "en") == "77.62"
    assert decimal(-0.04, 1, "vi") == "0,0"
    assert decimal(10, 0, "vi", is_short=True) == "10"


@pytest.mark.parametrize("values", [[], [0.0], [0.0, 0.0], [50.0], [50.0, 50.0, 50.0]])
def test_few_or_equal_values_have_a_scale(values: list[float]) -> None:
    scale = scale_for(values)
    assert scale.low == 0 < scale.high
    assert all(0 <= scale.at(value) <= 100 for value in values)


def test_rates_near_the_whole_are_shown_within_it() -> None:
    assert scale_for([76.1, 80], unit="%", most=100).ticks[-1].text == "100%"
    assert scale_for([3.2, 8], unit="%", most=100).high < 20


def test_bars_start_at_zero_and_know_the_target() -> None:
    rows = [("Nhiều", 92.0), ("Đúng", 80.0), ("Ít", 8.0)]
    chart = draw_bars([Bar(n, Figure(v, f"{v}%")) for n, v in rows], unit="%", target=Target(80, "80%"), most=100)
    assert chart.zero == 0
    assert chart.target_x == 80
    assert [(row.x, row.width, row.is_met) for row in chart.rows] == [(0, 92, True), (0, 80, True), (0, 8, False)]


def test_a_target_from_above_is_met_below_it() -> None:
    chart = draw_bars([Bar("Ngày", Figure(3, "3"))], target=Target(5, "5", is_floor=False))
    assert chart.rows[0].is_met is True


def test_losses_go_to_the_left_of_zero() -> None:
    chart = draw_bars([Bar("Lên", Figure(12.5, "12,5")), Bar("Xuống", Figure(-7.5, "−7,5"))])
    rises, falls = chart.rows
    assert rises.x == chart.zero == 40
    assert falls.x + falls.width == chart.zero
    assert (falls.x, falls.width) == (10, 30)


def test_what_is_unknown_has_no_bar() -> None:
    chart = draw_bars([Bar("Chưa", Figure(None)), Bar("Không", Figure(0, "0%"))], target=Target(80, "80%"))
    missing, nothing = chart.rows
    assert (missing.width, missing.is_met) == (0, None)
    assert (nothing.width, nothing.is_met) == (0, False)
    assert all(row.is_met is None for row in draw_bars([Bar("Chưa", Figure(None))]).rows)


def test_ninety_six_long_names_are_kept_whole() -> None:
    names = [f"Phường Nguyễn Thị Minh Khai Trung Tâm {number}" for number in range(96)]
    chart = draw_bars([Bar(name, Figure(number, str(number))) for number, name in enumerate(names)])
    assert [row.bar.name for row in chart.rows] == names
    assert max(row.x + row.width for row in chart.rows) <= 100


def test_direction_follows_what_is_written() -> None:
    assert direction(77.64, 77.61, digits=1) is Direction.SAME
    assert direction(77.7, 77.6, digits=1) is Direction.UP
    assert direction(77.5, 77.6, digits=1) is Direction.DOWN


def test_a_bound_belongs_to_the_class_above() -> None:
    steps = steps_between((20, 40, 60, 80), unit="%")
    assert [steps.of(value) for value in (0, 19.99, 20, 59, 80, 100)] == [0, 0, 1, 2, 4, 4]
    assert steps.ranges[0] == ("", "20%")
    assert steps.ranges[1] == ("20%", "40%")
    assert steps.ranges[-1] == ("80%", "")


def test_marks_fill_up_from_class_to_class() -> None:
    wedges = steps_between((20, 40, 60, 80)).wedges
    assert len(set(wedges)) == 5
    assert wedges[0] == ""
    assert wedges[-1].count("a7") == 2
    assert len(steps_between(()).wedges) == 1


@pytest.mark.parametrize("values", [[], [5.0], [5.0, 5.0]])
def test_equal_values_are_one_class(values: list[float]) -> None:
    assert steps_for(values).ranges == (("", ""),)


def test_classes_of_any_size_have_round_bounds() -> None:
    steps = steps_for([3, 870, 1204, 4100, 9800])
    assert steps.bounds == (2000, 4000, 6000, 8000)
    assert steps.ranges[1] == ("2.000", "4.000")


def test_a_heat_table_tells_numbers_from_gaps() -> None:
    steps = steps_between((50,))
    rows = [
        HeatRow("Một", [Figure(0, "0%"), Figure(None)]),
        HeatRow("Hai", [Figure(None, gap=Gap.TOO_FEW), Figure(50, "50%")]),
    ]
    table = draw_heat(["01/2026", "02/2026"], rows, steps)
    assert [[cell.step for cell in row.cells] for row in table.rows] == [[0, -1], [-1, 1]]
    assert table.gaps == (Gap.NOT_REPORTED, Gap.TOO_FEW)
    with pytest.raises(ValueError, match="Một"):
        draw_heat(["01/2026"], rows, steps)
