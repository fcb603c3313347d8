"""What waits for editors: all that is out of date or doubted, and nothing that anybody wrote in confidence."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import Role
from portal.editing.attention import attention
from portal.feedback.subjects import Subject
from portal.feedback.votes import add_reason, count_vote
from tests.factories.drafts import SLUG, published
from tests.factories.feedback import answer, load_agencies, receive
from tests.factories.staff import Browser
from tests.queries import count_queries


def test_nothing_waits_where_all_is_well(app: Flask) -> None:
    published()
    found = attention(clock.today())
    assert [page.slug for page in found.untranslated] == [SLUG]
    assert found.count == 1


def test_reviews_votes_and_reasons(app: Flask) -> None:
    published()
    with unit_of_work():
        for number in range(6):
            count_vote(SLUG, number < 2, day=clock.today())
        count_vote("khong-con", is_useful=False, day=clock.today())
        add_reason(SLUG, "Không nói nộp ở đâu, gọi tôi 0912345678", day=clock.today())
    found = attention(clock.today() + timedelta(days=400))
    assert [page.slug for page in found.reviews] == [SLUG]
    assert found.useless == []
    (page,) = attention(clock.today()).useless
    assert (page.slug, page.count, page.total) == (SLUG, 4, 6)
    shown = Browser.with_roles(app, Role.EDITOR).get("/can-bo/can-xem").text
    assert "Không nói nộp ở đâu" in shown
    assert "0912345678" not in shown
    assert f"/can-bo/huong-dan/{SLUG}" in shown


def test_open_feedback_is_counted_and_not_shown(app: Flask) -> None:
    published()
    load_agencies()
    subject = Subject(kind="guide", key=SLUG, title="Xem hồ sơ đến đâu", path=f"/huong-dan/{SLUG}")
    received = [receive(f"n{number}", subject=subject, message=f"Chuyện riêng số {number}") for number in range(3)]
    answer(received[0])
    (page,) = attention(clock.today()).feedback
    assert (page.slug, page.count) == (SLUG, 2)
    assert "Chuyện riêng" not in Browser.with_roles(app, Role.EDITOR).get("/can-bo/can-xem").text


def test_it_is_the_editors(app: Flask) -> None:
    for role, status in ((Role.EDITOR, 200), (Role.REVIEWER, 200), (Role.OFFICER, 403), (Role.TEAM_LEADER, 403)):
        assert Browser.with_roles(app, role).get("/can-bo/can-xem").status_code == status, role
    assert Browser(app).get("/can-bo/can-xem").status_code == 303


def test_more_guides_cost_no_more_statements(app: Flask) -> None:
    counts = []
    for many in (2, 20):
        for number in range(many):
            published(f"trang-{many}-{number}")
        with count_queries() as selects:
            attention(clock.today() + timedelta(days=400))
        counts.append(len(selects))
    assert counts[0] == counts[1]
