"""What an admin does with the staff, and what everybody does with their own account."""

from __future__ import annotations

import pyotp
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import EVERYWHERE, Grant, Role, Scope
from tests.factories.staff import PASSWORD, Browser, member, user_of
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("app")


def invite(browser: Browser, **values: str | list[str]) -> object:
    given = {"name": "Trần Thị Bình", "email": "binh@quangngai.gov.vn", "roles": ["editor"], **values}
    return browser.post("/can-bo/nguoi-dung/moi", given)


def test_an_invited_person_comes_in_by_the_link_that_the_admin_sees_once(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    shown = invite(admin)
    check(shown, "/can-bo/nguoi-dung/moi")
    link = shown.get_data(as_text=True).split('class="secret">')[1].split("<")[0]
    path = link.removeprefix("http://localhost")
    guest = Browser(app)
    assert guest.submit(path, {}).status_code == 303
    assert guest.submit("/can-bo/loi-moi", {"new_password": PASSWORD}).headers["Location"] == "/can-bo"
    assert guest.get("/can-bo").status_code == 200
    assert path.split("/")[-1] not in str(audit.entries(AuditFilter(), limit=50))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"email": "không phải thư"}, "Địa chỉ thư chưa đúng"),
        ({"email": "a@b.vn\r\nBcc: c@d.vn"}, "Địa chỉ thư chưa đúng"),
        ({"email": ""}, "Bạn chưa điền địa chỉ thư"),
        ({"name": " \u200b "}, "Bạn chưa điền họ tên"),
        ({"roles": []}, "Bạn chọn ít nhất một vai trò"),
        ({"roles": ["emperor"]}, "Có vai trò không còn nữa"),
        ({"roles": ["officer"]}, "Có vai trò không còn nữa"),
        ({"roles": ["admin@agency:so-tu-phap"]}, "Có vai trò không còn nữa"),
        ({"email": "ADMIN@quangngai.gov.vn"}, "Địa chỉ thư này đã có tài khoản"),
    ],
)
def test_a_wrong_invitation_keeps_what_was_typed(app: Flask, values: dict[str, str], message: str) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    response = invite(admin, **values)
    assert response.status_code == 422
    page = check(response, "/can-bo/nguoi-dung/moi")
    assert message in page.words
    if "name" not in values:
        assert "Trần Thị Bình" in response.get_data(as_text=True)


def test_nobody_raises_themselves(app: Flask) -> None:
    code = member(Role.ADMIN)
    admin = Browser.of(app, code)
    for act, values in (("vai-tro", {"roles": ["admin", "editor"]}), ("khoa", {}), ("bo-hai-buoc", {})):
        response = admin.post(f"/can-bo/nguoi-dung/{code}/{act}", values)
        assert response.status_code == 409, act
        assert "Bạn không thể tự đổi vai trò" in response.get_data(as_text=True)
    assert [grant.role for grant in user_of(code).grants] == [Role.ADMIN]
    editor = Browser.with_roles(app, Role.EDITOR)
    assert editor.post(f"/can-bo/nguoi-dung/{code}/vai-tro", {"roles": ["editor"]}).status_code == 403


def test_there_is_always_an_admin(app: Flask) -> None:
    last = member(Role.ADMIN)
    # Somebody whose invitation is still open can't administer anything yet.
    member(Role.ADMIN, email="invited@quangngai.gov.vn", can_sign_in=False)
    other = member(Role.ADMIN, email="other@quangngai.gov.vn")
    browser = Browser.of(app, other)
    with unit_of_work():
        user_of(other).is_active = True
    assert browser.post(f"/can-bo/nguoi-dung/{last}/vai-tro", {"roles": ["editor"]}).status_code == 303
    assert user_of(last).grants == (Grant(Role.EDITOR, EVERYWHERE),)
    with unit_of_work():
        from portal.accounts import people
        from tests.factories.staff import OPERATOR

        with pytest.raises(people.PeopleError, match="last_admin"):
            people.disable(user_of(other), actor=OPERATOR, now=user_of(other).created_at)


def test_a_change_of_roles_takes_hold_at_once(app: Flask) -> None:
    admin, code = Browser.with_roles(app, Role.ADMIN), member(Role.EDITOR)
    theirs = Browser.of(app, code)
    assert theirs.get("/can-bo").status_code == 200
    assert admin.post(f"/can-bo/nguoi-dung/{code}/vai-tro", {"roles": ["analyst"]}).status_code == 303
    assert theirs.get("/can-bo").status_code == 303
    entry = audit.entries(AuditFilter(action="roles_changed"), limit=1)[0]
    assert (entry.before, entry.after) == ({"roles": ["editor"]}, {"roles": ["analyst"]})


