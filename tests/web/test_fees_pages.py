"""What pages say of fees and reductions: here, today, and the day after."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.fees import queries
from portal.fees import service as fees
from portal.legal import queries as legal_queries
from portal.legal import service as legal
from portal.legal.validity import IssuerKind
from tests.factories.fees import COMMUNE, ELSEWHERE, OLD, document, few_places, local_fee, reduction
from tests.factories.records import import_records, record_row
from tests.factories.staff import OPERATOR
from tests.queries import count_queries
from tests.web.page import Visitor

GUIDE = "/huong-dan/dang-ky-khai-sinh"
PAGE = "/giam-phi/giam-50-khi-nop-truc-tuyen"
pytestmark = pytest.mark.usefixtures("content")


def council(amount: int = 0, channel: str = "online") -> dict[str, Any]:
    text = "Do Hội đồng nhân dân cấp tỉnh quy định." if not amount else ""
    return {"channel": channel, "amount": amount, "currency": "VND", "text": text}


@pytest.fixture
def councils_fee(content: None) -> None:
    """The record leaves the fee to the council."""
    import_records([record_row(fees=[council(), council(channel="direct")])])
    db.session.remove()


@pytest.mark.usefixtures("councils_fee")
def test_a_guide_shows_what_is_saved_with_document_and_date(visitor: Visitor) -> None:
    with time_machine.travel("2026-11-22T02:00:00Z", tick=False):
        rests_on = document()
        local_fee(rests_on)
        reduction(rests_on)
        words = visitor.get(GUIDE).words
    assert "Tiết kiệm 4.000 đ" in words
    assert "Còn 4.000 đ thay vì 8.000 đ" in words
    assert "05/2025/NQ-HĐND , xác minh ngày 22/11/2026".replace(" ,", ",") in words
    assert "/van-ban/05-2025-nq-hdnd" in visitor.get(GUIDE).links()


@pytest.mark.usefixtures("councils_fee")
@pytest.mark.parametrize(
    ("commune", "saves"), [("", False), (COMMUNE, True), (f"{COMMUNE}-cu", True), (ELSEWHERE, False)]
)
def test_a_reduction_holds_in_the_communes_of_its_territory_alone(visitor: Visitor, commune: str, saves: bool) -> None:
    few_places()
    rests_on = document()
    local_fee(rests_on)
    reduction(rests_on, territory=OLD)
    words = visitor.get(f"{GUIDE}?xa={commune}").words
    assert ("Tiết kiệm 4.000 đ" in words) == saves
    assert ("Bạn chọn xã, phường để biết" in words) == (not commune)
    assert ("Giảm 50%" in words) == (commune != ELSEWHERE)


@pytest.mark.usefixtures("councils_fee")
def test_what_nobody_verified_is_one_separate_line_and_in_no_amount(visitor: Visitor) -> None:
    few_places()
    local_fee(document())
    reduction(document("11/2022/NQ-HĐND", is_verified=False), territory=OLD)
    words = visitor.get(GUIDE).words
    assert "Chưa xác minh, chưa tính vào phí. Chỉ cho tỉnh Quảng Ngãi cũ." in words
    for address in (f"{GUIDE}?xa={COMMUNE}", f"/tinh-phi?dv=1.001193&xa={COMMUNE}"):
        words = visitor.get(address).words
        assert "Tiết kiệm" not in words
        assert "4.000 đ" not in words
        assert "8.000 đ" in words
    assert "Giảm 50%" not in visitor.get(f"{GUIDE}?xa={ELSEWHERE}").words


def test_a_ministrys_rate_is_not_the_provinces_to_cut(visitor: Visitor) -> None:
    import_records([record_row(fees=[council(20_000)])])
    slug = reduction(document())
    assert "Tiết kiệm" not in visitor.get(GUIDE).words
    with unit_of_work():
        row = queries.reduction(slug)
        assert row is not None
        row.applies_to_national_rates = True
    assert "Tiết kiệm 10.000 đ" in visitor.get(GUIDE).words


@pytest.mark.usefixtures("councils_fee")
def test_a_fee_of_another_body_is_not_the_councils(visitor: Visitor) -> None:
    local_fee(document("1/2025/QĐ-UBND", issuer_kind=IssuerKind.PROVINCE))
    reduction(document())
    words = visitor.get(GUIDE).words
    assert "8.000 đ" in words
    assert "Tiết kiệm" not in words


@pytest.mark.usefixtures("councils_fee")
def test_the_day_after_the_end_every_page_says_so(client: FlaskClient) -> None:
    """The cached pages of the last day are not those of the next: midnight in Việt Nam, nobody publishes anything."""
    rests_on = document()
    local_fee(rests_on)
    reduction(rests_on, valid_to=date(2026, 12, 31))
    addresses = (GUIDE, PAGE, "/giam-phi", "/tinh-phi?dv=1.001193", "/en" + PAGE)

    def texts() -> list[str]:
        return [client.get(address).get_data(as_text=True) for address in addresses]

    with time_machine.travel("2026-12-31T16:59:30Z", tick=False):
        last, again = texts(), texts()
    assert last == again, "kept"
    assert "Tiết kiệm 4.000" in last[0]
    assert "đã hết hiệu lực" not in "".join(last).lower().replace("đã hết hiệu lực</h2>", "")
    with time_machine.travel("2026-12-31T17:00:30Z", tick=False):
        next_day = texts()
    assert "Đã hết hiệu lực ngày 31/12/2026" in next_day[0]
    assert "Chính sách này đã hết hiệu lực" in next_day[1]
    assert "8.000" in next_day[1], "today's fee"
    assert "Đã hết hiệu lực" in next_day[2]
    for text in next_day:
        assert "Tiết kiệm" not in text
        assert "4.000" not in text


@pytest.mark.usefixtures("councils_fee")
def test_a_reduction_ends_with_its_document(visitor: Visitor) -> None:
    rests_on = document(effective_to=date(2026, 6, 30))
    local_fee(document("06/2025/NQ-HĐND"))
    reduction(rests_on, valid_to=date(2027, 6, 30))
    with time_machine.travel("2026-06-30T12:00:00Z", tick=False):
        assert "Tiết kiệm 4.000 đ" in visitor.get(GUIDE).words
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False):
        assert "Tiết kiệm" not in visitor.get(GUIDE).words
        words = visitor.get(PAGE).words
        assert "Ngày cuối cùng được giảm là 30/06/2026" in words
        assert "8.000 đ" in words


@pytest.mark.usefixtures("councils_fee")
def test_an_ended_reduction_on_an_unknown_fee_says_unknown(visitor: Visitor) -> None:
    reduction(document(), valid_to=date(2025, 12, 31))
    with time_machine.travel("2026-11-22", tick=False):
        page = visitor.get(PAGE)
    main = page.text("main")
    assert main.index("Chính sách này đã hết hiệu lực") < main.index("Mức giảm")
    assert "Nộp trực tuyến chưa rõ" in main
    assert "không phải miễn phí" in main


@pytest.mark.usefixtures("councils_fee")
def test_all_reductions_stand_in_their_groups(visitor: Visitor) -> None:
    rests_on = document()
    reduction(rests_on, name_vi="Đang")
    reduction(rests_on, name_vi="Sắp", valid_from=date(2027, 1, 1))
    reduction(rests_on, name_vi="Hết", valid_to=date(2026, 1, 1))
    reduction(document("11/2022/NQ-HĐND", is_verified=False), name_vi="Chưa")
    with time_machine.travel("2026-11-22", tick=False):
        page = visitor.get("/giam-phi")
    headings = [" ".join("".join(one.itertext()).split()) for tag in ("h2", "h3") for one in page.all(tag)]
    assert headings[:4] == ["Đang áp dụng", "Sắp áp dụng", "Chưa xác minh hiệu lực", "Đã hết hiệu lực"]
    assert headings[4:] == ["Đang", "Sắp", "Chưa", "Hết"]


@pytest.mark.usefixtures("councils_fee")
def test_overlapping_reductions_take_the_better_one_and_say_so(visitor: Visitor) -> None:
    rests_on = document()
    local_fee(rests_on)
    reduction(rests_on)
    reduction(rests_on, name_vi="Giảm 2.000 đồng", percent=None, amount=2_000)
    words = visitor.get(GUIDE).words
    assert "Tiết kiệm 4.000 đ" in words
    assert "chỉ tính chính sách lợi nhất. Không cộng thêm: Giảm 2.000 đồng" in words


@pytest.mark.usefixtures("councils_fee")
def test_a_withdrawn_verification_leaves_every_amount_at_once(visitor: Visitor) -> None:
    rests_on = document("07/2025/NQ-HĐND")
    local_fee(document())
    reduction(rests_on)
    assert "Tiết kiệm 4.000 đ" in visitor.get(GUIDE).words
    with unit_of_work():
        row = legal_queries.document(rests_on)
        assert row is not None
        legal.withdraw_verification(row, actor=OPERATOR, now=clock.now())
    words = visitor.get(GUIDE).words
    assert "Tiết kiệm" not in words
    assert "Chưa xác minh, chưa tính vào phí" in words


@pytest.mark.usefixtures("councils_fee")
def test_a_document_names_what_rests_on_it(visitor: Visitor) -> None:
    import_records([record_row(legal_basis=[{"code": "05/2025/NQ-HĐND", "name": None}])])
    rests_on = document()
    local_fee(rests_on)
    reduction(rests_on)
    page = visitor.get(f"/van-ban/{rests_on}")
    assert {PAGE, "/thu-tuc/1.001193"} <= set(page.links())
    assert "Đã xác minh" in page.words
    assert "Chưa có trang nào" not in page.words
    assert f"/van-ban/{rests_on}" in visitor.get("/van-ban?trang-thai=verified").links()
    assert f"/van-ban/{rests_on}" not in visitor.get("/van-ban?trang-thai=expired").links()
    visitor.get("/van-ban?trang-thai=x", 404)
    visitor.get("/van-ban/khong-co", 404)
    visitor.get("/giam-phi/khong-co", 404)


@pytest.mark.usefixtures("councils_fee")
def test_pages_of_fees_ask_few_questions_however_many_reductions(visitor: Visitor) -> None:
    counts = []
    for number in (1, 30):
        rests_on = document(f"{number}/2025/NQ-HĐND")
        for one in range(number):
            reduction(rests_on, name_vi=f"Giảm {number} {one}")
        for address in ("/gioi-thieu", "/giam-phi", GUIDE):
            visitor.get(address)
        with count_queries() as seen:
            visitor.get(GUIDE + "?xa=")
            guide = len(seen)
            visitor.client.get("/giam-phi?x", headers={"HX-Request": "true"})
        counts.append((guide, len(seen)))
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("councils_fee")
def test_an_own_fee_that_ended_is_said_to_have_ended(visitor: Visitor) -> None:
    rests_on = document()
    local_fee(rests_on, 7_000, channel="online", valid_to=date(2026, 11, 1))
    for path in ("/huong-dan/dang-ky-khai-sinh", "/tinh-phi?dv=1.001193"):
        page = visitor.get(path)
        assert "Đã hết hiệu lực ngày 01/11/2026" in page.words, path
        assert "7.000" not in page.words, path
    local_fee(rests_on, 9_000, channel="online", valid_from=date(2026, 11, 2))
    page = visitor.get("/huong-dan/dang-ky-khai-sinh")
    assert "Đã hết hiệu lực ngày" not in page.words, "another one follows"
    local_fee(rests_on, 6_000, channel="direct", valid_to=date(2025, 10, 1))
    assert "Đã hết hiệu lực ngày" not in visitor.get("/huong-dan/dang-ky-khai-sinh").words, "long ago"


def test_ending_takes_effect_the_day_after(visitor: Visitor) -> None:
    slug = reduction(document())
    with unit_of_work():
        row = queries.reduction(slug)
        assert row is not None
        fees.end_reduction(row, date(2026, 11, 22), actor=OPERATOR, now=clock.now())
    with time_machine.travel("2026-11-22T16:00:00Z", tick=False):
        assert "Đang áp dụng" in visitor.get(PAGE).words
    with time_machine.travel("2026-11-22T18:00:00Z", tick=False):
        assert "Chính sách này đã hết hiệu lực" in visitor.get(PAGE).words
