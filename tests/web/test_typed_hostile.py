"""Whatever stands in an address or a form of the workspace, the bulk files, the pack and the ledger: never a 500."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Grant, Role, Scope
from portal.directives import service as directives
from portal.directives.service import DirectiveValues, TaskValues
from tests.factories import team_rows as rows
from tests.factories.fees import COMMUNE, few_places
from tests.factories.staff import OPERATOR, Browser
from tests.factories.teams import signed_in

pytestmark = pytest.mark.usefixtures("app", "content")
ODD = ["\x00", "a\x00b", "\ud800", "\u202e", "%00", '"><script>', "../../etc/passwd", "a" * 3000, "١٢٣", "-1",
       "99999999999999999999", "\r\nX-Evil: 1"]  # fmt: skip
TOLD = {200, 303, 400, 404, 405, 409, 413, 414, 422}


@pytest.fixture
def admin(app: Flask) -> Browser:
    few_places()
    rows.team("to-1", COMMUNE, name="Tổ Phước Thiện")
    rows.member("to-1", "Trần Công Khai", phone="0905 123 456")
    return Browser.with_roles(app, Role.ADMIN)


@pytest.fixture
def leader(app: Flask, admin: Browser) -> Browser:
    assert admin
    return signed_in(app, Grant(Role.TEAM_LEADER, Scope("team", "to-1")))


def typed(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


GETS = ["/can-bo/chia-se?to={}", "/can-bo/chia-se?tim={}", "/can-bo/chia-se?q={}", "/can-bo/chia-se/{}",
        "/can-bo/chia-se/{}/ma-qr.png", "/can-bo/chia-se/goi-thon?to={}", "/can-bo/chia-se/goi-thon?hd={}",
        "/can-bo/chia-se/goi-thon/to-1.html?hd={}", "/can-bo/chia-se/goi-thon/{}.html?hd=a",
        "/can-bo/chia-se/hang-loat/{}", "/can-bo/chia-se/hang-loat/{}/tep", "/can-bo/nhiem-vu?q={}",
        "/can-bo/nhiem-vu?trang-thai={}", "/can-bo/nhiem-vu?sap={}&tai={}&trang={}", "/can-bo/nhiem-vu/viec/{}",
        "/can-bo/nhiem-vu/van-ban/{}", "/nhiem-vu-chi-dao/{}"]  # fmt: skip
LEADERS = [
    "/can-bo/to-cua-toi?to={}",
    "/can-bo/to-cua-toi/da-giup?to={}",
    "/can-bo/to-cua-toi/da-giup/khong-mang?to={}",
]


@pytest.mark.parametrize("path", GETS)
def test_addresses(admin: Browser, path: str) -> None:
    for text in ODD:
        status = admin.get(path.replace("{}", typed(text))).status_code
        assert status in TOLD, f"{path}: {text!r}: {status}"


@pytest.mark.parametrize("path", LEADERS)
def test_addresses_of_a_leader(leader: Browser, path: str) -> None:
    for text in ODD:
        status = leader.get(path.replace("{}", typed(text))).status_code
        assert status in TOLD, f"{path}: {text!r}: {status}"


BULK = {"noi": COMMUNE, "trang": "/huong-dan/dang-ky-khai-sinh", "dang": "zip", "kho": "a4", "khoa": "k"}
DIRECTIVE = {"number": "", "title": "Tên", "issuer": "UBND", "issued_on": "", "dated": "", "source": "bản gốc"}
FORMS = [("/can-bo/chia-se/hang-loat", BULK), ("/can-bo/chia-se/goi-thon", {"to": "to-1", "hd": "dang-ky-khai-sinh"}),
         ("/can-bo/chia-se", {"to": "to-1", "trang": "/huong-dan/dang-ky-khai-sinh"}),
         ("/can-bo/nhiem-vu/van-ban/them", DIRECTIVE)]  # fmt: skip


@pytest.mark.parametrize(("path", "values"), FORMS)
def test_forms(admin: Browser, path: str, values: dict[str, str]) -> None:
    for name in values:
        for text in ODD:
            sent = {"csrf_token": admin.form_token, **values, name: text.encode("utf-8", "surrogatepass")}
            status = admin.client.post(path, data=sent).status_code
            assert status in TOLD, f"{path}: {name}={text!r}: {status}"


TALLY = {"to": "to-1", "key": "abcdefgh", "guide": "viec-khac", "people": "2", "moment": "", "other": "", "typed": ""}


@pytest.mark.parametrize("path", ["", "/gui", "/bo"])
def test_tally(leader: Browser, path: str) -> None:
    for name in TALLY:
        for text in ODD:
            sent = {"csrf_token": leader.form_token, **TALLY, name: text.encode("utf-8", "surrogatepass")}
            status = leader.client.post(f"/can-bo/to-cua-toi/da-giup{path}", data=sent).status_code
            assert status in TOLD, f"{path}: {name}={text!r}: {status}"


def test_what_is_reported_of_a_task(admin: Browser) -> None:
    with unit_of_work():
        values = DirectiveValues(number="1", title="Tên", issuer="UBND", source="bản gốc")
        document = directives.create(values, actor=OPERATOR, now=clock.now())
        wanted = TaskValues(text="Việc", owner="Sở", deadline=clock.today() - timedelta(days=1))
        task = directives.add_task(document, wanted, actor=OPERATOR, now=clock.now()).code
    db.session.remove()
    for name in ("state", "note", "evidence", "stamp"):
        for text in ODD:
            form = {"csrf_token": admin.form_token, "state": "done", "note": "x", "evidence": "", "stamp": ""}
            sent = {**form, name: text.encode("utf-8", "surrogatepass")}
            status = admin.client.post(f"/can-bo/nhiem-vu/viec/{task}", data=sent).status_code
            assert status in TOLD, f"{name}={text!r}: {status}"
