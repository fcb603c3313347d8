"""What is ending is told to editors, and every page that it touches stands on its own staff page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.editing.ending import ending_documents, ending_reductions
from portal.legal import queries as legal
from portal.legal import service
from portal.sharing.service import share_link
from tests.factories.drafts import VALUES, published
from tests.factories.fees import document, few_places, local_fee, reduction
from tests.factories.records import import_records, record_row
from tests.factories.staff import OPERATOR, Browser
from tests.web.page import check

CODE = "1.001193"


@pytest.fixture
def paper(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """A document on which a fee and a reduction rest, that two guides show and one of them names."""
    few_places()
    import_records([record_row(CODE, fees=[])])
    monkeypatch.setitem(VALUES, "kind", "service")
    monkeypatch.setitem(VALUES, "procedures", [CODE])
    more = {"who": "Ai.", "prepare": [{"item": "Giấy"}], "channels": {"online": "Ở đây."}, "result": "Giấy.",
            "questions": [{"question": "Gì?", "answer": "Vậy."}],
            "steps": [{"title": str(number)} for number in range(5)]}  # fmt: skip
    published("khai-sinh", title="Khai sinh", **more)
    monkeypatch.setitem(VALUES, "procedures", [])
    monkeypatch.setitem(VALUES, "kind", "how_to")
    monkeypatch.setitem(VALUES, "sources", [{"title": "Nghị quyết", "number": "05/2025/NQ-HĐND"}])
    published("giam-phi-la-gi", title="Giảm phí là gì")
    slug = document()
    local_fee(slug)
    reduction(slug)
    with unit_of_work():
        for team in ("to-1", "to-2"):
            share_link(team, "/huong-dan/khai-sinh?xa=phuong-cam-thanh", "x", now=clock.now())
        share_link("to-1", "/giam-phi/giam-50-khi-nop-truc-tuyen", "x", now=clock.now())
    return slug


def test_a_document_names_every_page(app: Flask, paper: str) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    page = check(editor.get(f"/can-bo/van-ban/{paper}"), paper)
    for path in (
        "/huong-dan/khai-sinh", "/huong-dan/giam-phi-la-gi", "/giam-phi/giam-50-khi-nop-truc-tuyen",
        f"/thu-tuc/{CODE}", "/tinh-phi", "/giam-phi", "/can-bo/huong-dan/giam-phi-la-gi",
        "/can-bo/giam-phi/giam-50-khi-nop-truc-tuyen",
    ):  # fmt: skip
        assert path in page.links(), path
    assert "2 liên kết, mã QR hoặc áp phích" in page.words
    public = app.test_client().get(f"/van-ban/{paper}").text
    assert "áp phích dẫn tới đây" not in public and "/can-bo/" not in public


def test_a_reduction_names_every_page_and_its_posters(app: Flask, paper: str) -> None:
    page = check(Browser.with_roles(app, Role.EDITOR).get("/can-bo/giam-phi/giam-50-khi-nop-truc-tuyen"), "reduction")
    for path in ("/huong-dan/khai-sinh", "/giam-phi/giam-50-khi-nop-truc-tuyen", "/tinh-phi"):
        assert path in page.links(), path
    assert "2 liên kết, mã QR hoặc áp phích" in page.words and "1 liên kết, mã QR hoặc áp phích" in page.words
    english = Browser.with_roles(app, Role.REVIEWER).get("/en/can-bo/giam-phi/giam-50-khi-nop-truc-tuyen")
    assert english.status_code == 200


def ends(paper: str, days: int, successor: str = "") -> None:
    with unit_of_work():
        row = legal.document(paper)
        assert row is not None
        day = clock.today() + timedelta(days=days)
        if successor:
            service.replace(row, successor, day, actor=OPERATOR, now=clock.now())
        else:
            service.expire(row, day, actor=OPERATOR, now=clock.now())
        row.verified_at = clock.now()
    db.session.remove()


@pytest.mark.parametrize(("days", "is_there"), [(60, False), (20, True), (0, True), (-30, True), (-200, True)])
def test_what_ends_waits_for_editors(app: Flask, paper: str, days: int, is_there: bool) -> None:
    ends(paper, days)
    found = ending_documents(clock.today(), 25)
    assert [one.slug for one in found] == ([paper] if is_there else []), "long ended, a guide still names it"
    if found:
        assert found[0].is_over == (days < 0)
    reductions = ending_reductions(clock.today(), 25)
    assert bool(reductions) == (is_there and days > -90)


def test_what_ended_long_ago_and_nobody_leans_on_is_gone(app: Flask) -> None:
    slug = document()
    ends(slug, -200)
    assert ending_documents(clock.today(), 25) == []


def test_the_list_leads_to_the_pages_that_are_touched(app: Flask, paper: str) -> None:
    later = document("06/2026/NQ-HĐND")
    ends(paper, -10, later)
    page = check(Browser.with_roles(app, Role.EDITOR).get("/can-bo/can-xem"), "attention")
    assert f"/can-bo/van-ban/{paper}#noi-dung-den" in page.links()
    assert "/can-bo/giam-phi/giam-50-khi-nop-truc-tuyen#trang-dung" in page.links()
    assert "thay bằng 06/2026/NQ-HĐND" in page.words and "đã hết ngày" in page.words
