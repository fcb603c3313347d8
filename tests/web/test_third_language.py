"""A further language is one line and one catalogue: Hrê, which is spoken in Quảng Ngãi and which Babel doesn't know."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask

from portal.core import clock, i18n
from portal.core.db import db, unit_of_work
from portal.core.i18n import LOCALES, Locale
from portal.core.pages import LINKS
from portal.core.permissions import Role
from portal.editing import queries, weekly
from portal.guides.service import index_every_language
from portal.outbox.mail import KIND
from portal.outbox.models import OutboxMessage
from tests.factories.drafts import SLUG
from tests.factories.staff import Browser, member, user_of
from tests.web.page import Visitor
from tests.web.test_translating import fields, publish, translated

HRE = Locale("hre", "Hrê", "/hre")
WORDS = {
    "Tìm": "HRE tìm", "Các bước": "HRE các bước", "Bản dịch": "HRE bản dịch",
    "Phần này chưa có bản dịch, đây là bản tiếng Việt.": "HRE chưa dịch",
    "Trang này chưa có bản dịch, đây là bản tiếng Việt.": "HRE cả trang chưa dịch",
    "Việc của bạn tuần này": "HRE việc tuần này", "Chưa dịch đủ": "HRE chưa đủ",
}  # fmt: skip


@pytest.fixture
def hre(another_app: Callable[..., Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A portal with the language: the line, and a catalogue of a few words."""
    folder = tmp_path / "translations"
    shutil.copytree(i18n.CATALOGUES, folder)
    messages = Catalog()
    for text, said in WORDS.items():
        messages.add(text, said)
    (folder / "hre" / "LC_MESSAGES").mkdir(parents=True)
    with (folder / "hre" / "LC_MESSAGES" / "messages.mo").open("wb") as file:
        write_mo(file, messages)
    monkeypatch.setattr(i18n, "CATALOGUES", folder)
    monkeypatch.setitem(LOCALES, HRE.code, HRE)  # type: ignore[arg-type]
    i18n.catalogue.cache_clear()
    made = another_app()
    with made.app_context():
        yield made
        db.session.remove()
    i18n.catalogue.cache_clear()


@pytest.fixture
def reader(hre: Flask) -> Visitor:
    return Visitor(hre.test_client(use_cookies=False))


def test_every_page_of_the_menu(reader: Visitor) -> None:
    translated()
    for path in LINKS.values():
        page = reader.get("/hre" + path)
        assert page.all("html")[0].get("lang") == "hre", path
    home = reader.get("/hre/")
    assert "HRE tìm" in home.words
    assert "/hre/" in {link.split("?")[0] for link in reader.get("/").links()}, "it is offered"


def test_search_and_a_guide_that_is_not_translated(reader: Visitor) -> None:
    translated()
    found = reader.get("/hre/tim-kiem?q=xem+ho+so")
    assert f"/hre/huong-dan/{SLUG}" in found.links()
    assert "Chỉ có tiếng Việt" in found.words
    assert f"/hre/huong-dan/{SLUG}" in reader.get("/hre/huong-dan").links()
    page = reader.get(f"/hre/huong-dan/{SLUG}")
    assert "HRE cả trang chưa dịch" in page.words
    assert "HRE các bước" in page.words
    assert "Mở cổng" in page.words
    assert [one.get("lang") for one in page.all("h1")] == ["vi"]


def test_the_editor_s_form_the_translation_and_what_readers_see_then(hre: Flask, reader: Visitor) -> None:
    translated()
    editor = Browser.of(hre, member(Role.EDITOR))
    assert "Hrê" in editor.get("/hre/can-bo/can-xem").text
    here = f"/can-bo/dich/hre/{SLUG}"
    page = editor.get("/hre" + here).text
    assert "HRE bản dịch" in page
    sent = fields(page) | {
        "hre.title": "HRE xem hồ sơ", "hre.summary": "HRE tóm tắt", "hre.keywords": "hre tìm hồ sơ",
        "hre.mistakes.0": "HRE gõ nhầm",
    }  # fmt: skip
    assert editor.post(here, sent).status_code == 303
    draft = queries.open_draft(SLUG)
    assert draft is not None
    form = editor.get(f"/can-bo/ban-thao/{draft.code}").text
    assert 'name="hre.title"' in form
    assert 'name="note.hre"' in form
    publish(draft.code)
    shown = reader.get(f"/hre/huong-dan/{SLUG}")
    assert shown.text("h1") == "HRE xem hồ sơ"
    assert "HRE gõ nhầm" in shown.words
    assert "HRE chưa dịch" in shown.words
    assert "Mở cổng" in shown.words
    found = reader.get("/hre/tim-kiem?q=hre+tim+ho+so")
    assert found.links().count(f"/hre/huong-dan/{SLUG}") == 1
    assert "Chỉ có tiếng Việt" not in found.words
    assert reader.get(f"/en/huong-dan/{SLUG}").text("h1") == "See how far your file is"


def test_the_weekly_mail(hre: Flask) -> None:
    translated()
    code = member(Role.EDITOR)
    editor = Browser.of(hre, code)
    assert editor.post("/can-bo/tai-khoan/thu", {"weekly": "1", "locale": "hre"}).status_code == 303
    assert user_of(code).locale == "hre"
    weekly.write_to(code, "2026-W48", now=clock.now())
    (row,) = db.session.query(OutboxMessage).filter_by(kind=KIND)
    assert row.payload is not None
    assert row.payload["subject"] == "HRE việc tuần này"
    assert "HRE chưa đủ: 1" in row.payload["text"]
    assert "http://localhost/hre/can-bo/can-xem" in row.payload["text"]


def test_what_was_there_before_the_language_is_found_too(
    app: Flask, hre: Flask, reader: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.delitem(LOCALES, "hre")  # type: ignore[arg-type]
        translated()
    assert f"/hre/huong-dan/{SLUG}" not in reader.get("/hre/tim-kiem?q=xem+ho+so").links()
    for new in (1, 0):
        with unit_of_work():
            assert index_every_language() == new
    assert f"/hre/huong-dan/{SLUG}" in reader.get("/hre/tim-kiem?q=xem+ho+so").links()
    assert app is not hre
