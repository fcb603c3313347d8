"""Every private route from the outsider's side: strangers, other roles, other sites."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.accounts import people
from portal.core import clock
from portal.core.access import access_of
from portal.core.db import unit_of_work
from portal.core.gate import Entry
from portal.core.permissions import ROLE_PERMISSIONS, Grant, Permission, Role, Scope
from tests.factories.staff import OPERATOR, PASSWORD, Browser, hashed, member, user_of
from tests.web.page import check

VALUES = {
    "check": "khong-co",
    "comment": "khong-co",
    "code": "khong-co",
    "kind": "khong-co",
    "form": "csv",
    "slug": "khong-co",
    "_rest": "khong/co",
    "token": "khong-co",
    "path": "khong-co",
    "digest": "khong-co",
}
pytestmark = pytest.mark.usefixtures("app")


def routes(app: Flask) -> Iterator[tuple[Rule, Entry, str]]:
    """Every private route with an address of it."""
    for rule in app.url_map.iter_rules():
        entry = access_of(app.view_functions[rule.endpoint])
        if isinstance(entry, Entry):
            address = rule.build({name: VALUES[name] for name in rule.arguments})
            assert address is not None, rule
            yield rule, entry, address[1]


def method_of(rule: Rule) -> str:
    return "POST" if "POST" in (rule.methods or ()) else "GET"


def test_there_are_private_routes(app: Flask) -> None:
    assert len(list(routes(app))) > 30
    assert {rule.rule.split("/")[1] for rule, _entry, _path in routes(app)} == {"can-bo", "lien-ket"}


def test_a_stranger_learns_nothing(app: Flask, client: FlaskClient) -> None:
    """What exists, what doesn't and what is forbidden look the same: the way to the sign-in page."""
    for rule, entry, path in routes(app):
        if entry.kind in {"requires", "signed_in"}:
            response = client.open(path, method=method_of(rule))
            assert response.status_code == 303, path
            assert response.headers["Location"].startswith("/can-bo/dang-nhap?tiep=/can-bo"), path
    for path in ("/can-bo/khong-co", "/can-bo/nguoi-dung/khong-co", "/can-bo/a/b/c.php", "/en/can-bo/khong-co"):
        for method in ("GET", "POST", "DELETE"):
            response = client.open(path, method=method, headers={"Referer": "http://["})
            assert response.status_code == 303, path
            assert "/can-bo/dang-nhap?tiep=" in response.headers["Location"]
    assert client.options("/can-bo/nguoi-dung").status_code == client.options("/can-bo/khong-co").status_code


def test_a_private_link_opens_nothing_without_its_visit(app: Flask, client: FlaskClient) -> None:
    for rule, entry, path in routes(app):
        if entry.kind == "by_link":
            assert client.open(path, method=method_of(rule)).status_code == 410, path


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_its_permissions_say(app: Flask, role: Role) -> None:
    browser = Browser.with_roles(app, role)
    for rule, entry, path in routes(app):
        if entry.kind != "requires":
            continue
        assert isinstance(entry.permission, Permission)
        response = browser.client.open(path, method=method_of(rule), data={"csrf_token": browser.form_token})
        is_allowed = entry.permission in ROLE_PERMISSIONS[role]
        assert (response.status_code != 403) == is_allowed, f"{path}: {response.status_code}"


def test_every_change_asks_for_the_forms_token(app: Flask) -> None:
    browser = Browser.with_roles(app, Role.ADMIN)
    stranger = Browser.with_roles(app, Role.EDITOR)
    for rule, _entry, path in routes(app):
        if method_of(rule) != "POST" or _entry.kind == "by_link":
            continue
        for token in ("", "0" * 64, stranger.form_token):
            response = browser.client.post(path, data={"csrf_token": token})
            # A door shows itself again; everything else is refused.
            assert response.status_code == (303 if _entry.kind == "entrance" else 403), f"{path} with {token[:4]}"
    assert browser.get("/can-bo").status_code == 200, "nobody was signed out from elsewhere"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
)
def test_a_change_from_another_site_is_refused_even_with_the_token(app: Flask, headers: dict[str, str]) -> None:
    browser = Browser.with_roles(app, Role.EDITOR)
    assert browser.post("/can-bo/dang-xuat", None, **headers).status_code == 403
    assert browser.post("/can-bo/dang-xuat", None, Origin="http://localhost").status_code == 303


