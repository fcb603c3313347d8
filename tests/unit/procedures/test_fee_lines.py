"""Which fee a wording really states. Examples are in words of our own; the real rows are known by their hashes."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.procedures.fee_lines import FeeLine, FeeRow, FeeState, FeeStatus, classify, from_json, to_json
from portal.procedures.fields import clean_block

CLASSES = Path(__file__).parent / "fee_classes.json"
TODAY = date(2026, 11, 22)


def lines(
    text: str, amount: int | None = 0, *, channel: str = "direct", currency: str = "VND", raw: int | None = None
) -> tuple[FeeLine, ...]:
    return classify(FeeRow(channel=channel, amount=amount, currency=currency, text=text, raw_amount=raw))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "unknown"),
        ("Không", "unknown"),
        ("Không có.", "unknown"),
        ("Không quy định", "unknown"),
        ("Chưa quy định", "unknown"),
        ("iii", "unknown"),
        ("Lệ phí: 0 đồng", "unknown"),
        ("Phí gửi thì trả cho bưu tá", "unknown"),
        ("Theo Thông tư số 9/2099/TT-BTC quy định mức thu, miễn một số loại phí", "unknown"),
        ("Không được quy định tại biểu phí", "unknown"),
        ("Không miễn lệ phí", "unknown"),
        ("Không được miễn phí đối với trường hợp nào", "unknown"),
        ("Không thu phí cấp giấy; phí dán tem theo Thông tư số 9/2099/TT-BTC", "unknown"),
        ("Không thu phí; lệ phí 50.000 đồng", "unknown"),
        ("Miễn lệ phí. Tiền tem: 5.000 đồng", "unknown"),
        ("Miễn lệ phí; phí đăng báo 70.000 đồng", "unknown"),
        ("Miễn", "free"),
        ("Không thu lệ phí", "free"),
        ("Được miễn phí.", "free"),
        ("- Miễn lệ phí (Thông tư số 9/2099/TT-BTC).", "free"),
        ("Lệ phí : 0 Đồng (Miễn lệ phí)", "free"),
        ("Miễn lệ phí đăng ký khai sinh theo Luật Hộ tịch", "free"),
        ("Miễn lệ phí. Phí cấp bản sao (nếu có yêu cầu) theo Thông tư số 9/2099/TT-BTC", "free"),
        ("Miễn lệ phí cho trẻ mồ côi", "exempt"),
        ("Miễn lệ phí (trừ khi cấp lại)", "exempt"),
        ("Miễn lệ phí theo Thông tư số 9/2099/TT-BTC đối với hộ nghèo", "exempt"),
        ("Người thuộc hộ nghèo được miễn phí khi có giấy chứng minh", "exempt"),
        ("Miễn phí - Trường hợp thuộc diện được miễn phí thì xuất trình giấy tờ", "exempt"),
        ("Không thu lệ phí lần đầu", "exempt"),
        ("Do UBND tỉnh quy định", "council"),
        ("Uỷ ban nhân dân cấp tỉnh quyết định mức thu", "council"),
        ("Mức thu theo nghị quyết của HĐND tỉnh; miễn cho hộ nghèo", "council"),
        ("Miễn lệ phí theo nghị quyết của Hội đồng nhân dân tỉnh", "council"),
        ("Theo quy định của chính quyền địa phương", "council"),
    ],
)
def test_a_printed_zero(text: str, status: str) -> None:
    (line,) = lines(text)
    assert line.status == status
    assert line.amount is None
    assert line.state_on(TODAY) is FeeState.CURRENT


def test_zero_is_free_only_in_words() -> None:
    """Nothing outside the known ways to say so makes a fee free."""
    for text in ("Miễn phí trực tuyến", "Miễn lệ phí hộ nghèo", "Không thu phí của bạn", "Miễn giảm phí", "miễn thuế"):
        assert lines(text)[0].status is not FeeStatus.FREE, text


@pytest.mark.parametrize(
    ("text", "amount", "status"),
    [
        ("", 30_000, "amount"),
        ("30.000 đồng/lần", 30_000, "amount"),
        ("Cấp mới 30.000 đồng, từ bản thứ hai 5.000 đồng", 30_000, "amount"),
        ("Theo biểu phí của Thông tư số 30/2099/TT-BTC", 30_000, "amount"),
        ("30.000đ. Miễn cho hộ nghèo", 30_000, "amount"),
        ("Thu 20.000 đồng", 30_000, "unknown"),
        ("Không được quy định tại biểu phí", 30_000, "unknown"),
        ("Bằng 50% mức thu tại Thông tư số 9/2099/TT-BTC", 30_000, "unknown"),
        ("Mức thu do Hội đồng nhân dân tỉnh quyết định", 30_000, "council"),
    ],
)
def test_a_printed_amount_and_its_wording(text: str, amount: int, status: str) -> None:
    line = lines(text, amount)[0]
    assert line.status == status
    assert (line.amount, line.printed_amount) == ((amount, None) if status == "amount" else (None, amount))


@pytest.mark.parametrize(
    ("text", "raw", "status"),
    [
        ("", 50, "unknown"),
        ("Lệ phí 50.000 đồng/lần", 50, "unknown"),
        ("Ghi ở phụ lục", None, "unknown"),
        ("Lệ phí: 03 USD, trừ khi được miễn lệ phí", None, "unknown"),
        ("Theo quy định của Hội đồng nhân dân cấp tỉnh", None, "council"),
        ("Công nhận giống: 600.000 đồng; bình tuyển: Hội đồng nhân dân cấp tỉnh quyết định", None, "unknown"),
        ("Đăng ký qua mạng thì được miễn lệ phí cho hồ sơ đó", 1, "exempt"),
        ("Miễn lệ phí", 1, "exempt"),
        ("Miễn lệ phí", None, "free"),
    ],
)
def test_no_amount_or_an_implausible_one(text: str, raw: int | None, status: str) -> None:
    line = lines(text, None, raw=raw)[0]
    assert (line.status, line.amount) == (status, None)


def test_dollars() -> None:
    (line,) = lines("10 USD/người", 10, currency="USD")
    assert (line.status, line.amount, line.currency, line.unit) == (FeeStatus.AMOUNT, 10, "USD", "người")
    assert lines("25 USD/thẻ", 10, currency="USD")[0].status is FeeStatus.UNKNOWN


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("/trang", "trang"),
        ("đồng/lần", "lần"),
        ("5.000 đồng/người/lần đăng ký", "người/lần đăng ký"),
        ("70.000 đồng/01 cơ sở/lần.", "cơ sở/lần"),
        ("230.000/lầnn gì đó", ""),
        ("", ""),
    ],
)
def test_units(text: str, unit: str) -> None:
    assert lines(text, 5_000)[0].unit == unit


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("30.000đ (áp dụng đến hết ngày 31/12/2023)", date(2023, 12, 31)),
        ("Áp dụng đến hết ngày 5/1/2024", date(2024, 1, 5)),
        ("30.000 đồng, lần sau 60.000 đồng (đến hết ngày 31 tháng 12 năm 2023)", date(2023, 12, 31)),
        ("30.000 đồng đến hết ngày 31/12/23", date(2023, 12, 31)),
        ("30.000 đồng đến hết tháng 6/2024", date(2024, 6, 30)),
        ("30.000 đồng đến hết năm 2025", date(2025, 12, 31)),
        ("30.000 đồng đến hết ngày 31/6/2024", date(2024, 6, 30)),
    ],
)
def test_an_end_date_ends_the_amount_of_its_clause(text: str, ends: date) -> None:
    (line,) = lines(text, 30_000)
    assert (line.status, line.valid_to) == (FeeStatus.AMOUNT, ends)
    assert line.state_on(ends) is FeeState.CURRENT
    assert line.state_on(TODAY) is FeeState.ENDED


def test_dates_of_documents_are_no_end_dates() -> None:
    (line,) = lines("30.000 đồng (Thông tư số 9/2099/TT-BTC ngày 30/6/2025)", 30_000)
    assert (line.valid_from, line.valid_to, line.legal) == (None, None, ("9/2099/TT-BTC",))


@pytest.mark.parametrize(
    "text",
    [
        "áp dụng mức phí 15.000 đồng/hồ sơ kể từ ngày 01/7/2025 đến hết ngày 31/12/2026 theo Thông tư số 9/2099/TT-BTC",
        "30.000 đồng/hồ sơ; 15.000 đồng/hồ sơ từ ngày 01 tháng 7 năm 2025 đến hết ngày 31 tháng 12 năm 2026",
        "- 15.000đ/hồ sơ (từ 1/7/2025 đến 31/12/2026). - 30.000đ/hồ sơ (Thông tư số 8/2099/TT-BTC).",
    ],
)
def test_a_temporary_rate_suspends_the_ordinary_one(text: str) -> None:
    base, temporary = lines(text, 30_000)
    assert (base.status, base.amount, base.valid_to) == (FeeStatus.AMOUNT, 30_000, None)
    assert (temporary.status, temporary.amount, temporary.is_derived) == (FeeStatus.AMOUNT, 15_000, True)
    assert (temporary.valid_from, temporary.valid_to) == (date(2025, 7, 1), date(2026, 12, 31))
    states = {
        day: (base.state_on(day).value, temporary.state_on(day).value)
        for day in (date(2025, 6, 30), date(2025, 7, 1), date(2026, 12, 31), date(2027, 1, 1))
    }
    assert list(states.values()) == [
        ("current", "not_yet"), ("suspended", "current"), ("suspended", "current"), ("current", "ended"),
    ]  # fmt: skip
    assert "9/2099/TT-BTC" not in base.legal


def test_a_temporary_rate_over_an_unknown_one() -> None:
    base, temporary = lines("áp dụng mức phí 25.000 đồng đến hết ngày 31/12/2026", None, raw=50)
    assert (base.status, base.state_on(TODAY)) == (FeeStatus.UNKNOWN, FeeState.SUSPENDED)
    assert (temporary.amount, temporary.state_on(TODAY)) == (25_000, FeeState.CURRENT)
    assert base.state_on(date(2027, 1, 1)) is FeeState.CURRENT


@pytest.mark.parametrize("text", ["25.000.000đ đến hết ngày 31/12/2026", "2.000đ đến hết ngày 31/12/2026"])
def test_a_typing_error_becomes_no_fee(text: str) -> None:
    (line,) = lines(text, 50_000)
    assert (line.status, line.amount, line.printed_amount) == (FeeStatus.UNKNOWN, None, 50_000)


def test_a_percentage_invents_no_amount() -> None:
    text = "50.000 đồng/thẻ; từ ngày 01/7/2025 đến hết ngày 31/12/2026 thu bằng 50% mức thu nêu trên"
    base, cut = lines(text, 50_000)
    assert (base.amount, base.state_on(TODAY)) == (50_000, FeeState.SUSPENDED)
    assert (cut.status, cut.amount, cut.percent, cut.printed_amount) == (FeeStatus.UNKNOWN, None, 50, 50_000)
    assert lines("50.000 đồng; giảm 30% từ ngày 01/7/2025 đến hết ngày 31/12/2026", 50_000)[1].percent == 70


def test_an_undated_cut_for_some_leaves_the_amount() -> None:
    (line,) = lines("50.000 đồng; người thứ hai được giảm 50% mức lệ phí", 50_000)
    assert (line.status, line.amount) == (FeeStatus.AMOUNT, 50_000)


def test_a_cut_for_online_filing_concerns_that_channel_only() -> None:
    text = "70.000 đồng. Nộp theo hình thức trực tuyến: từ ngày 01/01/2026 đến hết ngày 31/12/2026 thu bằng 50% mức thu"
    assert len(lines(text, 70_000, channel="direct")) == 1
    base, cut = lines(text, 70_000, channel="online")
    assert (base.state_on(TODAY), cut.percent) == (FeeState.SUSPENDED, 50)


def test_a_temporary_rate_for_some_suspends_nothing() -> None:
    base, other = lines("50.000 đồng; 20.000 đồng đối với hộ nghèo đến hết ngày 31/12/2026", 50_000)
    assert base.state_on(TODAY) is other.state_on(TODAY) is FeeState.CURRENT


def test_a_later_rate_waits_for_its_day() -> None:
    base, later = lines("50.000 đồng; từ ngày 01/01/2027: 60.000 đồng", 50_000)
    assert [base.state_on(TODAY), later.state_on(TODAY)] == [FeeState.CURRENT, FeeState.NOT_YET]
    assert [base.state_on(date(2027, 1, 1)), later.state_on(date(2027, 1, 1))] == [
        FeeState.SUSPENDED,
        FeeState.CURRENT,
    ]


def test_a_waiver_for_a_time() -> None:
    (line,) = lines("Miễn lệ phí đến hết ngày 31/12/2025")
    assert (line.status, line.state_on(TODAY)) == (FeeStatus.FREE, FeeState.ENDED)


def test_lines_survive_the_database() -> None:
    for text in ("áp dụng mức phí 15.000 đồng/hồ sơ từ ngày 01/7/2025 đến hết ngày 31/12/2026", "", "Miễn lệ phí"):
        for line in lines(text, 30_000):
            assert from_json(json.loads(json.dumps(to_json(line)))) == line


def test_an_ordinary_rate_that_ends_itself() -> None:
    base, other = lines("50.000 đồng đến hết ngày 31/12/2027; 25.000 đồng đến hết ngày 31/12/2026", 50_000)
    assert (base.valid_to, other.valid_to) == (date(2027, 12, 31), date(2026, 12, 31))
    assert base.state_on(TODAY) is FeeState.SUSPENDED


def test_several_temporary_amounts_are_not_chosen_among() -> None:
    base, other = lines("20.000 hoặc 30.000 đồng tùy loại, đến hết ngày 31/12/2026", 50_000)
    assert (other.status, other.amount) == (FeeStatus.UNKNOWN, None)
    assert base.state_on(TODAY) is FeeState.SUSPENDED


_VOCABULARY = """miễn không thu phí lệ được đối với cho trừ hộ nghèo 50.000 đồng 50% bằng mức giảm từ đến hết ngày
31/12/2026 31/02/2025 ; . ( ) - theo Thông tư số 9/2099/TT-BTC HĐND tỉnh quyết định trực tuyến"""
_WORDS = st.sampled_from(_VOCABULARY.split())


@settings(deadline=None)
@given(st.lists(_WORDS | st.text(max_size=5), max_size=25), st.none() | st.integers(0, 10**9), st.none() | st.just(50))
def test_any_wording_is_classified_honestly(words: list[str], amount: int | None, raw: int | None) -> None:
    text = " ".join(words)
    for line in lines(text, amount, raw=raw):
        assert from_json(to_json(line)) == line
        assert (line.amount is not None) == (line.status is FeeStatus.AMOUNT)
        assert line.amount in (None, amount) or str(line.amount) in text.replace(".", "")
        if line.status is FeeStatus.FREE:
            assert "miễn" in text.lower() or "không thu" in text.lower() or "không phải" in text.lower()
            assert not amount
        line.state_on(TODAY)


def summary(row: FeeRow) -> str:
    """The lines of a row in one short text: what `fee_classes.json` expects."""
    parts = []
    for line in classify(row):
        words = [line.status.value]
        words += [str(line.amount)] if line.amount is not None else []
        words += [f"{line.percent}%"] if line.percent else []
        words += [f"{line.valid_from or ''}..{line.valid_to or ''}"] if line.valid_from or line.valid_to else []
        words += ["derived"] if line.is_derived else []
        words += ["suspended " + ",".join(f"{a or ''}..{b or ''}" for a, b in line.suspended)] if line.suspended else []
        parts.append(" ".join(words))
    return " + ".join(parts)


def real_rows(folder: Path) -> list[FeeRow]:
    """All fee rows of the national data."""
    with gzip.open(folder / "procedures-national.jsonl.gz", "rt", encoding="utf-8") as file:
        return [
            FeeRow(
                channel=fee["channel"], amount=fee["amount"], currency=fee["currency"],
                text=clean_block(fee["text"]), raw_amount=fee.get("raw_amount"),
            )
            for line in file
            for fee in json.loads(line)["fees"]
        ]  # fmt: skip


def digest(row: FeeRow) -> str:
    """A row without its sentence."""
    key = [row.amount, row.raw_amount, row.currency, row.text]
    # Only what is said of online filing depends on the channel.
    key += [row.channel] if "trực tuy" in row.text else []
    return hashlib.sha256(json.dumps(key, ensure_ascii=False).encode()).hexdigest()[:12]


def first_words(text: str) -> str:
    """Enough to find the text again in the data."""
    return " ".join(text.split()[:3])


def test_every_row_of_the_data_has_its_class(shared_data: Path) -> None:
    """Each distinct row, zero texts first, was read by a person; a new one in the data must be too."""
    expected = {entry["row"]: entry for part in json.loads(CLASSES.read_text("utf-8")).values() for entry in part}
    rows = real_rows(shared_data)
    assert len(rows) == 2480
    found = {digest(row): {"row": digest(row), "words": first_words(row.text), "class": summary(row)} for row in rows}
    assert found == expected


def test_zero_is_almost_never_free_in_the_data(shared_data: Path) -> None:
    zeros = [(row, classify(row)[0].status.value) for row in real_rows(shared_data) if row.amount == 0]
    counts = {status: sum(found == status for _, found in zeros) for status in ("free", "exempt", "council", "unknown")}
    assert counts == {"free": 17, "exempt": 29, "council": 24, "unknown": 1585}
    assert all(status == "unknown" for row, status in zeros if not row.text)
