"""Agencies, audiences, processing times and as-of dates."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.procedures.agency_names import split_agencies
from portal.procedures.as_of import AsOf, Precision, parse_as_of
from portal.procedures.audiences import LABELS, Audience, audiences, joined_subjects
from portal.procedures.time_lines import TimeLine, TimeRow, TimeUnit, classify, from_json, to_json


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (None, []),
        ("Công an cấp Xã", ["Công an cấp xã"]),
        ("Công an xã", ["Công an cấp xã"]),
        ("Ủy ban nhân dân cấp xã, Ủy ban nhân dân cấp xã", ["Ủy ban nhân dân cấp xã"]),
        ("Uỷ ban Nhân dân cấp xã, phường, thị trấn", ["Ủy ban nhân dân cấp xã"]),
        ("UBND cấp xã, Sở Tư Pháp", ["Ủy ban nhân dân cấp xã", "Sở Tư pháp"]),
        ("Thuế tỉnh, thành phố, Thuế cơ sở", ["Thuế tỉnh, thành phố", "Thuế cơ sở"]),
        ("Bộ Văn hóa, Thể thao và Du lịch, Bộ Công an", ["Bộ Văn hóa, Thể thao và Du lịch", "Bộ Công an"]),
        ("Cơ quan, tổ chức đang quản lý sổ gốc", ["Cơ quan, tổ chức đang quản lý sổ gốc"]),
        ("Sở Xây dựng, , Ủy ban nhân dân cấp tỉnh.", ["Sở Xây dựng", "Ủy ban nhân dân cấp tỉnh"]),
        # Alike, but not certainly the same: left apart.
        (
            "Phòng Xuất nhập cảnh, Phòng quản lý xuất nhập cảnh",
            ["Phòng Xuất nhập cảnh", "Phòng Quản lý xuất nhập cảnh"],
        ),
        ("Cán bộ kiểm tra rồi ký:\n\n* Ghi vào sổ;", []),
        ("Cơ quan " + "rất dài " * 40, []),
    ],
)
def test_agencies_are_split_and_folded(text: str | None, labels: list[str]) -> None:
    assert [name.label for name in split_agencies(text)] == labels


def test_two_spellings_share_an_address() -> None:
    assert split_agencies("Văn phòng Đăng ký đất đai") == split_agencies("Văn phòng đăng ký đất đai")


def test_subjects_become_few_audiences() -> None:
    subjects = joined_subjects(
        ["Doanh nghiệp", "Cán bộ", "công chức", "viên chức", "Doanh nghiệp Việt Nam", "Đảng viên", "Công dân Việt Nam"]
    )
    assert subjects == (
        "Doanh nghiệp", "Cán bộ, công chức, viên chức", "Doanh nghiệp Việt Nam", "Đảng viên", "Công dân Việt Nam",
    )  # fmt: skip
    assert audiences(subjects) == (Audience.CITIZEN, Audience.BUSINESS, Audience.OFFICIAL)
    assert set(LABELS) == set(Audience)


def test_a_lone_part_is_not_joined() -> None:
    assert joined_subjects(["công chức", "công chức"]) == ("công chức",)
    assert audiences(["công chức"]) == ()


def time_of(quantity: int | None, unit: TimeUnit | None, text: str = "") -> TimeLine:
    (line,) = classify(TimeRow("direct", quantity, unit, text))
    return line


@pytest.mark.parametrize(
    ("quantity", "unit", "text"),
    [(None, None, "tùy việc"), (0, TimeUnit.HOUR, "0.5 giờ"), (3, None, ""), (3, TimeUnit.DAY, "Không quy định gì")],
)
def test_an_unstated_time_is_unknown_with_its_text(quantity: int | None, unit: TimeUnit | None, text: str) -> None:
    assert time_of(quantity, unit, text) == TimeLine("direct", None, None, text)


def test_days_that_the_wording_calls_working_days() -> None:
    assert time_of(15, TimeUnit.DAY, "tối đa 15 ngày làm việc").unit is TimeUnit.WORKING_DAY
    assert time_of(5, TimeUnit.DAY, "trong 05 (năm) ngày làm việc").unit is TimeUnit.WORKING_DAY
    assert time_of(15, TimeUnit.DAY, "15 ngày; mời họp trước 15 ngày làm việc").unit is TimeUnit.DAY
    assert time_of(15, TimeUnit.DAY, "trong 115 ngày làm việc").unit is TimeUnit.DAY


def test_times_survive_the_database() -> None:
    for line in (time_of(3, TimeUnit.WORKING_DAY, "x"), time_of(None, None)):
        assert from_json(to_json(line)) == line


@pytest.mark.parametrize(
    ("text", "value", "precision", "day"),
    [
        ("<=2026-06-10", "2026-06-10", Precision.ON_OR_BEFORE, date(2026, 6, 10)),
        ("2025-12", "2025-12", Precision.MONTH, date(2025, 12, 31)),
        ("2026-06-10", "2026-06-10", Precision.DAY, date(2026, 6, 10)),
        # In Viet Nam that evening is the next day.
        ("2026-07-18T19:13:46.134Z", "2026-07-18T19:13:46.134Z", Precision.INSTANT, date(2026, 7, 19)),
    ],
)
def test_as_of_keeps_its_precision(text: str, value: str, precision: Precision, day: date) -> None:
    as_of = parse_as_of(text)
    assert as_of == AsOf(value, precision)
    assert str(as_of) == text
    assert as_of.day() == day


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026", "2026-13", "2026-02-30", "<=2026-06", "2026-07-18T09:13:46", "10/06/2026"]
)
def test_a_vague_as_of_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_as_of(text)


def test_instants_are_utc() -> None:
    from portal.procedures.as_of import parse_instant

    assert parse_instant("2026-07-18T09:13:46+07:00") == datetime(2026, 7, 18, 2, 13, 46, tzinfo=UTC)


def test_each_case_of_the_wording_is_a_line() -> None:
    text = "10 ngày làm việc đối với công trình (hoặc 7 ngày làm việc đối với nhà ở riêng lẻ) kể từ ngày nhận đủ hồ sơ."
    lines = classify(TimeRow("online", 10, TimeUnit.WORKING_DAY, text))
    assert [(line.quantity, line.condition_vi) for line in lines] == [(10, "công trình"), (7, "nhà ở riêng lẻ")]
    assert from_json(to_json(lines[1])) == lines[1]


def test_a_case_in_brackets_and_all_others_are_two_lines() -> None:
    row = TimeRow("online", 9, TimeUnit.WORKING_DAY, "9 ngày làm việc (hoặc 7 ngày làm việc đối với nhà ở riêng lẻ)")
    assert [(line.quantity, line.condition_vi) for line in classify(row)] == [
        (7, "nhà ở riêng lẻ"),
        (9, "trường hợp khác"),
    ]
    assert len(classify(TimeRow("online", 8, TimeUnit.WORKING_DAY, row.text))) == 1  # another number than printed


def test_a_wording_that_leaves_out_the_printed_number_makes_no_lines() -> None:
    text = "15 ngày làm việc đối với nhóm A; 20 ngày làm việc đối với nhóm B"
    (line,) = classify(TimeRow("online", 10, TimeUnit.WORKING_DAY, text))
    assert line.quantity == 10
