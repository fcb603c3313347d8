"""Who leads a team no more can do nothing for it any more, however the lead has ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts import queries as accounts
from portal.core import audit, clock, links
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Grant, Role, Scope
from portal.sharing import queries as share_links
from portal.teams import service
from tests.factories.staff import OPERATOR, PASSWORD, Browser
from tests.factories.teams import HERE, coordinator, member, member_of, signed_in, stamp_at, team, team_of
from tests.web.page import check
from tests.web.test_teams_import import HEADER, brought, places

__all__ = ["places"]
pytestmark = pytest.mark.usefixtures("app", "places")
KITS = "/can-bo/chia-se"
GUIDE = "/tinh-phi"
Ending = Callable[[Browser, str, str, Path], None]


def remove(admin: Browser, slug: str, code: str, _folder: Path) -> None:
    assert admin.post(f"{HERE}/{slug}/thanh-vien/{code}/xoa").status_code == 303


def disband(admin: Browser, slug: str, _code: str, _folder: Path) -> None:
    day = (clock.today() - timedelta(days=1)).isoformat()
    assert admin.post(f"{HERE}/{slug}/giai-the", {"ended_on": day}).status_code == 303


def make_a_member(admin: Browser, slug: str, code: str, _folder: Path) -> None:
    page = f"{HERE}/{slug}/thanh-vien/{code}"
    row = member_of(slug, code)
    values = {"name": row.name, "role": "member", "phone": row.phone, "consented_on": "2026-10-01"}
    assert admin.post(page, {**values, "stamp": stamp_at(admin, page)}).status_code == 303


def import_another(_admin: Browser, slug: str, code: str, folder: Path) -> None:
    name = member_of(slug, code).name
    rows = f"Tổ số một;Xã Ba Xa;;{name};Tổ phó;;;;;;\nTổ số một;Xã Ba Xa;;Đinh Văn Hai;Tổ trưởng;;;;;;\n"
    brought(folder, HEADER + rows)


@pytest.mark.parametrize("end", [remove, disband, make_a_member, import_another])
def test_an_account_leads_no_longer_than_its_leader(app: Flask, tmp_path: Path, end: Ending) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    code, other = member(slug), team("Tổ số hai")
    member(other, "Người khác", phone="0900 777 888")
    lead = Grant(Role.TEAM_LEADER, Scope("team", slug))
    only = signed_in(app, lead)
    both = signed_in(app, lead, Grant(Role.TEAM_LEADER, Scope("team", other)))
    with unit_of_work():
        token = service.make_link(team_of(slug), actor=OPERATOR, now=clock.now())
    kit = only.post(KITS, {"to": slug, "trang": GUIDE}).headers["Location"]
    form = {"csrf_token": only.form_token, "to": slug, "trang": "/giam-phi"}
    assert both.get(kit).status_code == 200

    end(admin, slug, code, tmp_path)

    for browser in (only, both):
        for path in ("/can-bo", KITS, kit, f"{kit}/ma-qr.png", f"{kit}/ap-phich-a4.pdf"):
            answer = browser.get(path)
            assert answer.status_code == 303, path
            assert "/can-bo/dang-nhap" in answer.headers["Location"]
    assert only.client.post(KITS, data=form).status_code == 303
    assert [link.path for link in share_links.links_of_team(slug)] == [GUIDE], "nothing was made"
    assert accounts.holders(lead) == []
    assert links.purpose_of(token, now=clock.now()) is None
    address = next(user.email for user in accounts.people() if not user.is_active)
    assert Browser(app).sign_in(address, PASSWORD).status_code in {200, 422}, "the door stays shut"
    still = [user for user in accounts.people() if Grant(Role.TEAM_LEADER, Scope("team", other)) in user.grants]
    again = Browser.of(app, still[0].code)
    assert again.get(kit).status_code == 404
    assert again.get(KITS).status_code == 200, "what else they lead stays theirs"
    changed = audit.entries(AuditFilter(action="roles_changed"), limit=10)
    assert any(slug in str(entry.before) and slug not in str(entry.after) for entry in changed)


def test_the_link_that_was_printed_goes_on(app: Flask, visitor: object) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    code = member(slug)
    kit = signed_in(app, Grant(Role.TEAM_LEADER, Scope("team", slug))).post(KITS, {"to": slug, "trang": GUIDE})
    address = kit.headers["Location"].rpartition("/")[2]
    assert admin.post(f"{HERE}/{slug}/thanh-vien/{code}/xoa").status_code == 303
    followed = app.test_client().get(f"/g/{address}/q")
    assert followed.status_code == 303
    assert followed.headers["Location"].startswith(GUIDE)


def test_a_member_who_leaves_takes_no_account_along(app: Flask) -> None:
    admin, slug = Browser.with_roles(app, Role.ADMIN), team()
    member(slug)
    second = member(slug, "Người thứ hai", "member", "0900 555 666")
    lead = Grant(Role.TEAM_LEADER, Scope("team", slug))
    leader = signed_in(app, lead)
    assert admin.post(f"{HERE}/{slug}/thanh-vien/{second}/xoa").status_code == 303
    assert leader.get(KITS).status_code == 200
    assert len(accounts.holders(lead)) == 1


def test_nobody_ends_their_own_role_unawares(app: Flask) -> None:
    slug = team()
    code = member(slug)
    person = signed_in(app, Grant(Role.COORDINATOR, Scope("portal")), Grant(Role.TEAM_LEADER, Scope("team", slug)))
    refused = person.post(f"{HERE}/{slug}/thanh-vien/{code}/xoa")
    assert refused.status_code == 422
    assert "Bạn không thể tự kết thúc vai trò của mình" in check(refused, HERE).words
    db.session.rollback()
    assert member_of(slug, code).role == "leader"
    assert person.get(KITS).status_code == 200


def test_who_keeps_a_commune_keeps_and_shares_for_the_same_teams(app: Flask) -> None:
    here, there = team(), team("Tổ số hai", "xa-tinh-khe")
    keeper = coordinator(app, "xa-ba-xa")
    shared = set(re.findall(r'<option value="([^"]+)"', keeper.get(KITS).get_data(as_text=True)))
    kept = {slug for slug in (here, there) if keeper.get(f"{HERE}/{slug}").status_code == 200}
    assert shared == kept == {here}


def test_a_leader_finds_the_way_to_sharing_and_back(app: Flask) -> None:
    leader = signed_in(app, Grant(Role.TEAM_LEADER, Scope("team", team())))
    start = check(leader.get("/can-bo"), "/can-bo")
    assert start.links().count(KITS) == 2, "in the menu and on the page"
    for prefix in ("", "/en"):
        refused = leader.get(f"{prefix}{HERE}")
        assert refused.status_code == 403
        assert f'href="{prefix}/can-bo"' in refused.get_data(as_text=True)
    assert 'href="/can-bo"' not in leader.get("/khong-co").get_data(as_text=True)
