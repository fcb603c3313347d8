"""Tables to take away: typed, and never run as formulas."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from portal.exchange import tables
from portal.exchange.tables import TooManyRowsError, clean_sheet_name, write_csv, write_xlsx

FORMULAS = [
    '=HYPERLINK("http://evil")', "+1+2", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "＋1", "－1", "＠SUM(1)",
    "\x00=1", "\n=1", "\u00a0=1", "\ufeff=1", "\u200b=1", "|calc",
]  # fmt: skip


def csv_rows(headers: list[str], rows: list[list[Any]], **options: Any) -> list[list[str]]:
    file = io.BytesIO()
    assert write_csv(file, headers, rows, **options) == len(rows)
    data = file.getvalue()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), **options))


def sheet(headers: list[str], rows: list[list[Any]]) -> tuple[list[list[Any]], str]:
    file = io.BytesIO()
    assert write_xlsx(file, "Bảng", headers, rows) == len(rows)
    with zipfile.ZipFile(file) as archive:
        xml = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    file.seek(0)
    return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python(), xml


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    rows = csv_rows([text], [[text]])
    for (cell,) in rows:
        assert cell.startswith("'")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_workbook_is_a_formula(text: str) -> None:
    _, xml = sheet([text], [[text]])
    assert "<f>" not in xml
    assert "<hyperlink" not in xml


def test_numbers_dates_and_vietnamese_stay_what_they_are() -> None:
    moment = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
    cells = ["Đăng ký", -5, 2.5, Decimal("-77.62"), dt.date(2026, 6, 10), moment, True, None, "a\x00b\x1fc", 10**20]
    _, row = csv_rows(["x"] * 10, [cells])
    assert row == [
        "Đăng ký", "-5", "2.5", "-77.62", "2026-06-10", "2026-11-22 10:00:00", "true", "", "abc", "1" + "0" * 20,
    ]  # fmt: skip
    (_, found), _ = sheet(["x"] * 10, [cells])
    assert found == [
        "Đăng ký", -5, 2.5, -77.62, dt.date(2026, 6, 10), moment.replace(hour=10, tzinfo=None), True, "", "abc",
        "1" + "0" * 20,
    ]  # fmt: skip


def test_addresses_are_no_links_and_digits_stay_text() -> None:
    (_, found), xml = sheet(["x", "y"], [["https://example.vn", "0905"]])
    assert found == ["https://example.vn", "0905"]
    assert "<hyperlink" not in xml


def test_other_delimiters_and_line_ends_inside_cells() -> None:
    assert csv_rows(["a", "b"], [["x;y", "two\nlines"]], delimiter=";")[1] == ["x;y", "two\nlines"]


def test_a_sheet_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "XLSX_ROWS", 3)
    assert write_xlsx(io.BytesIO(), "x", ["a"], [["1"], ["2"]]) == 2
    with pytest.raises(TooManyRowsError):
        write_xlsx(io.BytesIO(), "x", ["a"], [["1"], ["2"], ["3"]])


@pytest.mark.parametrize(
    ("name", "clean"),
    [("Phí/lệ phí: [2026]", "Phí lệ phí   2026"), ("x" * 40, "x" * 31), ("'", "Sheet1"), ("", "Sheet1"),
     ("History", "Sheet1"), ("\x00a", "a")],
)  # fmt: skip
def test_sheet_names(name: str, clean: str) -> None:
    assert clean_sheet_name(name) == clean
    write_xlsx(io.BytesIO(), name, [], [])


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_any_text_is_written(cells: list[str]) -> None:
    for cell in csv_rows(["x"] * len(cells), [list(cells)])[1]:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert "<f>" not in sheet(["x"] * len(cells), [list(cells)])[1]
