"""The monthly report: the same figures as a page, a PDF and a workbook, from the first day of the next month on."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.feedback.models import FeedbackFigures
from portal.places.queries import overview
from portal.sharing import drawing_process
from portal.sharing.models import ShareCount, ShareLink
from tests.factories.meetings import report, want
from tests.factories.places import load_places
from tests.factories.teams import team
from tests.queries import count_queries
from tests.web.page import Visitor

HERE = "/so-lieu/bao-cao"
OCTOBER = f"{HERE}/2026-10"
FIRST, SECOND, SMALL = "xa-ba-xa", "xa-ba-vinh", "xa-ba-dong"


def at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 3, 0, tzinfo=UTC))
    monkeypatch.setattr(clock, "today", lambda: day)


@pytest.fixture(autouse=True)
def figures(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, date(2026, 11, 1))
    load_places()
    report("2026-09", {FIRST: (20, 100), SECOND: (60, 100)})
    want("80")


def october() -> None:
    report("2026-10", {FIRST: (30, 100), SECOND: (70, 100), SMALL: (29, 29)})


def workbook(data: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_it_is_there_on_the_first_day_and_says_that_nothing_came_yet(visitor: Visitor) -> None:
    assert OCTOBER in visitor.get(HERE).links()
    page = visitor.get(OCTOBER)
    assert "Chưa có số liệu nào của tháng này được nhập" not in page.words  # September's are in it, to compare with
    assert "chưa báo cáo" in page.words
    assert "96 trong 96 nơi chưa có số liệu nào của tháng này" in page.words


@pytest.mark.parametrize("code", ["2026-11", "2026-08", "2026", "2026-q3", "2026-10-01", "x", "2026-10.doc"])
def test_there_is_none_of_other_periods(visitor: Visitor, code: str) -> None:
    visitor.get(f"{HERE}/{code}", 404)


def test_the_page_says_what_the_figures_are_made_of(visitor: Visitor) -> None:
    october()
    page = visitor.get(OCTOBER)
    assert "56,33% 129/229 tăng 16,33 điểm phần trăm 80% (chưa đạt) Mới có 3 trong 96 báo cáo phải có" in page.words
    assert "1 Xã Ba Vinh 70,00%" in page.words
    assert "2 Xã Ba Xa 30,00%" in page.words
    assert "Xã Ba Động quá ít để tính" in page.words
    assert "93 trong 96 nơi chưa có số liệu nào của tháng này" in page.words
    assert "Báo cáo 2026-10 Người nhập: Trần Văn Nhập · nhập ngày 05/11/2026" in page.words
    assert "https://mot-cua.example/" in page.links()


def test_the_workbook_holds_what_a_journalist_recomputes(visitor: Visitor) -> None:
    october()
    answer = visitor.client.get(f"{OCTOBER}.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bao-cao-2026-10.xlsx"'
    sheets = workbook(answer.get_data())
    head, *rows = sheets["Xã"]
    assert head[:5] == ["Hạng", "Xã", "Nộp trực tuyến (%)", "Nộp trực tuyến: tử số", "Nộp trực tuyến: mẫu số"]
    assert rows[0][:5] == [1, "Xã Ba Vinh", 70, 70, 100]
    small = next(row for row in rows if row[1] == "Xã Ba Động")
    assert small[:5] == ["", "Xã Ba Động", "", 29, 29]
    assert sum(row[3] or 0 for row in rows) == sheets["Toàn tỉnh"][1][2] == 129
    assert any("https://mot-cua.example/" in row for row in sheets["Về báo cáo"])


def test_the_pdf_is_the_same_bytes_for_the_same_report(visitor: Visitor) -> None:
    october()
    first, again = (visitor.client.get(f"{OCTOBER}.pdf?{number}") for number in (1, 2))
    assert first.mimetype == "application/pdf"
    assert first.get_data().startswith(b"%PDF")
    assert first.get_data() == again.get_data()


def test_a_pdf_that_cannot_be_drawn_in_time_is_asked_for_again(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing_process, "_SECONDS", 0.001)
    answer = visitor.client.get(f"{OCTOBER}.pdf")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_small_numbers_of_feedback_and_of_shares_stay_hidden(visitor: Visitor) -> None:
    october()
    few = {"received": None}
    many = {"received": 40, "counted": 30, "on_time": 24, "satisfied": 20}
    slug = team(commune=FIRST)
    with unit_of_work():
        data = {"months": ["2026-10"], "overdue": 0, "has_demo": False,
                "cells": [["so-a", "2026-10", few], ["", "2026-10", many]]}  # fmt: skip
        db.session.add(FeedbackFigures(id=1, counted_at=clock.now(), data=data))
        link = ShareLink(code="abc", team=slug, path="/x", title="x", created_at=clock.now())
        db.session.add(link)
        db.session.flush()
        for event, number in (("landing", 41), ("start", 9)):
            db.session.add(ShareCount(link_id=link.id, day=date(2026, 10, 5), channel="qr", event=event, number=number))
    db.session.remove()
    words = visitor.get(OCTOBER).words
    assert "Tất cả cơ quan 40 24/30 20" in words
    assert "so-a ẩn ẩn ẩn" in words
    assert "Lượt mở liên kết 41" in words
    assert "Lượt bấm nút bắt đầu nộp dưới 10" in words


def test_illustrative_figures_are_marked_in_every_form(visitor: Visitor) -> None:
    assert "minh họa" not in visitor.get(OCTOBER).text("main")
    report("2026-10", {FIRST: (30, 100)}, is_demo=True)
    assert "số liệu minh họa" in visitor.get(OCTOBER).text("main")
    sheets = workbook(visitor.client.get(f"{OCTOBER}.xlsx").get_data())
    assert sheets["Xã"][0][-1] == "Số liệu minh họa"
    assert {row[-1] for row in sheets["Xã"][1:]} == {"minh họa"}
    assert any("minh họa" in row[0] for row in sheets["Về báo cáo"])


def test_statements_are_as_many_for_10_communes_as_for_96(visitor: Visitor, app: Flask) -> None:
    counts = []
    slugs = sorted(place.slug for place in overview())
    for some in (slugs[:10], slugs):
        for indicator in ("online_filing", "online_payment", "on_time", "satisfaction", "digitised_results"):
            report("2026-10", {slug: (number, 100) for number, slug in enumerate(some)}, indicator)
        visitor.get(OCTOBER)
        with count_queries() as counted:
            visitor.client.get(f"{OCTOBER}.xlsx")
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 20


def test_each_row_says_what_it_is_of_and_each_table_of_when(visitor: Visitor) -> None:
    october()
    page = visitor.get(OCTOBER)
    captions = ["".join(one.itertext()) for one in page.all("caption")]
    assert captions[0] == "Toàn tỉnh · Tháng 10/2026"
    assert not any("2026-10" in one for one in captions)
    rows = [row for row in page.all("tr") if any(cell.tag.endswith("}td") for cell in row)]
    heads = [[" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag.endswith("}th")] for row in rows]
    assert all(len(row) == 1 for row in heads)
    assert ["Tỷ lệ hồ sơ nộp trực tuyến"] in heads
    assert ["Xã Ba Xa"] in heads
