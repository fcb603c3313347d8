"""An officer reads the page as the person saw it, however often it was published since."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.feedback.subjects import subject
from tests.factories.feedback import PROVINCE_CENTER, load_agencies, receive
from tests.factories.officers import address, at_desk
from tests.factories.records import import_records, record_row
from tests.web.caching import publish
from tests.web.page import check


@pytest.fixture(autouse=True)
def _content(app: Flask) -> None:
    load_agencies()
    import_records([record_row()])
    publish("Tên cũ")


def test_the_page_that_was_seen_stays_readable(app: Flask) -> None:
    received = receive(subject=subject("guide:dang-ky-khai-sinh", "vi"))
    desk = at_desk(app, PROVINCE_CENTER)
    case = address(received)
    seen = f"{case}/trang-da-xem"
    assert seen not in desk.get(case).get_data(as_text=True), "it is still the same"
    publish("Tên mới")
    assert seen in desk.get(case).get_data(as_text=True)
    page = check(desk.get(seen), seen)
    assert page.text("h1") == "Tên cũ"
    assert "Giấy chứng sinh" in page.words
    publish("Tên cũ")
    assert seen not in desk.get(case).get_data(as_text=True), "it stands as it stood then"


def test_what_was_never_kept_is_not_there(app: Flask) -> None:
    desk = at_desk(app, PROVINCE_CENTER)
    about = subject("guide:dang-ky-khai-sinh", "vi")
    for nonce, changes in (
        ("a", {}),
        ("b", {"subject": about, "seen_version": "0" * 64}),
        ("c", {"subject": about, "seen_version": ""}),
    ):
        received = receive(nonce, **changes)
        status = desk.get(f"{address(received)}/trang-da-xem").status_code
        assert status == (200 if nonce == "c" else 404), nonce
