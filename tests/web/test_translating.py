"""Translating: Vietnamese beside the other language, marks on what has grown old, and honest pages for readers."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.editing import queries, service
from portal.editing.attention import attention
from portal.editing.states import Act
from portal.guides.files import guide_file
from portal.guides.queries import all_values
from portal.guides.rules import parse, parse_file
from portal.guides.service import import_guides
from portal.guides.translating import known_after, own_parts, pairs, stale_fields
from tests.factories.drafts import SECOND, SLUG, WRITER, begun, done, row_of, values
from tests.factories.staff import Browser, member
from tests.web.page import Visitor

HERE = f"/can-bo/dich/en/{SLUG}"
ENGLISH: dict[str, Any] = {
    "title": "See how far your file is", "summary": "Know where your file is.", "keywords": ["file status"],
    "steps": [
        {"title": "Open the portal"}, {"title": "Type the code", "text": "It is on your **slip**."}, {"title": "Look"}
    ],
    "mistakes": ["Typing O for 0."],
}  # fmt: skip


def translated(slug: str = SLUG, **changes: Any) -> None:
    """A guide in both languages, on the portal."""
    written = values(slug)
    written["en"] = {**copy.deepcopy(ENGLISH), **changes}
    guide, errors = parse(written)
    assert guide is not None, errors
    with unit_of_work():
        import_guides([guide], now=clock.now())


def changed(code: str, **vietnamese: Any) -> None:
    with unit_of_work():
        row = row_of(code)
        content = copy.deepcopy(row.content)
        content["vi"] |= vietnamese
        service.save(row, content, {}, counter=row.counter, actor=WRITER, now=clock.now())


def publish(code: str) -> None:
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    done(code, Act.PUBLISH)


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the form."""
    import html

    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', page)
    counter = re.search(r'name="counter" value="(\d+)"', page)
    assert counter
    return {"counter": counter[1], **{name: html.unescape(text) for name, text in areas}}


def stale_of(slug: str = SLUG) -> int:
    db.session.rollback()
    return next(row.stale for row in queries.translations("en") if row.slug == slug)


def test_a_translation_of_a_former_vietnamese_is_known_wherever_its_row_stands() -> None:
    vi, en = {"tips": ["một", "hai", "ba"]}, {"tips": ["one", "two", "three"]}
    known = pairs(vi, en)
    assert stale_fields(known, vi, en) == []
    moved = {"tips": ["ba", "một", "hai"]}, {"tips": ["three", "one", "two"]}
    assert stale_fields(known_after(known, *moved), *moved) == []
    new = {"tips": ["một", "hai mới", "ba"]}
    assert stale_fields(known_after(known, new, en), new, en) == ["tips.1"]
    assert stale_fields(known_after(known, vi, en), vi, en) == [], "as it was again"
    retold = {"tips": ["one", "new two", "three"]}
    assert stale_fields(known_after(known, new, retold), new, retold) == []
    assert stale_fields(known_after(known, new, en, ["tips.1"]), new, en) == []
    put_in = {"tips": ["mới", "một", "hai", "ba"]}
    assert stale_fields(known_after(known, put_in, en), put_in, en) == ["tips.0", "tips.1", "tips.2"]


def test_a_part_is_translated_where_nothing_that_readers_need_is_missing() -> None:
    vi = {"who": "Ai", "prepare": [{"item": "a", "note": "x"}, {"item": "b"}], "tips": ["1", "2"],
          "channels": {"online": "o", "direct": "d"}}  # fmt: skip
    assert own_parts(vi, {"who": "Who", "prepare": [{"item": "a"}], "tips": ["1"], "channels": {"online": "o"}}) == [
        "who", "tips"
    ]  # fmt: skip
    assert "prepare" not in own_parts(vi, {"prepare": [{"item": ""}, {"item": "b"}]})
    assert own_parts(vi, {"prepare": [{"item": "a"}, {"item": "b"}], "tips": ["", "2"]}) == ["prepare", "tips"]


@pytest.mark.usefixtures("app")
def test_what_is_imported_is_of_today_and_what_is_changed_grows_old() -> None:
    translated()
    assert (stale_of(), attention(clock.today()).stale) == (0, [])
    code = begun()
    changed(code, summary="Tóm tắt đã đổi.", mistakes=["Gõ nhầm chữ O với số 0 khi vội."])
    assert stale_of() == 0, "a draft changes nothing for readers"
    publish(code)
    assert stale_of() == 2
    (page,) = attention(clock.today()).stale
    assert (page.slug, page.count, page.words) == (SLUG, 2, ("en", "English"))


