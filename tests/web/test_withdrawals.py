"""Guides that are taken off the portal, over HTTP: what their addresses say, who decides, where old links lead."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.guides import queries as guides
from portal.sharing import service as sharing
from portal.sharing.counting import settle_share_counts
from portal.sharing.models import ShareCount
from tests.factories.drafts import SLUG, published, row_of, values
from tests.factories.staff import Browser
from tests.factories.withdrawals import WHY, asked_to_withdraw, question, withdrawn
from tests.web.page import check

HERE, PAGE, OTHER = f"/can-bo/go-trang/{SLUG}", f"/huong-dan/{SLUG}", "trang-thay"
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
         "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-User": "?1"}  # fmt: skip


def answer(browser: Browser, what: str, **more: str) -> int:
    row = question()
    form = {"lam": what, "code": row.code if row else "", **more}
    return browser.post(f"{HERE}/tra-loi", form).status_code


def test_two_people_take_a_page_off_and_the_address_says_why(app: Flask, client: FlaskClient) -> None:
    published()
    for path in (PAGE, "/huong-dan", "/sitemap.xml", f"/tim-kiem?q={SLUG.replace('-', '+')}"):
        assert client.get(path).status_code == 200
    editor, reviewer = Browser.with_roles(app, Role.EDITOR), Browser.with_roles(app, Role.REVIEWER)
    assert HERE in editor.get(f"/can-bo/huong-dan/{SLUG}").text
    check(editor.get(HERE), HERE)
    form = {"target": "", "explanation.vi": WHY, "explanation.en": "No longer needed.", "why": "Nghị định mới."}
    assert editor.post(HERE, form).status_code == 303
    shown = check(editor.get(HERE), HERE)
    assert "Cần một người duyệt bài khác người đề nghị" in shown.words and "Duyệt: gỡ trang ngay" not in shown.words
    assert answer(editor, "approve") == 403
    assert client.get(PAGE).status_code == 200, "as long as nobody has agreed"
    assert "<b>1</b> đề nghị gỡ trang chờ duyệt" in reviewer.get("/can-bo").text
    assert "Nghị định mới." in check(reviewer.get(HERE), HERE).words
    assert answer(reviewer, "approve") == 303
    gone = check(client.get(PAGE), PAGE)
    assert gone.response.status_code == 410 and WHY in gone.words and "Xem hồ sơ đến đâu" in gone.words
    assert gone.response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert 'name="robots" content="noindex' in client.get(PAGE).text
    english = check(client.get(f"/en{PAGE}"), PAGE)
    assert english.response.status_code == 410 and "No longer needed." in english.words
    for path in ("/huong-dan", "/", "/sitemap.xml", "/api/v1/search?q=xem+ho+so", f"/tim-kiem?q={SLUG}"):
        assert PAGE not in client.get(path).text, path
    assert editor.get(f"/can-bo/huong-dan/{SLUG}").headers["Location"] == HERE
    left = check(reviewer.get(HERE), HERE)
    assert "Trang này đã gỡ lúc" in left.words and "Duyệt gỡ trang" in left.words
    assert SLUG in str(check(reviewer.get("/can-bo/go-trang"), HERE).links())


def test_its_address_leads_on(app: Flask, client: FlaskClient) -> None:
    published()
    published(OTHER, title="Trang thay thế")
    withdrawn(SLUG, f"http://localhost/en/huong-dan/{OTHER}?utm=x")
    for prefix in ("", "/en"):
        answer = client.get(prefix + PAGE)
        assert (answer.status_code, answer.headers["Location"]) == (301, f"{prefix}/huong-dan/{OTHER}")
        assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert client.get(f"{PAGE}?xa=khong-co").headers["Location"] == f"/huong-dan/{OTHER}"


def test_it_comes_back_at_once(app: Flask, client: FlaskClient) -> None:
    published()
    digest = guides.digest_of(SLUG)
    withdrawn()
    assert client.get(PAGE).status_code == 410
    editor, reviewer = Browser.with_roles(app, Role.EDITOR), Browser.with_roles(app, Role.REVIEWER)
    back = f"/can-bo/huong-dan/{SLUG}/ban/{digest[:16]}/lay-lai"
    assert back in editor.get(HERE).text
    draft = editor.post(back).headers["Location"]
    code = draft.rpartition("/")[2]

    def press(who: Browser, what: str) -> None:
        form = {"lam": what, "counter": str(row_of(code).counter)}
        assert who.post(f"{draft}/lam", form).status_code == 303, what

    press(editor, "submit")
    assert "Đăng bản thảo này là đưa địa chỉ đó trở lại" in check(reviewer.get(draft), draft).words
    press(reviewer, "approve")
    assert client.get(PAGE).status_code == 410
    press(reviewer, "publish")
    assert client.get(PAGE).status_code == 200
    assert PAGE in client.get("/huong-dan").text


def share(path: str) -> str:
    with unit_of_work():
        return sharing.share_link("", path, "Xem hồ sơ đến đâu", now=clock.now()).code


@pytest.mark.parametrize("target", ["", f"/huong-dan/{OTHER}"])
def test_old_posters_lead_there_and_are_counted(app: Flask, client: FlaskClient, target: str) -> None:
    published()
    published(OTHER, title="Trang thay thế")
    code = share(PAGE)
    assert client.get(f"/g/{code}", headers=PHONE).headers["Location"].startswith(PAGE)
    withdrawn(SLUG, target)
    place = client.get(f"/g/{code}", headers=PHONE).headers["Location"]
    assert place.partition("#")[0] == (target or PAGE)
    assert client.get(place).status_code == (200 if target else 410)
    settle_share_counts()
    db.session.rollback()
    assert db.session.scalar(db.select(db.func.sum(ShareCount.number)).where(ShareCount.event == "landing")) == 2
    assert "1 liên kết chia sẻ" in Browser.with_roles(app, Role.EDITOR).get(HERE).text


def test_what_was_typed_wrong_comes_back(app: Flask) -> None:
    published()
    editor = Browser.with_roles(app, Role.EDITOR)
    for form, words in (
        ({"target": "https://evil.example/x"}, "Không có trang đó trên cổng"),
        ({"target": "/huong-dan/khong-co"}, "Không có trang đó trên cổng"),
        ({"target": " ", "explanation.vi": ""}, "viết lời giải thích tiếng Việt"),
    ):
        sent = editor.post(HERE, {"why": "Lý do vừa gõ.", **form})
        page = check(sent, HERE)
        assert sent.status_code == 422 and words in page.words and "Lý do vừa gõ." in page.words
    asked_to_withdraw()
    assert editor.post(HERE, {"explanation.vi": "x"}).status_code == 409
    reviewer = Browser.with_roles(app, Role.REVIEWER)
    assert answer(reviewer, "refuse") == 422
    assert reviewer.post(f"{HERE}/tra-loi", {"lam": "fly"}).status_code == 400
    assert reviewer.post(f"{HERE}/tra-loi", {"lam": "approve", "code": "khac"}).status_code == 303
    assert question() is not None, "another question than the one that was read"
    published(summary="Đã đổi.")
    assert answer(reviewer, "approve") == 409
    assert editor.get("/can-bo/go-trang/khong-co").status_code == 404
    assert editor.post("/can-bo/go-trang/khong-co", {"explanation.vi": "x"}).status_code == 404


@pytest.mark.parametrize("roles", [(), (Role.OFFICER,), (Role.TEAM_LEADER,), (Role.ANALYST,), (Role.COORDINATOR,)])
def test_others_take_nothing_off(app: Flask, roles: tuple[Role, ...]) -> None:
    published()
    asked_to_withdraw()
    browser = Browser.with_roles(app, *roles) if roles else Browser(app)
    wanted = 403 if roles else 303
    for path in ("/can-bo/go-trang", HERE):
        assert browser.get(path).status_code == wanted
    assert browser.post(HERE, {"explanation.vi": "x"}).status_code == wanted
    for what in ("approve", "refuse", "cancel"):
        assert answer(browser, what, words="x") == wanted
    assert question() is not None and guides.guide(SLUG, "vi") is not None


def test_a_new_page_takes_the_address_knowingly(app: Flask) -> None:
    published()
    withdrawn()
    editor = Browser.with_roles(app, Role.EDITOR)
    form = {"title": "Trang mới", "kind": "how_to", "slug": SLUG}
    refused = editor.post("/can-bo/huong-dan/them", form)
    assert refused.status_code == 422 and "Trang mới thay trang đã gỡ" in check(refused, HERE).words
    assert editor.post("/can-bo/huong-dan/them", {**form, "replaces": "1"}).status_code == 303


@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_an_explanation_is_no_markup(app: Flask, client: FlaskClient, payload: str) -> None:
    published(title=payload)
    editor, reviewer = Browser.with_roles(app, Role.EDITOR), Browser.with_roles(app, Role.REVIEWER)
    assert editor.post(HERE, {"explanation.vi": payload, "explanation.en": payload, "why": payload}).status_code == 303
    before = reviewer.get(HERE).text
    assert answer(reviewer, "approve", words=payload) == 303
    for text in (before, client.get(PAGE).text, client.get(f"/en{PAGE}").text, reviewer.get(HERE).text,
                 reviewer.get("/can-bo/go-trang").text):  # fmt: skip
        for mark in ("<script>alert", "<img src=x", ">49<"):
            assert mark not in text


def test_pages_that_lead_there_are_named(app: Flask, client: FlaskClient) -> None:
    published()
    from portal.guides.rules import parse
    from portal.guides.service import import_guides

    leading = parse({**values("dan-toi", title="Trang dẫn tới"), "related": [SLUG]})[0]
    assert leading is not None
    with unit_of_work():
        import_guides([leading], now=clock.now())
    editor = Browser.with_roles(app, Role.EDITOR)
    assert "/can-bo/huong-dan/dan-toi" in check(editor.get(HERE), HERE).links()
    withdrawn()
    assert "/can-bo/huong-dan/dan-toi" in check(editor.get(HERE), HERE).links()
    page = client.get("/huong-dan/dan-toi")
    assert page.status_code == 200 and not re.search(rf'href="{PAGE}"', page.text)


def test_who_decides_second_sees_what_was_decided(app: Flask) -> None:
    published()
    code = asked_to_withdraw()
    reviewer = Browser.with_roles(app, Role.REVIEWER)
    assert answer(reviewer, "approve") == 303
    again = reviewer.post(f"{HERE}/tra-loi", {"lam": "approve", "code": code})
    assert (again.status_code, again.headers["Location"]) == (303, HERE)
    assert "Trang này đã gỡ lúc" in reviewer.get(HERE).text
