"""Attacks on the ledger of directives: whose task it is, what strangers see, and what stands in files."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from flask import Flask

from portal.agencies.models import Agency
from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Grant, Role, Scope
from portal.directives import queries, service
from portal.directives.service import DirectiveValues, TaskValues
from tests.factories.staff import OPERATOR, Browser
from tests.factories.teams import signed_in
from tests.web.page import Visitor, check

pytestmark = pytest.mark.usefixtures("app")
HERE, PUBLIC = "/can-bo/nhiem-vu", "/nhiem-vu-chi-dao"
OTHER_SITES = [
    "javascript:alert(1)", "https://evil.example/", "//dichvucong.gov.vn", "https://dichvucong.gov.vn@evil.example/",
    "https://dichvucong.gov.vn\\@evil.example", "http://dichvucong.gov.vn/",
    "https://evil.example/#https://dichvucong.gov.vn",
]  # fmt: skip
EVIL = "</style><script>alert(1)</script>\"' onload=x \u202e{{7*7}}"


def document(*, is_public: bool = False, title: str = "Chỉ thị", number: str = "12/CT-UBND") -> str:
    """The slug of a new document."""
    with unit_of_work():
        values = DirectiveValues(number=number, title=title, issuer=EVIL, source=EVIL, is_public=is_public)
        return service.create(values, actor=OPERATOR, now=clock.now()).slug


def task(slug: str, agency: str = "so-a", text: str = "Việc") -> str:
    """The code of a new task, overdue."""
    with unit_of_work():
        if agency and db.session.query(Agency).filter_by(slug=agency).first() is None:
            db.session.add(Agency(slug=agency, name=f"Sở {agency}"))
            db.session.flush()
        found = queries.directive(slug)
        assert found is not None
        values = TaskValues(text=text, owner=EVIL, agency=agency, agency_source="QĐ 1", deadline=date(2026, 1, 5))
        return service.add_task(found, values, actor=OPERATOR, now=clock.now()).code


def officer(app: Flask, agency: str, role: Role = Role.OFFICER) -> Browser:
    return signed_in(app, Grant(role, Scope("agency", agency)))


def move(code: str, agency: str) -> None:
    with unit_of_work():
        found = queries.task(code)
        assert found is not None
        values = TaskValues(text="Việc", owner="Sở", agency=agency, agency_source="QĐ 2")
        service.change_task(found, values, actor=OPERATOR, now=clock.now())


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ANALYST])
def test_who_holds_a_role_for_an_agency_sees_its_tasks_and_no_more(app: Flask, role: Role) -> None:
    slug = document()
    own, other = task(slug), task(slug, "so-b", "Việc của sở khác")
    who = officer(app, "so-a", role)
    assert "Việc của sở khác" not in who.get(HERE).get_data(as_text=True)
    assert b"so-b" not in who.get(f"{HERE}?tai=csv").data
    assert (who.get(f"{HERE}/viec/{own}").status_code, who.get(f"{HERE}/viec/{other}").status_code) == (200, 404)
    forms = [f"{HERE}/viec/{other}", f"{HERE}/viec/{own}/sua", f"{HERE}/viec/{own}/xoa", f"{HERE}/van-ban/them",
             f"{HERE}/van-ban/{slug}", f"{HERE}/van-ban/{slug}/xoa", f"{HERE}/van-ban/{slug}/viec"]  # fmt: skip
    for path in forms:
        assert who.post(path, {"state": "done", "note": "x"}).status_code in {403, 404}, path
    assert queries.reports(1) == []


def test_a_task_that_was_given_to_another_agency_is_the_formers_no_more(app: Flask) -> None:
    code = task(document())
    task(document(number="13/CT-UBND"), "so-b")
    former = officer(app, "so-a")
    assert former.get(f"{HERE}/viec/{code}").status_code == 200
    move(code, "so-b")
    assert former.post(f"{HERE}/viec/{code}", {"state": "done", "note": "x"}).status_code == 404
    move(code, "")
    for who in (former, officer(app, "so-b")):
        assert who.get(f"{HERE}/viec/{code}").status_code == 404


def test_what_is_not_public_looks_like_what_is_not_there(app: Flask, visitor: Visitor) -> None:
    hidden = document()
    task(hidden)
    visitor.get(PUBLIC, status=404)
    shown = document(is_public=True, number="13/CT-UBND")
    task(shown, text=EVIL)
    page = visitor.get(f"{PUBLIC}/{shown}")
    assert "<script>alert" not in page.response.get_data(as_text=True)
    never, secret = visitor.get(f"{PUBLIC}/khong-co", status=404), visitor.get(f"{PUBLIC}/{hidden}", status=404)
    assert never.response.data == secret.response.data
    for path in ("/sitemap.xml", PUBLIC, "/", f"/tim?q={hidden}"):
        assert f"{PUBLIC}/{hidden}" not in visitor.client.get(path).get_data(as_text=True)
    with unit_of_work():
        found = queries.directive(shown)
        assert found is not None
        values = DirectiveValues(number="13/CT-UBND", title="x", issuer="x", source="x")
        service.change(found, values, actor=OPERATOR, now=clock.now())
    visitor.get(f"{PUBLIC}/{shown}", status=404)
    visitor.get(PUBLIC, status=404)


def test_strangers_learn_nothing_of_who_reported(app: Flask, visitor: Visitor) -> None:
    slug = document(is_public=True)
    code = task(slug)
    who = officer(app, "so-a")
    page = check(who.get(f"{HERE}/viec/{code}"), code)
    assert "ai cũng đọc được" in page.words, "the officer is told that the note is public"
    assert who.post(f"{HERE}/viec/{code}", {"state": "done", "note": "Đã xong"}).status_code == 303
    words = visitor.get(f"{PUBLIC}/{slug}").words
    assert "Đã xong" in words
    assert "Lê Thị Phối" not in words
    assert audit.entries(AuditFilter(action="directive_task_reported"), limit=2)


@pytest.mark.parametrize("evidence", OTHER_SITES)
def test_evidence_leads_to_no_other_site(app: Flask, evidence: str) -> None:
    code = task(document())
    sent = officer(app, "so-a").post(f"{HERE}/viec/{code}", {"state": "done", "note": "x", "evidence": evidence})
    assert sent.status_code == 422


@pytest.mark.parametrize("text", ['=HYPERLINK("https://evil.example")', "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_files_run_nothing(app: Flask, text: str) -> None:
    task(document(number=text), text=text)
    answer = officer(app, "so-a").get(f"{HERE}?tai=csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.headers["Cache-Control"] == "no-store"
    for cell in (cell for row in rows for cell in row):
        assert cell[:1] not in {"=", "+", "-", "@", "\t", "＝"}, cell


@pytest.mark.parametrize("number", ["Thêm", "them", "\u202e", "💥", "a" * 100])
def test_every_document_has_an_address_of_its_own(app: Flask, number: str) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    values = {"number": number, "title": "Tên", "issuer": "UBND", "source": "bản gốc"}
    first = admin.post(f"{HERE}/van-ban/them", values)
    second = admin.post(f"{HERE}/van-ban/them", values)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] != second.headers["Location"]
    for found in (first, second):
        assert 'value="Tên"' in admin.get(found.headers["Location"]).get_data(as_text=True)