@pytest.mark.usefixtures("app")
def test_readers_of_an_old_translation_are_told(visitor: Visitor) -> None:
    translated()
    told = ("Bản dịch này có chỗ cũ", "partly out of date")
    assert not any(words in visitor.get(f"/en/huong-dan/{SLUG}").words for words in told)
    code = begun()
    changed(code, summary="Tóm tắt đã đổi.")
    publish(code)
    assert any(words in visitor.get(f"/en/huong-dan/{SLUG}").words for words in told)
    assert not any(words in visitor.get(f"/huong-dan/{SLUG}").words for words in told)


def test_the_view_marks_what_is_old_and_saving_mends_it(app: Flask) -> None:
    translated()
    code = begun()
    changed(code, summary="Tóm tắt đã đổi.", mistakes=["Gõ nhầm chữ O với số 0 khi vội."])
    editor = Browser.with_roles(app, Role.EDITOR)
    page = editor.get(HERE).text
    assert page.count("Bản dịch cũ") == 2
    assert "Tóm tắt đã đổi." in page
    sent = fields(page) | {"en.summary": "A new summary."}
    assert editor.post(HERE, sent).status_code == 303
    page = editor.get(HERE).text
    assert page.count("Bản dịch cũ") == 1
    assert editor.post(HERE, fields(page) | {"con-dung": "mistakes.0"}).status_code == 303
    assert "Bản dịch cũ" not in editor.get(HERE).text
    assert row_of(code).content["en"]["summary"] == "A new summary."
    assert row_of(code).content["en"]["mistakes"] == ["Typing O for 0."]
    publish(code)
    assert stale_of() == 0


@pytest.mark.usefixtures("app")
def test_what_is_only_confirmed_holds_once_it_is_published(app: Flask) -> None:
    translated()
    first = begun()
    changed(first, summary="Tóm tắt đã đổi.")
    publish(first)
    assert stale_of() == 1
    editor = Browser.with_roles(app, Role.EDITOR)
    page = editor.get(HERE).text
    assert editor.post(HERE, fields(page) | {"con-dung": "summary"}).status_code == 303
    draft = queries.open_draft(SLUG)
    assert draft is not None
    publish(draft.code)
    assert stale_of() == 0


def test_the_first_save_begins_a_draft_and_only_one(app: Flask) -> None:
    translated()
    editor, other = (Browser.of(app, member(Role.EDITOR, email=f"{name}@x.vn")) for name in ("a", "b"))
    page = editor.get(HERE).text
    assert queries.open_draft(SLUG) is None, "looking changes nothing"
    sent = fields(page) | {"en.title": "Where is my file?"}
    assert editor.post(HERE, sent).status_code == 303
    answer = other.post(HERE, fields(page) | {"en.title": "Other title"})
    assert answer.status_code == 409
    assert "Other title" in answer.text
    assert "Có người vừa sửa" in answer.text
    draft = queries.open_draft(SLUG)
    assert draft is not None
    assert draft.content["en"]["title"] == "Where is my file?"
    assert draft.content["vi"] == values()["vi"]


def test_the_script_saves_and_goes_on(app: Flask) -> None:
    translated()
    editor = Browser.with_roles(app, Role.EDITOR)
    sent = fields(editor.get(HERE).text) | {"part": "1", "en.title": "Where is my file?"}
    for number in range(3):
        answer = editor.post(HERE, sent, **{"HX-Request": "true"})
        assert (answer.status_code, "<html" in answer.text) == (200, False)
        sent |= {"counter": fields(answer.text)["counter"], "en.title": f"Where is my file {number}?"}


def test_who_translated_does_not_approve_and_what_is_sent_stays(app: Flask) -> None:
    translated()
    code = member(Role.REVIEWER)
    reviewer = Browser.of(app, code)
    reviewer.post(HERE, fields(reviewer.get(HERE).text) | {"en.title": "Mine"})
    draft = queries.open_draft(SLUG)
    assert draft is not None
    assert draft.writers == [code]
    done(draft.code, Act.SUBMIT)
    page = reviewer.get(HERE).text
    assert "readonly" in page
    assert reviewer.post(HERE, fields(page) | {"en.title": "Later"}).status_code == 409
    assert row_of(draft.code).content["en"]["title"] == "Mine"
    refused = reviewer.post(f"/can-bo/ban-thao/{draft.code}/lam", {"lam": "approve", "counter": str(draft.counter)})
    assert refused.status_code == 422


