"""Standing texts, office words, and all content as files, as the staff keep them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from flask import Flask

from portal.content import service
from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db
from portal.core.permissions import Role
from portal.editing.advice import advice
from portal.guides import jargon
from portal.pages import texts
from tests.factories import guide_values
from tests.factories.staff import Browser
from tests.web.page import Visitor, check

ABOUT = "/can-bo/trang-cong/gioi-thieu/vi"
WORDS = "/can-bo/tu-cua-quan"
PAGE = "/can-bo/noi-dung"
OUTSIDERS = (Role.ANALYST, Role.OFFICER, Role.COORDINATOR, Role.TEAM_LEADER, Role.LEADER)
pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def editor(app: Flask) -> Browser:
    return Browser.with_roles(app, Role.EDITOR)


def counter(browser: Browser, path: str) -> str:
    return re.findall(r'name="counter" value="(-?\d+)"', browser.get(path).get_data(as_text=True))[0]


def written(browser: Browser, body: str, title: str = "Về cổng này", **more: str) -> dict[str, str]:
    return {"title": title, "body": body, "counter": counter(browser, ABOUT), **more}


def test_a_text_is_changed_for_readers_and_what_was_is_kept(editor: Browser, visitor: Visitor) -> None:
    assert visitor.get("/gioi-thieu").text("h1") == "Giới thiệu"
    body = "Chào **bạn**.\n\n- [Giảm phí](/giam-phi)\n"
    assert editor.post(ABOUT, written(editor, body)).status_code == 303
    page = visitor.get("/gioi-thieu")
    assert page.text("h1") == "Về cổng này"
    assert page.text("strong") == "bạn"
    assert "/giam-phi" in page.links()
    # In another language it is as it was.
    assert visitor.get("/en/gioi-thieu").text("h1") == "About this portal"
    assert "Gần Dân giúp bạn hiểu thủ tục" in check(editor.get(ABOUT), ABOUT).words, "the former one can be read"
    assert editor.post(ABOUT, written(editor, body, act="reset")).status_code == 303
    assert visitor.get("/gioi-thieu").text("h1") == "Giới thiệu"
    db.session.rollback()
    titles = [one.text.partition("\n")[0] for one in texts.versions("gioi-thieu", "vi")]
    assert titles == ["# Về cổng này", "# Giới thiệu"]
    assert len(audit.entries(AuditFilter(action="site_content_changed"), limit=9)) == 2


def test_a_preview_shows_and_saves_nothing(editor: Browser, visitor: Visitor) -> None:
    page = check(editor.post(f"{ABOUT}/xem-truoc", written(editor, "Chữ **đậm**")), ABOUT)
    assert page.text("strong") == "đậm"
    assert "Chữ **đậm**" in page.text("textarea")
    assert visitor.get("/gioi-thieu").text("h1") == "Giới thiệu"


@pytest.mark.parametrize(
    ("title", "body", "said"),
    [
        ("", "Chữ", "chưa điền tên trang"),
        ("Tên", " \n ", "chưa viết nội dung"),
        ("a" * 121, "Chữ", "Dài quá"),
        ("Tên", "chữ " * 10_000, "Dài quá"),
        ("Tên", "[x](https://evil.example/)", "không thuộc cổng này"),
        ("Tên", "[x](//evil.example/)", "không thuộc cổng này"),
        ("Tên", "[x](/can-bo/nguoi-dung)", "không thuộc cổng này"),
    ],
)
def test_a_bad_text_is_refused_and_kept(editor: Browser, visitor: Visitor, title: str, body: str, said: str) -> None:
    for path in (ABOUT, f"{ABOUT}/xem-truoc"):
        answer = editor.post(path, written(editor, body, title))
        assert answer.status_code == 422
        page = check(answer, path)
        assert said in page.words
        assert page.text("textarea") == " ".join(body.split())
    assert visitor.get("/gioi-thieu").text("h1") == "Giới thiệu"


def test_html_in_a_text_is_shown_as_text(editor: Browser, visitor: Visitor) -> None:
    body = "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1)) {{ 7*7 }}"
    editor.post(ABOUT, written(editor, body, "<b>Tên</b>"))
    page = visitor.get("/gioi-thieu")
    assert page.text("h1") == "<b>Tên</b>"
    assert "<script>alert(1)</script>" in page.words
    assert "{{ 7*7 }}" in page.words
    assert not [link for link in page.links() if "javascript" in link]


def test_who_saves_a_text_later_is_told(app: Flask, editor: Browser, visitor: Visitor) -> None:
    other, mine = Browser.with_roles(app, Role.REVIEWER), written(editor, "Của người đầu")
    assert other.post(ABOUT, written(other, "Của người sau", "Bản sau")).status_code == 303
    for _again in range(2):
        answer = editor.post(ABOUT, mine)
        assert answer.status_code == 409
        assert "Của người đầu" in check(answer, ABOUT).text("textarea")
    assert visitor.get("/gioi-thieu").text("h1") == "Bản sau"


def test_office_words_are_the_staffs_own(app: Flask, editor: Browser) -> None:
    values = guide_values() | {"vi": guide_values()["vi"] | {"who": "Bạn kính đề nghị xem xét, theo quy định."}}

    def said() -> str:
        db.session.rollback()
        return " ".join(remark.words for remark in advice(values, today=date(2026, 11, 22)).remarks)

    with app.test_request_context():
        assert "“kính đề nghị”" not in said()
        assert "“theo quy định”" in said()
    typed = "# ghi chú\nKính đề nghị => mời\n"
    assert editor.post(WORDS, {"words": typed, "counter": counter(editor, WORDS)}).status_code == 303
    with app.test_request_context():
        assert "“kính đề nghị” là từ hành chính, nên nói: mời" in said()
        assert "“theo quy định”" not in said()
    page = check(editor.get(WORDS), WORDS)
    assert page.text("textarea") == "kính đề nghị => mời"
    old = editor.post(WORDS, {"words": "a => b", "counter": "0"})
    assert old.status_code == 409
    assert check(old, WORDS).text("textarea") == "a => b"
    assert editor.post(WORDS, {"act": "reset", "counter": counter(editor, WORDS)}).status_code == 303
    db.session.rollback()
    assert jargon.office_words() == jargon.shipped()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("một dòng", "Dòng 1 chưa đúng"),
        ("a => b\n=> c", "Dòng 2 chưa đúng"),
        ("a => b => c", "Dòng 1 chưa đúng"),
        ("a => b\nA => c", "Dòng 2: “a” đã có"),
        (f"{'a' * 101} => b", "dài quá 100"),
        ("\n".join(f"từ {number} => x" for number in range(1_001)), "Nhiều nhất 1000"),
        ("x" * 900_000, "Dòng 1 chưa đúng"),
    ],
)
def test_bad_office_words_are_refused_and_kept(editor: Browser, words: str, said: str) -> None:
    answer = editor.post(WORDS, {"words": words, "counter": "0"})
    assert answer.status_code == 422
    page = check(answer, WORDS)
    assert said in page.words
    assert page.text("textarea")[:50] == " ".join(words.split())[:50]
    assert jargon.office_words() == jargon.shipped()


def test_all_content_can_be_taken_away(editor: Browser) -> None:
    assert "/can-bo/trang-cong/gioi-thieu/vi" in check(editor.get(PAGE), PAGE).links()
    answer = editor.post(f"{PAGE}/tep")
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r"noi-dung-\d{4}-\d\d-\d\d\.zip", answer.headers["Content-Disposition"])
    archive = zipfile.ZipFile(io.BytesIO(answer.get_data()))
    answer.close()
    db.session.rollback()
    assert {name: archive.read(name) for name in archive.namelist()} == dict(service.files())
    assert {"guides/dang-ky-khai-sinh.yaml", "procedures.jsonl", "pages/gioi-thieu.vi.md"} <= set(archive.namelist())
    # Nobody of the staff is in it.
    everything = b"".join(map(archive.read, archive.namelist())).decode()
    assert "editor@" not in everything
    assert "Nguyễn Văn An" not in everything
    assert len(audit.entries(AuditFilter(action="content_exported"), limit=9)) == 1


def test_only_who_edits_content_may(app: Flask) -> None:
    for role in OUTSIDERS:
        outsider = Browser.with_roles(app, role)
        assert {outsider.get(path).status_code for path in (ABOUT, WORDS, PAGE)} == {403}
        targets = (ABOUT, f"{ABOUT}/xem-truoc", WORDS, f"{PAGE}/tep")
        assert {outsider.post(path, {"counter": "0", "act": "reset"}).status_code for path in targets} == {403}
    anyone = Browser(app)
    assert anyone.client.post(f"{PAGE}/tep").status_code in {302, 303, 401, 403}


@pytest.mark.parametrize("path", ["khong-co/vi", "gioi-thieu/fr", "..%2f..%2fetc/vi", "gioi-thieu/VI"])
def test_what_is_no_text_is_no_page(editor: Browser, path: str) -> None:
    assert editor.get(f"/can-bo/trang-cong/{path}").status_code == 404
    assert editor.post(f"/can-bo/trang-cong/{path}", {"counter": "0"}).status_code in {404, 405}
