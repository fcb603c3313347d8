"""Two of the staff open the same thing: who saves later is told, and undoes nothing unseen."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.agencies import queries as agencies
from portal.core.db import db
from portal.core.permissions import Role
from portal.fees import queries
from portal.legal import queries as legal
from portal.places import queries as places
from tests.factories.fees import COUNCIL, ELSEWHERE, document, few_places, local_fee, reduction
from tests.factories.staff import Browser
from tests.web.page import check

SAID = "Có người vừa sửa trước bạn"
pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def editor(app: Flask) -> Browser:
    """Who came first."""
    return Browser.with_roles(app, Role.EDITOR)


@pytest.fixture
def reviewer(app: Flask) -> Browser:
    """Who has the page open meanwhile."""
    return Browser.with_roles(app, Role.REVIEWER, Role.EDITOR)


def opened(browser: Browser, path: str) -> str:
    """The stamp of a page as somebody opens it now; all of its forms carry the same."""
    found = set(re.findall(r'name="stamp" value="(\w+)"', browser.get(path).get_data(as_text=True)))
    assert len(found) == 1
    return found.pop()


def test_an_old_form_does_not_bring_back_what_was_ended(editor: Browser, reviewer: Browser) -> None:
    basis = document()
    slug = reduction(document=basis, percent=50)
    path = f"/can-bo/giam-phi/{slug}"
    old = opened(editor, path)
    assert reviewer.post(f"{path}/het", {"last_day": "2026-11-21", "stamp": opened(reviewer, path)}).status_code == 303
    values = {"name_vi": "Tên mới", "percent": "70", "document": basis, "stamp": old}
    answer = editor.post(path, values)
    assert answer.status_code == 409
    page = check(answer, path)
    assert SAID in page.words
    assert "Tên mới" in answer.get_data(as_text=True), "what was typed is kept"
    assert editor.post(path, values).status_code == 409, "sending again is no way around it"
    db.session.remove()
    row = queries.reduction(slug)
    assert row is not None
    assert (row.percent, str(row.valid_to)) == (50, "2026-11-21")


@pytest.mark.parametrize("act", ["xac-minh", "bo-xac-minh", "het"])
def test_nobody_vouches_for_what_they_have_not_seen(editor: Browser, reviewer: Browser, act: str) -> None:
    slug = document()
    code = local_fee(document=slug, amount=8_000)
    path = f"/can-bo/phi/{code}"
    old = opened(reviewer, path)
    fee = {"procedure": "1.001193", "status": "amount", "amount": "9.000", "document": slug}
    assert editor.post(path, {**fee, "stamp": opened(editor, path)}).status_code == 303
    answer = reviewer.post(f"{path}/{act}", {"stamp": old, "last_day": "2027-01-01"})
    assert answer.status_code == 409
    assert SAID in check(answer, path).words
    assert 'value="9000"' in answer.get_data(as_text=True), "they see it now"
    now = re.findall(r'name="stamp" value="(\w+)"', answer.get_data(as_text=True))[0]
    assert reviewer.post(f"{path}/{act}", {"stamp": now, "last_day": "2027-01-01"}).status_code == 303


def test_documents_too(editor: Browser, reviewer: Browser) -> None:
    slug = document()
    path = f"/can-bo/van-ban/{slug}"
    old = opened(reviewer, path)
    row = legal.document(slug)
    assert row is not None
    values = {"number": row.number, "issuer": COUNCIL, "issuer_kind": "council", "title": "Tên khác", "source": "x"}
    assert editor.post(path, {**values, "stamp": opened(editor, path)}).status_code == 303
    assert reviewer.post(path, {**values, "title": "Tên thứ ba", "stamp": old}).status_code == 409
    assert reviewer.post(f"{path}/xac-minh", {"stamp": old}).status_code == 409
    db.session.remove()
    found = legal.document(slug)
    assert found is not None
    assert (found.title, found.verified_at) == ("Tên khác", None)


def test_agencies_too(app: Flask) -> None:
    first, second = Browser.with_roles(app, Role.ADMIN), Browser.with_roles(app, Role.ADMIN, Role.EDITOR)
    first.post("/can-bo/co-quan/them", {"name": "Sở Tư pháp", "kind": "department"})
    path = "/can-bo/co-quan/so-tu-phap"
    old = opened(second, path)
    values = {"name": "Sở Tư pháp", "kind": "department", "phones": "19001234"}
    assert first.post(path, {**values, "stamp": opened(first, path)}).status_code == 303
    answer = second.post(path, {**values, "phones": "19005678", "stamp": old})
    assert answer.status_code == 409
    assert "19005678" in answer.get_data(as_text=True)
    db.session.remove()
    row = agencies.agency("so-tu-phap")
    assert row is not None
    assert row.phones == ["19001234"]


def test_villages_too(app: Flask) -> None:
    few_places()
    first, second = Browser.with_roles(app, Role.EDITOR), Browser.with_roles(app, Role.EDITOR, Role.REVIEWER)
    first.post(f"/can-bo/dia-ban/{ELSEWHERE}", {"kind": "thon", "name": "Vĩnh An"})
    path = f"/can-bo/dia-ban/thon/thon-vinh-an-{ELSEWHERE}"
    old = opened(second, path)
    assert first.post(path, {"kind": "thon", "name": "Vĩnh Yên", "stamp": opened(first, path)}).status_code == 303
    answer = second.post(path, {"kind": "lang", "name": "Vĩnh An Hạ", "stamp": old})
    assert answer.status_code == 409
    assert SAID in check(answer, path).words
    assert 'value="Vĩnh An Hạ"' in answer.get_data(as_text=True), "what was typed is kept"
    assert second.post(f"{path}/het", {"valid_to": "31/12/2026", "stamp": old}).status_code == 409
    db.session.remove()
    row = places.place(f"thon-vinh-an-{ELSEWHERE}")
    assert row is not None
    assert (row.name, row.kind, row.valid_to) == ("Vĩnh Yên", "thon", None)
