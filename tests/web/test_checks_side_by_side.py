"""Several links to check drafts open in one browser: each is a page of its own, and what is typed lands in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.core import clock, gate
from portal.core.db import unit_of_work
from portal.core.gate import MOST_SIDE_BY_SIDE
from portal.core.permissions import Role
from portal.editing import check_queries, checks
from tests.factories.checks import CHECK, Guest, asked, came_by, check_of, fill, in_review
from tests.factories.drafts import WRITER, row_of
from tests.factories.staff import Browser, member

FIRST, SECOND = "Phòng Tư pháp", "Sở Nội vụ"
NAME = "gandan-link-fact_check-"


def remarks(check: str) -> list[str]:
    return [comment.text for comment in check_queries.comments_of(check_of(check))]


def held(guest: Browser) -> list[str]:
    return sorted(cookie.key for cookie in guest.client._cookies.values() if cookie.key.startswith("gandan-link"))


def test_each_is_read_and_answered_in_its_own_tab(app: Flask) -> None:
    code = in_review()
    (one, first), (two, second) = asked(code, FIRST), asked(code, SECOND)
    guest = came_by(app, first)
    here, form = guest.here, fill(guest, **{"ket-luan": "wrong", "y-kien-khac": "Của lần đầu."})
    there = guest.come_by(second)
    assert (here, there) == (f"{CHECK}/{one}", f"{CHECK}/{two}")
    other = fill(guest, **{"ket-luan": "wrong", "y-kien-khac": "Của lần sau."})
    assert guest.client.post(here, data=form).headers["Location"] == f"{here}?da-gui=1"
    assert guest.client.post(there, data=other).headers["Location"] == f"{there}?da-gui=1"
    assert (remarks(one), remarks(two)) == (["Của lần đầu."], ["Của lần sau."])
    for path, own, others in ((here, "Của lần đầu.", "Của lần sau."), (there, "Của lần sau.", "Của lần đầu.")):
        assert own in (page := guest.get(path).text) and others not in page


def test_the_form_of_one_is_refused_by_the_other(app: Flask) -> None:
    code = in_review()
    (_one, first), (two, second) = asked(code, FIRST), asked(code, SECOND)
    guest = came_by(app, first)
    form = fill(guest, **{"y-kien-khac": "Của lần đầu."})
    assert guest.client.post(guest.come_by(second), data=form).status_code == 403
    assert remarks(two) == []


def test_whoever_holds_one_opens_no_other(app: Flask) -> None:
    code = in_review()
    (one, first), (two, _second) = asked(code, FIRST), asked(code, SECOND)
    guest = came_by(app, first)
    form = fill(guest, **{"y-kien-khac": "Lạc chỗ."})
    token = guest.cookie(f"{NAME}{one}")
    assert token and held(guest) == [f"{NAME}{one}"]
    for name in (f"{NAME}{two}", NAME, "gandan-link-fact_check", f"__Host-{NAME}{two}"):
        guest.client.set_cookie(name, token)
        assert guest.get(f"{CHECK}/{two}").status_code == 410, name
        assert guest.client.post(f"{CHECK}/{two}", data=form).status_code == 410, name
    assert (remarks(two), guest.get(f"{CHECK}/{one}").status_code) == ([], 200)


def test_one_that_ends_leaves_the_other(app: Flask) -> None:
    code = in_review()
    (one, first), (_two, second) = asked(code, FIRST), asked(code, SECOND)
    guest = came_by(app, first)
    here, there = guest.here, guest.come_by(second)
    with unit_of_work():
        checks.end(row_of(code), check_of(one), actor=WRITER, now=clock.now())
    assert (guest.get(here).status_code, guest.get(there).status_code) == (410, 200)


def test_a_link_that_is_opened_again_takes_the_place_of_its_visit(app: Flask) -> None:
    one, token = asked(in_review())
    guest = came_by(app, token)
    former = guest.cookie(f"{NAME}{one}")
    guest.come_by(token)
    assert held(guest) == [f"{NAME}{one}"] and guest.cookie(f"{NAME}{one}") != former
    thief = Guest(app)
    thief.client.set_cookie(f"{NAME}{one}", former)
    assert (thief.get(guest.here).status_code, guest.get(guest.here).status_code) == (410, 200)


def test_of_too_many_the_oldest_gives_way(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST_CHECKS", MOST_SIDE_BY_SIDE + 1)
    code, guest = in_review(), Guest(app)
    (before, token), *others = [asked(code, f"Cơ quan {number}") for number in range(MOST_SIDE_BY_SIDE + 1)]
    here, former = guest.come_by(token), guest.cookie(f"{NAME}{before}")
    for _one, one_token in others:
        guest.come_by(one_token)
    assert held(guest) == sorted(f"{NAME}{one}" for one, _token in others)
    assert {guest.get(f"{CHECK}/{one}").status_code for one, _token in others} == {200}
    assert guest.get(here).status_code == 410
    guest.client.set_cookie(f"{NAME}{before}", former)
    assert guest.get(here).status_code == 410, "it has ended, not only its cookie"
    assert guest.get(guest.come_by(token)).status_code == 200, "the link is as good as before"


def test_whoever_signs_out_leaves_none_behind(app: Flask) -> None:
    code = in_review()
    guest = came_by(app, asked(code, FIRST)[1])
    guest.come_by(asked(code, SECOND)[1])
    names = held(guest)
    tokens = {name: guest.cookie(name) for name in names}
    staff = Browser.of(app, member(Role.EDITOR))
    guest.client.set_cookie("gandan-staff", staff.cookie("gandan-staff"))
    assert len(names) == 2 and guest.post("/can-bo/dang-xuat").status_code == 303
    assert held(guest) == []
    for name, token in tokens.items():
        guest.client.set_cookie(name, token)
        assert guest.get(f"{CHECK}/{name.removeprefix(NAME)}").status_code == 410


@pytest.mark.parametrize("code", ["khong-co", "a", "0", "x" * 300])
def test_an_address_that_is_none_is_gone_like_any_other(app: Flask, code: str) -> None:
    _one, token = asked(in_review())
    guest = came_by(app, token)
    assert guest.get(f"{CHECK}/{code}").status_code == 410


@pytest.mark.parametrize(("site", "found"), [("https://gandan.example", ["a"]), ("http://localhost", ["b", "c"])])
def test_a_browser_holds_what_was_given_to_this_host(
    another_app: Callable[..., Flask], site: str, found: list[str]
) -> None:
    cookies = (
        f"__Host-{NAME}one=a; {NAME}two=b; gandan-link-meeting=c; gandan-link-meeting-two=d; {NAME}=e; {NAME}T%o=f;"
        f" x{NAME}one=g; {NAME}{'l' * 41}=h"
    )
    app = another_app(SITE_URL=site)
    with app.test_request_context("/", headers={"Cookie": cookies}):
        assert gate.link_tokens() == found
