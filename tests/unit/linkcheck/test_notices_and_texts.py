"""Links of notices and standing texts: checked as those of guides are, and named where they are mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts.queries import user_by_email
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.notices import NoticeKind
from portal.core.permissions import Actor, Role
from portal.linkcheck import queries
from portal.linkcheck.fetching import Answer
from portal.pages import texts
from portal.settings import notices
from portal.settings.notices import NoticeValues
from tests.factories.drafts import published
from tests.factories.staff import Browser, member
from tests.unit.linkcheck.test_checking import Scripted, days_later, run

GONE, MENDED = "https://vbpl.vn/mat", "https://vbpl.vn/con"
EDITOR = Actor("user", "bien-tap", "Biên tập")
BROKEN = {GONE: Answer("http", 404)}


def values(url: str, *, begins: int = 1, lasts: int = 30) -> NoticeValues:
    starts = clock.now() + timedelta(days=begins)
    return NoticeValues(
        kind=NoticeKind.URGENT, texts={"vi": {"title": "Lũ về đêm nay", "text": ""}}, url=url, starts_at=starts,
        ends_at=starts + timedelta(days=lasts),
    )  # fmt: skip


def noticed(url: str, **when: int) -> str:
    with unit_of_work():
        return notices.add(values(url, **when), actor=EDITOR, now=clock.now()).code


def written(url: str, name: str = "dieu-khoan", locale: str = "vi") -> None:
    with unit_of_work():
        counter = texts.site_content.counter_of(texts.key_of(name, locale))
        text = f"# Điều khoản\n\nXem [quy định]({url}).\n"
        texts.save(name, locale, text, counter=counter, actor=EDITOR, now=clock.now())


def dies(monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(3):
        days_later(monkeypatch, day)
        run(Scripted(BROKEN))


def seen(app: Flask, path: str) -> str:
    """A page as an editor sees it who signs in now."""
    db.session.rollback()
    user = user_by_email("editor@quangngai.gov.vn")
    code = user.code if user else member(Role.EDITOR)
    db.session.rollback()
    response = Browser.of(app, code).get(path)
    assert response.status_code == 200
    return response.text


def listed(app: Flask) -> str:
    return seen(app, "/can-bo/can-xem")


def test_a_dead_link_of_a_notice_leads_to_the_notice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code = noticed(GONE)
    dies(monkeypatch)
    here = f'href="/can-bo/thong-bao/{code}"'
    assert here in (page := listed(app)) and GONE in page and "Lũ về đêm nay" in page
    assert GONE in seen(app, f"/can-bo/thong-bao/{code}")
    with unit_of_work():
        row = notices.notice(code)
        assert row
        notices.change(row, values(MENDED), actor=EDITOR, now=clock.now() + timedelta(seconds=1))
    assert GONE not in listed(app), "mended, it is gone before the next night"


def test_what_is_over_or_taken_away_is_neither_asked_for_nor_listed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = noticed(GONE, begins=0, lasts=5)
    dies(monkeypatch)
    assert GONE in listed(app)
    days_later(monkeypatch, 6)
    assert GONE not in listed(app)
    assert GONE not in {url for one in queries.carriers(clock.now()) for url in one.urls}
    days_later(monkeypatch, 3)
    with unit_of_work():
        row = notices.notice(code)
        assert row
        notices.remove(row, actor=EDITOR, now=clock.now())
    assert GONE not in listed(app)


@pytest.mark.usefixtures("app")
def test_a_notice_that_leads_to_our_own_page_is_no_link_to_ask_for() -> None:
    noticed("/huong-dan/dang-ky-khai-sinh")
    run(fetcher := Scripted())
    assert not [url for url in fetcher.asked if "dang-ky-khai-sinh" in url]


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_dead_link_of_a_standing_text_leads_to_the_text(
    app: Flask, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    written(GONE, locale=locale)
    dies(monkeypatch)
    here = f"/can-bo/trang-cong/dieu-khoan/{locale}"
    assert f'href="{here}"' in (page := listed(app)) and GONE in page
    assert GONE in seen(app, here)
    days_later(monkeypatch, 3)
    written(MENDED, locale=locale)
    assert GONE not in listed(app)


@pytest.mark.usefixtures("app")
def test_what_ships_is_checked_as_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "shipped", lambda name, locale: f"# {name}\n\n[Luật](https://vbpl.vn/{name}-{locale})\n")
    written(MENDED)
    run(fetcher := Scripted())
    assert {"https://vbpl.vn/gioi-thieu-vi", "https://vbpl.vn/dieu-khoan-en", MENDED} <= set(fetcher.asked)
    assert "https://vbpl.vn/dieu-khoan-vi" not in fetcher.asked, "staff's own stands in its place"


def test_many_guides_with_the_same_link_hide_no_notice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    code = noticed(GONE)
    for number in range(21):
        published(f"trang-{number}", mistakes=[f"Xem [trang]({GONE})."])
    dies(monkeypatch)
    assert f"/can-bo/thong-bao/{code}" in listed(app)
