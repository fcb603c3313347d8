"""Agencies as scopes of roles."""

from __future__ import annotations

import pytest

from portal.agencies import queries, service
from portal.core.db import db, unit_of_work
from portal.core.permissions import Permission, Role, Scope
from tests.factories.staff import Browser, grant, member, user_of
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("app")


def tree() -> None:
    with unit_of_work():
        top = service.add("tinh", "UBND tỉnh")
        middle = service.add("so-tu-phap", "Sở Tư pháp", superior=top)
        service.add("phong-ho-tich", "Phòng hộ tịch", superior=middle)
        service.add("so-y-te", "Sở Y tế", superior=top)


def test_what_stands_below_at_any_depth() -> None:
    tree()
    with count_queries() as statements:
        assert queries.subordinates("tinh") == ["phong-ho-tich", "so-tu-phap", "so-y-te"]
    assert len(statements) == 1
    assert queries.subordinates("phong-ho-tich") == []
    assert queries.subordinates("khong-co") == []


def test_a_circle_has_an_end() -> None:
    tree()
    with unit_of_work():
        top, bottom = queries.agency("tinh"), queries.agency("phong-ho-tich")
        assert top is not None
        assert bottom is not None
        top.superior_id = bottom.id
    assert "so-tu-phap" in queries.subordinates("phong-ho-tich")


def test_an_officer_answers_for_an_agency_and_those_below() -> None:
    from portal.accounts.sessions import SessionIdentity, start
    from portal.core import clock
    from tests.factories.staff import SOMEWHERE

    tree()
    code = member(Role.OFFICER)
    assert grant(Role.OFFICER).scope == Scope("agency", "so-tu-phap")
    with unit_of_work():
        token = start(user_of(code), SOMEWHERE, "full", now=clock.now())
    found = SessionIdentity().principal(token, clock.now())
    assert found is not None
    held = found[0].scopes(Permission.ANSWER_CASES)
    assert held == {Scope("agency", "so-tu-phap"), Scope("agency", "phong-ho-tich")}
    db.session.rollback()


def test_an_admin_gives_a_role_for_an_agency(app: object) -> None:
    from flask import Flask

    assert isinstance(app, Flask)
    tree()
    admin, code = Browser.with_roles(app, Role.ADMIN), member(Role.EDITOR)
    assert "Cán bộ trả lời – Sở Y tế" in admin.get(f"/can-bo/nguoi-dung/{code}").get_data(as_text=True)
    wished = {"roles": ["officer@agency:so-y-te", "editor@agency:tinh"]}
    assert admin.post(f"/can-bo/nguoi-dung/{code}/vai-tro", wished).status_code == 303
    assert {str(one.scope.key) for one in user_of(code).grants} == {"so-y-te", "tinh"}
    for wrong in ("officer@agency:khong-co", "officer@team:so-y-te", "team_leader@agency:so-y-te"):
        assert admin.post(f"/can-bo/nguoi-dung/{code}/vai-tro", {"roles": [wrong]}).status_code == 422, wrong
