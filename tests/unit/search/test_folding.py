"""Folded forms."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.text import words
from portal.search.folding import aligned, folded_words, initial, marked_words, sort_key


def test_aligned_text_keeps_every_place() -> None:
    assert aligned("Đăng ký, số 60/2014!") == "dang ky  so 60 2014 "


@given(st.text())
def test_aligned_text_is_as_long_as_the_text(text: str) -> None:
    assert len(aligned(text)) == len(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_words_are_those_of_the_core(text: str) -> None:
    assert folded_words(text) == [word[:40] for word in words(text)]


@pytest.mark.parametrize("text", ["x\u0323y", "ti\u0301\u0302t", "e\u0323\u0302 a\u0303", "İstanbul", "Straße"])
def test_words_with_stray_marks_are_those_of_the_core(text: str) -> None:
    assert folded_words(text) == words(text)


def test_old_and_new_places_of_the_tone_are_one_word() -> None:
    assert marked_words("Hoà giải, thuỷ sản, khoẻ") == ["hòa", "giải", "thủy", "sản", "khỏe"]
    assert marked_words("quý, hoàn, toán, quỳnh") == ["quý", "hoàn", "toán", "quỳnh"]


def test_decomposed_text_has_the_same_marked_words() -> None:
    assert marked_words(unicodedata.normalize("NFD", "tạm trú")) == ["tạm", "trú"]


def test_vietnamese_order_puts_letters_before_tones() -> None:
    titles = [
        "đá",
        "da",
        "ăn",
        "an",
        "ân",
        "azz",
        "bã",
        "bà",
        "ba",
        "bạ",
        "bá",
        "bả",
        "ơn",
        "ôn",
        "on",
        "ba bà",
        "bà ba",
    ]
    assert sorted(titles, key=sort_key) == [
        "an", "azz", "ăn", "ân", "ba", "bà", "bả", "bã", "bá", "bạ", "ba bà", "bà ba", "da", "đá", "on", "ôn", "ơn",
    ]  # fmt: skip


def test_punctuation_and_case_do_not_sort() -> None:
    assert sort_key("«ĐĂNG - ký»").partition("\x1f")[0] == sort_key("đăng ký").partition("\x1f")[0] == "d{a{ng ky"


@pytest.mark.parametrize(
    ("title", "letter"), [("Đăng ký", "D"), ("ứng dụng", "U"), ("30 ngày", "#"), ("", "#"), ("«Á»", "A"), ("汉字", "#")]
)
def test_initial_is_a_folded_letter(title: str, letter: str) -> None:
    assert initial(title) == letter
