"""Nothing that only editors wrote is in a total: reviewers vouch for documents and for the money."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db
from portal.core.permissions import Role
from portal.fees import queries
from portal.legal import queries as legal
from tests.factories.fees import COUNCIL, document, local_fee, reduction
from tests.factories.staff import Browser

pytestmark = pytest.mark.usefixtures("content")
FEE = {"procedure": "1.001193", "channel": "online", "status": "amount", "amount": "8.000"}
CUT = {"name_vi": "Giảm 50%", "percent": "50", "channels": "online"}


@pytest.fixture
def editor(app: Flask) -> Browser:
    """Somebody who writes."""
    return Browser.with_roles(app, Role.EDITOR)


@pytest.fixture
def reviewer(app: Flask) -> Browser:
    """Somebody who vouches."""
    return Browser.with_roles(app, Role.REVIEWER)


def fee_counts(code: str) -> bool:
    """Whether a fee may be in totals."""
    db.session.remove()
    fee = queries.tariff(with_demo=False).fee(code)
    assert fee is not None
    return fee.fee("online", "").is_verified


def cut_counts(slug: str) -> bool:
    """Whether a reduction may be in totals."""
    db.session.remove()
    return queries.tariff(with_demo=False).reductions[slug].rule.is_verified


def test_a_fee_counts_once_a_reviewer_has_vouched_for_it(editor: Browser, reviewer: Browser) -> None:
    values = {**FEE, "document": document()}
    assert editor.post("/can-bo/phi/them", dict(values)).status_code == 303
    (fee,) = queries.tariff(with_demo=False).fees["1.001193"]
    path = f"/can-bo/phi/{fee.code}"
    assert not fee_counts(fee.code), "the document was verified, not this"
    assert "Tôi xác minh" not in editor.get(path).get_data(as_text=True)
    assert editor.post(f"{path}/xac-minh").status_code == 403
    assert "Tôi xác minh" in reviewer.get(path).get_data(as_text=True)
    assert reviewer.post(f"{path}/xac-minh").status_code == 303
    assert fee_counts(fee.code)
    assert editor.post(path, dict(values)).status_code == 303
    assert fee_counts(fee.code), "nothing changed"
    assert editor.post(f"{path}/bo-xac-minh").status_code == 403
    assert reviewer.post(f"{path}/bo-xac-minh").status_code == 303
    assert not fee_counts(fee.code)
    done = {entry.action for entry in audit.entries(AuditFilter(), newest_first=False, limit=50)}
    assert {"fee_verified", "fee_unverified"} <= done


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "9.000"}, {"status": "free", "amount": ""}, {"channel": ""}, {"unit": "bản"},
        {"condition_vi": "quá hạn"}, {"valid_from": "2026-01-01"}, {"valid_to": "2030-01-01"},
    ],
)  # fmt: skip
def test_a_changed_fee_asks_for_another_check(editor: Browser, changes: dict[str, str]) -> None:
    rests_on = document()
    code = local_fee(rests_on, channel="online")
    assert fee_counts(code)
    assert editor.post(f"/can-bo/phi/{code}", {**FEE, "document": rests_on, **changes}).status_code == 303
    assert not fee_counts(code)


@pytest.mark.parametrize(
    "changes",
    [
        {"percent": "60"}, {"percent": "", "amount": "5000"}, {"channels": "direct"}, {"procedures": "1.001193"},
        {"applies_to_national_rates": "y"}, {"valid_to": "2030-01-01"},
    ],
)  # fmt: skip
def test_a_changed_reduction_asks_for_another_check(
    editor: Browser, reviewer: Browser, changes: dict[str, str]
) -> None:
    values = {**CUT, "document": document()}
    assert editor.post("/can-bo/giam-phi/them", dict(values)).status_code == 303
    assert not cut_counts("giam-50")
    assert editor.post("/can-bo/giam-phi/giam-50/xac-minh").status_code == 403
    assert reviewer.post("/can-bo/giam-phi/giam-50/xac-minh").status_code == 303
    assert cut_counts("giam-50")
    assert editor.post("/can-bo/giam-phi/giam-50", {**values, **changes}).status_code == 303
    assert not cut_counts("giam-50")


def test_an_earlier_end_takes_nothing_for_granted_and_a_later_one_does(editor: Browser) -> None:
    rests_on = document()
    code = local_fee(rests_on, valid_to=date(2028, 1, 1))
    slug = reduction(rests_on, valid_to=date(2028, 1, 1))
    for day, counts in (("2027-01-01", True), ("2027-06-01", False)):
        assert editor.post(f"/can-bo/phi/{code}/het", {"last_day": day}).status_code == 303
        assert editor.post(f"/can-bo/giam-phi/{slug}/het", {"last_day": day}).status_code == 303
        assert (fee_counts(code), cut_counts(slug)) == (counts, counts), day


@pytest.mark.parametrize("changes", [{"title": "Tên khác"}, {"url": "https://vbpl.vn/x"}, {"source": "Nghe nói"}])
def test_a_documents_name_and_source_are_vouched_for(editor: Browser, changes: dict[str, str]) -> None:
    slug = document()
    values = {
        "number": "05/2025/NQ-HĐND", "issuer": COUNCIL, "issuer_kind": "council", "title": "Nghị quyết về phí",
        "effective_from": "2025-01-01", "source": "Công báo tỉnh",
    }  # fmt: skip
    assert editor.post(f"/can-bo/van-ban/{slug}", dict(values)).status_code == 303
    assert is_verified(slug), "nothing changed"
    assert editor.post(f"/can-bo/van-ban/{slug}", {**values, **changes}).status_code == 303
    assert not is_verified(slug)


def test_a_later_end_or_a_successor_asks_for_another_check(editor: Browser) -> None:
    old, new = document(), document("06/2026/NQ-HĐND")
    for day, stays in (("2027-12-31", True), ("2027-06-30", True), ("2027-07-01", False)):
        assert editor.post(f"/can-bo/van-ban/{old}/het-hieu-luc", {"last_day": day}).status_code == 303
        assert is_verified(old) == stays, day
    assert editor.post(
        f"/can-bo/van-ban/{new}/thay-the", {"successor": old, "last_day": "2027-12-31"}
    ).status_code == 303  # fmt: skip
    assert not is_verified(new)


def is_verified(slug: str) -> bool:
    """Whether somebody vouches for a document."""
    db.session.remove()
    found = legal.facts_of(slug, with_demo=False)
    assert found is not None
    return found.is_verified


def test_an_unverified_document_verifies_nothing() -> None:
    rests_on = document(is_verified=False)
    assert not fee_counts(local_fee(rests_on))
    assert not cut_counts(reduction(rests_on))
