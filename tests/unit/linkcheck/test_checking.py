"""The nightly check: which links there are, when they count as dead, and how politely they are asked for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.editing.attention import attention
from portal.linkcheck import jobs, queries, service
from portal.linkcheck.fetching import Answer, Fetcher
from portal.linkcheck.models import CheckedLink
from portal.linkcheck.queries import Due
from portal.outbox import registry
from portal.outbox.delivery import Courier
from portal.outbox.models import OutboxMessage
from portal.outbox.queries import message_by_key
from portal.outbox.registry import Stopped
from tests.factories.drafts import SLUG, published
from tests.factories.fees import document
from tests.factories.staff import Browser, Role

GONE = "https://vbpl.vn/mat"


@pytest.fixture(autouse=True)
def no_texts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A portal whose standing texts, which ship, lead nowhere."""
    monkeypatch.setattr(queries, "_texts", [])
    return app


class Scripted(Fetcher):
    """Answers from a list instead of the internet; says what it was asked, and that no transaction was open then."""

    def __init__(self, answers: dict[str, Answer] | None = None) -> None:
        super().__init__("https://gandan.example")
        self.answers = answers or {}
        self.asked: list[str] = []

    def ask(self, url: str) -> Answer:
        assert not db.session().in_transaction()
        self.asked.append(url)
        return self.answers.get(url, Answer("", 200))


def run(fetcher: Fetcher, renew: Callable[[], None] = lambda: None) -> int:
    return jobs.check_due(fetcher, renew=renew, pause=0.0)


def row(url: str) -> CheckedLink:
    db.session.rollback()
    return next(one for one in queries.all_links() if one.url == url)


def days_later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    moment = datetime.now(UTC) + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: moment)


def linked(*urls: str, slug: str = SLUG) -> None:
    published(slug, mistakes=[f"Xem [trang {number}]({url})." for number, url in enumerate(urls)])


@pytest.mark.usefixtures("app")
def test_every_link_of_published_content_is_known_with_its_pages() -> None:
    linked(GONE + "#muc-2", "https://chinhphu.vn/a")
    linked(GONE, slug="trang-khac")
    number = document(url="https://vbpl.vn/van-ban")
    run(fetcher := Scripted())
    assert sorted(fetcher.asked) == ["https://chinhphu.vn/a", GONE, "https://vbpl.vn/van-ban"]
    assert [one["key"] for one in row(GONE).carriers] == ["trang-khac", SLUG]
    assert row("https://vbpl.vn/van-ban").carriers[0]["key"] == number
    linked("https://chinhphu.vn/a")
    run(Scripted())
    assert [one["key"] for one in row(GONE).carriers] == ["trang-khac"]


@pytest.mark.usefixtures("app")
def test_it_is_asked_for_once_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    linked(GONE)
    assert [run(Scripted()) for _again in range(2)] == [1, 0]
    for days, asked in ((5, 0), (7, 1), (8, 0)):
        days_later(monkeypatch, days)
        assert run(Scripted()) == asked, days


@pytest.mark.usefixtures("app")
def test_only_what_fails_on_three_days_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    linked(GONE)
    broken = {GONE: Answer("http", 404)}
    run(Scripted(broken))
    first = row(GONE).failed_since
    for _again in range(5):  # the same day, however often, is one day
        with unit_of_work():
            service.note(row(GONE).id, broken[GONE], now=clock.now())
    assert (row(GONE).outcome, row(GONE).failures) == ("failing", 1)
    assert attention(clock.today()).broken == []
    for day in (1, 2):
        days_later(monkeypatch, day)
        run(Scripted(broken))
    assert (row(GONE).outcome, row(GONE).failed_since) == ("dead", first)
    (found,) = attention(clock.today()).broken
    assert (found.url, found.reason, found.status) == (GONE, "http", 404)
    days_later(monkeypatch, 9)
    run(Scripted())
    assert (row(GONE).outcome, row(GONE).failures, row(GONE).failed_since) == ("fine", 0, None)
    assert attention(clock.today()).broken == []


@pytest.mark.usefixtures("app")
def test_one_good_day_between_ends_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    linked(GONE)
    for day, answer in enumerate((Answer("timeout"), Answer("", 200), Answer("timeout"), Answer("timeout"))):
        days_later(monkeypatch, day * 8)
        run(Scripted({GONE: answer}))
    assert (row(GONE).outcome, row(GONE).failures) == ("failing", 2)


