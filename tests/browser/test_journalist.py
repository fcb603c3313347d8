"""Journey 14: a journalist downloads the figures with their dictionary and makes a rate of the page anew."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.conftest import PHONE, Opener

Rows = list[dict[str, str]]


def saved(page: Page, name: str, folder: Path) -> Path:
    """A file as the browser keeps it."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def rate(rows: Rows, period: str) -> str:
    counted = [row for row in rows if row["period"] == period and row["in_total"] == "true"]
    numerator, denominator = (sum(int(row[name]) for row in counted) for name in ("numerator", "denominator"))
    value = (Decimal(numerator) * 100 / denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{value}%".replace(".", ",")


def test_a_journalist_recomputes_what_the_page_says(open_page: Opener, server: str, tmp_path: Path) -> None:
    page = open_page("/so-lieu", viewport=PHONE)
    figure = page.locator(".stat__figure").first.inner_text()
    period = page.locator("#ky").input_value()
    page.get_by_role("link", name="Tải số liệu về (CSV, XLSX, JSON)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Số liệu tiếp nhận, giải quyết hồ sơ")
    expect(page.get_by_text("Có số liệu minh họa, không phải số thật")).to_be_visible()
    title = "Số liệu tiếp nhận, giải quyết hồ sơ"
    data = saved(page, f"CSV {title}", tmp_path)
    meanings = saved(page, "Ý nghĩa các cột (CSV)", tmp_path)
    assert data.name == "so-lieu-minh-hoa.csv"
    with data.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == "online_filing"]
    assert rate(rows, period) == figure
    with meanings.open(encoding="utf-8-sig", newline="") as file:
        assert {row["field"] for row in csv.DictReader(file)} == set(rows[0])
    book = CalamineWorkbook.from_path(saved(page, f"XLSX {title}", tmp_path))
    sheet = book.get_sheet_by_index(0).to_python()
    names = {str(row[4]) for row in sheet[1:]}
    assert "Xã Ba Xa" in names and len(sheet) > len(rows)
    assert {row["unit_name"] for row in rows} <= names


def test_the_pages_fit_a_phone(open_page: Opener, server: str) -> None:
    for path in ("/du-lieu-mo", "/du-lieu-mo/so-lieu", "/en/du-lieu-mo/phi-le-phi"):
        page = open_page(path, viewport=PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