def test_who_is_disabled_is_out_at_once_and_comes_back(app: Flask) -> None:
    admin, code = Browser.with_roles(app, Role.ADMIN), member(Role.EDITOR)
    theirs = Browser.of(app, code)
    admin.post(f"/can-bo/nguoi-dung/{code}/khoa")
    assert theirs.get("/can-bo").status_code == 303
    assert Browser(app).sign_in("editor@quangngai.gov.vn").status_code == 422
    admin.post(f"/can-bo/nguoi-dung/{code}/mo-khoa")
    assert Browser(app).sign_in("editor@quangngai.gov.vn").status_code == 303


def test_scopes_reach_down_and_not_sideways(app: Flask) -> None:
    from portal.core import permissions
    from portal.core.permissions import Permission, ScopeKind, register_scope_kind

    below = {"tinh": ["so-a", "so-b"], "so-a": ["phong-a1"]}
    known = dict(permissions._scope_kinds)
    register_scope_kind("agency", ScopeKind(list, lambda key: below.get(key, [])))
    try:
        from datetime import UTC, datetime

        person = permissions.Principal(
            code="x", name="x", email="x", session_code="x", confirmed_at=datetime.now(UTC),
            grants=(Grant(Role.OFFICER, Scope("agency", "so-a")),),
        )  # fmt: skip
        for key, is_allowed in {"so-a": True, "phong-a1": True, "so-b": False, "tinh": False}.items():
            assert (Scope("agency", key) in person.scopes(Permission.ANSWER_CASES)) is is_allowed, key
        assert person.scopes(Permission.EDIT_CONTENT) == set()
        assert Scope("team", "so-a") not in person.scopes(Permission.ANSWER_CASES)
    finally:
        permissions._scope_kinds.clear()
        permissions._scope_kinds.update(known)


def test_one_looks_after_ones_own_sessions_only(app: Flask) -> None:
    code = member(Role.EDITOR)
    here, there = Browser.of(app, code), Browser.of(app, code)
    stranger = Browser.with_roles(app, Role.ANALYST)
    page = here.get("/can-bo/tai-khoan").get_data(as_text=True)
    (session,) = {part.split('"')[0] for part in page.split("/can-bo/tai-khoan/phien/")[1:]}
    assert stranger.post(f"/can-bo/tai-khoan/phien/{session}").status_code == 404
    assert there.get("/can-bo").status_code == 200
    assert here.post(f"/can-bo/tai-khoan/phien/{session}").status_code == 303
    assert there.get("/can-bo").status_code == 303
    third = Browser.of(app, code)
    assert here.post("/can-bo/tai-khoan/dang-xuat-noi-khac").status_code == 303
    assert third.get("/can-bo").status_code == 303
    assert here.get("/can-bo").status_code == 200


def test_a_new_password_ends_the_other_sessions(app: Flask) -> None:
    code = member(Role.EDITOR)
    here, there = Browser.of(app, code), Browser.of(app, code)
    weak = here.post("/can-bo/tai-khoan/mat-khau", {"password": PASSWORD, "new_password": "matkhau123456"})
    assert weak.status_code == 422
    assert "dễ đoán" in weak.get_data(as_text=True)
    new = "năm chữ: dừa sóng mây ghe 61"
    for wrong in ("", "sai rồi sai rồi"):
        refused = here.post("/can-bo/tai-khoan/mat-khau", {"password": wrong, "new_password": new})
        assert refused.status_code == 422, "a found screen is no password"
    assert here.post("/can-bo/tai-khoan/mat-khau", {"password": PASSWORD, "new_password": new}).status_code == 303
    assert here.get("/can-bo").status_code == 200
    assert there.get("/can-bo").status_code == 303
    assert Browser(app).sign_in("editor@quangngai.gov.vn", new).status_code == 303


def test_a_second_factor_of_ones_own_choice(app: Flask) -> None:
    code = member(Role.EDITOR)
    browser = Browser.of(app, code)
    assert browser.post("/can-bo/tai-khoan/hai-buoc/bat-dau").status_code == 303
    page = browser.get("/can-bo/tai-khoan/hai-buoc").get_data(as_text=True)
    secret = page.split('class="secret">')[1].split("<")[0]
    assert user_of(code).totp_secret is None, "only a code that is right takes it into use"
    assert browser.post("/can-bo/tai-khoan/hai-buoc", {"code": "000000"}).status_code == 422
    assert browser.post("/can-bo/tai-khoan/hai-buoc", {"code": pyotp.TOTP(secret).now()}).status_code == 200
    assert user_of(code).totp_secret == secret
    admin = Browser.with_roles(app, Role.ADMIN)
    assert admin.post(f"/can-bo/nguoi-dung/{code}/bo-hai-buoc").status_code == 303
    assert user_of(code).totp_secret is None


