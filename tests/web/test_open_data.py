"""Open data as pages and files: whole, safe in spreadsheets, filtered, and fetched again only where it changed."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from portal.adoption import service
from portal.core.db import db, unit_of_work
from portal.opendata import files
from portal.opendata.model import ChangedMeanwhileError
from portal.opendata.registry import DATASETS
from tests.factories.figures_written import report
from tests.factories.places import load_places
from tests.queries import count_queries
from tests.web.page import Visitor

HERE = "/du-lieu-mo"
FIRST, SECOND = "xa-ba-xa", "xa-ba-vinh"
SLUGS = [one.slug for one in DATASETS]
KINDS = ("csv", "json", "xlsx", "dictionary.csv")


@pytest.fixture(autouse=True)
def figures(content: None) -> None:
    load_places()
    report("2026-09", {FIRST: (10, 40), SECOND: (5, 10)}, document='=HYPERLINK("http://x")')
    report("2026-10", {FIRST: (30, 60), SECOND: (1, 3)})


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    response = client.get(path)
    assert response.status_code == 200, path
    return list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_data_set_has_a_page_with_its_dictionary_and_files(visitor: Visitor, prefix: str) -> None:
    links = visitor.get(f"{prefix}{HERE}").links()
    for one in DATASETS:
        assert f"{prefix}{HERE}/{one.slug}" in links
        page = visitor.get(f"{prefix}{HERE}/{one.slug}")
        assert {f"{prefix}{HERE}/{one.slug}.{kind}" for kind in KINDS} <= set(page.links())
        named = [element.text for element in page.all("code")]
        assert [one.name for one in one.fields] == [name for name in named if name in one.names]
    visitor.get(f"{prefix}{HERE}/khong-co", status=404)


def test_a_page_names_publisher_licence_rhythm_and_rows(visitor: Visitor) -> None:
    words = visitor.get(f"{HERE}/so-lieu").words
    assert "Gần Dân Quảng Ngãi" in words and "cơ quan công bố chưa cập nhật tên" in words
    assert "Nghị định 194/2025/NĐ-CP" in words and "hằng tháng" in words
    assert "Số dòng4" in words.replace(" 4", "4") and "Tháng 09/2026 – Tháng 10/2026" in words
    assert "10:00 05/11/2026" in words


def test_csv_is_for_excel_and_for_rfc_4180(client: FlaskClient) -> None:
    for slug in SLUGS:
        body = client.get(f"{HERE}/{slug}.csv").get_data()
        assert body.startswith(b"\xef\xbb\xbf") and body.endswith(b"\r\n")
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
        known = next(one for one in DATASETS if one.slug == slug)
        assert lines[0] == known.names
        assert {len(line) for line in lines} == {len(known.fields)}
        assert not any(
            cell[:1] in {"=", "+", "-", "@", "\t"} and not _is_number(cell) for line in lines for cell in line
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_text_that_a_spreadsheet_would_run_is_text(client: FlaskClient) -> None:
    assert '\'=HYPERLINK("http://x")' in {row["source"] for row in rows(client, f"{HERE}/so-lieu.csv")}


def test_the_dictionary_is_in_and_beside_each_file(client: FlaskClient, tmp_path: Path) -> None:
    for slug in SLUGS:
        known = next(one for one in DATASETS if one.slug == slug)
        beside = rows(client, f"{HERE}/{slug}.dictionary.csv")
        assert [row["field"] for row in beside] == known.names
        assert all(row["meaning"] and row["type"] for row in beside)
        answer = client.get(f"{HERE}/{slug}.json").get_json()
        assert [one["name"] for one in answer["fields"]] == known.names
        file = tmp_path / "x.xlsx"
        file.write_bytes(client.get(f"{HERE}/{slug}.xlsx").get_data())
        book = CalamineWorkbook.from_path(file)
        assert len(book.sheet_names) == 3
        assert book.get_sheet_by_index(0).to_python()[0] == known.names
        assert [row[0] for row in book.get_sheet_by_index(1).to_python()][1:] == known.names
        link = client.get(f"{HERE}/{slug}.csv").headers["Link"]
        assert f"{HERE}/{slug}.dictionary.csv" in link and 'rel="describedby"' in link


def test_all_forms_say_the_same(client: FlaskClient, tmp_path: Path) -> None:
    for slug in SLUGS:
        listed = rows(client, f"{HERE}/{slug}.csv")
        answer = client.get(f"{HERE}/{slug}.json?limit=5000").get_json()
        assert answer["next"] is None
        assert answer["total"] == len(answer["results"]) == len(listed)
        file = tmp_path / "x.xlsx"
        file.write_bytes(client.get(f"{HERE}/{slug}.xlsx").get_data())
        assert len(CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()) == len(listed) + 1


@pytest.mark.parametrize("kind", KINDS)
def test_who_has_a_file_does_not_fetch_it_again(client: FlaskClient, kind: str) -> None:
    with time_machine.travel(datetime.now(UTC).replace(microsecond=0), tick=False) as traveller:
        traveller.shift(10)
        path = f"{HERE}/so-lieu.{kind}"
        first = client.get(path)
        tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
        assert not tag.startswith("W/") and first.headers["Access-Control-Allow-Origin"] == "*"
        for condition in ({"If-None-Match": tag}, {"If-Modified-Since": changed}):
            again = client.get(path, headers=condition)
            assert (again.status_code, again.get_data()) == (304, b"")
        report("2026-11", {FIRST: (1, 2)})
        traveller.shift(10)
        for condition in ({"If-None-Match": tag}, {"If-Modified-Since": changed}):
            assert client.get(path, headers=condition).status_code == 200
        assert client.head(path).status_code == 200


def test_within_the_second_of_a_change_nothing_is_dated(client: FlaskClient) -> None:
    """More may change in the same second, and a date tells no two of them apart."""
    with time_machine.travel(datetime.now(UTC), tick=False):
        report("2026-11", {FIRST: (1, 2)})
        assert "Last-Modified" not in client.get(f"{HERE}/so-lieu.csv").headers


FILTERED = (
    ("", [("2026-09", SECOND), ("2026-09", FIRST), ("2026-10", SECOND), ("2026-10", FIRST)]),
    (f"place={FIRST}", [("2026-09", FIRST), ("2026-10", FIRST)]),
    ("from=2026-10", [("2026-10", SECOND), ("2026-10", FIRST)]),
    ("to=2026-q3", [("2026-09", SECOND), ("2026-09", FIRST)]),
    ("from=2026-10-02", []),
    ("indicator=dung-han", []),
    ("indicator=online_filing&kind=quarter", []),
)


def test_files_are_filtered_by_their_address(client: FlaskClient) -> None:
    for query, expected in FILTERED:
        found = rows(client, f"{HERE}/so-lieu.csv?{query}")
        assert sorted((row["period"], row["unit"]) for row in found) == sorted(expected), query


WRONG = (
    ("indicator=khong-co", "indicator"), ("place=khong-co", "place"), ("kind=week", "kind"), ("from=mai", "from"),
    ("to=2026-13", "to"), ("since=hom-qua", "since"), ("since=2026-99-99", "since"), ("agency=khong-co", "agency"),
    (f"place={FIRST}&agency=*", "agency"), ("place=%00", "place"), (f"place={'x' * 300}", "place"),
)  # fmt: skip


def test_a_wrong_parameter_is_named(client: FlaskClient) -> None:
    for kind in ("csv", "json", "xlsx"):
        for query, parameter in WRONG:
            response = client.get(f"{HERE}/so-lieu.{kind}?{query}")
            assert response.status_code == 400 and response.mimetype == "application/problem+json", query
            assert response.get_json()["parameter"] == parameter
    assert client.get(f"{HERE}/so-lieu.json?limit=0").get_json()["parameter"] == "limit"
    assert client.get(f"{HERE}/so-lieu.json?cursor=x").get_json()["parameter"] == "cursor"
    assert client.get(f"{HERE}/chi-so.json?place={FIRST}").get_json()["parameter"] == "place"


def test_a_file_that_is_not_there_is_a_problem_that_machines_read(client: FlaskClient) -> None:
    response = client.get(f"{HERE}/khong-co.csv")
    assert response.status_code == 404 and response.mimetype == "application/problem+json"


def test_a_workbook_is_never_cut_off(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS_OF_SHEET", 3)
    response = client.get(f"{HERE}/so-lieu.xlsx")
    assert response.status_code == 422 and response.mimetype == "application/problem+json"
    assert client.get(f"{HERE}/so-lieu.xlsx?place={FIRST}").status_code == 200


def test_csv_asks_the_database_by_the_chunk(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with count_queries() as few:
        client.get(f"{HERE}/so-lieu.csv").get_data()
    for number in range(1, 9):
        report(f"2025-{number:02}", {FIRST: (1, 2), SECOND: (1, 2)})
    client.get(HERE)
    with count_queries() as many:
        client.get(f"{HERE}/so-lieu.csv").get_data()
    assert len(many) <= len(few)
    monkeypatch.setattr(files, "_CHUNK", 3)
    assert len(rows(client, f"{HERE}/so-lieu.csv")) == 20


def test_a_file_is_of_one_moment_or_breaks_off(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_CHUNK", 3)
    response = client.get(f"{HERE}/so-lieu.csv", buffered=False)
    pieces = response.iter_encoded()
    next(pieces), next(pieces)
    report("2026-08", {FIRST: (1, 2)})
    with pytest.raises(ChangedMeanwhileError):
        list(pieces)
    response.close()


def test_illustrative_figures_say_so_in_every_row_file_and_page(client: FlaskClient, visitor: Visitor) -> None:
    assert "minh-hoa" not in client.get(f"{HERE}/so-lieu.csv").headers["Content-Disposition"]
    report("2026-07", {FIRST: (1, 2)}, is_demo=True)
    response = client.get(f"{HERE}/so-lieu.csv")
    assert "so-lieu-minh-hoa.csv" in response.headers["Content-Disposition"]
    found = rows(client, f"{HERE}/so-lieu.csv")
    assert {row["period"]: row["is_demo"] for row in found}["2026-07"] == "true"
    assert {row["period"]: row["is_demo"] for row in found}["2026-10"] == "false"
    assert client.get(f"{HERE}/so-lieu.json").get_json()["is_demo"] is True
    for path in (HERE, f"{HERE}/so-lieu"):
        assert "minh họa" in visitor.get(path).words
    with unit_of_work():
        service.remove_demo()
    db.session.remove()
    assert client.get(f"{HERE}/so-lieu.json").get_json()["is_demo"] is False


def test_the_figures_page_and_the_sitemap_lead_here(visitor: Visitor, client: FlaskClient) -> None:
    assert f"{HERE}/so-lieu" in visitor.get("/so-lieu").links()
    sitemap = client.get("/sitemap.xml").get_data(as_text=True)
    assert all(f"{HERE}/{slug}<" in sitemap for slug in SLUGS)
