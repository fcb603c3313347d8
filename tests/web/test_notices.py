"""Notices that every reader sees: on which pages, from when until when, kept pages included."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db
from portal.core.permissions import Role
from portal.settings import notices
from tests.factories.staff import Browser
from tests.web.caching import GUIDE, from_the_cache
from tests.web.page import Visitor, check
from tests.web.test_stale_forms import opened

pytestmark = pytest.mark.usefixtures("content")
LIST = "/can-bo/thong-bao"
TITLE = "Cổng quốc gia bảo trì tối 24/11"
# 09:00 on 22 November in Việt Nam.
NOW = "2026-11-22T02:00:00Z"


def values(**changes: str) -> dict[str, str]:
    return {
        "kind": "downtime", "title_vi": TITLE, "text_vi": "Bạn nộp trước 22 giờ.", "title_en": "", "text_en": "",
        "starts_day": "2026-11-24", "starts_hour": "22:00", "ends_day": "2026-11-25", "ends_hour": "02:30",
        "url": "", "shown_on": "everywhere", "paths": "", **changes,
    }  # fmt: skip


@pytest.fixture
def editor(app: Flask) -> Browser:
    return Browser.with_roles(app, Role.EDITOR)


def added(editor: Browser, **changes: str) -> str:
    """Adds a notice; returns the address where it is changed."""
    answer = editor.post(f"{LIST}/them", values(**changes))
    assert answer.status_code == 303, check(answer, LIST).words
    db.session.rollback()
    code = max(notices.notices(), key=lambda row: row.id).code
    db.session.rollback()
    return f"{LIST}/{code}"


def shows(client: FlaskClient, path: str, text: str = TITLE) -> bool:
    response = client.get(path)
    assert response.status_code == 200
    return text in response.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", GUIDE, "/thu-tuc/1.001193", "/tim-kiem?q=khai+sinh", "/quyen-rieng-tu"])
def test_a_downtime_is_told_from_the_day_before_and_gone_to_the_minute(
    app: Flask, editor: Browser, client: FlaskClient, path: str
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        editor = Browser.with_roles(app, Role.REVIEWER)
        added(editor)
        for moment, expected in (
            ("2026-11-22T16:59:59Z", False), ("2026-11-22T17:00:00Z", True), ("2026-11-24T19:29:59Z", True),
            ("2026-11-24T19:30:00Z", False),
        ):  # fmt: skip
            clock.move_to(moment)
            assert shows(client, path) is expected, moment
            # Kept, and so the same; nothing was published in between.
            assert shows(client, path) is expected, moment


def test_what_is_kept_is_left_at_the_minute_without_asking_the_database(app: Flask, client: FlaskClient) -> None:
    with time_machine.travel("2026-11-22T02:00:30Z", tick=False) as clock:
        editor = Browser.with_roles(app, Role.EDITOR)
        added(
            editor,
            kind="urgent",
            starts_day="2026-11-22",
            starts_hour="10:15",
            ends_day="2026-11-22",
            ends_hour="11:00",
        )
        assert not shows(client, GUIDE)
        tag = client.get(GUIDE).headers["ETag"]
        clock.move_to("2026-11-22T03:14:59Z")
        with from_the_cache():
            assert not shows(client, GUIDE)
        clock.move_to("2026-11-22T03:15:00Z")
        assert shows(client, GUIDE)
        assert client.get(GUIDE, headers={"If-None-Match": tag}).status_code == 200, "the reader's copy is an old one"
        clock.move_to("2026-11-22T03:59:59Z")
        with from_the_cache():
            assert shows(client, GUIDE)
        clock.move_to("2026-11-22T04:00:00Z")
        assert not shows(client, GUIDE)


@time_machine.travel(NOW, tick=False)
def test_it_is_shown_where_it_was_meant(app: Flask, client: FlaskClient) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    now = {"kind": "urgent", "starts_day": "2026-11-22", "starts_hour": "08:00"}
    added(editor, **now, title_vi="Chỉ ở trang đầu", shown_on="home")
    added(
        editor, **now, title_vi="Chỉ ở hai trang", shown_on="pages",
        paths=f"http://localhost/en{GUIDE}?x=1#buoc\n/thu-tuc/1.001193\n",
    )  # fmt: skip
    assert shows(client, "/", "Chỉ ở trang đầu")
    assert not shows(client, "/", "Chỉ ở hai trang")
    for path in (GUIDE, "/en" + GUIDE, "/thu-tuc/1.001193"):
        assert shows(client, path, "Chỉ ở hai trang")
        assert not shows(client, path, "Chỉ ở trang đầu")
    assert not shows(client, "/huong-dan", "Chỉ ở")


@time_machine.travel(NOW, tick=False)
def test_readers_of_another_language_get_their_words_or_know_that_there_are_none(app: Flask, visitor: Visitor) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    now = {"kind": "urgent", "starts_day": "2026-11-22", "starts_hour": "08:00", "url": GUIDE}
    path = added(editor, **now)
    page = visitor.get("/en/")
    assert any(one.get("lang") == "vi" and "".join(one.itertext()) == TITLE for one in page.all("span"))
    assert f"/en{GUIDE}" in page.links()
    assert editor.post(path, values(**now, title_en="Back soon", stamp=opened(editor, path))).status_code == 303
    page = visitor.get("/en/")
    assert "Back soon" in page.words
    assert TITLE not in page.words
    assert "02:30 25 November 2026" in page.words


@time_machine.travel(NOW, tick=False)
def test_taken_away_it_is_gone_at_once_and_the_audit_log_has_it(app: Flask, client: FlaskClient) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    path = added(editor, kind="urgent", starts_day="2026-11-22", starts_hour="08:00")
    assert shows(client, "/")
    assert editor.post(f"{path}/go").status_code == 303
    assert not shows(client, "/")
    db.session.rollback()
    (entry,) = audit.entries(AuditFilter(action="notice_removed"), limit=5)
    assert entry.before is not None
    assert entry.before["texts"]["vi"]["title"] == TITLE


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title_vi": ""}, "Bạn chưa điền dòng đầu"),
        ({"kind": "holiday"}, "Bạn chưa chọn loại"),
        ({"shown_on": "nowhere"}, "Bạn chưa chọn nơi hiện"),
        ({"ends_day": "2026-11-24", "ends_hour": "21:59"}, "Giờ hết phải ở sau"),
        ({"starts_day": "2026-11-01", "ends_day": "2026-11-02"}, "Giờ hết đã qua"),
        ({"starts_hour": "25:00"}, "Giờ chưa đúng"),
        ({"starts_day": "2026-02-30"}, "Ngày chưa đúng"),
        ({"ends_day": ""}, "Bạn chưa điền ngày"),
        ({"text_vi": "a" * 501}, "Dài quá 500 ký tự"),
        ({"text_vi": "a" * 200_000}, "Dài quá 500 ký tự"),
        ({"url": "javascript:alert(1)"}, "Đường dẫn phải là"),
        ({"url": "//evil.example/"}, "Đường dẫn phải là"),
        ({"url": "https://evil.example/"}, "Đường dẫn phải là"),
        ({"url": "https://dichvucong.gov.vn@evil.example/"}, "Đường dẫn phải là"),
        ({"url": "/can-bo/nguoi-dung"}, "Đường dẫn phải là"),
        ({"url": "/\\evil.example"}, "Đường dẫn phải là"),
        ({"shown_on": "pages"}, "Bạn chưa dán địa chỉ"),
        ({"shown_on": "pages", "paths": "/huong-dan/khong-co"}, "Không có trang"),
        ({"shown_on": "pages", "paths": "https://evil.example" + GUIDE}, "Không có trang"),
        ({"shown_on": "pages", "paths": f"{GUIDE}\n" * 51}, "Nhiều nhất 50"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(app: Flask, changes: dict[str, str], said: str) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    answer = editor.post(f"{LIST}/them", values(**{"text_en": "Kept words", **changes}))
    assert answer.status_code == 422
    page = check(answer, LIST)
    assert said in page.words
    assert "Kept words" in page.words
    db.session.rollback()
    assert notices.notices() == []


@time_machine.travel(NOW, tick=False)
def test_html_is_shown_as_text(app: Flask, visitor: Visitor) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    words = "<script>alert(1)</script>{{ 7*7 }}"
    added(editor, kind="urgent", starts_day="2026-11-22", starts_hour="08:00", title_vi=words, text_vi=words)
    page = visitor.get("/")
    assert page.words.count(words) == 2
    assert words in check(editor.get(LIST), LIST).words


@time_machine.travel(NOW, tick=False)
def test_who_saves_later_is_told(app: Flask) -> None:
    first, second = Browser.with_roles(app, Role.EDITOR), Browser.with_roles(app, Role.REVIEWER)
    path = added(first)
    old = opened(first, path)
    assert second.post(path, values(title_vi="Của người thứ hai", stamp=opened(second, path))).status_code == 303
    for _again in range(2):
        answer = first.post(path, values(title_vi="Của người đầu", stamp=old))
        assert answer.status_code == 409
        assert "Của người đầu" in answer.get_data(as_text=True)
    db.session.rollback()
    assert notices.notices()[0].texts["vi"]["title"] == "Của người thứ hai"


@time_machine.travel(NOW, tick=False)
def test_only_who_edits_content_may(app: Flask, client: FlaskClient) -> None:
    path = added(Browser.with_roles(app, Role.EDITOR))
    for role in (Role.ANALYST, Role.OFFICER, Role.COORDINATOR, Role.TEAM_LEADER, Role.LEADER):
        outsider = Browser.with_roles(app, role)
        assert {outsider.get(one).status_code for one in (LIST, path, f"{LIST}/them")} == {403}, role
        assert {outsider.post(one, values()).status_code for one in (path, f"{path}/go", f"{LIST}/them")} == {403}, role
    assert client.post(f"{path}/go").status_code in {302, 303, 400, 401, 403}
    db.session.rollback()
    assert len(notices.notices()) == 1


@time_machine.travel(NOW, tick=False)
def test_there_are_never_so_many_that_nobody_reads_them(app: Flask) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    for _number in range(notices.MOST_OPEN):
        added(editor)
    answer = editor.post(f"{LIST}/them", values())
    assert answer.status_code == 422
    assert "Bạn gỡ bớt" in check(answer, LIST).words
