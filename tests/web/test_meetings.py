"""Screens of a meeting: open to all, frozen by few, and the same for ever after."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import text, update

from portal.adoption.periods import Period
from portal.adoption.queries import place_unit, unit_ids
from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.meetings import queries
from portal.meetings.demo import MEETINGS
from portal.meetings.models import MeetingSet
from portal.places.queries import overview
from tests.factories.meetings import report, want
from tests.factories.places import load_places
from tests.factories.staff import Browser
from tests.web.page import XHTML, HtmlPage, Visitor, check

HERE, OPEN = "/can-bo/hop", "/so-lieu/hop"
KEPT = f"{HERE}/da-chot"
FIRST, SECOND = "xa-ba-xa", "xa-ba-vinh"


@pytest.fixture(autouse=True)
def figures(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 22))
    load_places()
    report("2026-09", {FIRST: (20, 100), SECOND: (60, 100)})
    report("2026-10", {FIRST: (30, 100), SECOND: (70, 100)})
    want("80")


def shown(page: HtmlPage) -> list[str]:
    """What stands on the screens, without who made them and when."""
    screens = [one for one in page.all("section") if "data-screen" in one.attrib]
    return [" ".join(" ".join(words(screen)).split()) for screen in screens]


def words(element: Element) -> list[str]:
    if element.tag == XHTML + "footer":
        return []
    inside = [text for child in element for text in (*words(child), child.tail or "")]
    return [element.text or "", *inside]


def hidden_fields(page: HtmlPage) -> dict[str, str]:
    fields = {one.get("name", ""): one.get("value", "") for one in page.all("input")}
    return {name: fields[name] for name in ("ky", "nonce", "mark")}


def freeze(leader: Browser) -> str:
    """The address of a set."""
    page = check(leader.get(HERE), HERE)
    answer = leader.post(f"{HERE}/chot", dict(hidden_fields(page)))
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_everybody_sees_the_screens_live_and_each_has_an_address(visitor: Visitor) -> None:
    page = visitor.get(OPEN)
    assert "50,00%" in page.words
    assert "100/200" in page.words
    assert "Chỉ tiêu 80%: chưa đạt" in page.words
    assert "Tăng 10 điểm phần trăm so với 09/2026" in page.words
    assert "Nguồn: Báo cáo 2026-10 · Người nhập: Trần Văn Nhập · Kỳ kết thúc 22 ngày trước" in page.words
    assert f"/so-lieu/dia-ban/{FIRST}?ky=2026-10" in page.links()
    assert "94 trong 96 nơi chưa có số liệu nào" in page.words
    total = len(shown(page))
    for number in range(1, total + 1):
        alone = visitor.get(f"{OPEN}?man={number}")
        visible = [one for one in alone.all("section") if "data-screen" in one.attrib and "hidden" not in one.attrib]
        assert [one.get("id") for one in visible] == [f"man-{number}"]
        assert (f"{OPEN}?man={number + 1}" in alone.links()) == (number < total)
    assert page.response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "/en/so-lieu/hop?man=1" in visitor.get(f"/en{OPEN}").links()


@pytest.mark.parametrize("query", ["man=0", "man=999", "man=x", "man=%C2%B2", "ky=1999-01", "ky=x"])
def test_a_screen_or_period_that_is_none_is_not_found(visitor: Visitor, query: str) -> None:
    visitor.get(f"{OPEN}?{query}", 404)


def test_laggards_are_named_with_rank_and_gap(visitor: Visitor) -> None:
    page = visitor.get(f"{OPEN}?man=2")
    assert "Xã Ba Xa 30,00%" in page.words
    assert "hạng 2/2 · 30/100 · cách chỉ tiêu 50 điểm" in page.words


def test_a_frozen_set_is_replayed_whatever_happens_to_the_figures(app: Flask) -> None:
    leader = Browser.with_roles(app, Role.LEADER)
    address = freeze(leader)
    before = shown(check(leader.get(address), address))
    assert any("50,00%" in text for text in before)
    report("2026-10", {FIRST: (99, 100)})
    report("2026-11", {FIRST: (1, 100)})
    want("10")
    with unit_of_work():
        period = Period.parse("2026-10")
        assert period is not None
        db.session.execute(text("UPDATE places SET name = 'Tên Mới' WHERE slug = :slug"), {"slug": FIRST})
    db.session.remove()
    assert shown(check(leader.get(address), address)) == before
    assert unit_ids()[place_unit(FIRST)]
    assert shown(check(leader.get(HERE), HERE)) != before
    assert "Tháng 10/2026" in check(leader.get(KEPT), KEPT).words


def test_one_press_is_one_set_and_its_digest_is_of_what_is_kept(app: Flask) -> None:
    leader = Browser.with_roles(app, Role.LEADER)
    form = hidden_fields(check(leader.get(HERE), HERE))
    answers = [leader.post(f"{HERE}/chot", dict(form)) for _press in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    db.session.remove()
    made = queries.frozen_sets()
    assert len(made) == 1
    entries = audit.entries(AuditFilter(action="meeting_frozen"), limit=9)
    assert [one.after for one in entries] == [{"period": "2026-10", "digest": made[0].digest}]
    assert [one.actor_name for one in entries] == ["Nguyễn Văn An"]


def test_what_has_changed_since_is_shown_before_it_is_frozen(app: Flask) -> None:
    leader = Browser.with_roles(app, Role.LEADER)
    form = hidden_fields(check(leader.get(HERE), HERE))
    report("2026-10", {FIRST: (31, 100)})
    answer = leader.post(f"{HERE}/chot", dict(form))
    assert answer.status_code == 409
    page = check(answer, HERE)
    assert "Số liệu vừa thay đổi" in page.words
    db.session.remove()
    assert queries.frozen_sets() == []
    assert leader.post(f"{HERE}/chot", dict(hidden_fields(page))).status_code == 303


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.OFFICER, Role.COORDINATOR, Role.TEAM_LEADER])
def test_others_of_the_staff_see_and_freeze_nothing(app: Flask, role: Role) -> None:
    address = freeze(Browser.with_roles(app, Role.LEADER))
    other = Browser.with_roles(app, role)
    for path in (HERE, KEPT, address):
        assert other.get(path).status_code == 403
    for path in (f"{HERE}/chot", f"{address}/lien-ket", f"{address}/lien-ket/huy", f"{address}/rut"):
        assert other.post(path, {"ly-do": "x", "ky": "2026-10", "nonce": "n", "mark": "m"}).status_code == 403


def test_a_stranger_is_led_to_the_door_and_learns_nothing(app: Flask) -> None:
    address = freeze(Browser.with_roles(app, Role.LEADER))
    stranger = app.test_client()
    for path in (HERE, KEPT, address, f"{KEPT}/khong-co"):
        answer = stranger.get(path)
        assert answer.status_code == 303
        assert "/can-bo/dang-nhap" in answer.headers["Location"]


def test_a_link_opens_one_set_to_who_has_it_until_it_is_ended(app: Flask) -> None:
    leader = Browser.with_roles(app, Role.ANALYST)
    own, other = freeze(leader), freeze(leader)
    assert own != other
    page = check(leader.post(f"{own}/lien-ket"), own)
    found = re.search(r"http://localhost(/lien-ket/[\w-]+)", html.unescape(page.words))
    assert found
    guest = Browser(app)
    assert guest.submit(found[1], {}).status_code == 303
    seen = check(guest.get(own), own)
    assert shown(seen) == shown(check(leader.get(own), own))
    assert f"{own}/rut" not in [form.get("action") for form in seen.all("form")]
    assert guest.get(KEPT).headers["Location"] == own
    assert guest.get(other).status_code == 404
    assert guest.get(HERE).status_code == 303
    assert leader.post(f"{own}/lien-ket/huy").status_code == 303
    assert guest.get(own).status_code == 410


def test_only_an_administrator_withdraws_a_set_and_says_why(app: Flask) -> None:
    leader, admin = Browser.with_roles(app, Role.LEADER), Browser.with_roles(app, Role.ADMIN)
    address = freeze(leader)
    assert leader.post(f"{address}/rut", {"ly-do": "Nhầm kỳ"}).status_code == 403
    assert check(admin.post(f"{address}/rut", {"ly-do": "  "}), address).response.status_code == 422
    assert admin.post(f"{address}/rut", {"ly-do": "Nhầm kỳ"}).status_code == 303
    assert leader.get(address).status_code == 404
    assert "rút lúc 10:00 22/11/2026: Nhầm kỳ" in check(leader.get(KEPT), KEPT).words
    entries = audit.entries(AuditFilter(action="meeting_withdrawn"), limit=9)
    assert [(one.after or {})["why"] for one in entries] == ["Nhầm kỳ"]
    assert admin.post(f"{address}/rut", {"ly-do": "Lần nữa"}).status_code == 404


def test_a_set_that_somebody_changed_in_the_database_says_so(app: Flask) -> None:
    leader = Browser.with_roles(app, Role.LEADER)
    address = freeze(leader)
    with unit_of_work():
        db.session.execute(update(MeetingSet).values(data=MeetingSet.data + " "))
    assert "Bản chốt không còn nguyên vẹn" in check(leader.get(address), address).words


def test_illustrative_figures_are_marked_on_each_screen(app: Flask, visitor: Visitor) -> None:
    assert "minh họa" not in visitor.get(OPEN).text("main")
    for indicator in ("online_filing", "online_payment", "on_time", "satisfaction"):
        every = {place.slug: (40, 100) for place in overview()}
        report("2026-10", every, indicator, is_demo=True)
    page = visitor.get(OPEN)
    screens = [one for one in page.all("section") if "data-screen" in one.attrib]
    assert len(screens) == 6
    assert all("Số liệu minh họa" in " ".join(one.itertext()) for one in screens)


def test_sets_of_illustrative_figures_go_with_the_demo(app: Flask) -> None:
    leader = Browser.with_roles(app, Role.LEADER)
    kept = freeze(leader)
    report("2026-10", {FIRST: (31, 100)}, is_demo=True)
    freeze(leader)
    with unit_of_work():
        MEETINGS.remove()
    db.session.remove()
    assert [one.code for one in queries.frozen_sets()] == [kept.rpartition("/")[2]]


def test_before_the_first_report_the_screens_say_so(app: Flask) -> None:
    with unit_of_work():
        for table in ("observation_revisions", "observations"):
            db.session.execute(text(f"DELETE FROM {table}"))
    db.session.remove()
    assert Visitor(app.test_client()).get(OPEN).text("h1") == "Màn hình họp"
    leader = Browser.with_roles(app, Role.LEADER)
    assert "Chưa có số liệu" in check(leader.get(HERE), HERE).words
    assert leader.post(f"{HERE}/chot", {"ky": "2026-10", "nonce": "n", "mark": "m"}).status_code == 400
