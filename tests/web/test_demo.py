"""The demo: illustrative, marked, and gone with one command."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from flask import Flask

from portal.accounts import queries
from portal.accounts.people import change_roles
from portal.agencies import queries as agencies
from portal.agencies.demo import FIRST
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Grant, Role, Scope
from portal.fees.arithmetic import FeeStatus
from portal.fees.service import FeeValues, add_fee
from portal.legal import queries as legal
from tests.factories.records import import_records, record_row
from tests.factories.staff import OPERATOR, Browser, member
from tests.web.page import Visitor


@pytest.fixture
def demo_app(another_app: Callable[..., Flask]) -> Flask:
    """A demo instance over the same database."""
    return another_app(DEMO="1")


def test_demo_people_can_sign_in_and_are_taken_away(app: Flask, demo_app: Flask, tmp_path: Path) -> None:
    kept = member(Role.EDITOR)
    with demo_app.app_context():
        run = demo_app.test_cli_runner()
        first = run.invoke(args=["demo"])
        assert first.exit_code == 0, first.output
        assert run.invoke(args=["demo"]).output == first.output, "the same people, the same passwords"
    assert (tmp_path / "demo-accounts.txt").stat().st_mode & 0o077 == 0
    (email, password, secret), *officers = re.findall(r"(\S+@\S+)  (\S+)(?:  TOTP (\S+))?", first.output)
    assert len(officers) == 7
    browser = Browser(demo_app)
    assert browser.sign_in(email, password).headers["Location"] == "/can-bo/dang-nhap/ma"
    assert browser.submit("/can-bo/dang-nhap/ma", {"code": pyotp.TOTP(secret).now()}).status_code == 303
    for path in ("/can-bo", "/can-bo/nguoi-dung"):
        assert "là minh họa, không có thật" in browser.get(path).get_data(as_text=True)
    for email, password, _secret in officers:
        assert Browser(demo_app).sign_in(email, password).headers["Location"] == "/can-bo"
    with demo_app.app_context():
        assert run.invoke(args=["demo", "--remove"]).exit_code == 0
    db.session.rollback()
    assert [user.code for user in queries.people()] == [kept]
    assert agencies.scope_choices() == []
    assert not (tmp_path / "demo-accounts.txt").exists()
    assert browser.get("/can-bo").status_code == 303


def test_a_real_portal_loads_no_demo(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert queries.people() == []
    admin = Browser.with_roles(app, Role.ADMIN)
    assert "minh họa" not in admin.get("/can-bo").get_data(as_text=True)


def test_a_demo_stays_while_real_people_hold_roles_in_it(app: Flask, demo_app: Flask) -> None:
    code = member(Role.EDITOR)
    with demo_app.app_context():
        run = demo_app.test_cli_runner()
        run.invoke(args=["demo"])
        with unit_of_work():
            user = queries.user_by_code(code)
            assert user is not None
            change_roles(user, [Grant(Role.OFFICER, Scope("agency", FIRST))], actor=OPERATOR, now=clock.now())
        refused = run.invoke(args=["demo", "--remove"])
    assert refused.exit_code == 1
    assert f"agencies {FIRST}" in refused.output
    db.session.rollback()
    assert len(queries.people()) == 9, "nothing was removed"
    assert len(agencies.scope_choices()) == 3


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("path", ["/van-ban", "/van-ban/mh-01-nq-hdnd", "/giam-phi", "/huong-dan/dang-ky-khai-sinh"])
def test_nothing_illustrative_reads_as_verified(demo_app: Flask, path: str) -> None:
    import_records([record_row(fees=[])])
    with demo_app.app_context():
        assert demo_app.test_cli_runner().invoke(args=["demo"]).exit_code == 0
    with unit_of_work():
        for basis in (document for document in legal.documents(True) if document.number == "MH-01/NQ-HĐND"):
            values = FeeValues(
                procedure="1.001193", channel="", territory="", status=FeeStatus.AMOUNT, amount=9_000,
                document=basis.slug,
            )  # fmt: skip
            add_fee(values, actor=OPERATOR, now=clock.now(), is_demo=True)
    words = Visitor(demo_app.test_client()).get(path).words
    assert "inh họa, không phải văn bản thật" in words or "Minh họa, không có thật" in words
    assert "xác minh ngày" not in words
    assert "Đã xác minh" not in words.replace("Đã xác minh Chưa xác minh hiệu lực", ""), "but as a filter"
    if path == "/van-ban":
        assert "MH-01" not in Visitor(demo_app.test_client()).get("/van-ban?trang-thai=verified").words