def test_nothing_private_is_kept_anywhere(app: Flask) -> None:
    browser = Browser.with_roles(app, Role.ADMIN)
    for rule, _entry, path in routes(app):
        for who in (browser.client, app.test_client()):
            response = who.open(path, method=method_of(rule))
            assert response.headers["Cache-Control"] == "no-store", path
            assert response.headers["Referrer-Policy"] in {
                "same-origin",
                "no-referrer",
                "strict-origin-when-cross-origin",
            }


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_of_the_staff_is_a_whole_page(app: Flask, prefix: str) -> None:
    browser = Browser.with_roles(app, Role.ADMIN)
    code = member(Role.OFFICER)
    seen = 0
    for rule, entry, path in routes(app):
        if "GET" in (rule.methods or ()) and entry.kind in {"requires", "signed_in"}:
            response = browser.get(prefix + path.replace("khong-co", code))
            if response.status_code == 200:
                page = check(response, path)
                assert page.all("html")[0].get("lang") == ("en" if prefix else "vi")
                assert 'content="noindex"' in response.get_data(as_text=True)
                seen += 1
    assert seen >= 6


def test_dangerous_acts_ask_again_who_is_there(app: Flask) -> None:
    code, admin = member(Role.EDITOR), member(Role.ADMIN)
    browser = Browser.of(app, admin)
    before = browser.cookie("gandan-staff")
    generator = pyotp.TOTP(user_of(admin).totp_secret or "")
    page, act = f"/can-bo/nguoi-dung/{code}", f"/can-bo/nguoi-dung/{code}/khoa"
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=1)):
        response = browser.post(act, None, Referer=f"http://localhost{page}")
        door = response.headers["Location"]
        assert door == f"/can-bo/xac-nhan?tiep={page}"
        for password, given, status in (
            ("sai rồi", generator.now(), 422),
            (PASSWORD, "", 422),
            (PASSWORD, "000000", 422),
            (PASSWORD, generator.now(), 303),
        ):
            again = browser.post(door, {"password": password, "code": given})
            assert again.status_code == status, (password, given)
            if given == "000000":
                assert 'id="code-loi"' in again.get_data(as_text=True), "the field that is wrong says so"
        assert again.headers["Location"] == page
        assert browser.cookie("gandan-staff") != before, "a session that rises gets a new cookie"
        assert browser.post(act).status_code == 303
        thief = Browser(app)
        thief.client.set_cookie("gandan-staff", before)
        assert thief.get("/can-bo").status_code == 303


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.ANALYST])
def test_who_works_for_one_agency_decides_nothing_for_the_province(app: Flask, role: Role) -> None:
    """Until a route narrows what it shows to somebody's scopes, a role for one agency doesn't open it."""
    with unit_of_work():
        here = Grant(role, Scope("agency", "so-tu-phap"))
        user, _token = people.invite("hep@quangngai.gov.vn", "Lê Thị Hẹp", [here], actor=OPERATOR, now=clock.now())
        user.password_hash = hashed()
        code = user.code
    browser, everywhere = Browser.of(app, code), Browser.with_roles(app, role)
    opened = 0
    for rule, entry, path in routes(app):
        if entry.kind == "requires" and not entry.is_scoped and "GET" in (rule.methods or ()):
            assert browser.get(path).status_code == 403, path
            opened += everywhere.get(path).status_code != 403
    if role is not Role.ANALYST:
        assert opened, "who holds it for the whole portal gets in"
    start = browser.get("/can-bo").get_data(as_text=True)
    assert "/can-bo/van-ban" not in start
