"""Staff keep documents, fees and reductions: every change in the audit log, nothing typed lost."""

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
from portal.legal.models import LegalDocument
from tests.factories.fees import COUNCIL, OLD, document, few_places, local_fee, reduction
from tests.factories.staff import Browser
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("content")
DOCUMENT = {
    "number": "11/2022/NQ-HĐND", "issuer": COUNCIL, "issuer_kind": "council", "title": "Nghị quyết về giảm phí",
    "issued_on": "2022-07-07", "effective_from": "2022-07-20", "source": "Công báo",
}  # fmt: skip


@pytest.fixture
def editor(app: Flask) -> Browser:
    """Somebody who writes."""
    return Browser.with_roles(app, Role.EDITOR)


@pytest.fixture
def reviewer(app: Flask) -> Browser:
    """Somebody who vouches."""
    return Browser.with_roles(app, Role.REVIEWER)


def row(slug: str = "11-2022-nq-hdnd") -> LegalDocument:
    db.session.remove()
    found = legal.document(slug)
    assert found is not None
    return found


def actions() -> list[str]:
    db.session.remove()
    return [entry.action for entry in audit.entries(AuditFilter(), newest_first=False, limit=50)]


def test_a_document_is_written_by_one_and_vouched_for_by_another(editor: Browser, reviewer: Browser) -> None:
    assert editor.post("/can-bo/van-ban/them", dict(DOCUMENT)).status_code == 303
    path = "/can-bo/van-ban/11-2022-nq-hdnd"
    assert row().verified_at is None
    assert editor.post(f"{path}/xac-minh").status_code == 403
    assert "Tôi xác minh" not in editor.get(path).get_data(as_text=True)
    assert reviewer.post(f"{path}/xac-minh").status_code == 303
    assert row().verified_at is not None
    assert editor.post(path, {**DOCUMENT, "summary_vi": "Lời khác"}).status_code == 303
    assert row().verified_at is not None, "the summary is nothing to vouch for"
    assert editor.post(path, {**DOCUMENT, "effective_from": "2022-08-01"}).status_code == 303
    assert row().verified_at is None, "another day asks for another check"
    assert {"document_added", "document_verified", "document_changed"} <= set(actions())


def test_a_document_is_replaced_and_its_page_says_by_what(editor: Browser, app: Flask) -> None:
    old, new = document("1/2020/NQ-HĐND", effective_from=date(2020, 1, 1)), document("2/2026/NQ-HĐND")
    path = f"/can-bo/van-ban/{old}"
    for values, said in (
        ({"successor": old, "last_day": "2025-12-31"}, "không thể tự thay"),
        ({"successor": new, "last_day": ""}, "ngày cuối cùng"),
        ({"successor": new, "last_day": "2019-12-31"}, "sau ngày bắt đầu"),
        ({"successor": "khong-co", "last_day": "2025-12-31"}, "chưa chọn văn bản thay thế"),
    ):
        answer = editor.post(f"{path}/thay-the", dict(values))
        assert answer.status_code == 422, values
        assert said in check(answer, path).words
        assert (values["last_day"] or 'name="last_day"') in answer.get_data(as_text=True), "kept"
    assert editor.post(f"{path}/thay-the", {"successor": new, "last_day": "2025-12-31"}).status_code == 303
    answer = editor.post(f"/can-bo/van-ban/{new}/thay-the", {"successor": old, "last_day": "2027-12-31"})
    assert answer.status_code == 422, "no circle"
    text = app.test_client().get(f"/van-ban/{old}").get_data(as_text=True)
    assert "Đã có văn bản thay thế" in text
    assert f'href="/van-ban/{new}"' in text


def test_an_ended_document_says_so(editor: Browser, app: Flask) -> None:
    slug = document()
    assert editor.post(f"/can-bo/van-ban/{slug}/het-hieu-luc", {"last_day": "2025-12-31"}).status_code == 303
    assert "Đã hết hiệu lực" in app.test_client().get(f"/van-ban/{slug}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": ""}, "chưa điền số văn bản"),
        ({"url": "http://vbpl.vn/x"}, "https://"),
        ({"url": "https://evil.example/x"}, "https://"),
        ({"effective_to": "2021-01-01"}, "sau ngày bắt đầu"),
        ({"issued_on": "30/02/2022"}, "Ngày chưa đúng"),
        ({"issued_on": "9999-01-01"}, "nằm ngoài các năm"),
        ({"issuer_kind": "x"}, "loại cơ quan"),
        ({"summary_vi": "a" * 2_001}, "Dài quá"),
    ],
)
def test_a_wrong_document_is_explained_and_kept(editor: Browser, changes: dict[str, str], said: str) -> None:
    answer = editor.post("/can-bo/van-ban/them", {**DOCUMENT, **changes})
    assert answer.status_code == 422
    page = check(answer, "/can-bo/van-ban/them")
    assert said in page.words
    assert 'value="Nghị quyết về giảm phí"' in answer.get_data(as_text=True)


