"""Numbers and dates as Vietnamese tables write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchange.values import (
    ValueProblem,
    parse_day,
    parse_month,
    parse_number,
    parse_percent,
    parse_whole,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.902.270", "1902270"),
        ("1 902 270", "1902270"),
        ("1\u00a0902\u202f270", "1902270"),
        ("1,902,270", "1902270"),
        ("1.234", "1234"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1234,567", "1234.567"),
        ("-1.234", "-1234"),
        ("\N{MINUS SIGN} 7", "-7"),
        ("+7", "7"),
        ("007", "7"),
        ("１２", "12"),
        (5, "5"),
        (2.5, "2.5"),
        (Decimal("1.10"), "1.10"),
    ],
)
def test_numbers(text: Any, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["x", "1.23.456", "1..234", "1,2,3", "1.234.5", "1 2", "--1", "1e5", "NaN", "12 đồng", "²", "1.234,5.6", "9" * 50,
     float("nan"), float("inf"), True, "٣"],
)  # fmt: skip
def test_what_is_no_number(text: Any) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_number(text)
    assert caught.value.at(3, "x").message("en")
    assert caught.value.at(3, "x").message("vi")


def test_a_single_comma_before_three_digits_could_be_two_numbers() -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_number("1,234")
    assert caught.value.code == "ambiguous_number"


@pytest.mark.parametrize("parse", [parse_number, parse_whole, parse_percent, parse_day, parse_month])
def test_empty_cells_are_none(parse: Any) -> None:
    assert parse("") is parse("  ") is parse(None) is None


def test_whole_numbers_and_percentages() -> None:
    assert parse_whole("1.902.270") == parse_whole(1902270.0) == 1902270
    with pytest.raises(ValueProblem):
        parse_whole("12,5")
    assert parse_percent("77,62%") == parse_percent("77,62 %") == parse_percent(77.62) == Decimal("77.62")


@pytest.mark.parametrize(
    "text",
    ["10/06/2026", "10-6-2026", "10.06.2026", "2026-06-10", "2026-06-10T00:00:00", "ngày 10 tháng 6 năm 2026",
     "Ngày 10 tháng 06, năm 2026", "46183", 46183, 46183.0, dt.date(2026, 6, 10),
     dt.datetime(2026, 6, 10, 7, tzinfo=dt.UTC)],
)  # fmt: skip
def test_days(text: Any) -> None:
    assert parse_day(text) == dt.date(2026, 6, 10)
    assert parse_month(text) == dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    "text", ["06/2026", "6-2026", "2026-06", "tháng 6/2026", "T6/2026", "Tháng 6 năm 2026", dt.date(2026, 6, 30)]
)
def test_months(text: Any) -> None:
    assert parse_month(text) == dt.date(2026, 6, 1)


@pytest.mark.parametrize("text", ["31/02/2026", "06/13/2026", "10/06/26", "10/06-2026", "12", 12, "hôm nay", "00000"])
def test_what_is_no_day(text: Any) -> None:
    for parse in (parse_day, parse_month):
        with pytest.raises(ValueProblem) as caught:
            parse(text)
        assert caught.value.code == "bad_date"


@given(st.integers(-(10**14), 10**14))
def test_grouped_whole_numbers_come_back(number: int) -> None:
    english = f"{number:,}"
    for separator in (".", " ", "\u00a0"):
        assert parse_whole(english.replace(",", separator)) == number
    assert parse_whole(str(number)) == number


@given(st.decimals(-(10**9), 10**9, places=2))
def test_vietnamese_decimals_come_back(number: Decimal) -> None:
    text = f"{number:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")
    assert parse_number(text) == number
    assert parse_percent(text + "%") == number


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_days_come_back(day: dt.date) -> None:
    assert parse_day(day.strftime("%d/%m/%Y")) == parse_day(day.isoformat()) == day
    assert parse_day(f"ngày {day.day} tháng {day.month} năm {day.year}") == day
    assert parse_month(day.strftime("%m/%Y")) == day.replace(day=1)


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans()))
def test_any_cell_is_read_or_refused(cell: Any) -> None:
    for parse in (parse_number, parse_whole, parse_percent, parse_day, parse_month):
        try:
            parse(cell)
        except ValueProblem as problem:
            assert problem.at(1, "x").message()