def test_the_list_says_how_far_each_guide_is(app: Flask) -> None:
    translated("du")
    translated("mot-phan", steps=[])
    with unit_of_work():
        guide, _errors = parse(values("chua-co"))
        assert guide is not None
        import_guides([guide], now=clock.now())
    editor = Browser.with_roles(app, Role.EDITOR)
    for state, slug in (("complete", "du"), ("partly", "mot-phan"), ("missing", "chua-co")):
        page = editor.get(f"/can-bo/dich?tinh-trang={state}").text
        assert re.findall(r"/can-bo/dich/en/([\w-]+)", page) == [slug], state
    assert len(set(re.findall(r"/can-bo/dich/en/([\w-]+)", editor.get("/can-bo/dich").text))) == 3


@pytest.mark.parametrize("path", ["/can-bo/dich/vi/", "/can-bo/dich/fr/", "/can-bo/dich/../"])
def test_there_is_nothing_to_translate_into_vietnamese(app: Flask, path: str) -> None:
    translated()
    assert Browser.with_roles(app, Role.EDITOR).get(path + SLUG).status_code == 404


def test_it_is_the_editors(app: Flask) -> None:
    translated()
    for role, status in ((Role.EDITOR, 200), (Role.OFFICER, 403), (Role.ANALYST, 403)):
        browser = Browser.with_roles(app, role)
        assert browser.get("/can-bo/dich").status_code == status, role
        assert browser.get(HERE).status_code == status, role
        assert browser.post(HERE, {"counter": "0"}).status_code == (303 if status == 200 else 403), role
    assert Browser(app).get(HERE).status_code == 303


@pytest.mark.usefixtures("app")
def test_readers_see_what_is_translated_and_are_told_of_the_rest(visitor: Visitor) -> None:
    translated(mistakes=[], tips=["Ask early."])
    page = visitor.get(f"/en/huong-dan/{SLUG}")
    assert "Open the portal" in page.words
    assert "Gõ nhầm chữ O với số 0." in page.words
    html = page.response.get_data(as_text=True)
    assert re.search(r'<div lang="vi">\s*(?:<[^>]+>\s*)*Gõ nhầm chữ O', html), "what stays Vietnamese says so"
    assert "This part isn't available in English yet" in page.words
    assert "Phần này" not in visitor.get(f"/huong-dan/{SLUG}").words


@pytest.mark.usefixtures("app")
def test_half_a_list_of_papers_is_no_list(visitor: Visitor) -> None:
    """Whoever reads three of five steps in English would miss two."""
    translated(steps=[{"title": "Open the portal"}, {"title": ""}, {"title": "Look"}])
    page = visitor.get(f"/en/huong-dan/{SLUG}")
    assert "Mở cổng" in page.words
    assert "Open the portal" not in page.words
    assert "Typing O for 0." in page.words


def test_a_half_translated_list_stays_beside_its_vietnamese(app: Flask) -> None:
    translated()
    editor = Browser.with_roles(app, Role.EDITOR)
    sent = fields(editor.get(HERE).text)
    sent |= {"en.steps.1.title": "", "en.steps.1.text": ""}
    assert editor.post(HERE, sent).status_code == 303
    draft = queries.open_draft(SLUG)
    assert draft is not None
    publish(draft.code)
    page = editor.get(HERE).text
    assert fields(page)["en.steps.2.title"] == "Look"
    assert page.count("Chưa dịch") == 2
    assert "Bản dịch cũ" not in page


HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


def test_hostile_and_huge_input(app: Flask, visitor: Visitor) -> None:
    translated()
    editor = Browser.with_roles(app, Role.EDITOR)
    sent = fields(editor.get(HERE).text)
    hostile = {name: HOSTILE for name in sent if name != "counter"} | {"counter": "0"}
    many = {f"en.steps.{number}.title": "x" for number in range(500)}
    assert editor.post(HERE, sent | many).status_code == 422
    assert editor.post(HERE, sent | {"en.who": "x" * 250_000}).status_code == 422
    assert queries.open_draft(SLUG) is None, "what is refused begins no draft"
    assert editor.post(HERE, hostile).status_code == 303
    page = editor.get(HERE).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert editor.post(HERE, sent | {"counter": "9" * 30}).status_code == 409
    assert (
        editor.post(HERE, fields(page) | {"con-dung": "x" * 500, "en.khong-co": "y", "vi.title": "Z"}).status_code
        == 303
    )
    draft = queries.open_draft(SLUG)
    assert draft is not None
    assert draft.content["vi"]["title"] == values()["vi"]["title"]


def test_a_half_translated_guide_goes_into_a_file_and_back(app: Flask) -> None:
    translated(steps=[{"title": "Open the portal"}, {}, {"title": "Look"}], tips=["", "Ask early."])
    (stored,) = all_values()
    again, errors = parse_file(guide_file(stored), SLUG)
    assert again is not None, errors
    with unit_of_work():
        assert import_guides([again], now=clock.now()).unchanged == [SLUG]
