"""The public figures as a page and as files."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from portal.core.db import db, unit_of_work
from portal.feedback import figures, handling
from tests.factories.feedback import MONDAY, OFFICER, PROVINCE_CENTER, answer, case_of, load_agencies, promise, receive
from tests.queries import count_queries
from tests.web.page import Visitor

PAGE = "/so-lieu-phan-anh"
NOON = MONDAY + timedelta(hours=3)


@pytest.fixture
def counted(client: FlaskClient) -> None:
    """Twelve cases of November, of which eleven are answered, and one of October."""
    load_agencies()
    promise(10)
    for number in range(12):
        received = receive(f"n{number}")
        if number:
            answer(received, now=MONDAY + timedelta(days=3))
    receive("m1", now=MONDAY - timedelta(days=30))
    with unit_of_work():
        handling.accept(case_of(receive("n0")), actor=OFFICER, now=MONDAY)
    figures.refresh(NOON)
    db.session.remove()


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    response = client.get(path)
    assert response.status_code == 200 and response.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"))))


def test_before_the_first_count_the_page_says_so(visitor: Visitor) -> None:
    assert "Chưa có số liệu" in visitor.get(PAGE).words
    visitor.get(f"{PAGE}?thang=2026-11", status=404)


@pytest.mark.usefixtures("counted")
def test_the_page_names_figures_formulas_and_time(visitor: Visitor) -> None:
    with time_machine.travel(NOON, tick=False):
        words = visitor.get(PAGE).words
    assert "Cập nhật lúc 12:00 09/11/2026" in words and "Quyết định 766/QĐ-TTg" in words
    assert "ẩn" in words and "11/12" in words


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    "query", ["thang=2026-11", f"co-quan={PROVINCE_CENTER}", f"co-quan={PROVINCE_CENTER}&thang=2026-11"]
)
def test_agency_and_month_can_be_chosen(visitor: Visitor, query: str) -> None:
    page = visitor.get(f"{PAGE}?{query}")
    assert "Đúng hạn" in page.words
    visitor.get(f"/en{PAGE}?{query}")


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("query", ["thang=2026-13", "thang=x", "co-quan=khong-co", "thang=2020-01"])
def test_what_does_not_exist_is_not_found(visitor: Visitor, query: str) -> None:
    visitor.get(f"{PAGE}?{query}", status=404)


@pytest.mark.usefixtures("counted")
def test_a_rate_can_be_recomputed_from_the_file(client: FlaskClient) -> None:
    found = {(row["agency"], row["month"]): row for row in rows(client, f"{PAGE}.csv")}
    row = found["", ""]
    assert int(row["on_time"]) / int(row["counted"]) == pytest.approx(float(row["on_time_share"]), abs=1e-4)
    assert found["", "2026-10"]["received"] == "", "hidden"
    columns = {row["column"] for row in rows(client, f"{PAGE}-tu-dien.csv")}
    assert columns == set(row), "every column is explained"


@pytest.mark.usefixtures("counted")
def test_the_page_asks_little(client: FlaskClient) -> None:
    with count_queries() as asked:
        assert client.get(f"{PAGE}?thang=2026-11").status_code == 200
    assert len(asked) <= 6


@pytest.mark.usefixtures("counted")
def test_illustrative_cases_are_marked(visitor: Visitor) -> None:
    assert "minh họa" not in visitor.get(PAGE).words
    receive("demo", is_demo=True)
    figures.refresh(NOON)
    db.session.remove()
    assert "Số liệu này có cả phản ánh minh họa." in visitor.get(PAGE).words
