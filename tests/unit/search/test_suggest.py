"""Suggestions while somebody types."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.db import db
from portal.search import service
from portal.search.suggest import MAX_SUGGESTIONS, suggest
from portal.search.synonym_service import replace_synonyms
from tests.unit.search.corpus import catalogue, counted_statements, guide, look_alikes, record


def titles(text: str, locale: str = "vi", limit: int = 6) -> list[str]:
    return [one.title for one in suggest(text, locale, limit=limit)]


@pytest.mark.parametrize("text", ["khai s", "KHAI SI", "khai sinh", "đăng ký kha", "dang ky khai si", "khai  s "])
def test_the_last_word_may_be_unfinished(pages: Flask, text: str) -> None:
    assert titles(text)[0] == "Đăng ký khai sinh"


def test_guides_come_first_then_records_then_the_catalogue(app: Flask) -> None:
    service.replace(
        [catalogue("1.000001", "Khai sinh c"), record("1.000002", "Khai sinh r"), guide("x", "Khai sinh g")]
    )
    assert titles("khai") == ["Khai sinh g", "Khai sinh r", "Khai sinh c"]


def test_the_same_marks_come_first(app: Flask) -> None:
    service.replace([record("1.000001", "Tấm trù"), record("1.000002", "Xóa đăng ký tạm trú của người ở trọ")])
    assert titles("tạm tr")[0] == "Xóa đăng ký tạm trú của người ở trọ"


def test_keywords_and_synonyms_are_found_too(pages: Flask) -> None:
    assert titles("ở tr")[0] == "Đăng ký tạm trú"
    replace_synonyms({"kt3": ("đăng ký tạm trú",)}, is_starter=True)
    assert titles("kt3")[0] == "Đăng ký tạm trú"


def test_words_in_a_row_leave_scattered_ones_out(app: Flask) -> None:
    service.replace([record("1.000001", "Làm sổ đỏ"), record("1.000002", "Ghi vào sổ việc được giải quyết")])
    assert titles("sổ đ") == ["Làm sổ đỏ"]
    assert titles("sổ giải") == ["Ghi vào sổ việc được giải quyết"]


def test_what_was_typed_is_marked(pages: Flask) -> None:
    parts = suggest("đăng ký khai s", "vi")[0].title_parts
    assert [(part.text, part.matched) for part in parts] == [("Đăng ký khai s", True), ("inh", False)]
    for one in suggest("kha", "vi"):
        assert "".join(part.text for part in one.title_parts) == one.title


def test_other_languages_stay_out(pages: Flask) -> None:
    assert titles("regis", "en") == ["Register a birth"]
    assert titles("regis", "vi") == []


@pytest.mark.parametrize(
    "text",
    ["", " ", "a", "?", "\x00", "\ud800", "*", '"', "' OR 1", "khai*", "^kh", "x" * 5000, "từ " * 500, "_", "🙂"],
)
def test_absurd_text_is_no_error(pages: Flask, text: str) -> None:
    assert len(titles(text)) <= 6


@pytest.mark.parametrize(("limit", "most"), [(0, 1), (-1, 1), (3, 3), (10**6, MAX_SUGGESTIONS)])
def test_limits_are_bounded(app: Flask, limit: int, most: int) -> None:
    service.replace(look_alikes(100))
    assert 0 < len(titles("giấy", limit=limit)) <= most


@pytest.mark.parametrize("text", ["khai s", "giấy phép", "zzz"])
def test_few_statements(pages: Flask, text: str) -> None:
    service.replace(look_alikes(300))
    db.session.commit()
    suggest(text, "vi")
    with counted_statements() as statements:
        suggest(text, "vi")
    assert len(statements) <= 2
