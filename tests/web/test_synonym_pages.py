"""The staff's pages of the synonyms: what is entered, checked, tried and found."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.search.knowledge import stored_rules
from portal.search.models import EMPTY_SEARCHES
from portal.search.synonym_service import replace_synonyms
from tests.factories.staff import Browser
from tests.web.page import check
from tests.web.test_stale_forms import opened

pytestmark = pytest.mark.usefixtures("content")
LIST = "/can-bo/tu-dong-nghia"
QUESTION = "/api/v1/search?q=ch%C3%A0o%20%C4%91%E1%BB%9Di"


@pytest.fixture
def editor(app: Flask) -> Browser:
    return Browser.with_roles(app, Role.EDITOR)


def own() -> dict[str, list[str]]:
    db.session.rollback()
    return stored_rules(is_starter=False)


def ship(**rules: str) -> None:
    with unit_of_work():
        replace_synonyms({phrase.replace("_", " "): [meaning] for phrase, meaning in rules.items()}, is_starter=True)


def edit(phrase: str, what: str = "/sua") -> str:
    return f"{LIST}{what}?tu={quote(phrase)}"


def test_a_search_uses_what_was_entered_at_once(editor: Browser, client: FlaskClient) -> None:
    assert "Đăng ký khai sinh" not in client.get(QUESTION).get_data(as_text=True)
    answer = editor.post(f"{LIST}/them", {"typed": "Chào đời\ngiấy ra đời", "meanings": "đăng ký khai sinh"})
    assert answer.status_code == 303
    assert own() == {"chào đời": ["đăng ký khai sinh"], "giấy ra đời": ["đăng ký khai sinh"]}
    assert "Đăng ký khai sinh" in client.get(QUESTION).get_data(as_text=True)
    page = check(editor.get(f"{LIST}?q=chao+doi"), LIST)
    assert "chào đời" in page.words
    assert "giấy ra đời" not in page.words
    assert editor.post(edit("chào đời", "/sua/xoa")).status_code == 303
    assert own() == {"giấy ra đời": ["đăng ký khai sinh"]}
    assert "Đăng ký khai sinh" not in client.get(QUESTION).get_data(as_text=True)
    db.session.rollback()
    (entry,) = audit.entries(AuditFilter(action="synonym_removed"), limit=5)
    assert (entry.subject_name, entry.before) == ("chào đời", {"meanings": ["đăng ký khai sinh"]})


def test_a_question_is_tried_before_anything_is_saved(editor: Browser) -> None:
    values = {"typed": "chào đời", "meanings": "đăng ký khai sinh", "question": "chao doi"}
    page = check(editor.post(f"{LIST}/them/thu", values), LIST)
    assert "Bây giờ Không tìm thấy trang nào." in page.words
    assert "khác bên kia" in page.words
    assert "chào đời" in page.text("textarea"), "what was typed is kept"
    assert own() == {}
    ship(chào_đời="đăng ký khai sinh")
    page = check(editor.post(edit("chào đời", "/sua/thu"), {"meanings": "", "question": "chào đời"}), LIST)
    assert "Sau khi lưu Không tìm thấy trang nào." in page.words


def test_the_provinces_own_stands_against_what_ships_and_outlasts_it(editor: Browser, client: FlaskClient) -> None:
    ship(chào_đời="đăng ký kết hôn", gks="giấy khai sinh")
    assert "Của ai Có sẵn" not in check(editor.get(LIST), LIST).words
    path = edit("chào đời")
    assert "đăng ký kết hôn" in check(editor.get(path), path).text("textarea")
    assert editor.post(path, {"meanings": "đăng ký khai sinh", "stamp": opened(editor, path)}).status_code == 303
    ship(chào_đời="đăng ký kết hôn", gks="giấy khai sinh")
    assert own() == {"chào đời": ["đăng ký khai sinh"]}
    assert "Đăng ký khai sinh" in client.get(QUESTION).get_data(as_text=True)
    # Switched off, it is put into no other words; taken away, what ships holds again.
    assert editor.post(path, {"meanings": ""}).status_code == 303
    assert own() == {"chào đời": []}
    assert "đã tắt" in check(editor.get(LIST), LIST).words
    assert editor.post(edit("chào đời", "/sua/xoa")).status_code == 303
    assert own() == {}
    assert "đăng ký kết hôn" in check(editor.get(LIST), LIST).words


@pytest.mark.parametrize(
    ("typed", "meanings", "said"),
    [
        ("", "khai sinh", "Bạn chưa điền từ người dân gõ"),
        ("!!!", "khai sinh", "Bạn chưa điền từ người dân gõ"),
        ("giấy a", "", "Bạn chưa điền từ trong tên"),
        ("giấy a", "a\nb\nc\nd", "Nhiều nhất 3"),
        ("giấy a", "x | y", "chưa đúng"),
        ("giấy a", "x" * 101, "chưa đúng"),
        ("một hai ba bốn năm sáu bảy tám chín", "khai sinh", "dài quá 8 tiếng"),
        ("khai sinh", "Khai  Sinh", "bằng chính nó"),
        ("giấy khai sinh", "gks", "vòng quanh"),
        ("gks", "đăng ký kết hôn", "đã có nghĩa khác"),
        ("\n".join(f"từ số {number}" for number in range(51)), "khai sinh", "nhiều nhất 50"),
        ("a" * 100_000, "khai sinh", "dài quá"),
        ("giấy b", "b" * 400_000, "chưa đúng"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(editor: Browser, typed: str, meanings: str, said: str) -> None:
    ship(gks="giấy khai sinh")
    for path in (f"{LIST}/them", f"{LIST}/them/thu"):
        answer = editor.post(path, {"typed": typed, "meanings": meanings})
        if path.endswith("thu") and said in {"Bạn chưa điền từ trong tên", "đã có nghĩa khác"}:
            continue
        assert answer.status_code == 422
        assert said in check(answer, path).words
    assert own() == {}


def test_an_old_circle_does_not_stand_in_the_way_of_other_words(editor: Browser) -> None:
    ship(một="hai", hai="một")
    assert editor.post(f"{LIST}/them", {"typed": "ba", "meanings": "bốn"}).status_code == 303
    assert own() == {"ba": ["bốn"]}


def test_who_saves_later_is_told(app: Flask, editor: Browser) -> None:
    ship(gks="giấy khai sinh")
    other, path = Browser.with_roles(app, Role.REVIEWER), edit("gks")
    old = opened(editor, path)
    assert other.post(path, {"meanings": "bản sao khai sinh", "stamp": opened(other, path)}).status_code == 303
    for _again in range(2):
        answer = editor.post(path, {"meanings": "trích lục", "stamp": old})
        assert answer.status_code == 409
        assert "trích lục" in check(answer, path).text("textarea")
    assert own() == {"gks": ["bản sao khai sinh"]}


def test_an_empty_search_leads_here_with_its_words(editor: Browser) -> None:
    with unit_of_work() as session:
        row = {"text": "giay chao doi", "locale": "vi", "day": clock.today(), "count": 3}
        session.execute(insert(EMPTY_SEARCHES).values(**row))
    links = check(editor.get("/can-bo/can-xem"), "/can-bo/can-xem").links()
    assert f"{LIST}/them?tu=giay%20chao%20doi" in links
    page = check(editor.get(f"{LIST}/them?tu=chao%20doi"), LIST)
    assert page.text("textarea") == "chao doi"


@pytest.mark.parametrize("word", ["", "khong co", "GKS", "a" * 5_000, "%00", "gks%20"])
def test_a_word_that_nobody_explains_is_no_page(editor: Browser, word: str) -> None:
    ship(gks="giấy khai sinh")
    assert editor.get(f"{LIST}/sua?tu={word}").status_code == 404
    assert editor.post(f"{LIST}/sua?tu={word}", {"meanings": "x"}).status_code == 404


def test_only_who_edits_content_may(app: Flask) -> None:
    ship(gks="giấy khai sinh")
    for role in (Role.ANALYST, Role.OFFICER, Role.COORDINATOR, Role.TEAM_LEADER, Role.LEADER):
        outsider = Browser.with_roles(app, role)
        assert {outsider.get(one).status_code for one in (LIST, edit("gks"), f"{LIST}/them")} == {403}
        values = {"typed": "x y", "meanings": "khai sinh"}
        targets = (edit("gks"), edit("gks", "/sua/xoa"), edit("gks", "/sua/thu"), f"{LIST}/them", f"{LIST}/them/thu")
        assert {outsider.post(one, values).status_code for one in targets} == {403}
    assert own() == {}
