"""Text messages are counted as networks count them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sharing.sms import sms_length, without_accents


@pytest.mark.parametrize(
    ("text", "units", "parts", "is_plain"),
    [
        ("", 0, 1, True),
        ("a" * 160, 160, 1, True),
        ("a" * 161, 161, 2, True),
        ("a" * 306, 306, 2, True),
        ("a" * 307, 307, 3, True),
        ("a" * 158 + "€", 160, 1, True),
        ("a" * 159 + "€", 161, 2, True),
        ("[" * 80, 160, 1, True),
        # The pair of place 153 and 154 moves into the second part as a whole, and pushes one more part.
        ("a" * 152 + "[" + "a" * 152, 306, 3, True),
        ("é" * 160, 160, 1, True),
        ("ă" * 70, 70, 1, False),
        ("ă" * 71, 71, 2, False),
        ("ă" * 134, 134, 2, False),
        ("ă" * 135, 135, 3, False),
        ("đ" + "a" * 70, 71, 2, False),
        ("😀" * 35, 70, 1, False),
        ("😀" * 67, 134, 3, False),
    ],
)
def test_parts(text: str, units: int, parts: int, is_plain: bool) -> None:
    found = sms_length(text)
    assert (found.units, found.parts, found.is_plain) == (units, parts, is_plain)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Đăng ký khai sinh", "Dang ky khai sinh"),
        ("Tiết kiệm 4.000\u00a0đ – theo “05/2025/NQ-HĐND”…", 'Tiet kiem 4.000 d - theo "05/2025/NQ-HDND"...'),
        ("Nguyễn Thị Ưởng ở xã Ba Tơ", "Nguyen Thi Uong o xa Ba To"),
        ("漢字 và chữ", " va chu"),
    ],
)
def test_without_accents(text: str, bare: str) -> None:
    assert without_accents(text) == bare
    assert sms_length(bare).is_plain


@given(st.text(max_size=400))
def test_unaccented_messages_are_always_plain_and_never_dearer_per_letter(text: str) -> None:
    bare = without_accents(text)
    assert sms_length(bare).is_plain
    found = sms_length(text)
    assert found.units <= found.room
    assert found.parts >= 1
