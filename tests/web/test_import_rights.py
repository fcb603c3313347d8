"""What waits for the worker is done only for those who still have the right to it then."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal.accounts import people
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.exchange import queries, service
from tests.factories.staff import OPERATOR, Browser, grant, member, user_of
from tests.factories.units import stored, unit_table
from tests.web.page import check
from tests.web.test_import_pages import GOOD, sent, work

SAID = "không còn quyền"


def lose_the_role(code: str) -> None:
    """They do other work now."""
    with unit_of_work():
        people.change_roles(user_of(code), [grant(Role.EDITOR)], actor=OPERATOR, now=clock.now())


def leave(code: str) -> None:
    """They have left."""
    with unit_of_work():
        people.disable(user_of(code), actor=OPERATOR, now=clock.now())


@pytest.fixture(autouse=True)
def units(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every file waits for the worker."""
    monkeypatch.setattr(service, "is_small", lambda *_: False)
    with unit_table():
        yield


@pytest.mark.parametrize("loses", [lose_the_role, leave])
def test_a_confirmed_import_is_refused_once_the_right_has_ended(app: Flask, loses: Callable[[str], None]) -> None:
    code = member(Role.ANALYST)
    analyst, other = Browser.of(app, code), Browser.with_roles(app, Role.ANALYST, Role.EDITOR)
    page = sent(analyst, GOOD)
    work()
    assert analyst.post(f"{page}/xac-nhan").status_code == 303
    loses(code)
    work()
    assert stored() == {}
    batch = queries.batch(page.rsplit("/", 1)[1])
    assert batch is not None
    assert (batch.state, batch.error_code) == ("failed", "right_ended")
    assert SAID in check(other.get(page), page).words


def test_who_confirms_counts_not_who_uploaded(app: Flask) -> None:
    code = member(Role.ANALYST)
    other = Browser.with_roles(app, Role.ANALYST, Role.EDITOR)
    page = sent(Browser.of(app, code), GOOD)
    work()
    leave(code)
    assert other.post(f"{page}/xac-nhan").status_code == 303
    work()
    assert set(stored()) == {"01", "02"}


def test_neither_is_it_undone(app: Flask) -> None:
    code = member(Role.ANALYST)
    analyst, other = Browser.of(app, code), Browser.with_roles(app, Role.ANALYST, Role.EDITOR)
    page = sent(analyst, GOOD)
    work()
    analyst.post(f"{page}/xac-nhan")
    work()
    assert analyst.post(f"{page}/hoan-tac").status_code == 303
    leave(code)
    work()
    db.session.remove()
    assert set(stored()) == {"01", "02"}
    assert SAID in check(other.get(page), page).words
    told = other.get(page).get_data(as_text=True)
    assert f"{page}/hoan-tac" in told and "Đang hoàn tác" not in told, "others may ask for it again"
