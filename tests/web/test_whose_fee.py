"""The province's reduction is mentioned where the council sets the fee, or nobody says who does; never elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from portal.core.db import db
from tests.factories.fees import document, reduction
from tests.factories.records import import_records, record_row
from tests.web.page import Visitor

GUIDE = "/huong-dan/dang-ky-khai-sinh"
pytestmark = pytest.mark.usefixtures("content")


def online(text: str = "", amount: int = 0) -> dict[str, Any]:
    """A fee of the record's for filing online."""
    return {"channel": "online", "amount": amount, "currency": "VND", "text": text}


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({"fees": [online("Do Hội đồng nhân dân cấp tỉnh quy định.")]}, True),
        ({"fees": [online()]}, True),
        ({"fees": [online("Theo Thông tư số 85/2019/TT-BTC")]}, True),
        ({"fees": [online("Theo Nghị quyết số 05/2025/NQ-HĐND")]}, True),
        ({"fees": [online()], "field": "Thuế"}, False),
        ({"fees": [online("Theo Thông tư số 60/2023/TT-BTC")]}, False),
        ({"fees": [online("Theo Nghị định số 10/2022/NĐ-CP")]}, False),
        ({"fees": [online("135.000 đồng/lần", 135_000)]}, False),
        ({"fees": []}, False),
    ],
)
@pytest.mark.parametrize("is_verified", [False, True])
def test_where_a_reduction_is_mentioned(
    visitor: Visitor, changes: dict[str, Any], is_told: bool, is_verified: bool
) -> None:
    import_records([record_row(**changes)])
    slug = reduction(document(is_verified=is_verified), is_verified=is_verified)
    db.session.remove()
    assert (f"/giam-phi/{slug}" in visitor.get(GUIDE).links()) == is_told


def test_a_temporary_rate_cuts_a_ministrys(visitor: Visitor) -> None:
    text = "Từ ngày 01/12/2023 đến hết ngày 31/12/2025: 115.000 đồng/lần cấp. Sau đó theo mức chung."
    import_records([record_row(fees=[online(text)])])
    slug = reduction(document(is_verified=False), is_verified=False)
    assert f"/giam-phi/{slug}" not in visitor.get(GUIDE).links()
