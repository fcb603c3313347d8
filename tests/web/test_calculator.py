"""The calculator: its address is its result, and what is unknown stays unknown."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.fees import COMMUNE, ELSEWHERE, document, few_places, local_fee, reduction
from tests.factories.records import import_records, record_row
from tests.queries import count_queries
from tests.web.caching import from_the_cache
from tests.web.page import Visitor

pytestmark = pytest.mark.usefixtures("services")
CASES = "1.004194"


def fee(amount: int, text: str = "", channel: str = "online") -> dict[str, Any]:
    return {"channel": channel, "amount": amount, "currency": "VND", "text": text}


@pytest.fixture
def services(content: None) -> None:
    """A known fee, an unknown one, one of two cases, one without online channel."""
    import_records(
        [
            record_row(fees=[fee(10_000), fee(20_000, channel="direct"), fee(20_000, channel="postal")]),
            record_row("1.000894", name="Việc chưa rõ phí", channels=["online", "direct"]),
            record_row(
                CASES,
                name="Việc có hai mức",
                channels=["online"],
                fees=[fee(5_000, "5.000 đồng nếu theo danh sách"), fee(7_000, "7.000 đồng nếu là cá nhân")],
            ),
            record_row(
                "2.000815", name="Việc chỉ làm tại quầy", channels=["direct"], fees=[fee(2_000, channel="direct")]
            ),
        ]
    )


def sums(visitor: Visitor, address: str) -> list[str]:
    """The totals, as they read."""
    page = visitor.get(address)
    return [" ".join(" ".join(one.itertext()).split()) for one in page.all("li") if one.get("class") == "sum"]


def test_nothing_chosen_offers_what_can_be(visitor: Visitor) -> None:
    page = visitor.get("/tinh-phi")
    assert "Đăng ký khai sinh" in page.words
    assert "Tổng cộng" not in page.words


def test_totals_are_honest(visitor: Visitor) -> None:
    assert sums(visitor, "/tinh-phi?dv=1.001193x2") == [
        "Nộp trực tuyến 20.000 đ", "Nộp trực tiếp 40.000 đ", "Qua bưu chính 40.000 đ"
    ]  # fmt: skip
    assert sums(visitor, "/tinh-phi?dv=1.000894_1.001193x2_2.000815") == [
        "Nộp trực tuyến Chưa tính hết: mới được 1 trong 3 dịch vụ, 20.000 đ "
        "1 dịch vụ chưa rõ phí 1 dịch vụ không nộp được bằng cách này",
        "Nộp trực tiếp Chưa tính hết: mới được 2 trong 3 dịch vụ, 42.000 đ 1 dịch vụ chưa rõ phí",
        "Qua bưu chính Chưa tính hết: mới được 1 trong 3 dịch vụ, 40.000 đ 2 dịch vụ không nộp được bằng cách này",
    ]
    assert sums(visitor, "/tinh-phi?dv=1.000894")[0] == "Nộp trực tuyến chưa rõ 1 dịch vụ chưa rõ phí"
    assert "0 đ" not in visitor.get("/tinh-phi?dv=1.000894").words.replace(".000 đ", "")


def test_with_an_unknown_line_a_total_is_no_zero_and_has_no_upper_end(visitor: Visitor) -> None:
    import_records([record_row("2.000815", name="Việc không thu", channels=["online"], fees=[fee(0, "Không thu")])])
    assert sums(visitor, "/tinh-phi?dv=2.000815")[0] == "Nộp trực tuyến 0 đ"
    free = sums(visitor, "/tinh-phi?dv=1.000894_2.000815")[0]
    assert free == "Nộp trực tuyến Chưa tính hết: mới được 1 trong 2 dịch vụ, không thu phí 1 dịch vụ chưa rõ phí"
    mixed = sums(visitor, f"/tinh-phi?dv=1.000894_{CASES}x2")[0]
    assert "mới được 1 trong 2 dịch vụ, từ 10.000 đ đến 14.000 đ 1 dịch vụ chưa rõ phí" in mixed


def test_cheaper_online_is_said_only_where_both_totals_are_exact(visitor: Visitor) -> None:
    assert "Tiết kiệm 20.000 đ" in visitor.get("/tinh-phi?dv=1.001193x2").words
    assert "Tiết kiệm" not in visitor.get("/tinh-phi?dv=1.001193x2_1.000894").words


def test_a_case_is_never_picked_for_the_person(visitor: Visitor) -> None:
    page = visitor.get(f"/tinh-phi?dv={CASES}x2")
    assert sums(visitor, f"/tinh-phi?dv={CASES}x2")[0] == "Nộp trực tuyến từ 10.000 đ đến 14.000 đ"
    keys = [one.get("value", "") for one in page.all("option") if len(one.get("value", "")) == 4]
    assert len(keys) == 2
    found = {sums(visitor, f"/tinh-phi?dv={CASES}x2c{key}")[0] for key in keys}
    assert found == {"Nộp trực tuyến 10.000 đ", "Nộp trực tuyến 14.000 đ"}
    assert sums(visitor, f"/tinh-phi?dv={CASES}c{keys[0]}_{CASES}c{keys[1]}")[0] == "Nộp trực tuyến 12.000 đ"


@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        ("them=1.001193", "dv=1.001193"),
        ("dv=1.001193&them=1.000894", "dv=1.000894_1.001193"),
        ("dv=1.001193&them=1.001193", "dv=1.001193x2"),
        ("dv=1.001193x2&dong=1.001193&sl=5", "dv=1.001193x5"),
        ("dv=1.001193&dong=1.001193&sl=0", ""),
        (f"dv={CASES}&dong={CASES}&sl=1&ca=abcd", f"dv={CASES}cabcd"),
        ("dv=1.001193&them=1.000894&xa=x&ngay=2026-01-02", "dv=1.000894_1.001193&xa=x&ngay=2026-01-02"),
        ("dv=1.001193&them=&xa=&ngay=2026-01-02", "dv=1.001193&ngay=2026-01-02"),
    ],
)
def test_each_change_leads_to_the_address_of_its_result(client: FlaskClient, query: str, leads_to: str) -> None:
    response = client.get(f"/tinh-phi?{query}")
    assert response.status_code == 303
    assert response.headers["Location"] == (f"/tinh-phi?{leads_to}" if leads_to else "/tinh-phi")


def test_a_waiver_for_some_is_told_and_counts_for_nobody(visitor: Visitor) -> None:
    import_records([record_row(fees=[fee(20_000), fee(0, "Miễn lệ phí cho người thuộc hộ nghèo.")])])
    assert "Có người, có trường hợp được miễn" in visitor.get("/tinh-phi?dv=1.001193").words
    assert sums(visitor, "/tinh-phi?dv=1.001193")[0] == "Nộp trực tuyến 20.000 đ"
    assert "được miễn" not in visitor.get("/tinh-phi?dv=2.000815").words


def test_the_same_choice_has_one_canonical_address(client: FlaskClient) -> None:
    found = set()
    for query in ("dv=1.001193x2_1.000894&xa=", "xa=&dv=1.000894_1.001193_1.001193"):
        text = client.get(f"/en/tinh-phi?{query}").get_data(as_text=True)
        found.add(text.split('hreflang="vi">')[0].rsplit('href="', 1)[1].split('"')[0])
    assert found == {"/tinh-phi?dv=1.000894_1.001193x2"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("dv=abc", "Không hiểu dòng “abc”"),
        ("dv=1.001193x-2", "Không hiểu dòng “1.001193x-2”"),
        ("dv=1.001193x0", "Số lượng “0” chưa đúng"),
        ("dv=1.001193x5000", "Số lượng “5000” chưa đúng"),
        ("dv=1.001193x999_1.001193", "Số lượng “1000” chưa đúng"),
        ("dv=9.999999_1.001193", "Không có dịch vụ mã 9.999999"),
        ("them=9.999999", "Không có dịch vụ mã 9.999999"),
        ("them=%3Cscript%3E", "Không hiểu dòng “<script>”"),
        ("dv=" + "_".join(f"1.{number:06}" for number in range(51)), "Nhiều quá 50 dòng"),
        ("dv=" + "_".join(f"1.{number:06}" for number in range(1500)), "Nhiều quá 50 dòng"),
        ("dv=1.001193&xa=khong-co", "Không có xã, phường nào tên “khong-co”"),
        ("dv=1.001193&ngay=9999-12-31", "Chỉ tính được cho các năm"),
        ("dv=1.001193&ngay=2026-02-30", "Ngày “2026-02-30” chưa đúng"),
        ("dv=1.001193&ngay=mai", "Ngày “mai” chưa đúng"),
        ("dv=1.001193&dong=1.001193&sl=-2", "Số lượng “-2” chưa đúng"),
        ("dv=1.001193&dong=1.001193&sl=", "Số lượng “” chưa đúng"),
        ("dv=1.001193&dong=2.000815&sl=1", "Dòng này không còn trong danh sách"),
    ],
)
def test_bad_input_is_answered_clearly_and_kept(visitor: Visitor, query: str, said: str) -> None:
    page = visitor.get(f"/tinh-phi?{query}", 422)
    assert said in page.words
    assert "no-store" in page.response.headers["Cache-Control"]
    typed = parse_qs(query, keep_blank_values=True)
    values = [one.get("value") for tag in ("input", "option") for one in page.all(tag)]
    for name in ("xa", "ngay", "sl"):
        if name in typed and said.startswith(("Số lượng", "Ngày", "Chỉ", "Không có xã")):
            assert typed[name][0] in values, name
    if "1.001193&" in query:
        assert "Đăng ký khai sinh" in page.text("main")


def test_an_address_of_10_000_lines_is_refused(client: FlaskClient) -> None:
    lines = "_".join(["1.001193"] * 10_000)
    assert client.get(f"/tinh-phi?dv={lines}").status_code in {414, 422}


def test_of_repeated_parameters_the_first_counts(visitor: Visitor) -> None:
    assert sums(visitor, "/tinh-phi?dv=1.001193&dv=1.000894") == sums(visitor, "/tinh-phi?dv=1.001193")


def test_the_commune_and_the_day_decide(visitor: Visitor) -> None:
    few_places()
    rests_on = document()
    local_fee(rests_on, procedure="1.000894", territory="tinh-quang-ngai-cu")
    reduction(rests_on, territory="tinh-quang-ngai-cu")
    with time_machine.travel("2026-11-22", tick=False):
        assert sums(visitor, f"/tinh-phi?dv=1.000894&xa={COMMUNE}")[0] == "Nộp trực tuyến 4.000 đ đã giảm 4.000 đ"
        assert "chưa rõ" in sums(visitor, f"/tinh-phi?dv=1.000894&xa={ELSEWHERE}")[0]
        assert "chưa rõ" in sums(visitor, f"/tinh-phi?dv=1.000894&xa={COMMUNE}&ngay=2024-12-31")[0]
        words = visitor.get(f"/tinh-phi?dv=1.000894&xa={COMMUNE}&ngay=2026-12-01").words
    assert "Tính cho ngày 01/12/2026, tại phường Cẩm Thành" in words
    assert "05/2025/NQ-HĐND" in words


def test_where_a_narrower_fee_may_hold_the_price_waits_for_the_commune(visitor: Visitor) -> None:
    few_places()
    rests_on = document()
    local_fee(rests_on, 10_000, procedure="1.000894")
    local_fee(rests_on, 8_000, procedure="1.000894", territory=COMMUNE)
    page = visitor.get("/tinh-phi?dv=1.000894")
    assert "tùy xã, phường" in page.words
    assert sums(visitor, "/tinh-phi?dv=1.000894")[0] == "Nộp trực tuyến chưa rõ 1 dịch vụ chưa rõ phí"
    assert sums(visitor, f"/tinh-phi?dv=1.000894&xa={COMMUNE}")[0] == "Nộp trực tuyến 8.000 đ"
    assert sums(visitor, f"/tinh-phi?dv=1.000894&xa={ELSEWHERE}")[0] == "Nộp trực tuyến 10.000 đ"


def test_for_days_before_the_record_was_taken_an_undated_amount_is_unknown(visitor: Visitor) -> None:
    for day, text in (("2026-06-10", "10.000 đ"), ("2026-06-09", "chưa rõ"), ("2021-01-01", "chưa rõ")):
        assert sums(visitor, f"/tinh-phi?dv=1.001193&ngay={day}")[0].startswith(f"Nộp trực tuyến {text}"), day


def test_two_communes_in_turn_come_from_the_cache(client: FlaskClient) -> None:
    few_places()
    addresses = [f"/tinh-phi?dv=1.000894&xa={slug}" for slug in (COMMUNE, ELSEWHERE)]
    fresh = {address: client.get(address).get_data() for address in addresses}
    assert len(set(fresh.values())) == 2
    with from_the_cache():
        for address in addresses * 2:
            assert client.get(address).get_data() == fresh[address]


def test_the_link_is_the_result(visitor: Visitor) -> None:
    page = visitor.get("/tinh-phi?dv=1.001193x2")
    (link,) = [one.get("href", "") for one in page.all("a") if one.get("class") == "share__url"]
    assert "ngay=" in urlsplit(link).query
    again = visitor.get(link)
    assert sums(visitor, link) == sums(visitor, "/tinh-phi?dv=1.001193x2")
    assert "Gửi hoặc in kết quả" in again.words


def test_a_search_offers_lines(visitor: Visitor) -> None:
    page = visitor.get("/tinh-phi?q=viec+co+hai+muc&dv=1.001193")
    assert f"/tinh-phi?dv=1.001193&them={CASES}" in page.links()


def test_fifty_lines_ask_as_few_questions_as_one(visitor: Visitor) -> None:
    import_records([record_row(f"3.{number:06}", name=f"Việc {number}") for number in range(50)])
    counts = []
    for lines in (1, 50):
        address = "/tinh-phi?dv=" + "_".join(f"3.{number:06}" for number in range(lines))
        visitor.get(address + "&ngay=2026-11-21")
        with count_queries() as seen:
            visitor.get(address)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["dv", "xa", "ngay", "q", "them", "dong", "sl", "ca"]), st.text(max_size=30)))
def test_nothing_that_is_typed_breaks_it(client: FlaskClient, query: dict[str, str]) -> None:
    assert client.get("/tinh-phi", query_string=query).status_code in {200, 303, 422}
