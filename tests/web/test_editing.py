"""The editors' pages, over HTTP: what they show, refuse and keep, and who gets in."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.db import db
from portal.core.permissions import Role
from portal.editing import queries
from portal.editing.advice import advice
from portal.editing.states import Act
from tests.factories.drafts import SECOND, SLUG, begun, done, fields, published, row_of, values, written
from tests.factories.records import import_records, record_row
from tests.factories.staff import Browser
from tests.queries import count_queries

PAYLOADS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "[x](javascript:alert(1))")


def sent(browser: Browser, code: str, **changes: str) -> dict[str, str]:
    """The form of a draft as a browser would send it back."""
    page = browser.get(f"/can-bo/ban-thao/{code}").text
    found = re.search(r'name="counter" value="(\d+)"', page)
    assert found
    return {**fields(row_of(code).content), "counter": found[1], **changes}


def test_a_guide_from_the_list_to_its_page(app: Flask, client: FlaskClient) -> None:
    published()
    assert "Thay đổi gần đây" not in client.get(f"/huong-dan/{SLUG}").text
    editor, reviewer = Browser.with_roles(app, Role.EDITOR), Browser.with_roles(app, Role.REVIEWER)
    assert f"/can-bo/huong-dan/{SLUG}" in editor.get("/can-bo/huong-dan?q=XEM ho so").text
    answer = editor.post(f"/can-bo/huong-dan/{SLUG}/sua")
    code = answer.headers["Location"].rpartition("/")[2]
    here = f"/can-bo/ban-thao/{code}"
    form = sent(editor, code, **{"vi.title": "Xem hồ sơ của tôi", "note.vi": "Tên ngắn hơn.", "lam": "submit"})
    assert editor.post(here, form).status_code == 303
    assert "Bạn đã viết vào bản thảo này" in editor.get(here).text
    counter = {"counter": str(row_of(code).counter)}
    assert editor.post(f"{here}/lam", {"lam": "approve", **counter}).status_code == 403
    page = reviewer.get(here).text
    assert "<del>" in page and "của tôi" in page
    assert reviewer.post(f"{here}/lam", {"lam": "approve", **counter}).status_code == 303
    counter = {"counter": str(row_of(code).counter)}
    assert editor.post(f"{here}/lam", {"lam": "publish", **counter}).headers["Location"].endswith(f"/huong-dan/{SLUG}")
    page = client.get(f"/huong-dan/{SLUG}").text
    assert "Xem hồ sơ của tôi" in page
    assert "Thay đổi gần đây" in page and "Tên ngắn hơn." in page
    history = editor.get(f"/can-bo/huong-dan/{SLUG}").text
    assert "Tên ngắn hơn." in history
    compare = re.search(r'href="(/can-bo/huong-dan/[^"]+voi=[^"]+)"', history)
    assert compare
    assert "<ins>" in editor.get(compare[1].replace("&amp;", "&")).text


@pytest.mark.parametrize("roles", [(), (Role.OFFICER,), (Role.TEAM_LEADER,), (Role.ANALYST,), (Role.COORDINATOR,)])
def test_others_see_and_change_nothing(app: Flask, roles: tuple[Role, ...]) -> None:
    published()
    code = begun()
    browser = Browser.with_roles(app, *roles) if roles else Browser(app)
    wanted = 403 if roles else 303
    here = f"/can-bo/ban-thao/{code}"
    for path in ("/can-bo/huong-dan", f"/can-bo/huong-dan/{SLUG}", here, f"{here}/xem"):
        assert browser.get(path).status_code == wanted, path
    before = row_of(code).counter
    for path in (f"/can-bo/ban-thao/{code}", f"/can-bo/ban-thao/{code}/lam", f"/can-bo/ban-thao/{code}/lay-goc",
                 f"/can-bo/huong-dan/{SLUG}/sua", "/can-bo/huong-dan/them"):  # fmt: skip
        assert browser.post(path, {"lam": "drop", "counter": str(before)}).status_code in (303, 400, 403), path
    assert (row_of(code).counter, row_of(code).state) == (before, "draft")


def test_an_editor_without_the_right_to_review_cannot_send_back(app: Flask) -> None:
    published()
    code = begun()
    done(code, Act.SUBMIT)
    editor = Browser.with_roles(app, Role.EDITOR)
    form = {"lam": "send_back", "words": "x", "counter": str(row_of(code).counter)}
    assert editor.post(f"/can-bo/ban-thao/{code}/lam", form).status_code == 403
    assert row_of(code).state == "in_review"


def test_what_was_typed_survives_a_conflict(app: Flask) -> None:
    published()
    code = begun()
    editor = Browser.with_roles(app, Role.EDITOR)
    form = sent(editor, code, **{"vi.who": "Chữ tôi vừa gõ, dài và khó nhớ."})
    written(code, "Người khác đã sửa.")
    answer = editor.post(f"/can-bo/ban-thao/{code}", form)
    assert answer.status_code == 409
    assert "Chữ tôi vừa gõ, dài và khó nhớ." in answer.text
    assert "Có người vừa sửa trước bạn" in answer.text
    assert row_of(code).content["vi"]["summary"] == "Người khác đã sửa."


def test_a_list_is_changed_and_what_was_typed_is_kept(app: Flask) -> None:
    published()
    code = begun()
    editor = Browser.with_roles(app, Role.EDITOR)
    answer = editor.post(
        f"/can-bo/ban-thao/{code}", sent(editor, code, **{"vi.who": "Ai cũng được.", "lam": "up:vi.steps.1"})
    )
    assert answer.headers["Location"].endswith("#vi.steps.0")
    content = row_of(code).content["vi"]
    assert (content["who"], content["steps"][0]["title"]) == ("Ai cũng được.", "Gõ mã hồ sơ")


def test_an_empty_draft_says_what_is_missing(app: Flask) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    answer = editor.post("/can-bo/huong-dan/them", {"title": "Cấp lại thẻ", "kind": "service", "slug": ""})
    code = answer.headers["Location"].rpartition("/")[2]
    assert row_of(code).slug == "cap-lai-the"
    answer = editor.post(f"/can-bo/ban-thao/{code}", sent(editor, code, lam="submit"))
    assert answer.status_code == 422
    for words in ("hướng dẫn dịch vụ cần ít nhất một mã thủ tục", "cần 5–8 bước", "Hay nhầm"):
        assert words in answer.text
    assert editor.get(f"/can-bo/ban-thao/{code}/xem").status_code == 200
    assert (
        editor.post("/can-bo/huong-dan/them", {"title": "Cấp lại thẻ", "kind": "service", "slug": ""}).status_code
        == 422
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_typed_becomes_markup(app: Flask, payload: str) -> None:
    published()
    code = begun()
    editor = Browser.with_roles(app, Role.EDITOR)
    form = sent(editor, code)
    hostile = {name: payload if name.startswith(("vi.", "sources")) else text for name, text in form.items()}
    editor.post(f"/can-bo/ban-thao/{code}", {**hostile, "note.vi": payload})
    for path in ("", "/xem"):
        page = editor.get(f"/can-bo/ban-thao/{code}{path}")
        assert page.status_code == 200
        for mark in ("<script>alert", "<img src=x", 'href="javascript:', ">49<"):
            assert mark not in page.text, path
    done(code, Act.DROP)
    assert editor.get(f"/can-bo/ban-thao/{code}").status_code == 200


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/lam", {"lam": "fly"}),
        ("/lam", {}),
        ("/lam", {"lam": "approve", "counter": "x"}),
        ("", {"lam": "up:vi.steps.99999"}),
    ],
)
def test_broken_forms_are_refused_or_harmless(app: Flask, path: str, form: dict[str, str]) -> None:
    published()
    code = begun()
    reviewer = Browser.with_roles(app, Role.REVIEWER)
    assert reviewer.post(f"/can-bo/ban-thao/{code}{path}", form).status_code in (400, 409, 422)
    assert row_of(code).content == values()


def test_a_thousand_guides_cost_as_many_queries_as_ten(app: Flask) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    counts = []
    for number in range(2):
        for more in range(5 if number == 0 else 40):
            published(f"trang-{number}-{more}")
        editor.get("/can-bo/huong-dan")
        with count_queries() as selects:
            assert editor.get("/can-bo/huong-dan").status_code == 200
        counts.append(len(selects))
    assert counts[0] == counts[1]
    assert len(queries.guides()) == 45


def test_scheduling_from_the_form(app: Flask) -> None:
    published()
    code = begun()
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    editor = Browser.with_roles(app, Role.EDITOR)
    form = {"lam": "schedule", "counter": str(row_of(code).counter), "day": "2020-01-01", "hour": "08:30"}
    assert "Giờ đăng phải ở sau bây giờ" in editor.post(f"/can-bo/ban-thao/{code}/lam", form).text
    assert editor.post(f"/can-bo/ban-thao/{code}/lam", {**form, "day": "2099-01-01"}).status_code == 303
    assert "08:30 01/01/2099" in editor.get(f"/can-bo/ban-thao/{code}").text


def test_five_hundred_steps_and_megabytes_are_refused_and_nothing_is_lost(app: Flask) -> None:
    published()
    code = begun()
    editor = Browser.with_roles(app, Role.EDITOR)
    many = sent(editor, code) | {f"vi.steps.{number}.title": f"bước {number}" for number in range(500)}
    answer = editor.post(f"/can-bo/ban-thao/{code}", many)
    assert answer.status_code == 422
    assert 'value="bước 499"' in answer.text
    for size in (300_000, 5_000_000):
        answer = editor.post(f"/can-bo/ban-thao/{code}", sent(editor, code) | {"vi.who": "x" * size})
        assert answer.status_code in (413, 422), size
    assert row_of(code).content == values()


def test_a_page_older_than_its_record_and_broken_marks_are_told(app: Flask) -> None:
    import_records([record_row(crawled_at="2026-10-15"), record_row(code="1.004873", crawled_at="<=2026-10-15")])
    found = values(who="Mang **giấy tờ gốc.") | {"procedures": ["1.001193", "1.004873"], "reviewed_on": "2026-09-01"}
    with app.test_request_context():
        told = [(one.field, one.words) for one in advice(found, today=clock.today()).remarks]
    assert ("vi.who", "dấu ** thiếu một bên: “**giấy tờ gốc.”") in told
    older = [words for field, words in told if field == "reviewed_on"]
    assert len(older) == 1 and "1.001193" in older[0] and "15/10/2026" in older[0], "of the other nobody knows"
    found["reviewed_on"] = "2026-10-15"
    with app.test_request_context():
        assert "reviewed_on" not in [one.field for one in advice(found, today=clock.today()).remarks]


def test_what_is_sent_with_a_fault_is_saved_and_can_be_mended(app: Flask) -> None:
    published()
    code = begun()
    editor = Browser.with_roles(app, Role.EDITOR)
    here = f"/can-bo/ban-thao/{code}"
    answer = editor.post(here, sent(editor, code, **{"vi.summary": "x" * 300, "lam": "submit"}))
    assert answer.status_code == 422
    db.session.rollback()
    assert row_of(code).content["vi"]["summary"] == "x" * 300
    shown = re.search(r'name="counter" value="(\d+)"', answer.text)
    assert shown and int(shown[1]) == row_of(code).counter
    again = {**fields(row_of(code).content), "counter": shown[1], "vi.summary": "Ngắn.", "lam": "submit"}
    assert editor.post(here, again).status_code == 303