def test_one_number_of_two_councils_is_two_documents(editor: Browser) -> None:
    assert editor.post("/can-bo/van-ban/them", dict(DOCUMENT)).status_code == 303
    assert editor.post("/can-bo/van-ban/them", dict(DOCUMENT)).status_code == 422
    other = {**DOCUMENT, "issuer": "Hội đồng nhân dân tỉnh Nghệ An"}
    assert editor.post("/can-bo/van-ban/them", dict(other)).status_code == 303
    assert row("11-2022-nq-hdnd-hoi-dong-nhan-dan-tinh-nghe-an")


def test_a_fee_is_entered_once_and_its_pages_stand_beside(editor: Browser, app: Flask) -> None:
    rests_on = document()
    values = {"procedure": "1.001193", "channel": "online", "status": "amount", "amount": "8.000", "document": rests_on}
    assert editor.post("/can-bo/phi/them", dict(values)).status_code == 303
    (fee,) = queries.tariff(with_demo=False).fees["1.001193"]
    assert fee.amount == 8_000
    assert "8.000\u00a0đ" in editor.get("/can-bo/phi").get_data(as_text=True)
    page = check(editor.get(f"/can-bo/phi/{fee.code}"), "fee")
    assert {"/huong-dan/dang-ky-khai-sinh", "/tinh-phi"} <= set(page.links())
    assert "8.000" in app.test_client().get("/huong-dan/dang-ky-khai-sinh").get_data(as_text=True)
    assert editor.post(f"/can-bo/phi/{fee.code}/het", {"last_day": "2025-12-31"}).status_code == 303
    assert "8.000" not in app.test_client().get("/huong-dan/dang-ky-khai-sinh").get_data(as_text=True)
    assert {"fee_added", "fee_ended"} <= set(actions())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": ""}, "lớn hơn 0"),
        ({"amount": "0"}, "lớn hơn 0"),
        ({"amount": "-5"}, "Số tiền chưa đúng"),
        ({"amount": "5,5"}, "Số tiền chưa đúng"),
        ({"amount": "9" * 12}, "lớn hơn 0"),
        ({"status": ""}, "Bạn chưa chọn"),
        ({"procedure": "9.999999"}, "Không có thủ tục"),
        ({"document": ""}, "chưa chọn văn bản"),
        ({"territory": "khong-co"}, "Không có địa bàn"),
        ({"channel": "fax"}, "chọn lại cách nộp"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "sau ngày bắt đầu"),
    ],
)
def test_a_wrong_fee_is_explained_and_kept(editor: Browser, changes: dict[str, str], said: str) -> None:
    values = {"procedure": "1.001193", "channel": "", "status": "amount", "amount": "8000", "document": document()}
    answer = editor.post("/can-bo/phi/them", {**values, "condition_vi": "đúng hạn", **changes})
    assert answer.status_code == 422
    page = check(answer, "/can-bo/phi/them")
    assert said in page.words
    assert 'value="đúng hạn"' in answer.get_data(as_text=True)
    db.session.remove()
    assert queries.tariff(with_demo=True).fees == {}


def test_two_fees_that_contradict_each_other_are_not_kept(editor: Browser) -> None:
    rests_on = document()
    values = {"procedure": "1.001193", "channel": "", "status": "amount", "amount": "8.000", "document": rests_on}
    assert editor.post("/can-bo/phi/them", dict(values)).status_code == 303
    answer = editor.post("/can-bo/phi/them", {**values, "amount": "9.000", "valid_from": "2026-01-01"})
    assert answer.status_code == 422
    assert "05/2025/NQ-HĐND" in answer.get_data(as_text=True)
    assert "ghi ngày hết cho mức kia trước" in check(answer, "phi/them").words
    assert 'value="9.000"' in answer.get_data(as_text=True), "kept"
    for other in ({"condition_vi": "bản sao"}, {"channel": "online"}):
        assert editor.post("/can-bo/phi/them", {**values, "amount": "9.000", **other}).status_code == 303, other
    (fee,) = (one for one in queries.tariff(with_demo=False).fees["1.001193"] if one.amount == 8_000)
    assert editor.post(f"/can-bo/phi/{fee.code}", {**values, "amount": "8.500"}).status_code == 303, "not beside itself"
    assert editor.post(f"/can-bo/phi/{fee.code}", {**values, "amount": "9.500", "channel": "online"}).status_code == 422
    assert editor.post(f"/can-bo/phi/{fee.code}/het", {"last_day": "2025-12-31"}).status_code == 303
    assert editor.post("/can-bo/phi/them", {**values, "valid_from": "2026-01-01"}).status_code == 303


