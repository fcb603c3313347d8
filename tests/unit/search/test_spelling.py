"""Typing errors."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.db import db
from portal.search import queries, service
from portal.search.synonym_service import replace_synonyms
from tests.unit.search.corpus import guide, keys, record

PAGES = (
    guide("khai-sinh", "Đăng ký khai sinh"),
    guide("thuong-tru", "Đăng ký thường trú"),
    record("1.000001", "Cấp giấy phép lái xe"),
    record("1.000002", "Công nhận hộ nghèo"),
    record("1.000003", "Khai thuế thu nhập cá nhân"),
    record("1.000004", "Tách hộ", body="Người yêu cầu nộp bảng kê."),
    record("1.000005", "Cấp bản sao giấy tờ"),
)


@pytest.fixture
def slips_app(app: Flask) -> Flask:
    service.replace(PAGES)
    replace_synonyms({"bằng lái": ("giấy phép lái xe",)}, is_starter=True)
    db.session.commit()
    return app


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("khia sinh", "guide khai-sinh"),
        ("khai sihn", "guide khai-sinh"),
        ("khai sinhh", "guide khai-sinh"),
        ("khai snh", "guide khai-sinh"),
        ("khai sunh", "guide khai-sinh"),
        ("khaisinh", "guide khai-sinh"),
        ("dangkykhaisinh", "guide khai-sinh"),
        ("ddawng kys thuowngf truwus", "guide thuong-tru"),
        ("thuong tur", "guide thuong-tru"),
        ("giaays phép lái xe", "record 1.000001"),
        ("bằng láii", "record 1.000001"),
        ("hộ ngheof", "record 1.000002"),
        ("tách hooj", "record 1.000004"),
        ("đăng kys khai sinhf ở đâu", "guide khai-sinh"),
    ],
)
def test_a_slip_in_a_word_is_mended(slips_app: Flask, text: str, first: str) -> None:
    assert keys(text)[:1] == [first]


def test_the_reader_is_told_what_was_searched_for_instead(slips_app: Flask) -> None:
    assert queries.find("khia sinh", "vi").read_as == "khai sinh"
    assert queries.find("khai sinh", "vi").read_as == ""


@pytest.mark.parametrize("text", ["bảng kê", "nộp bảng kê", "bang ke"])
def test_words_that_stand_in_a_text_are_no_slips(slips_app: Flask, text: str) -> None:
    assert keys(text)[:1] == ["record 1.000004"]
    assert queries.find(text, "vi").read_as == ""


@pytest.mark.parametrize("text", ["kh", "zzzzzz", "x" * 40, "qwertyuiop asdfghjkl", "0905 123 456"])
def test_what_is_far_from_every_word_finds_nothing(slips_app: Flask, text: str) -> None:
    assert keys(text) == []


def test_a_question_full_of_strange_words_is_no_slip_of_everything(slips_app: Flask) -> None:
    assert keys("wwww khai sinh qqqq")[0] == "guide khai-sinh"


def test_a_word_that_stands_nowhere_is_mended_though_the_others_answer(slips_app: Flask) -> None:
    service.replace([record("1.000009", "Cấp lại giấy phép lái xe cho người nước ngoài tại Việt Nam")])
    results = queries.find("cấp lại giấy phép lái xe cho người nước ngoai tại việt namm", "vi")
    assert results.hits[0].key == "1.000009"
    assert results.read_as.endswith("việt nam")