@pytest.mark.parametrize("answer", [Answer("http", 403), Answer("http", 429), Answer("cert_chain")])
@pytest.mark.usefixtures("app")
def test_who_turns_programs_away_is_not_dead(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    linked(GONE)
    for day in range(0, 40, 8):
        days_later(monkeypatch, day)
        run(Scripted({GONE: answer}))
    assert row(GONE).outcome == "unsure"


def test_a_closed_site_is_flagged_without_asking_and_leads_to_the_editor(app: Flask) -> None:
    closed = "https://dichvucong.quangngai.gov.vn/dich-vu-cong/cong-dan"
    linked(closed, "https://quangngai.gov.vn/")
    run(fetcher := Scripted())
    assert fetcher.asked == ["https://quangngai.gov.vn/"]
    page = Browser.with_roles(app, Role.EDITOR).get("/can-bo/can-xem").text
    assert closed in page
    assert "trang thuộc cổng đã đóng" in page
    assert f'href="/can-bo/huong-dan/{SLUG}"' in page
    linked("https://quangngai.gov.vn/")  # mended: gone from the list at once, before the next night
    assert closed not in Browser.with_roles(app, Role.REVIEWER).get("/can-bo/can-xem").text


def test_what_moved_is_a_hint_and_nothing_that_waits(app: Flask) -> None:
    linked(GONE)
    run(Scripted({GONE: Answer("", 200, "https://vbpl.vn/moi")}))
    found = attention(clock.today())
    assert ([one.moved_to for one in found.moved], found.broken) == (["https://vbpl.vn/moi"], [])
    assert "https://vbpl.vn/moi" in Browser.with_roles(app, Role.EDITOR).get("/can-bo/can-xem").text


@pytest.mark.usefixtures("app")
def test_a_killed_worker_goes_on_where_it_was() -> None:
    linked(*(f"https://a{number}.vbpl.vn/" for number in range(6)))
    left = iter(range(3))

    def renew() -> None:
        if next(left, None) is None:
            raise Stopped

    first, second = Scripted(), Scripted()
    with pytest.raises(Stopped):
        run(first, renew)
    run(second)
    assert (len(first.asked), len(second.asked)) == (3, 3)
    assert not set(first.asked) & set(second.asked)


@pytest.mark.usefixtures("app")
def test_a_host_that_is_away_is_not_asked_for_each_of_its_pages() -> None:
    urls = [f"https://vbpl.vn/{number}" for number in range(10)]
    linked(*urls)
    run(fetcher := Scripted(dict.fromkeys(urls, Answer("name"))))
    assert len(fetcher.asked) == 3
    assert {row(url).reason for url in urls} == {"name"}


@pytest.mark.usefixtures("app")
def test_there_is_a_pause_between_two_questions_to_a_host() -> None:
    linked("https://vbpl.vn/1", "https://vbpl.vn/2", "https://moj.gov.vn/1")
    started = time.monotonic()
    jobs.check_due(fetcher := Scripted(), renew=lambda: None, pause=0.3)
    assert 0.3 <= time.monotonic() - started < 0.9
    assert len(fetcher.asked) == 3


def test_hosts_take_turns() -> None:
    links = [Due(number, "", host) for number, host in enumerate("aaabbc")]
    assert "".join(one.host for one in jobs.in_turns(links)) == "abcaba"


@pytest.mark.usefixtures("app")
def test_it_is_asked_for_once_a_night_and_never_ahead() -> None:
    three = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # three in the morning of the 24th in Việt Nam
    for moment in (three - timedelta(hours=2), three + timedelta(hours=5)):
        with unit_of_work():
            jobs.ask_to_check(moment)
    assert db.session.query(OutboxMessage).filter_by(kind=jobs.CHECK).count() == 0
    for moment in (three, three + timedelta(hours=1), three - timedelta(minutes=30)):
        with unit_of_work():
            jobs.ask_to_check(moment)
    assert db.session.query(OutboxMessage).filter_by(kind=jobs.CHECK).count() == 1
    assert message_by_key(jobs.CHECK, "2026-11-24") is not None


@pytest.mark.usefixtures("app")
def test_a_machine_that_sleeps_at_night_checks_by_day() -> None:
    linked(GONE)
    noon = clock.now().replace(hour=5, minute=0)
    for days, count in ((1, 0), (4, 1), (5, 2)):
        with unit_of_work():
            jobs.ask_to_check(noon + timedelta(days=days))
        assert db.session.query(OutboxMessage).filter_by(kind=jobs.CHECK).count() == count
    run(Scripted())
    with unit_of_work():
        jobs.ask_to_check(noon + timedelta(days=6))
    assert db.session.query(OutboxMessage).filter_by(kind=jobs.CHECK).count() == 2, "all are fresh"


def test_where_there_is_no_internet_nothing_is_asked_and_the_page_says_so(
    another_app: Callable[..., Flask], app: Flask
) -> None:
    assert (
        "chưa kiểm tra. Cổng kiểm tra vào ban đêm" in Browser.with_roles(app, Role.EDITOR).get("/can-bo/can-xem").text
    )
    offline = another_app(LINK_CHECK="0")
    with offline.app_context():
        with unit_of_work():
            jobs.ask_to_check(datetime(2026, 11, 23, 20, 0, tzinfo=UTC))
        assert message_by_key(jobs.CHECK, "2026-11-24") is None
        assert (
            "được đặt để không tự ra Internet" in Browser.with_roles(offline, Role.REVIEWER).get("/can-bo/can-xem").text
        )


@pytest.mark.parametrize(
    "url", ["https://vbpl.vn/%", "https://-.vbpl.vn/", "https://a_b.vbpl.vn/", "https://vbpl.vn/?q=%00"]
)
@pytest.mark.usefixtures("app")
def test_odd_addresses_hold_up_no_other(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _no_names)
    linked(url, GONE)
    jobs.check_due(Fetcher("https://gandan.example", pause=0.0), renew=lambda: None, pause=0.0)
    assert {row.reason for row in queries.all_links()} <= {"name", "address"}
    assert row(GONE).reason == "name"


def _no_names(*_asked: object, **_more: object) -> list[object]:
    raise socket.gaierror


def test_the_worker_does_it_and_comes_back_the_next_night(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _no_names)
    linked(GONE)
    kind = next(one for one in registry.kinds() if one.name == jobs.CHECK)
    with unit_of_work():
        jobs.ask_to_check(datetime(2026, 11, 22, 20, 0, tzinfo=UTC))
    db.session.remove()
    assert Courier(app.app_context, "0" * 16, threading.Event()).deliver_next(kind)
    assert row(GONE).reason == "name"
    assert db.session.query(OutboxMessage).filter_by(kind=jobs.CHECK).one().state == "sent"
