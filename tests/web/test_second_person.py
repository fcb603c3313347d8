"""Who has written something doesn't vouch for it: what counts has been seen by two."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.fees import queries as fees
from portal.fees import service
from portal.fees.models import FeeReduction, LocalFee
from portal.legal import queries as legal
from portal.legal.models import LegalDocument
from tests.factories.fees import COUNCIL, document, local_fee
from tests.factories.staff import OPERATOR, Browser
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("content")
SAID = "một người duyệt khác phải xác minh"
DOCUMENT = {
    "number": "1/2026/NQ-HĐND", "issuer": COUNCIL, "issuer_kind": "council", "title": "Nghị quyết",
    "effective_from": "2026-01-01", "source": "Công báo",
}  # fmt: skip
FEE = {"procedure": "1.001193", "channel": "online", "status": "amount", "amount": "8.000"}
CUT = {"name_vi": "Giảm 50%", "percent": "50"}


@pytest.fixture
def first(app: Flask) -> Browser:
    """A reviewer."""
    return Browser.with_roles(app, Role.REVIEWER)


@pytest.fixture
def second(app: Flask) -> Browser:
    """Another one."""
    return Browser.with_roles(app, Role.REVIEWER, Role.EDITOR)


def entered(browser: Browser, kind: str) -> tuple[str, dict[str, str]]:
    """The page of something that somebody has just entered, and what they entered."""
    if kind == "van-ban":
        assert browser.post("/can-bo/van-ban/them", dict(DOCUMENT)).status_code == 303
        return "/can-bo/van-ban/1-2026-nq-hdnd", DOCUMENT
    values = {**(FEE if kind == "phi" else CUT), "document": document()}
    assert browser.post(f"/can-bo/{kind}/them", dict(values)).status_code == 303
    if kind == "giam-phi":
        return "/can-bo/giam-phi/giam-50", values
    (fee,) = fees.tariff(with_demo=False).fees["1.001193"]
    return f"/can-bo/phi/{fee.code}", values


def row(path: str) -> LegalDocument | LocalFee | FeeReduction:
    """What a page is about, as the database has it."""
    db.session.remove()
    *_, kind, key = path.split("/")
    found = {"van-ban": legal.document, "phi": fees.local_fee, "giam-phi": fees.reduction}[kind](key)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["van-ban", "phi", "giam-phi"])
def test_the_one_who_entered_it_is_told_to_ask_another(first: Browser, second: Browser, kind: str) -> None:
    path, _values = entered(first, kind)
    page = first.get(path).get_data(as_text=True)
    assert SAID in page
    assert "Tôi xác minh" not in page
    answer = first.post(f"{path}/xac-minh")
    assert answer.status_code == 422
    assert SAID in check(answer, path).words
    assert row(path).verified_at is None
    assert "Tôi xác minh" in second.get(path).get_data(as_text=True)
    assert second.post(f"{path}/xac-minh").status_code == 303
    assert row(path).verified_at is not None
    (entry,) = (one for one in audit.entries(AuditFilter(), limit=50) if one.action.endswith("_verified")
                and one.subject_key == path.rsplit("/", 1)[1])  # fmt: skip
    assert entry.before is not None
    assert entry.actor_key not in entry.before["written_by"]


@pytest.mark.parametrize("kind", ["van-ban", "phi", "giam-phi"])
@pytest.mark.parametrize("act", ["", "/het"])
def test_neither_does_the_one_who_changed_it(first: Browser, second: Browser, kind: str, act: str) -> None:
    path, values = entered(first, kind)
    changed = {"issued_on": "2026-01-01", "valid_to": "2030-01-01", "last_day": "2029-12-31"}
    target = path + (act.replace("het", "het-hieu-luc") if kind == "van-ban" else act)
    assert second.post(target, {**values, **changed}).status_code == 303
    for browser in (first, second):
        assert browser.post(f"{path}/xac-minh").status_code == 422
    assert row(path).verified_at is None


@pytest.mark.parametrize("kind", ["van-ban", "phi", "giam-phi"])
def test_once_somebody_has_vouched_only_later_writers_count(first: Browser, second: Browser, kind: str) -> None:
    path, values = entered(first, kind)
    assert second.post(f"{path}/xac-minh").status_code == 303
    assert second.post(path, {**values, "issued_on": "2026-01-01", "valid_to": "2030-01-01"}).status_code == 303
    assert second.post(f"{path}/xac-minh").status_code == 422
    assert first.post(f"{path}/xac-minh").status_code == 303


def test_a_summary_is_nothing_to_vouch_for(first: Browser, second: Browser) -> None:
    path, values = entered(first, "van-ban")
    assert second.post(path, {**values, "summary_vi": "Lời dễ hiểu"}).status_code == 303
    assert second.post(f"{path}/xac-minh").status_code == 303


def test_the_operator_may_enter_and_verify() -> None:
    code = local_fee(document(), is_verified=False)
    found = fees.local_fee(code)
    assert found is not None
    with unit_of_work():
        service.verify(found, actor=OPERATOR, now=clock.now())
    assert found.verified_at is not None
