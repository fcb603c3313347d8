"""The doors of the staff, as their people and their attackers try them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts import attempts, passwords
from portal.core import clock, links
from portal.core.db import db, unit_of_work
from portal.core.links import Purpose
from portal.core.permissions import Role
from tests.factories.staff import PASSWORD, Browser, member, user_of

EDITOR = "editor@quangngai.gov.vn"
pytestmark = pytest.mark.usefixtures("app")


def enrolled(code: str) -> pyotp.TOTP:
    """Give somebody a second factor."""
    secret = pyotp.random_base32()
    with unit_of_work():
        user_of(code).totp_secret = secret
    return pyotp.TOTP(secret)


def is_in(browser: Browser) -> bool:
    return browser.get("/can-bo").status_code == 200


def test_a_password_lets_in_and_sign_out_ends_it(app: Flask) -> None:
    member(Role.EDITOR)
    browser = Browser(app)
    response = browser.sign_in(EDITOR.upper() + " ")
    assert (response.status_code, response.headers["Location"]) == (303, "/can-bo")
    assert is_in(browser)
    copied = browser.cookie("gandan-staff")
    assert browser.post("/can-bo/dang-xuat").status_code == 303
    assert not is_in(browser)
    thief = Browser(app)
    thief.client.set_cookie("gandan-staff", copied)
    assert not is_in(thief)


def test_cookies_are_out_of_reach(app: Flask) -> None:
    member(Role.EDITOR)
    for cookie in Browser(app).sign_in(EDITOR).headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie


def test_a_session_given_before_is_not_taken_over(app: Flask) -> None:
    """Session fixation: what an attacker put into the browser is worth nothing afterwards."""
    member(Role.EDITOR)
    browser = Browser(app)
    browser.client.set_cookie("gandan-staff", "planted")
    browser.sign_in(EDITOR)
    assert browser.cookie("gandan-staff") != "planted"


@pytest.mark.parametrize(
    ("email", "password"),
    [(EDITOR, "sai mật khẩu rồi 1"), ("nobody@quangngai.gov.vn", PASSWORD), ("invited@quangngai.gov.vn", PASSWORD),
     ("disabled@quangngai.gov.vn", PASSWORD), ("x" * 5000, "y" * 100_000), ("a\x00b@c", "\x00")],
)  # fmt: skip
def test_every_refusal_looks_the_same(app: Flask, email: str, password: str) -> None:
    member(Role.EDITOR)
    member(Role.EDITOR, email="invited@quangngai.gov.vn", can_sign_in=False)
    disabled = member(Role.EDITOR, email="disabled@quangngai.gov.vn")
    with unit_of_work():
        user_of(disabled).is_active = False
    browser = Browser(app)
    response = browser.sign_in(email, password)
    assert response.status_code == 422
    text = response.get_data(as_text=True)
    assert "Địa chỉ thư hoặc mật khẩu chưa đúng" in text
    assert password not in text
    assert not is_in(browser)


def test_an_unknown_address_costs_a_comparison_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str | None] = []
    monkeypatch.setattr(passwords, "matches", lambda _password, kept: bool(compared.append(kept)))
    Browser(app).sign_in("nobody@quangngai.gov.vn")
    assert compared == [None]
    monkeypatch.undo()
    assert passwords.matches(PASSWORD, None) is False


def test_guesses_from_elsewhere_lock_only_themselves_out(app: Flask) -> None:
    member(Role.EDITOR)
    owner = Browser(app)
    owner.sign_in(EDITOR)
    owner.post("/can-bo/dang-xuat")
    guesser = Browser(app)
    codes = [guesser.sign_in(EDITOR, f"guess number {n}").status_code for n in range(attempts.ACCOUNT.count + 2)]
    assert codes == [422] * attempts.ACCOUNT.count + [429] * 2
    assert guesser.sign_in(EDITOR).status_code == 429, "not even with the right one"
    assert owner.sign_in(EDITOR).status_code == 303, "the owner's own browser is known"
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert guesser.sign_in(EDITOR).status_code == 303


def test_guesses_from_the_same_office_lock_nobody_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    member(Role.EDITOR)
    owner = Browser(app)
    owner.sign_in(EDITOR)
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "matches", lambda *_: False)
        guesser = Browser(app)
        for number in range(attempts.NETWORK.count + 1):
            last = guesser.sign_in(f"n{number}@x.vn").status_code
    assert last == 429
    assert owner.sign_in(EDITOR).status_code == 303, "from the same address"


def test_an_unknown_address_is_limited_like_a_known_one(app: Flask) -> None:
    browser = Browser(app)
    codes = [browser.sign_in("nobody@x.vn").status_code for _ in range(attempts.ACCOUNT.count + 1)]
    assert codes[-1] == 429


def test_one_network_may_not_try_many_accounts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    browser = Browser(app)
    codes = [browser.sign_in(f"n{n}@x.vn").status_code for n in range(attempts.NETWORK.count + 1)]
    assert codes == [422] * attempts.NETWORK.count + [429]


def test_the_second_factor_is_asked_and_each_code_is_good_once(app: Flask) -> None:
    generator = enrolled(member(Role.ADMIN))
    now = datetime(2026, 11, 22, 3, 0, 15, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        browser, second = Browser(app), Browser(app)
        for one in (browser, second):
            response = one.sign_in("admin@quangngai.gov.vn")
            assert response.headers["Location"] == "/can-bo/dang-nhap/ma"
            assert not is_in(one), "the password alone opens nothing"
        code = generator.at(now)
        assert browser.submit("/can-bo/dang-nhap/ma", {"code": "000000"}).status_code == 422
        assert browser.submit("/can-bo/dang-nhap/ma", {"code": code}).status_code == 303
        assert is_in(browser)
        assert second.submit("/can-bo/dang-nhap/ma", {"code": code}).status_code == 422, "used already"
    with time_machine.travel(now + timedelta(seconds=30), tick=False):
        old = generator.at(now)
        assert second.submit("/can-bo/dang-nhap/ma", {"code": old}).status_code == 422
        assert second.submit("/can-bo/dang-nhap/ma", {"code": generator.now()}).status_code == 303


def test_codes_cannot_be_tried_through(app: Flask) -> None:
    enrolled(member(Role.ADMIN))
    browser = Browser(app)
    browser.sign_in("admin@quangngai.gov.vn")
    codes = [
        browser.submit("/can-bo/dang-nhap/ma", {"code": f"{n:06}"}).status_code for n in range(attempts.CODE.count + 1)
    ]
    assert codes[-1] == 429


def test_an_admin_enrols_at_the_first_sign_in(app: Flask) -> None:
    code = member(Role.ADMIN)
    browser = Browser(app)
    assert browser.sign_in("admin@quangngai.gov.vn").headers["Location"] == "/can-bo/dang-nhap/thiet-lap"
    assert not is_in(browser)
    page = browser.get("/can-bo/dang-nhap/thiet-lap").get_data(as_text=True)
    secret = page.split('class="secret">')[1].split("<")[0]
    before = browser.cookie("gandan-staff")
    done = browser.submit("/can-bo/dang-nhap/thiet-lap", {"code": pyotp.TOTP(secret).now()})
    shown = [part.split("<")[0] for part in done.get_data(as_text=True).split("<code>")[1:]]
    assert len(shown) == 10
    assert browser.cookie("gandan-staff") != before, "a session that rises gets a new cookie"
    assert is_in(browser)
    assert user_of(code).totp_secret == secret
    other = Browser(app)
    other.sign_in("admin@quangngai.gov.vn")
    assert other.submit("/can-bo/dang-nhap/ma", {"code": shown[0].upper()}).status_code == 303
    again = Browser(app)
    again.sign_in("admin@quangngai.gov.vn")
    assert again.submit("/can-bo/dang-nhap/ma", {"code": shown[0]}).status_code == 422, "a recovery code is used up"


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/can-bo/tai-khoan?x=1", "/can-bo/tai-khoan?x=1"),
        ("https://evil.example/can-bo", "/can-bo"),
        ("//evil.example/can-bo", "/can-bo"),
        ("/can-bo//evil.example", "/can-bo"),
        ("/can-bo\\..\\evil", "/can-bo"),
        ("/tim-kiem", "/can-bo"),
        ("/can-bo\r\nX: y", "/can-bo"),
        ("javascript:alert(1)", "/can-bo"),
        ("http://[", "/can-bo"),
    ],
)
def test_the_way_on_never_leads_off_the_site(app: Flask, wanted: str, target: str) -> None:
    member(Role.EDITOR)
    browser = Browser(app)
    token = browser.client.get("/can-bo/dang-nhap").get_data(as_text=True).split('csrf_token" value="')[1][:64]
    response = browser.client.post(
        "/can-bo/dang-nhap",
        query_string={"tiep": wanted},
        data={"csrf_token": token, "email": EDITOR, "password": PASSWORD},
    )
    assert response.headers["Location"] == target


def test_a_session_ends_after_disuse_and_after_all(app: Flask) -> None:
    member(Role.EDITOR)
    browser = Browser(app)
    start = clock.now()
    with time_machine.travel(start, tick=False) as moment:
        browser.sign_in(EDITOR)
        for hours in range(0, 24 * 13, 10):
            moment.move_to(start + timedelta(hours=hours))
            assert is_in(browser), hours
        moment.move_to(start + timedelta(days=14, minutes=1))
        assert not is_in(browser)
        browser.sign_in(EDITOR)
        moment.shift(timedelta(hours=13))
        assert not is_in(browser)


def test_a_sign_in_from_another_site_is_refused(app: Flask) -> None:
    member(Role.EDITOR)
    values = {"email": EDITOR, "password": PASSWORD}
    browser = Browser(app)
    for given in ({}, {"csrf_token": "0" * 64}):
        response = browser.client.post("/can-bo/dang-nhap", data={**given, **values})
        assert response.headers["Location"].partition("?")[0] == "/can-bo/dang-nhap", "the page is shown again"
        assert not is_in(browser)
    token = browser.client.get("/can-bo/dang-nhap").get_data(as_text=True).split('csrf_token" value="')[1][:64]
    stranger = Browser(app)
    stranger.client.get("/can-bo/dang-nhap")
    stranger.client.post("/can-bo/dang-nhap", data={"csrf_token": token, **values})
    assert not is_in(stranger)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "http://["}, {"Sec-Fetch-Site": "cross-site"}):
        response = browser.client.post("/can-bo/dang-nhap", data={"csrf_token": token, **values}, headers=headers)
        assert response.status_code == 403


def test_a_browser_that_refuses_cookies_is_told_so(app: Flask, client: FlaskClient) -> None:
    values = {"email": EDITOR, "password": PASSWORD, "csrf_token": "0" * 64}
    answer = client.post("/can-bo/dang-nhap?tiep=/can-bo/tai-khoan", data=values)
    assert answer.headers["Location"] == "/can-bo/dang-nhap?tiep=/can-bo/tai-khoan&cookie=0"
    shown = client.get(answer.headers["Location"])
    assert "Trình duyệt của bạn đang chặn cookie" in shown.get_data(as_text=True)
    again = client.post(answer.headers["Location"], data=values)
    assert again.headers["Location"] == answer.headers["Location"]
    plain = Browser(app)
    plain.client.post("/can-bo/dang-nhap", data=values)
    for browser in (plain, Browser.with_roles(app, Role.EDITOR)):
        browser.get("/can-bo/dang-nhap")
        assert "chặn cookie" not in browser.get("/can-bo/dang-nhap?cookie=0").get_data(as_text=True)


def test_an_invitation_is_opened_without_being_spent(app: Flask) -> None:
    code = member(Role.EDITOR, can_sign_in=False)
    with unit_of_work():
        token = links.create(Purpose.INVITATION, code, now=clock.now(), lasts=timedelta(days=7))
    browser = Browser(app)
    for _ in range(3):
        shown = browser.get(f"/lien-ket/{token}")
        assert shown.status_code == 200
        assert shown.headers["Referrer-Policy"] == "no-referrer"
    response = browser.submit(f"/lien-ket/{token}", {})
    assert response.headers["Location"] == "/can-bo/loi-moi"
    weak = browser.submit("/can-bo/loi-moi", {"new_password": "ngắn"})
    assert weak.status_code == 422
    assert browser.submit("/can-bo/loi-moi", {"new_password": PASSWORD}).status_code == 303
    assert is_in(browser)
    assert browser.get(f"/lien-ket/{token}").status_code == 410
    assert Browser(app).sign_in(EDITOR).status_code == 303


def test_a_reset_link_is_good_once_and_ends_every_session(app: Flask) -> None:
    code = member(Role.EDITOR)
    thief = Browser.of(app, code)
    with unit_of_work():
        token = links.create(Purpose.PASSWORD_RESET, code, now=clock.now(), lasts=timedelta(hours=1))
    first, second = Browser(app), Browser(app)
    for browser in (first, second):
        browser.submit(f"/lien-ket/{token}", {})
    new = "một mật khẩu khác hẳn, dài 93"
    assert first.submit("/can-bo/mat-khau-moi", {"new_password": new}).status_code == 303
    second_page = second.get("/can-bo/mat-khau-moi")
    assert second_page.status_code == 410
    assert not is_in(thief)
    assert Browser(app).sign_in(EDITOR).status_code == 422
    assert Browser(app).sign_in(EDITOR, new).status_code == 303


def test_links_end_and_are_replaced(app: Flask) -> None:
    code = member(Role.EDITOR)
    now = clock.now()
    with unit_of_work():
        first = links.create(Purpose.PASSWORD_RESET, code, now=now, lasts=timedelta(hours=1))
        second = links.create(Purpose.PASSWORD_RESET, code, now=now, lasts=timedelta(hours=1))
    browser = Browser(app)
    assert browser.get(f"/lien-ket/{first}").status_code == 410, "a new link ends the former one"
    assert browser.get("/lien-ket/guessed").status_code == 410
    browser.submit(f"/lien-ket/{second}", {})
    assert browser.get("/can-bo/loi-moi").status_code == 410, "the right is for one purpose"
    with time_machine.travel(now + timedelta(minutes=61)):
        assert browser.get("/can-bo/mat-khau-moi").status_code == 410
        assert browser.get(f"/lien-ket/{second}").status_code == 410


def test_a_forgotten_password_tells_nothing(app: Flask) -> None:
    member(Role.EDITOR)
    answers = []
    for email in (EDITOR, "nobody@quangngai.gov.vn"):
        response = Browser(app).submit("/can-bo/quen-mat-khau", {"email": email})
        answers.append((response.status_code, response.headers["Location"], response.get_data()))
    assert answers[0] == answers[1]


def test_public_pages_never_see_the_staff(app: Flask, client: FlaskClient) -> None:
    browser = Browser.with_roles(app, Role.ADMIN)
    for path in ("/", "/tim-kiem", "/en/"):
        mine, anyones = browser.get(path), client.get(path)
        assert mine.get_data() == anyones.get_data()
        assert "Set-Cookie" not in mine.headers
        assert "Cookie" not in mine.headers.get("Vary", "")


def test_the_database_keeps_no_secret_that_lets_in(app: Flask) -> None:
    member(Role.EDITOR)
    browser = Browser(app)
    browser.sign_in(EDITOR)
    with db.engine.connect() as connection:
        for table in db.metadata.tables.values():
            for row in connection.execute(table.select()):
                text = str(row)
                for name in ("gandan-staff", "gandan-browser"):
                    assert browser.cookie(name)
                    assert browser.cookie(name) not in text, table.name
                assert PASSWORD not in text