def test_a_reduction_is_entered_once_and_every_page_that_uses_it_is_named(editor: Browser, app: Flask) -> None:
    few_places()
    rests_on = document()
    values: dict[str, str | list[str]] = {
        "name_vi": "Giảm một nửa", "percent": "50%", "channels": ["online", "postal"], "territory": OLD,
        "document": rests_on, "procedures": "1.001193",
    }  # fmt: skip
    assert editor.post("/can-bo/giam-phi/them", values).status_code == 303
    path = "/can-bo/giam-phi/giam-mot-nua"
    page = check(editor.get(path), path)
    assert {"/giam-phi/giam-mot-nua", "/giam-phi", "/tinh-phi", "/huong-dan/dang-ky-khai-sinh"} <= set(page.links())
    assert "tỉnh Quảng Ngãi cũ" in editor.get("/can-bo/giam-phi").get_data(as_text=True)
    assert editor.post(path, {**values, "percent": "30"}).status_code == 303
    known = queries.tariff(with_demo=False).reductions["giam-mot-nua"]
    assert (known.rule.percent, known.rule.channels) == (30, {"online", "postal"})
    assert editor.post(f"{path}/het", {"last_day": "2026-01-01"}).status_code == 303
    assert "Đã hết hiệu lực" in editor.get("/can-bo/giam-phi").get_data(as_text=True)
    assert [action for action in actions() if action.startswith("reduction")] == [
        "reduction_added",
        "reduction_changed",
        "reduction_ended",
    ]
    log = check(Browser.with_roles(app, Role.ADMIN).get("/can-bo/nhat-ky"), "log").words
    for words in (
        "Thêm chính sách giảm phí",
        "Sửa chính sách giảm phí",
        "Ngừng chính sách giảm phí",
        "Xác minh văn bản",
    ):
        assert words in log


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"percent": ""}, "đúng một trong hai"),
        ({"amount": "1000"}, "đúng một trong hai"),
        ({"percent": "101"}, "từ 1 đến 100"),
        ({"percent": "0"}, "từ 1 đến 100"),
        ({"percent": "năm mươi"}, "từ 1 đến 100"),
        ({"procedures": "khai sinh"}, "không phải mã thủ tục"),
        ({"procedures": "9.999999"}, "9.999999"),
        ({"channels": ["fax"]}, "chọn lại cách nộp"),
        ({"name_vi": ""}, "chưa điền tên"),
        ({"document": "khong-co"}, "chưa chọn văn bản"),
    ],
)
def test_a_wrong_reduction_is_explained_and_kept(
    editor: Browser, changes: dict[str, str | list[str]], said: str
) -> None:
    values = {"name_vi": "Giảm", "name_en": "Half off", "percent": "50", "document": document()}
    answer = editor.post("/can-bo/giam-phi/them", {**values, **changes})
    assert answer.status_code == 422
    page = check(answer, "/can-bo/giam-phi/them")
    assert said in page.words
    assert 'value="Half off"' in answer.get_data(as_text=True)


def test_a_last_day_that_is_none_changes_nothing(editor: Browser) -> None:
    rests_on = document()
    fee, cut = local_fee(rests_on), reduction(rests_on)
    for path in (f"/can-bo/phi/{fee}", f"/can-bo/giam-phi/{cut}", f"/can-bo/van-ban/{rests_on}"):
        end = f"{path}/het-hieu-luc" if "van-ban" in path else f"{path}/het"
        for day in ("", "hôm qua", "9999"):
            answer = editor.post(end, {"last_day": day})
            assert answer.status_code == 422, end
            check(answer, end)
    for path in ("/can-bo/phi/khong-co", "/can-bo/giam-phi/khong-co", "/can-bo/van-ban/khong-co"):
        assert editor.get(path).status_code == 404


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_screen_is_a_whole_page(editor: Browser, prefix: str) -> None:
    few_places()
    rests_on = document()
    fee, cut = local_fee(rests_on), reduction(rests_on)
    lists = ("van-ban", "phi", "giam-phi", "phi?xuat=csv", "giam-phi?sap-xep=-den", "van-ban?q=xyz")
    forms = ("van-ban/them", f"van-ban/{rests_on}", "phi/them", f"phi/{fee}", "giam-phi/them", f"giam-phi/{cut}")
    for path in (*lists, *forms):
        answer = editor.get(f"{prefix}/can-bo/{path}")
        assert answer.status_code == 200, path
        if "csv" not in path:
            check(answer, path)
