"""Lists of names are in the Vietnamese order: Đ behind D, not behind X."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.permissions import Role
from tests.factories.fees import document, few_places, reduction
from tests.factories.records import import_records, record_row
from tests.factories.staff import Browser
from tests.web.page import Visitor

CODES = {"1.000001": "Xóa đăng ký", "1.000002": "Đăng ký lại", "1.000003": "Ân xá", "1.000004": "Dừng trợ cấp"}
ORDERED = ["Ân xá", "Dừng trợ cấp", "Đăng ký lại", "Xóa đăng ký"]
pytestmark = pytest.mark.usefixtures("app")


def in_order(words: str, names: list[str]) -> list[str]:
    """The names as they follow one another on a page."""
    return sorted(names, key=words.index)


def test_services_of_a_reduction(visitor: Visitor) -> None:
    import_records([record_row(code, name=name) for code, name in CODES.items()])
    slug = reduction(document(), procedures=tuple(CODES))
    words = visitor.get(f"/giam-phi/{slug}").words
    assert in_order(words[words.index("Phí hôm nay của các dịch vụ") :], ORDERED) == ORDERED


def test_reductions_and_villages_of_the_staff(app: Flask) -> None:
    few_places()
    editor = Browser.with_roles(app, Role.EDITOR)
    rests_on = document()
    for name in CODES.values():
        reduction(rests_on, name_vi=name)
        editor.post("/can-bo/dia-ban/xa-dak-to", {"kind": "thon", "name": name})
    for path in ("/can-bo/giam-phi", "/can-bo/dia-ban/xa-dak-to"):
        assert in_order(editor.get(path).get_data(as_text=True), ORDERED) == ORDERED, path


def test_villages_on_the_page_of_their_commune(app: Flask, visitor: Visitor) -> None:
    few_places()
    editor = Browser.with_roles(app, Role.EDITOR)
    for name in CODES.values():
        editor.post("/can-bo/dia-ban/xa-dak-to", {"kind": "thon", "name": name})
    assert in_order(visitor.get("/dia-ban/xa-dak-to").words, ORDERED) == ORDERED
