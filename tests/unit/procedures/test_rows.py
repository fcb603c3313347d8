"""One row of an import file: what it becomes, and every reason to refuse it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.exchange.errors import RowError
from portal.exchange.rows import Row
from portal.procedures.cells import from_cells
from portal.procedures.data import Document, LegalRef, ProcedureData
from portal.procedures.exchange import HOSTS, RECORD_COLUMNS
from portal.procedures.fee_lines import FeeLine, FeeRow, FeeStatus
from portal.procedures.rows import read_record
from portal.procedures.time_lines import TimeRow, TimeUnit
from tests.factories.records import record_row

_NAMES = ["channel", "amount", "status", "text", "unit", "name", "number", "suspended", "legal", "valid_to", "qty"]


def row_of(**changes: Any) -> Row:
    values = {RECORD_COLUMNS.resolve(name): value for name, value in record_row(**changes).items()}
    return Row(7, {name: value for name, value in values.items() if name and name not in RECORD_COLUMNS.ignored})


def record(**changes: Any) -> ProcedureData:
    outcome = read_record(row_of(**changes), HOSTS)
    assert isinstance(outcome, ProcedureData), [error.message() for error in outcome]
    return outcome


def errors(**changes: Any) -> list[RowError]:
    outcome = read_record(row_of(**changes), HOSTS)
    assert isinstance(outcome, list)
    return outcome


def test_a_national_row() -> None:
    data = record()
    assert (data.code, data.field, data.levels, data.is_full) == ("1.001193", "Hộ tịch", ("xã",), True)
    assert data.documents == (Document("Giấy chứng sinh", 1, 0),)
    assert data.fees == (FeeRow(channel="online", amount=0, currency="VND", text=""),)
    assert data.times == (TimeRow("online", 1, TimeUnit.WORKING_DAY, ""),)
    assert data.legal_basis == (LegalRef("60/2014/QH13"),)
    assert str(data.as_of) == "<=2026-06-10"


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"code": "1.00119"}, "code", "bad_code"),
        ({"code": "１.001193"}, "code", "bad_code"),
        ({"code": 7}, "code", "bad_code"),
        ({"code": None}, "code", "missing"),
        ({"name": ""}, "name", "missing"),
        ({"name": "\u200b\x07 "}, "name", "missing"),
        ({"name": ["x"]}, "name", "wrong_type"),
        ({"name": "x" * 3000}, "name", "too_long"),
        ({"channels": ["direct", "fax"]}, "channels[2]", "unknown_value"),
        ({"channels": "direct"}, "channels", "wrong_type"),
        ({"levels": ["x"] * 11}, None, "duplicate"),
        ({"steps": [{"a": 1}]}, "steps[1]", "wrong_type"),
        ({"steps": ["x"] * 501}, "steps", "too_many"),
        ({"source_url": "http://dichvucong.gov.vn/x"}, "source_url", "not_https"),
        ({"source_url": "javascript:alert(1)"}, "source_url", "not_https"),
        ({"source_url": "https://example.com/x"}, "source_url", "host_not_allowed"),
        ({"source_url": "https://dichvucong.gov.vn.example.com/"}, "source_url", "host_not_allowed"),
        ({"source_url": "https://dichvucong.gov.vn@example.com/"}, "source_url", "host_not_allowed"),
        ({"source_url": "https://a@dichvucong.gov.vn/"}, "source_url", "host_not_allowed"),
        ({"source_url": "https://dichvucong.gov.vn:8443/"}, "source_url", "host_not_allowed"),
        ({"source_url": "https://dichvucong.gov.vn:x/"}, "source_url", "not_https"),
        ({"source_url": "https://[dichvucong.gov.vn/"}, "source_url", "not_https"),
        ({"fees": [{"channel": "fax", "amount": 1}]}, "fees[1].channel", "unknown_value"),
        ({"fees": [{"channel": "online", "amount": -1}]}, "fees[1].amount", "negative"),
        ({"fees": [{"channel": "online", "amount": "1"}]}, "fees[1].amount", "wrong_type"),
        ({"fees": [{"channel": "online", "amount": True}]}, "fees[1].amount", "wrong_type"),
        ({"fees": [{"channel": "online", "amount": 1.5}]}, "fees[1].amount", "wrong_type"),
        ({"fees": [{"channel": "online", "amount": 10**13}]}, "fees[1].amount", "too_large"),
        ({"fees": [{"channel": "online", "amount": 1, "currency": "EUR"}]}, "fees[1].currency", "unknown_value"),
        ({"fees": ["50000"]}, "fees[1]", "wrong_type"),
        ({"processing_time": [{"channel": "online", "qty": 1, "unit": "tuần"}]}, "times[1].unit", "unknown_value"),
        ({"crawled_at": "06/2026"}, "as_of", "bad_date"),
        ({"portal_updated_at": "2026-06-10"}, "portal_updated_at", "bad_date"),
    ],
)
def test_a_bad_value_is_named(changes: dict[str, Any], column: str | None, code: str) -> None:
    if code == "duplicate":
        changes = {"implementation_levels": changes["levels"]}
        column, code = "levels", "too_many"
    found = errors(**changes)
    assert [(error.line, error.column, error.code) for error in found] == [(7, column, code)]
    assert found[0].message().startswith("line 7, ")


def test_a_host_below_an_allowed_one() -> None:
    url = "https://thutuc.dichvucong.gov.vn/p/home?x=1"
    assert record(source_url=url).source_url == url


def test_all_problems_of_a_row_come_together() -> None:
    found = errors(code="x", name="", source_url="ftp://x", crawled_at="", fees=[{"channel": "fax", "amount": -1}])
    assert {error.column for error in found} == {
        "code", "name", "source_url", "as_of", "fees[1].channel", "fees[1].amount",
    }  # fmt: skip


def test_tags_and_control_characters_go_and_comparisons_stay() -> None:
    data = record(
        name="Cấp <b>giấy</b>\u200b  <script>alert(1)</script>mới",
        steps=["Nộp < 5 tấn\x07,<br/>chờ</p>", "<style>p{}</style>", "a\r\n\r\n\r\n\r\nb"],
    )
    assert data.name == "Cấp giấy mới"
    assert data.steps == ("Nộp < 5 tấn, chờ", "a\n\nb")


def test_the_national_pages_furniture_is_left_behind() -> None:
    text = "Giấy phépMã: KQ.G17.000568Thông báoMã: 000.00.00.G15-KQ003362Từ khóaKhông có thông tinMô tảKhông có gì"
    assert record(results=[text, "Giấy phép"]).results == ("Giấy phép", "Thông báo")


def test_counts_that_nobody_means_are_unknown() -> None:
    papers = [{"name": "Đơn", "original": 20261, "copy": 2, "form": ["mẫu 1.docx"], "group": "Nộp"}, {"name": "  "}]
    assert record(documents=papers).documents == (Document("Đơn", None, 2, "Nộp", ("mẫu 1.docx",)),)


def test_legal_numbers_are_bare_and_whole() -> None:
    refs = [{"code": "Thông tư số 03/2023/TT-BTP", "name": "Thông tư"}, {"code": "104", "name": None}, "60/2014/QH13"]
    assert record(legal_basis=refs).legal_basis == (LegalRef("03/2023/TT-BTP", "Thông tư"), LegalRef("60/2014/QH13"))


def test_a_stated_fee_line() -> None:
    fee = {
        "channel": "direct", "status": "amount", "amount": 50000, "unit": "thẻ", "valid_from": "2025-07-01",
        "valid_to": "2026-12-31", "condition_vi": "mỗi thẻ", "condition_en": "per card", "legal": ["64/2025/TT-BTC"],
        "suspended": [[None, "2025-12-31"]], "is_derived": True,
    }  # fmt: skip
    (line,) = record(fees=[fee], is_full=False).fees
    assert isinstance(line, FeeLine)
    assert (line.status, line.amount, line.unit, line.condition_en) == (FeeStatus.AMOUNT, 50000, "thẻ", "per card")
    assert str(line.suspended[0][1]) == "2025-12-31"


@pytest.mark.parametrize(
    ("fee", "column", "code"),
    [
        ({"status": "gratis"}, "status", "unknown_value"),
        ({"status": "amount"}, "amount", "amount_missing"),
        ({"status": "free", "amount": 0}, "amount", "amount_not_expected"),
        ({"status": "free", "valid_to": "31/12/2026"}, "valid_to", "bad_date"),
        ({"status": "free", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to", "dates_reversed"),
        ({"status": "free", "suspended": [["2026-01-01"]]}, "suspended[1]", "wrong_type"),
        ({"status": "free", "suspended": [["x", None]]}, "suspended[1].from", "bad_date"),
    ],
)
def test_a_stated_fee_line_must_hold_together(fee: dict[str, Any], column: str, code: str) -> None:
    found = errors(fees=[{"channel": "direct", **fee}])
    assert [(error.column, error.code) for error in found] == [(f"fees[1].{column}", code)]


def test_facts_only_rows_carry_no_wording() -> None:
    data = record(is_full=False)
    assert (data.steps, data.documents, data.results, data.is_full) == ((), (), (), False)
    without = record(steps=[], documents=[], results=[])
    assert not without.is_full


def test_the_order_of_channels_is_no_difference() -> None:
    assert record(channels=["postal", "direct"]).digest() == record(channels=["direct", "postal"]).digest()


def test_as_of_dates_are_no_difference() -> None:
    assert record(crawled_at="2026-07").digest() == record().digest()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(RECORD_COLUMNS.required | RECORD_COLUMNS.optional)), _JSON))
def test_absurd_values_end_in_errors(values: dict[str, Any]) -> None:
    outcome = read_record(Row(1, values), HOSTS)
    assert isinstance(outcome, list)
    assert all(error.message() for error in outcome)


@settings(deadline=None)
@given(st.sampled_from(sorted(RECORD_COLUMNS.optional)), _JSON)
def test_one_absurd_value_in_a_good_row(name: str, value: Any) -> None:
    outcome = read_record(Row(1, {**row_of().values, name: value}), HOSTS)
    assert isinstance(outcome, ProcedureData) or all(error.message() for error in outcome)


CELLS = {
    "code": "1.001193", "name": "Đăng ký", "field": "Hộ tịch", "channels": "online\ndirect",
    "levels": "xã", "steps": "Một\n\nHai", "source_url": "https://dichvucong.gov.vn/x", "as_of": "2025-12",
    "fees": "online | 10.000 | VND | mỗi lần | một\ndirect | | VND | Do HĐND tỉnh quyết định",
    "times": "online | 3 | ngày làm việc | ", "documents": "Tờ khai | 1 | 0\nẢnh | | 2",
    "legal_basis": "60/2014/QH13 | Luật Hộ tịch",
}  # fmt: skip


def cells(**changes: Any) -> ProcedureData | list[RowError]:
    row = from_cells(Row(3, CELLS | changes))
    return read_record(row, HOSTS) if isinstance(row, Row) else row


def test_cells_become_lists_and_parts() -> None:
    data = cells()
    assert isinstance(data, ProcedureData)
    assert (data.channels, data.steps) == (("direct", "online"), ("Một", "Hai"))
    assert [fee.amount for fee in data.fees] == [10000, None]
    assert data.fees[0].text == "mỗi lần | một"
    assert data.times == (TimeRow("online", 3, TimeUnit.WORKING_DAY, ""),)
    assert [(paper.originals, paper.copies) for paper in data.documents] == [(1, 0), (None, 2)]
    assert data.legal_basis == (LegalRef("60/2014/QH13", "Luật Hộ tịch"),)


def test_a_code_that_a_spreadsheet_made_a_number() -> None:
    data = cells(code=2.00072)
    assert isinstance(data, ProcedureData)
    assert data.code == "2.000720"
    refused = cells(code="2.00072")
    assert isinstance(refused, list)
    assert refused[0].code == "bad_code"


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"fees": "online | ten | VND"}, "fees", "bad_line"),
        ({"fees": "online | -5 | VND"}, "fees[1].amount", "negative"),
        ({"fees": "fax | 5 | VND"}, "fees[1].channel", "unknown_value"),
        ({"times": "online | một | ngày"}, "times", "bad_line"),
        ({"documents": "Tờ khai | 9999999999999999"}, "documents", "bad_line"),
        ({"is_full": "maybe"}, "is_full", "wrong_type"),
    ],
)
def test_a_bad_cell_is_named(changes: dict[str, str], column: str, code: str) -> None:
    found = cells(**changes)
    assert isinstance(found, list)
    assert [(error.line, error.column, error.code) for error in found] == [(3, column, code)]
