"""Folding, cleaning and slugs."""

from __future__ import annotations

import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.text import clean_line, fold, nfc, slugify, unbroken, words


def test_folding_forgets_marks_case_and_normal_form() -> None:
    text = "Đăng ký THƯỜNG TRÚ ở xã Trà Bồng"
    assert fold(text) == "dang ky thuong tru o xa tra bong"
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@given(st.text(max_size=300))
def test_folding_anything_gives_the_same_again(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(word.isascii() and word.isalnum() for word in words(text))


@given(st.text(max_size=500), st.integers(1, 60))
def test_a_cleaned_line_is_short_composed_and_storable(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert "\x00" not in line
    assert "\n" not in line
    line.encode("utf-8")


@given(st.text(max_size=300))
def test_text_is_composed_as_unicode_says(text: str) -> None:
    assert nfc(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("language", ["Ủy ban nhân dân phường Nguyễn Nghiêm. ", "กรุงเทพมหานคร", "平和を願うベトナム"])
def test_long_texts_of_any_language_stay_whole(language: str) -> None:
    text = unicodedata.normalize("NFD", language) * 200
    assert nfc(text) == unicodedata.normalize("NFC", text)


def test_a_letter_with_a_hundred_thousand_marks_keeps_nobody_waiting() -> None:
    """Sorting them takes half a minute, in which a worker answers nobody."""
    text, began = "a" + "\u0315\u0300" * 50_000, process_time()
    assert len(nfc(text)) < 50
    assert fold(text) == "a"
    assert process_time() - began < 5


def test_slugs_are_ascii_and_never_end_in_a_hyphen() -> None:
    assert slugify("Đăng ký, quản lý cư trú") == "dang-ky-quan-ly-cu-tru"
    assert slugify("một hai ba", limit=4) == "mot"
    assert slugify("!!!") == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Xã Ba Tơ", "Xã_Ba_Tơ"),
        ("Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi", "Trung tâm Phục vụ hành chính công tỉnh Quảng_Ngãi"),
        ("Phường Trương Quang Trọng", "Phường Trương_Quang_Trọng"),
        ("Xã A, huyện Ba Tơ", "Xã_A, huyện Ba_Tơ"),
        ("", ""),
    ],
)
def test_names_stay_on_one_line(text: str, kept: str) -> None:
    assert unbroken(text) == kept.replace("_", "\u00a0")
