"""The editors' pages of changed records and of records without a guide."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.core.permissions import Role
from portal.editing.unwritten import MARK
from tests.factories.drafts import SLUG, VALUES, published, row_of
from tests.factories.records import import_records, record_row
from tests.factories.staff import Browser
from tests.queries import count_queries
from tests.web.page import check

CODE = "1.001193"
HERE = f"/can-bo/huong-dan/{SLUG}/thu-tuc-doi"
FEE = {"channel": "direct", "amount": 8000, "currency": "VND", "text": ""}
PAYLOAD = '"><script>alert(1)</script>{{ 7*7 }}'


@pytest.fixture(autouse=True)
def _guide(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VALUES, "procedures", [CODE])
    import_records([record_row(CODE)])
    published(prepare=[{"item": "Giấy chứng sinh"}])


@pytest.fixture
def editor(app: Flask) -> Browser:
    return Browser.with_roles(app, Role.EDITOR)


def records_in(editor: Browser) -> list[str]:
    return re.findall(r'name="record" value="([^"]+)"', editor.get(HERE).text)


def test_from_the_list_to_the_change_to_the_draft(editor: Browser) -> None:
    import_records([record_row(CODE, fees=[FEE], documents=[], crawled_at="<=2026-10-01")])
    assert f'href="{HERE}"' in editor.get("/can-bo/can-xem").text
    page = check(editor.get(HERE), HERE)
    for words in ("8.000", "Giấy tờ", "bản lấy về muộn nhất ngày 10/06/2026", "muộn nhất ngày 01/10/2026"):
        assert words in page.words.replace("\xa0", " "), words
    answer = editor.post(f"{HERE}/chuan-bi")
    assert answer.status_code == 303
    draft = answer.headers["Location"]
    shown = editor.get(draft)
    check(shown, draft)
    assert "Xem cạnh bản thảo" in shown.text and f"Hồ sơ {CODE} đã đổi" in shown.text
    assert "viết lại bằng lời dễ hiểu" in shown.text, "the advice names what is to be rewritten"
    assert "Mở bản thảo đang viết" in editor.get(HERE).text
    assert editor.post(f"{HERE}/chuan-bi").headers["Location"] == draft


def test_seen_takes_the_line_away_and_says_who(editor: Browser) -> None:
    import_records([record_row(CODE, fees=[FEE])])
    (mark,) = records_in(editor)
    assert editor.post(f"{HERE}/da-xem", {"record": mark}).status_code == 303
    assert HERE not in editor.get("/can-bo/can-xem").text
    assert "Nguyễn Văn An đã xem lúc" in editor.get(HERE).text
    import_records([record_row(CODE, fees=[FEE], steps=["Khác"])])
    assert f'href="{HERE}"' in editor.get("/can-bo/can-xem").text


def test_seen_of_something_else_is_refused(editor: Browser) -> None:
    import_records([record_row(CODE, fees=[FEE])])
    (mark,) = records_in(editor)
    import_records([record_row(CODE, fees=[FEE], steps=["Khác"])])
    for value in (mark, "", "x:y", f"{CODE}:", "9.999999:1"):
        answer = editor.post(f"{HERE}/da-xem", {"record": value})
        assert answer.status_code == 409, value
        assert "Hồ sơ vừa đổi thêm" in answer.text
    assert editor.post(f"{HERE}/da-xem").status_code == 409
    assert f'href="{HERE}"' in editor.get("/can-bo/can-xem").text


def test_a_guide_is_begun_from_a_record(editor: Browser) -> None:
    import_records([record_row("1.000002", name="Thủ tục cấp thẻ"), record_row("1.000003", name="Thủ tục đổi thẻ")])
    page = check(editor.get("/can-bo/thu-tuc?q=cap%20the"), "list")
    assert "/can-bo/thu-tuc/1.000002" in page.links() and "/can-bo/thu-tuc/1.000003" not in page.links()
    assert f"/can-bo/thu-tuc/{CODE}" not in check(editor.get("/can-bo/thu-tuc"), "list").links()
    check(editor.get("/can-bo/thu-tuc/1.000002"), "record")
    answer = editor.post("/can-bo/thu-tuc/1.000002/tao-huong-dan")
    draft = answer.headers["Location"]
    page = check(editor.get(draft), draft)
    assert "Cấp thẻ" in page.words and MARK in editor.get(draft).text
    assert "Trình tự thực hiện" in page.words, "the record stands beside what is written"
    assert editor.get(f"{draft}/xem").status_code == 200
    assert row_of(draft.rpartition("/")[2]).content["sources"][0]["as_of"] == "<=2026-06-10"
    assert draft in check(editor.get("/can-bo/thu-tuc"), "list").links()


def test_a_source_is_dated_as_exactly_as_it_is_known(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    dates = ["<=2026-06-10", "2026-05", "2026-04-03", "mùa hè"]
    monkeypatch.setitem(VALUES, "sources", [{"title": f"Nguồn {one}", "as_of": one} for one in dates])
    published()
    page = app.test_client().get(f"/huong-dan/{SLUG}").text
    for words in ("muộn nhất ngày 10/06/2026", "bản lấy về tháng 05/2026", "bản lấy về ngày 03/04/2026", "(mùa hè)"):
        assert words in page, words
    assert "(&lt;=2026" not in page


def test_a_record_with_a_guide_leads_there(editor: Browser) -> None:
    path = f"/can-bo/thu-tuc/{CODE}"
    assert f"/can-bo/huong-dan/{SLUG}" in check(editor.get(path), path).links()
    answer = editor.post(f"{path}/tao-huong-dan")
    assert answer.status_code == 409 and "đã có hướng dẫn" in answer.text
    assert editor.get("/can-bo/thu-tuc/9.999999").status_code == 404
    assert editor.post("/can-bo/thu-tuc/9.999999/tao-huong-dan").status_code == 404
    assert editor.get("/can-bo/huong-dan/khong-co/thu-tuc-doi").status_code == 404
    assert editor.post("/can-bo/huong-dan/khong-co/thu-tuc-doi/chuan-bi").status_code == 404


@pytest.mark.parametrize("roles", [(), (Role.OFFICER,), (Role.TEAM_LEADER,), (Role.ANALYST,), (Role.COORDINATOR,)])
def test_others_may_nothing(app: Flask, roles: tuple[Role, ...]) -> None:
    import_records([record_row(CODE, fees=[FEE]), record_row("1.000002")])
    browser, wanted = (Browser.with_roles(app, *roles), 403) if roles else (Browser(app), 303)
    for path in (HERE, "/can-bo/thu-tuc", "/can-bo/thu-tuc/1.000002"):
        assert browser.get(path).status_code == wanted, path
    for path in (f"{HERE}/chuan-bi", f"{HERE}/da-xem", "/can-bo/thu-tuc/1.000002/tao-huong-dan"):
        assert browser.post(path, {"record": f"{CODE}:2"}).status_code in (303, 400, 403), path
    page = Browser.with_roles(app, Role.EDITOR).get("/can-bo/huong-dan").text
    assert "Bản thảo đang làm" not in page


def test_nothing_of_a_record_becomes_markup(editor: Browser) -> None:
    paper = {"group": PAYLOAD, "name": PAYLOAD, "original": 1, "copy": 0, "form": []}
    hostile = {"name": f"Thủ tục {PAYLOAD}", "documents": [paper], "steps": [PAYLOAD], "requirements": PAYLOAD}
    import_records([record_row(CODE, **hostile), record_row("1.000002", **hostile)])
    pages = [HERE, "/can-bo/thu-tuc", "/can-bo/thu-tuc/1.000002"]
    pages.append(editor.post(f"{HERE}/chuan-bi").headers["Location"])
    pages.append(editor.post("/can-bo/thu-tuc/1.000002/tao-huong-dan").headers["Location"])
    for path in pages:
        page = editor.get(path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text and ">49<" not in page.text, path


def test_more_records_cost_no_more_statements(editor: Browser) -> None:
    counts = []
    for many in (3, 60):
        import_records([record_row(f"2.{number:06}") for number in range(many)])
        with count_queries() as selects:
            assert editor.get("/can-bo/thu-tuc").status_code == 200
        counts.append(len(selects))
    assert counts[0] == counts[1]
