"""What staff put on the home page."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.guides import picks
from portal.guides import service as guides
from tests.factories import guide_data, guide_values
from tests.factories.records import import_records, record_row
from tests.factories.staff import Browser
from tests.web.page import Visitor, check

PAGE = "/can-bo/trang-dau"
FEATURED = f"{PAGE}/featured"
TITLES = {"dang-ky-khai-sinh": "Đăng ký khai sinh", "dang-ky-ket-hon": "Đăng ký kết hôn", "cap-ho-chieu": "Hộ chiếu"}


@pytest.fixture
def editor(app: Flask) -> Browser:
    """An editor, over three guides; the first two are on the profile's list."""
    import_records([record_row()])
    with unit_of_work():
        found = [guide_data(slug, vi=guide_values()["vi"] | {"title": title}) for slug, title in TITLES.items()]
        guides.import_guides(found, now=clock.now())
    db.session.remove()
    return Browser.with_roles(app, Role.EDITOR)


def counter(browser: Browser) -> str:
    return re.findall(r'name="counter" value="(\d+)"', browser.get(PAGE).get_data(as_text=True))[0]


def act(browser: Browser, what: str, *, slug: str = "", page: str = "", section: str = "featured") -> int:
    values = {"act": what, "slug": slug, "page": page, "counter": counter(browser)}
    return browser.post(f"{PAGE}/{section}", values).status_code


def shown(visitor: Visitor) -> list[str]:
    """The guides that stand first on the home page."""
    text = visitor.get("/").response.get_data(as_text=True)
    part = text.partition('id="thuong-gap"')[2].partition("</section>")[0]
    return re.findall(r"/huong-dan/([a-z-]+)", part)


def test_what_ships_holds_until_somebody_picks(editor: Browser, visitor: Visitor) -> None:
    assert shown(visitor) == ["dang-ky-khai-sinh", "dang-ky-ket-hon", "cap-ho-chieu"]
    assert act(editor, "down", slug="dang-ky-khai-sinh") == 303
    page = check(editor.get(PAGE), PAGE)
    assert "do cán bộ chọn" in page.words
    # Five of the profile's guides aren't there; they keep their places and are said to be gone.
    assert page.words.count("không còn hoặc đã đổi loại") == 5
    for slug in ("cap-ho-chieu", "dang-ky-khai-sinh"):
        assert act(editor, "remove", slug=slug) == 303
    assert shown(visitor) == ["dang-ky-ket-hon"]
    assert act(editor, "add", page="hộ chiếu") == 303
    assert act(editor, "add", page="http://localhost/en/huong-dan/dang-ky-khai-sinh?x=1#y") == 303
    assert shown(visitor) == ["dang-ky-ket-hon", "cap-ho-chieu", "dang-ky-khai-sinh"]
    assert act(editor, "up", slug="dang-ky-khai-sinh") == 303
    assert shown(visitor) == ["dang-ky-ket-hon", "dang-ky-khai-sinh", "cap-ho-chieu"]
    assert act(editor, "reset") == 303
    assert shown(visitor) == ["dang-ky-khai-sinh", "dang-ky-ket-hon", "cap-ho-chieu"]
    db.session.rollback()
    assert len(audit.entries(AuditFilter(action="site_content_changed"), limit=50)) == 7


def test_a_guide_stands_only_where_its_kind_belongs(editor: Browser, visitor: Visitor) -> None:
    answer = editor.post(f"{PAGE}/life_events", {"act": "add", "page": "Hộ chiếu", "counter": "0"})
    assert answer.status_code == 422
    page = check(answer, PAGE)
    assert "thuộc loại khác" in page.words
    assert "Hộ chiếu" in answer.get_data(as_text=True)
    visitor.get("/")


@pytest.mark.parametrize("page", ["", "Không có", "a" * 100_000, "/huong-dan/", "<script>", "../../etc/passwd"])
def test_what_is_no_guide_is_refused(editor: Browser, page: str) -> None:
    answer = editor.post(FEATURED, {"act": "add", "page": page, "counter": "0"})
    assert answer.status_code == 422
    check(answer, PAGE)


def test_twice_the_same_and_too_many_are_refused(editor: Browser) -> None:
    assert act(editor, "add", page="Hộ chiếu") == 422
    with unit_of_work():
        many = [f"x-{number}" for number in range(picks.MOST_PICKS)]
        from tests.factories.staff import OPERATOR

        picks.save("featured", many, counter=0, actor=OPERATOR, now=clock.now())
    assert act(editor, "add", page="Hộ chiếu") == 422


def test_who_saves_later_is_told(app: Flask, editor: Browser) -> None:
    other, old = Browser.with_roles(app, Role.REVIEWER), counter(editor)
    assert act(other, "down", slug="dang-ky-khai-sinh") == 303
    for value in (old, "", "x", "9" * 400, "-1"):
        answer = editor.post(FEATURED, {"act": "remove", "slug": "dang-ky-khai-sinh", "counter": value})
        assert answer.status_code == 409, value
        assert "Có người vừa sửa trước bạn" in check(answer, PAGE).words
    assert "dang-ky-khai-sinh" in picks.picked()["featured"]
    # Reset and picked anew meanwhile: an old form is still an old one.
    opened = counter(editor)
    assert act(other, "reset") == 303
    assert act(other, "down", slug="dang-ky-khai-sinh") == 303
    assert editor.post(FEATURED, {"act": "reset", "counter": opened}).status_code == 409


def test_only_who_edits_content_may(app: Flask, editor: Browser) -> None:
    assert editor.post(f"{PAGE}/footer", {"act": "reset", "counter": "0"}).status_code == 404
    for role in (Role.ANALYST, Role.OFFICER, Role.COORDINATOR, Role.TEAM_LEADER, Role.LEADER):
        outsider = Browser.with_roles(app, role)
        assert outsider.get(PAGE).status_code == 403
        assert outsider.post(FEATURED, {"act": "reset", "counter": "0"}).status_code == 403
