"""Villages as staff keep them: by hand, and from a table."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.exchange import jobs, service
from portal.exchange import queries as batches
from portal.exchange.models import Batch
from portal.exchange.service import Upload
from portal.places import queries
from tests.factories.places import load_places
from tests.factories.staff import Browser
from tests.factories.units import ACTOR, MOMENT, clock, confirm
from tests.queries import count_queries
from tests.web.page import Visitor, check

HERE = "/can-bo/dia-ban"
ADDED = f"{HERE}/thon/thon-vinh-an-xa-ba-xa"


@pytest.fixture(autouse=True)
def places(app: Flask) -> Iterator[None]:
    """The places that ship."""
    load_places()
    yield
    db.session.remove()


def names(slug: str = "xa-ba-xa") -> list[str]:
    db.session.rollback()
    place = queries.place(slug)
    assert place is not None
    return [row.name for row in queries.village_rows(place.id)]


def test_a_village_is_added_renamed_and_ended(app: Flask, visitor: Visitor) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    page = check(editor.get(f"{HERE}?q=ba+xa"), HERE)
    assert f"{HERE}/xa-ba-xa" in page.links()
    assert "Chưa có thôn" in check(editor.get(f"{HERE}/xa-ba-xa"), HERE).words
    assert editor.post(f"{HERE}/xa-ba-xa", {"kind": "thon", "name": " Vĩnh  An "}).status_code == 303
    assert names() == ["Thôn Vĩnh An"]
    assert "Vĩnh An" in visitor.get("/dia-ban/xa-ba-xa").words
    assert "/dia-ban/xa-ba-xa" in visitor.get("/dia-ban/thon-vinh-an-xa-ba-xa").links()
    check(editor.get(ADDED), ADDED)
    assert editor.post(ADDED, {"kind": "lang", "name": "Vĩnh Yên"}).status_code == 303
    assert names() == ["Làng Vĩnh Yên"]
    place = queries.atlas().get("thon-vinh-an-xa-ba-xa")
    assert place is not None
    assert place.former_names == ("Vĩnh An",)
    assert editor.post(f"{ADDED}/het", {"valid_to": "31/12/2026"}).status_code == 303
    assert "Vĩnh Yên" not in visitor.get("/dia-ban/xa-ba-xa").words
    assert "Vĩnh Yên" in visitor.get("/dia-ban/thon-vinh-an-xa-ba-xa").words, "an old address never ends in a 404"
    done = [entry.action for entry in audit.entries(AuditFilter(), limit=5) if entry.action.startswith("village")]
    assert done == ["village_ended", "village_changed", "village_added"]


@pytest.mark.parametrize(
    ("path", "values", "message"),
    [
        ("/xa-ba-xa", {"kind": "thon", "name": " \u200b "}, "Bạn chưa điền tên"),
        ("/xa-ba-xa", {"kind": "thon", "name": "a" * 101}, "Tên dài quá"),
        ("/xa-ba-xa", {"kind": "huyen", "name": "Mới"}, "Bạn chọn loại"),
        ("/xa-ba-xa", {"kind": "thon", "name": "Vĩnh An"}, "đã có thôn, tổ tên này"),
        ("/xa-ba-xa-huyen-ba-to", {"kind": "thon", "name": "Mới"}, "đã hết hiệu lực"),
        ("/thon/thon-vinh-an-xa-ba-xa", {"kind": "thon", "name": ""}, "Bạn chưa điền tên"),
        ("/thon/thon-vinh-an-xa-ba-xa/het", {"valid_to": "hôm qua"}, "Ngày cuối chưa đúng"),
        ("/thon/thon-vinh-an-xa-ba-xa/het", {"valid_to": ""}, "Ngày cuối chưa đúng"),
    ],
)
def test_what_is_wrong_is_refused_and_said(app: Flask, path: str, values: dict[str, str], message: str) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    editor.post(f"{HERE}/xa-ba-xa", {"kind": "thon", "name": "Vĩnh An"})
    response = editor.post(HERE + path, dict(values))
    assert response.status_code == 422
    assert message in check(response, HERE).words
    assert names() == ["Thôn Vĩnh An"]


def test_levels_are_not_mixed_up(app: Flask) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    for path in ("/huyen-ba-to", "/tinh-quang-ngai", "/thon/xa-ba-xa", "/khong-co"):
        assert editor.get(HERE + path).status_code == 404
        assert editor.post(HERE + path, {"kind": "thon", "name": "X"}).status_code == 404
    editor.post(f"{HERE}/xa-ba-xa", {"kind": "thon", "name": "Một"})
    editor.post(f"{HERE}/thon/thon-mot-xa-ba-xa/het", {"valid_to": "2026-01-01"})
    editor.post(f"{HERE}/xa-ba-xa", {"kind": "thon", "name": "Một"})
    assert {one.slug for one in queries.atlas().places if one.level == "village"} == {
        "thon-mot-xa-ba-xa",
        "thon-mot-xa-ba-xa-2",
    }


def checked(folder: Path, text: str) -> Batch:
    given = Upload(kind="villages", file_name="thôn.csv", source=io.BytesIO(text.encode()), actor=ACTOR)
    received = service.receive(given, folder=folder)
    with unit_of_work():
        code = service.upload(received, now=MOMENT).code
    jobs.run_check(code, folder=folder, clock=clock)
    db.session.remove()
    found = batches.batch(code)
    assert found is not None
    return found


HEADER = "Xã, phường;Loại;Tên thôn, tổ dân phố;Ngày số liệu;Ngày cuối\n"


def test_villages_come_from_a_table_and_can_be_taken_back(tmp_path: Path) -> None:
    rows = "Xã Ba Xa;Thôn;Vĩnh An;;\nxa-ba-xa;;Tổ dân phố 3;;\n21025;Thôn;Một;01/07/2025;31/12/2026\n"
    rows += "21025;TDP;5;30/06/2025;\nphường Nguyễn Nghiêm, thị xã Đức Phổ;Thôn;Hai;;\n"
    batch = checked(tmp_path, HEADER + rows)
    assert [error.message() for error in batches.row_errors(batch.id)] == []
    code = batch.code
    confirm(code)
    jobs.run_apply(code, folder=tmp_path, clock=clock)
    assert names() == ["Tổ dân phố 3", "Thôn Vĩnh An"]
    assert names("phuong-cam-thanh") == ["Tổ dân phố 5", "Thôn Một"], "a code of before leads to what it became"
    assert names("phuong-duc-pho") == ["Thôn Hai"]
    again = checked(tmp_path, HEADER + rows.replace("Vĩnh An;;", "Vĩnh An;;2026-12-31"))
    assert [again.counts[f"would_{name}"] for name in ("new", "changed", "unchanged")] == [0, 1, 4]
    jobs.run_undo(code, clock=clock)
    assert names() == names("phuong-cam-thanh") == []


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("21025;Thôn;Một;;", "commune", "code_without_day"),
        ("99999;Thôn;Một;01/07/2025;", "commune", "no_unit_of_code"),
        ("Nguyễn Nghiêm;Thôn;Một;;", "commune", "ambiguous_place"),
        ("Xã Trà Bùi;Thôn;Một;;", "commune", "ambiguous_place"),
        ("zzzz;Thôn;Một;;", "commune", "unknown_place"),
        ("Ba Xq;Thôn;Một;;", "commune", "unknown_place"),
        (";Thôn;Một;;", "commune", "missing"),
        ("xa-ba-xa;Huyện;Một;;", "kind", "unknown_value"),
        ("xa-ba-xa;;Một;;", "kind", "missing"),
        ("xa-ba-xa;Thôn;;;", "name", "missing"),
        ("xa-ba-xa;Thôn;Một;;31/02/2026", "valid_to", "bad_date"),
    ],
)
def test_a_row_that_names_no_one_commune_is_refused(tmp_path: Path, row: str, column: str, reason: str) -> None:
    batch = checked(tmp_path, f"{HEADER}xa-mo-cay;Thôn;Tốt;;\n{row}\nxa-mo-cay;Thôn;Cũng tốt;;\n")
    found = [(error.line, error.column, error.code) for error in batches.row_errors(batch.id)]
    assert found == [(3, column, reason)]


def brought(folder: Path, rows: str) -> str:
    code = checked(folder, HEADER + rows).code
    confirm(code)
    jobs.run_apply(code, folder=folder, clock=clock)
    db.session.remove()
    return code


def standing() -> list[tuple[str, str | None]]:
    db.session.remove()
    places = (one for one in queries.atlas().places if one.level == "village")
    return [(one.name, one.valid_to.isoformat() if one.valid_to else None) for one in places]


def test_a_list_without_a_last_day_revives_no_village(tmp_path: Path) -> None:
    brought(tmp_path, "xa-ba-xa;Thôn;Một;;31/12/2025\n")
    text = "Xã, phường;Loại;Tên thôn, tổ dân phố\nxa-ba-xa;Thôn;Một\n"
    batch = checked(tmp_path, text)
    assert [batch.counts[f"would_{name}"] for name in ("new", "changed", "unchanged")] == [0, 0, 1]
    assert standing() == [("Một", "2025-12-31")]


def test_an_undo_touches_only_the_village_that_was_imported(app: Flask, tmp_path: Path) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    editor.post(f"{HERE}/xa-ba-xa", {"kind": "thon", "name": "Một"})
    editor.post(f"{HERE}/thon/thon-mot-xa-ba-xa/het", {"valid_to": "2020-12-31"})
    editor.post(f"{HERE}/xa-ba-xa", {"kind": "thon", "name": "Một"})
    before = [("Một", "2020-12-31"), ("Một", None)]
    assert standing() == before
    code = brought(tmp_path, "xa-ba-xa;Thôn;Một;;31/12/2026\n")
    assert standing() == [("Một", "2020-12-31"), ("Một", "2026-12-31")]
    jobs.run_undo(code, clock=clock)
    assert standing() == before
    code = brought(tmp_path, "xa-ba-xa;Thôn;Hai;;\n")
    jobs.run_undo(code, clock=clock)
    assert standing() == before


def test_a_village_that_was_renamed_or_is_written_otherwise_comes_once(app: Flask, tmp_path: Path) -> None:
    brought(tmp_path, "xa-ba-xa;Thôn;Vĩnh An;;\nxa-ba-xa;Thôn;Hà;;\nxa-ba-xa;Thôn;Hạ;;\n")
    assert sorted(standing()) == [("Hà", None), ("Hạ", None), ("Vĩnh An", None)]
    editor = Browser.with_roles(app, Role.EDITOR)
    assert editor.post(ADDED, {"kind": "lang", "name": "Vĩnh Yên"}).status_code == 303
    batch = checked(tmp_path, HEADER + "xa-ba-xa;Thôn;Vĩnh An;;\nxa-ba-xa;THÔN;HÀ;;\nxa-ba-xa;Tổ dân phố;Hà;;\n")
    assert [batch.counts[f"would_{name}"] for name in ("new", "changed", "unchanged")] == [1, 0, 2]


def test_many_villages_come_in_few_statements(tmp_path: Path) -> None:
    code = checked(tmp_path, HEADER + "".join(f"xa-ba-xa;Thôn;{n};;\n" for n in range(300))).code
    confirm(code)
    with count_queries() as statements:
        jobs.run_apply(code, folder=tmp_path, clock=clock)
    assert len(names()) == 300
    assert len(statements) < 60