def test_the_list_of_people_is_sorted_searched_and_paged(app: Flask) -> None:
    for number in range(55):
        member(Role.EDITOR, email=f"n{number}@x.vn", name=f"Người {number:02}")
    admin = Browser.of(app, member(Role.ADMIN, name="Ấn"))
    page = check(admin.get("/can-bo/nguoi-dung"), "/can-bo/nguoi-dung")
    assert page.all("tbody")[0][0][0].text is None  # a link
    assert page.text("tbody").startswith("Ấn")
    assert len(page.all("tbody")[0]) == 50
    assert len(check(admin.get("/can-bo/nguoi-dung?trang=2"), "x").all("tbody")[0]) == 6
    turned = check(admin.get("/can-bo/nguoi-dung?sap-xep=-ten"), "x")
    assert turned.text("tbody").startswith("Người 54")
    assert check(admin.get("/can-bo/nguoi-dung?q=nguoi 07"), "x").text("tbody").startswith("Người 07")
    assert "Không có ai khớp" in check(admin.get("/can-bo/nguoi-dung?q=zzz"), "x").words
    assert admin.get("/can-bo/nguoi-dung?sap-xep=password_hash").status_code == 200
    assert admin.get("/can-bo/nguoi-dung?trang=99").status_code == 404


def test_the_audit_log_is_read_and_never_changed(app: Flask) -> None:
    admin = Browser.with_roles(app, Role.ADMIN)
    invite(admin)
    page = check(admin.get("/can-bo/nhat-ky?q=binh"), "x")
    assert "Không có việc nào khớp" in page.words or "Trần Thị Bình" in page.words
    page = check(admin.get("/can-bo/nhat-ky?viec=invited&tu=2020-01-01&den=2100-01-01"), "x")
    assert "Trần Thị Bình" in page.words
    assert "Không có việc nào khớp" in check(admin.get("/can-bo/nhat-ky?den=2020-01-01"), "x").words
    for odd in ("tu=hôm-qua&den=9999-99-99&viec=%00", "den=9999-12-31", "tu=0001-01-01"):
        assert admin.get(f"/can-bo/nhat-ky?{odd}").status_code == 200, odd
    attacks = ["UPDATE audit_entries SET actor_name = 'x'", "DELETE FROM audit_entries"]
    if db.engine.dialect.name == "sqlite":
        attacks.append("INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries")
    else:
        attacks.append("TRUNCATE audit_entries")
    db.session.rollback()  # what this test has read would keep a truncation waiting
    for statement in attacks:
        with pytest.raises(DBAPIError, match="only ever added"), db.engine.begin() as connection:
            connection.execute(text(statement))
    assert audit.count(AuditFilter()) > 0


def test_two_invitations_of_one_address_are_a_conflict(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both looked before either had written."""
    from portal.accounts import queries

    admin = Browser.with_roles(app, Role.ADMIN)
    monkeypatch.setattr(queries, "user_by_email", lambda _email: None)
    assert invite(admin, email="admin@quangngai.gov.vn").status_code == 409


def test_tables_are_taken_away_without_formulas(app: Flask) -> None:
    member(Role.EDITOR, name="=cmd|' /C calc'!A0")
    admin = Browser.with_roles(app, Role.ADMIN)
    page = admin.get("/can-bo/nguoi-dung").get_data(as_text=True)
    assert "xuat=csv" in page
    file = admin.get("/can-bo/nguoi-dung?xuat=csv")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="nguoi-dung-')
    assert file.headers["Cache-Control"] == "no-store"
    cells = [row.split(",")[0].strip('"') for row in file.get_data(as_text=True).lstrip("\ufeff").splitlines()]
    assert "'=cmd|' /C calc'!A0" in cells
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert admin.get("/can-bo/nguoi-dung?xuat=xlsx").get_data().startswith(b"PK")
    assert admin.get("/can-bo/nguoi-dung?xuat=exe").status_code == 404


def test_a_list_of_people_asks_a_fixed_number_of_questions(app: Flask) -> None:
    from portal.agencies import service as agencies
    from tests.queries import count_queries

    admin = Browser.with_roles(app, Role.ADMIN)
    counts = []
    for start in (0, 20):
        with unit_of_work():
            agencies.add(f"a{start}", "Sở")
        for number in range(start, start + 20):
            member(Role.OFFICER, email=f"n{number}@x.vn")
        with count_queries() as statements:
            assert admin.get("/can-bo/nguoi-dung").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
