"""Imports as staff do them: upload, preview, confirm, undo, on screens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.i18n import speaking
from portal.core.permissions import Role
from portal.exchange import queries
from portal.exchange.cli import sweep
from portal.exchange.labels import column_label
from portal.outbox import registry
from portal.outbox import service as outbox
from portal.procedures.exchange import CATALOGUE_COLUMNS
from tests.factories.staff import Browser
from tests.factories.units import stored, unit_table
from tests.web.page import check

HERE = "/can-bo/nhap-du-lieu"
GOOD = "Mã đơn vị;Tên đơn vị;Dân số\n01;Xã Ba Tơ;1.200\n02;=Xã Trà Bồng;3.400\n"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def units(app: Flask) -> Iterator[None]:
    with unit_table():
        yield


def send(browser: Browser, text: str | bytes, name: str = "đơn vị.csv", kind: str = "units") -> TestResponse:
    data = text.encode() if isinstance(text, str) else text
    values = {"csrf_token": browser.form_token, "loai": kind, "tep": (io.BytesIO(data), name)}
    return browser.client.post(HERE, data=values, content_type="multipart/form-data")


def sent(browser: Browser, text: str | bytes, name: str = "đơn vị.csv") -> str:
    """The address of the batch of a file."""
    response = send(browser, text, name)
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.headers["Location"]


def work() -> None:
    """What the worker does until nothing is left."""
    handlers = {kind.name: kind.handler for kind in registry.kinds() if kind.name.startswith("exchange.")}
    assert len(handlers) == 3
    for kind, handler in handlers.items():
        while True:
            with unit_of_work():
                held = outbox.claim(kind, worker="w", now=clock.now(), lease=timedelta(minutes=1), attempts=9)
            if held is None:
                break
            handler(
                registry.Delivery(
                    held.id, held.code, kind, held.key, held.payload, held.attempt, held.created_at, lambda: None
                )
            )
            with unit_of_work():
                outbox.mark_sent(held.id, held.lease, now=clock.now())
    db.session.rollback()


def test_a_file_is_previewed_confirmed_and_undone(app: Flask) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    page = sent(analyst, GOOD)
    preview = check(analyst.get(page), page)
    assert "Chờ xác nhận" in preview.words
    assert "2 dòng đọc được" in preview.words
    assert "2 thêm mới" in preview.words
    assert stored() == {}, "nothing is imported before somebody says so"
    assert "1 lần nhập dữ liệu chờ xác nhận" in check(analyst.get("/can-bo"), "/can-bo").words
    assert "chờ xác nhận" not in check(Browser.with_roles(app, Role.OFFICER).get("/can-bo"), "/can-bo").words
    assert analyst.post(f"{page}/xac-nhan").status_code == 303
    assert set(stored()) == {"01", "02"}
    assert "Đã nhập" in check(analyst.get(page), page).words
    again = sent(analyst, GOOD)
    refused = analyst.post(f"{again}/xac-nhan")
    assert refused.status_code == 409
    assert "đã" in check(refused, again).text("main")
    assert f"{page}/hoan-tac" in analyst.get(page).get_data(as_text=True)
    assert analyst.post(f"{page}/hoan-tac").status_code == 303
    waiting = analyst.get(page).get_data(as_text=True)
    assert "Đang hoàn tác" in waiting
    assert f"{page}/hoan-tac" not in waiting, "it has been asked for"
    work()
    assert stored() == {}
    assert "Đã hoàn tác" in check(analyst.get(page), page).words
    assert [entry.action for entry in audit.entries(AuditFilter(), limit=5)][:2] == [
        "import_undone",
        "import_confirmed",
    ]


def test_bad_rows_are_shown_taken_away_and_skipped(app: Flask) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    page = sent(analyst, GOOD + ";Xã không mã;5\n03;Xã Lẻ;nhiều\n")
    shown = check(analyst.get(page), page)
    assert "2 dòng lỗi" in shown.words
    file = analyst.get(f"{page}/loi.csv")
    rows = list(csv.reader(io.StringIO(file.get_data(as_text=True).lstrip("\ufeff"))))
    assert len(rows) == 3
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert analyst.post(f"{page}/xac-nhan").status_code == 422
    assert stored() == {}
    assert analyst.post(f"{page}/xac-nhan", {"bo-qua": "1"}).status_code == 303
    assert set(stored()) == {"01", "02"}


def test_columns_that_nobody_knows_are_asked_for_and_remembered(app: Flask) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    odd = "Ký hiệu;Tên đơn vị;Ghi thêm\n01;Xã Ba Tơ;x\n"
    page = sent(analyst, odd)
    assert "Mỗi cột là gì?" in check(analyst.get(page), page).words
    wrong = analyst.post(f"{page}/cot", {"cot-0": "name", "cot-1": "name", "cot-2": ""})
    assert wrong.status_code == 422
    assert analyst.post(f"{page}/cot", {"cot-0": "code", "cot-1": "name", "cot-2": "hack"}).status_code == 422
    assert analyst.post(f"{page}/cot", {"cot-0": "code", "cot-1": "name", "cot-2": ""}).status_code == 303
    assert "Chờ xác nhận" in check(analyst.get(page), page).words
    assert "Chờ xác nhận" in check(analyst.get(sent(analyst, odd + "02;Xã B;y\n")), page).words


def test_the_header_is_chosen_where_another_row_was_taken_for_it(app: Flask) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    page = sent(analyst, "Mã đơn vị;Tên đơn vị\nKý hiệu;Nơi chốn;Số người\n01;Xã Ba Tơ;1.200\n")
    shown = analyst.get(page).get_data(as_text=True)
    assert "Có lỗi" in shown
    assert '<option value="1" selected>Dòng 1: Mã đơn vị | Tên đơn vị</option>' in shown
    assert analyst.post(f"{page}/tieu-de", {"dong": "2"}).status_code == 303
    asked = check(analyst.get(page), page).words
    assert "Mỗi cột là gì?" in asked
    assert "Nơi chốn" in asked
    analyst.post(f"{page}/cot", {"cot-0": "code", "cot-1": "name"})
    assert "1 thêm mới" in check(analyst.get(page), page).words
    analyst.post(f"{page}/tieu-de", {"dong": "1"})
    assert "Có lỗi" in analyst.get(page).get_data(as_text=True), "a header that is known is checked at once"
    for line in ("", "x", "0", "7", "²", "9" * 30):
        assert analyst.post(f"{page}/tieu-de", {"dong": line}).status_code == 422
    analyst.post(f"{page}/bo")
    assert analyst.post(f"{page}/tieu-de", {"dong": "2"}).status_code == 409
    assert Browser.with_roles(app, Role.EDITOR).post(f"{page}/tieu-de", {"dong": "2"}).status_code == 404


def test_an_import_that_is_too_old_offers_no_undoing(app: Flask) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    page = sent(analyst, GOOD)
    analyst.post(f"{page}/xac-nhan")
    assert "Hoàn tác" in check(analyst.get(page), page).words
    with unit_of_work():
        sweep(clock.now() + timedelta(days=366))
    assert "Hoàn tác" not in check(analyst.get(page), page).words
    refused = analyst.post(f"{page}/hoan-tac")
    assert refused.status_code == 409
    assert "đã quá lâu nên không hoàn tác được" in check(refused, page).words
    assert audit.count(AuditFilter(action="import_undone")) == 0


def test_a_large_file_goes_through_the_worker(app: Flask) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    rows = "".join(f"{number};Xã {number};1\n" for number in range(3_000))
    page = sent(analyst, "Mã đơn vị;Tên đơn vị;Dân số\n" + rows)
    waiting = check(analyst.get(page), page)
    assert "Hệ thống đang xử lý" in waiting.words
    fragment = analyst.get(page, **{"HX-Request": "true"}).get_data(as_text=True)
    assert fragment.lstrip().startswith('<div id="lan-nhap" data-hx-get')
    assert "<html" not in fragment
    work()
    assert "3.000 thêm mới" in check(analyst.get(page), page).words
    analyst.post(f"{page}/xac-nhan")
    assert stored() == {}
    work()
    assert len(stored()) == 3_000
    assert "data-hx-get" not in analyst.get(page).get_data(as_text=True), "nothing to wait for any more"


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (b"", "a.csv", "Tệp không có nội dung"),
        (b"PK\x03\x04rubbish", "a.xlsx", ""),
        (b"PK\x03\x04", "a.csv", ""),
        (b"\x00\x01\x02", "a.csv", ""),
        ("a;b\n1;2\n", "a.csv", ""),
        ("x", "a.exe", ""),
        ("x", "../../etc/passwd", ""),
    ],
)
def test_a_file_that_is_none_gets_a_clear_message(app: Flask, text: str | bytes, name: str, message: str) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    response = send(analyst, text, name)
    assert response.status_code in {303, 422}
    if response.status_code == 422:
        assert message in check(response, HERE).words
        assert queries.batches() == []
    else:
        assert "Mỗi cột là gì?" in check(analyst.get(response.headers["Location"]), HERE).words


def test_nothing_chosen_is_said(app: Flask) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    assert "Bạn chưa chọn tệp" in check(analyst.post(HERE, {"loai": "units"}), HERE).words
    assert "Bạn chọn loại dữ liệu" in check(send(analyst, GOOD, kind="khong-co"), HERE).words


def test_a_file_that_is_too_long_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.config, "MAX_CONTENT_LENGTH", 10)
        assert send(analyst, GOOD).status_code == 303, "uploads have a limit of their own"
        assert analyst.post("/can-bo/dang-xuat", {"x": "y" * 100}).status_code == 413


def test_others_see_no_batch_and_no_kind(app: Flask) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    page = sent(analyst, GOOD)
    editor, officer = Browser.with_roles(app, Role.EDITOR), Browser.with_roles(app, Role.OFFICER)
    assert editor.get(page).status_code == officer.get(page).status_code == 404
    for act in ("cot", "xac-nhan", "bo", "hoan-tac"):
        assert editor.post(f"{page}/{act}").status_code == 404, act
    assert editor.get(f"{page}/loi.csv").status_code == 404
    assert "Đơn vị hành chính" not in editor.get(HERE).get_data(as_text=True)
    assert send(editor, GOOD).status_code == 422
    assert officer.get(HERE).status_code == 403
    assert stored() == {}


def test_a_batch_is_given_up(app: Flask) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    page = sent(analyst, GOOD)
    assert analyst.post(f"{page}/bo").status_code == 303
    assert analyst.post(f"{page}/xac-nhan").status_code == 409
    assert stored() == {}


def test_columns_are_named_in_the_readers_language(app: Flask) -> None:
    for locale, label in (("vi", "Trạng thái"), ("en", "State")):
        with app.test_request_context(), speaking(locale):
            assert column_label(CATALOGUE_COLUMNS, "state") == label
            assert column_label(CATALOGUE_COLUMNS, "portal_id") == "portal_id"
