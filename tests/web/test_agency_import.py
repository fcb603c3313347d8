"""A table of agencies: previewed, applied, undone."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from portal.agencies import queries, service
from portal.agencies.exchange import AgencyImport, in_circle
from portal.agencies.models import AgencyKind
from portal.agencies.service import Standing
from portal.core.db import db, unit_of_work
from portal.exchange import jobs
from portal.exchange import queries as batches
from portal.exchange import service as exchange
from portal.exchange.models import Batch
from portal.exchange.service import Upload
from tests.factories.places import load_places
from tests.factories.units import ACTOR

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HEADER = "Tên cơ quan;Loại cơ quan;Địa bàn;Điện thoại;Giờ làm việc;Ngày xác nhận\n"
CENTRE = "Trung tâm Phục vụ hành chính công xã Ba Xa"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def centre(app: Flask) -> None:
    load_places()
    with unit_of_work():
        service.add_missing([Standing("trung-tam-xa-ba-xa", CENTRE, AgencyKind.SERVICE_CENTER, "", "xa-ba-xa")])


def checked(folder: Path, text: str) -> Batch:
    """A file that was read, and nothing of it written."""
    given = Upload(kind=AgencyImport.key, file_name="co-quan.csv", source=io.BytesIO(text.encode()), actor=ACTOR)
    received = exchange.receive(given, folder=folder)
    with unit_of_work():
        code = exchange.upload(received, now=NOW).code
    jobs.run_check(code, folder=folder, clock=lambda: NOW)
    db.session.remove()
    batch = batches.batch(code)
    assert batch is not None
    return batch


def brought(folder: Path, text: str) -> str:
    """The code of a batch that was applied."""
    code = checked(folder, text).code
    with unit_of_work():
        exchange.confirm(code, now=NOW)
    jobs.run_apply(code, folder=folder, clock=lambda: NOW)
    db.session.remove()
    return code


def contacts(slug: str) -> tuple[object, ...]:
    db.session.remove()
    row = queries.agency(slug)
    assert row is not None
    known = queries.contacts_of(row)
    return (known.phones, known.hours, known.day_of("phones"))


def test_the_same_name_is_the_same_agency_and_comes_back_as_it_was(tmp_path: Path) -> None:
    code = brought(tmp_path, HEADER + f"{CENTRE};;;0255 3 822 222;7:30–11:30;01/11/2026\n")
    assert contacts("trung-tam-xa-ba-xa") == (("0255 3 822 222",), "7:30–11:30", date(2026, 11, 1))
    assert [row.name for row in queries.agencies()] == [CENTRE]
    jobs.run_undo(code, clock=lambda: NOW)
    assert contacts("trung-tam-xa-ba-xa") == ((), "", None)


def test_empty_cells_say_nothing_and_a_dash_empties(tmp_path: Path) -> None:
    brought(tmp_path, HEADER + f"{CENTRE};;;19001234;7:30–11:30;01/11/2026\n")
    brought(tmp_path, HEADER + f"{CENTRE};;;;-;\n")
    assert contacts("trung-tam-xa-ba-xa") == (("19001234",), "", date(2026, 11, 1))
    row = queries.agency("trung-tam-xa-ba-xa")
    assert row is not None
    assert (row.kind, queries.place_slug(row.territory_id)) == ("service_center", "xa-ba-xa")


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    text = HEADER + f"{CENTRE};Một cửa;xã Ba Xa;19001234;;\nCông an xã Ba Xa;Công an;ba xa;;;\n"
    brought(tmp_path, text)
    batch = checked(tmp_path, text + "\n")
    assert batch.counts["would_unchanged"] == 2
    assert batch.counts["would_changed"] == batch.counts["would_new"] == 0


def test_names_that_differ_in_marks_alone_are_two_agencies(tmp_path: Path) -> None:
    brought(tmp_path, HEADER + "Công an xã Sơn Hà;Công an;xã Sơn Hà;;;\n")
    brought(tmp_path, HEADER + "Công an xã Sơn Hạ;Công an;xã Sơn Hạ;;;\n")
    found = {row.name: (row.slug, row.territory) for row in queries.agencies()}
    assert found["Công an xã Sơn Hà"][0] != found["Công an xã Sơn Hạ"][0]
    assert found["Công an xã Sơn Hà"][1] != found["Công an xã Sơn Hạ"][1]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (";Một cửa;;;;", "name", "missing"),
        ("Sở A;Phòng gì;;;;", "kind", "unknown_value"),
        ("Sở A;;xã Không Có;;;", "territory", "unknown_place"),
        ("Sở A;;21025;;;", "territory", "unknown_place"),  # a code alone names nobody
        ("Sở A;;xã Nguyễn Nghiêm cũ;;;", "territory", "unknown_place"),
        ("Sở A;;;gọi anh Ba;;", "phones", "contact_phone"),
        ("Sở A;;;;;32/13/2026", "confirmed_on", "bad_date"),
    ],
)
def test_each_fault_is_named_with_its_line_and_column(tmp_path: Path, row: str, column: str, code: str) -> None:
    batch = checked(tmp_path, HEADER + row + "\n")
    found = [(error.line, error.column, error.code) for error in batches.row_errors(batch.id)]
    assert found == [(2, column, code)]
    assert len(queries.agencies()) == 1


def test_a_superior_must_be_there_and_not_below(tmp_path: Path) -> None:
    header = "Tên cơ quan;Cơ quan cấp trên\n"
    with unit_of_work():
        service.add_missing([Standing("tram", "Trạm", AgencyKind.OTHER, "trung-tam-xa-ba-xa", "")])
    for row, code in (("Sở A;Sở B", "unknown_agency"), (f"{CENTRE};Trạm", "circle"), (f"{CENTRE};{CENTRE}", "circle")):
        batch = checked(tmp_path, header + row + "\n")
        assert [error.code for error in batches.row_errors(batch.id)] == [code]
    brought(tmp_path, header + f"Sở A;{CENTRE}\n")
    assert queries.subordinates("trung-tam-xa-ba-xa") == ["so-a", "tram"]


@pytest.mark.parametrize("rows", ["Sở A;Sở B\nSở B;Sở A\n", "Sở A;Sở B\nSở B;Sở C\nSở C;Sở A\n"])
def test_rows_that_make_a_circle_together_are_refused(tmp_path: Path, rows: str) -> None:
    with unit_of_work():
        names = (("so-a", "Sở A"), ("so-b", "Sở B"), ("so-c", "Sở C"))
        service.add_missing([Standing(slug, name, AgencyKind.DEPARTMENT, "", "") for slug, name in names])
    batch = checked(tmp_path, "Tên cơ quan;Cơ quan cấp trên\n" + rows)
    assert (batch.state, batch.error_code) == ("refused", "agencies_circle")
    brought(tmp_path, "Tên cơ quan;Cơ quan cấp trên\nSở A;Sở B\nSở B;Sở C\n")
    assert queries.subordinates("so-c") == ["so-a", "so-b"]


def test_a_circle_that_a_file_leaves_alone_refuses_nothing() -> None:
    assert in_circle({"a": "b", "b": "a", "c": "a", "d": ""}, {"c": "a", "d": ""}) == ""
    assert in_circle({"a": "b", "b": "a", "c": "a"}, {"b": "a", "c": "a"}) == "b"


def test_new_names_that_differ_in_marks_alone_come_in_one_file(tmp_path: Path) -> None:
    rows = "Bưu điện Sơn Hà;Bưu điện;xã Sơn Hà;;;\nBưu điện Sơn Hạ;Bưu điện;xã Sơn Hạ;;;\n"
    code = brought(tmp_path, HEADER + rows)
    found = {row.name: row.slug for row in queries.agencies()}
    assert found["Bưu điện Sơn Hà"] == "buu-dien-son-ha"
    assert found["Bưu điện Sơn Hạ"] == "buu-dien-son-ha-2"
    batch = checked(tmp_path, HEADER + rows + "BƯU ĐIỆN SƠN HÀ;;;;;\n")
    assert batch.counts["would_unchanged"] == 2
    assert [error.code for error in batches.row_errors(batch.id)] == ["duplicate_subject"]
    jobs.run_undo(code, clock=lambda: NOW)
    db.session.remove()
    assert [row.name for row in queries.agencies()] == [CENTRE]
