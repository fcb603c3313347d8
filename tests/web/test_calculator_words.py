"""What the calculator says of quantities, of sums that lack something, and of choices that nobody has made."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories.fees import COMMUNE, ELSEWHERE, document, few_places, local_fee
from tests.factories.records import import_records, record_row
from tests.web.page import HtmlPage, Visitor

pytestmark = pytest.mark.usefixtures("content")


def fee(amount: int, text: str = "", channel: str = "online", **more: Any) -> dict[str, Any]:
    return {"channel": channel, "amount": amount, "currency": "VND", "text": text, **more}


def council() -> dict[str, Any]:
    return fee(0, "Do Hội đồng nhân dân cấp tỉnh quy định.")


def classes(page: HtmlPage, tag: str, text: str) -> list[str | None]:
    """The classes of those elements that begin with a text."""
    return [one.get("class") for one in page.all(tag) if "".join(one.itertext()).strip().startswith(text)]


@pytest.mark.parametrize(
    ("fees", "unit"),
    [
        ([fee(2_000, "2.000 đồng/trang")], "trang"),
        ([fee(2_000, "2.000 đồng/người")], "người"),
        ([fee(2_000, "2.000 đồng/chứng chỉ")], "chứng chỉ"),
        ([fee(2_000, "2.000 đồng/lần")], "lần nộp"),
        ([fee(2_000)], "lần nộp"),
        ([], "lần nộp"),
        ([fee(2_000, "2.000 đồng/trang"), fee(3_000, "3.000 đồng/bản")], "lần nộp"),
    ],
)
def test_a_quantity_says_what_it_counts(visitor: Visitor, fees: list[dict[str, Any]], unit: str) -> None:
    import_records([record_row(fees=fees)])
    page = visitor.get("/tinh-phi?dv=1.001193x3")
    assert f"Số lượng: 3 {unit} ·" in page.words
    assert f"Số lượng ({unit})" in page.words


def test_the_unit_of_the_provinces_own_fee(visitor: Visitor) -> None:
    import_records([record_row(fees=[council()])])
    local_fee(document(), unit="bản", channel="online")
    assert "Số lượng: 2 bản ·" in visitor.get("/tinh-phi?dv=1.001193x2").words
    assert "8.000 đ/bản" in visitor.get("/huong-dan/dang-ky-khai-sinh").words
    assert "8,000 đ per copy" in visitor.get("/en/huong-dan/dang-ky-khai-sinh").words


def test_only_a_whole_sum_looks_like_one(visitor: Visitor) -> None:
    import_records([record_row(fees=[fee(10_000)]), record_row("1.000894", name="Chưa rõ phí")])
    assert classes(visitor.get("/tinh-phi?dv=1.001193"), "p", "10.000") == ["sum__amount"]
    page = visitor.get("/tinh-phi?dv=1.001193_1.000894")
    assert classes(page, "p", "Chưa tính hết: mới được 1 trong 2 dịch vụ, 10.000") == [None]
    assert "sum__amount" not in page.response.get_data(as_text=True)


def test_a_case_that_nobody_chose_is_called_so(visitor: Visitor) -> None:
    rows = [fee(5_000, "5.000 đồng nếu theo danh sách"), fee(0, "Trường hợp khác chưa quy định mức")]
    import_records([record_row(fees=rows, channels=["online"])])
    page = visitor.get("/tinh-phi?dv=1.001193")
    assert "Nộp trực tuyến chưa chọn trường hợp" in page.words
    assert "1 dịch vụ chưa chọn trường hợp" in page.words
    assert "khoảng" not in page.text("main")
    key = next(one.get("value", "") for one in page.all("option") if len(one.get("value", "")) == 4)
    assert "chưa chọn trường hợp" not in visitor.get(f"/tinh-phi?dv=1.001193c{key}").words


def test_a_range_says_that_the_case_is_open(visitor: Visitor) -> None:
    rows = [fee(5_000, "5.000 đồng nếu theo danh sách"), fee(7_000, "7.000 đồng nếu là cá nhân")]
    import_records([record_row(fees=rows, channels=["online"])])
    words = visitor.get("/tinh-phi?dv=1.001193").words
    assert "từ 5.000 đ đến 7.000 đ" in words
    assert "chưa chọn trường hợp" in words


def test_cases_that_english_calls_alike_are_told_apart(visitor: Visitor) -> None:
    rests_on = document()
    for number, case in enumerate(("đúng hạn", "quá hạn", "")):
        words = {"condition_vi": case, "condition_en": "Ordinary" if case else ""}
        local_fee(rests_on, 1_000 * (number + 1), channel="online", **words)
    import_records([record_row(fees=[council()], channels=["online"])])
    page = visitor.get("/en/tinh-phi?dv=1.001193")
    labels = [one.text or "" for one in page.all("option") if len(one.get("value", "")) == 4]
    assert {"Ordinary (đúng hạn)", "Ordinary (quá hạn)"} <= set(labels)
    assert len(labels) == len(set(labels)) == 3


def test_no_service_is_chosen_for_the_person(visitor: Visitor) -> None:
    page = visitor.get("/tinh-phi")
    (select,) = (one for one in page.all("select") if one.get("id") == "them")
    first = next(iter(select))
    assert (first.get("value"), first.text) == ("", "Chọn thủ tục")
    assert not [one for one in select if one.get("selected") is not None]
    assert select.get("form") == "tinh", "both buttons take the service along"


def test_who_chose_no_service_is_told_so(client: FlaskClient) -> None:
    response = client.get("/tinh-phi?them=&xa=&ngay=2026-11-22")
    assert response.status_code == 422
    assert '<a href="#them">Bạn chọn một dịch vụ trước' in response.get_data(as_text=True)
    assert client.get("/tinh-phi").status_code == 200


@pytest.mark.parametrize("fees", [[], [council()]])
def test_a_fee_of_some_communes_asks_for_the_commune(visitor: Visitor, fees: list[dict[str, Any]]) -> None:
    few_places()
    import_records([record_row(fees=fees)])
    local_fee(document(), territory=COMMUNE, channel="online")
    assert "tùy xã, phường: chọn xã để biết" in visitor.get("/tinh-phi?dv=1.001193").words
    assert "Bạn chọn xã, phường để biết mức thu" in visitor.get("/huong-dan/dang-ky-khai-sinh").words
    for commune, said in ((COMMUNE, "8.000 đ"), (ELSEWHERE, "chưa rõ")):
        words = visitor.get(f"/tinh-phi?dv=1.001193&xa={commune}").words
        assert said in words
        assert "tùy xã" not in words
