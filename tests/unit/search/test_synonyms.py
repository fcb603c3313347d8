"""Everyday words put into official ones."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from portal.config import ROOT
from portal.core.db import db, unit_of_work
from portal.search.knowledge import knowledge
from portal.search.lexicon import Lexicon
from portal.search.query import parse
from portal.search.synonym_service import replace_synonyms
from portal.search.synonyms import Rules, parse_file, to_file
from tests.unit.search.corpus import keys

RULES = {
    "cccd": ("thẻ căn cước",),
    "sổ đỏ": ("giấy chứng nhận quyền sử dụng đất",),
    "mẹ mất": ("khai tử",),
    "mất sổ đỏ": ("cấp lại giấy chứng nhận",),
    "đóng cửa tiệm": ("chấm dứt hoạt động hộ kinh doanh",),
    "hộ khẩu": ("thường trú", "thông tin về cư trú"),
}


def rewritten(text: str, rules: Rules = RULES) -> list[str]:
    query = parse(text)
    found = Lexicon(rules).rewritings(query.words, bare=query.is_bare)
    return [" ".join(word.marked for word in one.words) for one in found]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("làm lại CCCD", ["làm lại thẻ căn cước"]),
        ("sổ đỏ", ["giấy chứng nhận quyền sử dụng đất"]),
        ("so do", ["giấy chứng nhận quyền sử dụng đất"]),
        ("sơ đồ", []),
        ("số đo", []),
        ("mẹ em vừa mất", ["khai tử"]),
        ("mẹ mất sổ đỏ", ["khai tử giấy chứng nhận quyền sử dụng đất"]),
        ("tôi mất sổ đỏ", ["tôi cấp lại giấy chứng nhận"]),
        ("đóng cửa cái tiệm", ["chấm dứt hoạt động hộ kinh doanh"]),
        ("đóng cửa tiệm vàng", ["chấm dứt hoạt động hộ kinh doanh vàng"]),
        ("nhập hộ khẩu", ["nhập thường trú", "nhập thông tin về cư trú"]),
        ("mẹ có sổ tiết kiệm bị mất", []),
        ("khai sinh", []),
        ("", []),
    ],
)
def test_known_phrases_are_put_into_official_words(text: str, meant: list[str]) -> None:
    assert rewritten(text) == meant


def test_what_was_put_in_is_not_rewritten_again() -> None:
    rules = {"gks": ("giấy khai sinh",), "giấy khai sinh": ("đăng ký khai sinh",)}
    assert rewritten("gks", rules) == ["giấy khai sinh"]


def test_a_meaning_of_nothing_switches_a_phrase_off() -> None:
    rules, problems = parse_file("sổ đỏ => -")
    assert problems == []
    assert rewritten("sổ đỏ", rules) == []


def test_a_file_is_read_and_written() -> None:
    text = "# chú thích\n\nCCCD | thẻ  CCCD => thẻ căn cước  # như trên\nhộ khẩu => thường trú | cư trú\n"
    rules, problems = parse_file(text)
    assert problems == []
    assert rules == {"cccd": ("thẻ căn cước",), "thẻ cccd": ("thẻ căn cước",), "hộ khẩu": ("thường trú", "cư trú")}
    assert parse_file(to_file(rules)) == (rules, [])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("cccd = căn cước", "not of the form"),
        ("cccd =>", "not of the form"),
        ("=> căn cước", "not of the form"),
        ("| => căn cước", "not of the form"),
        ("a => b => c", "not of the form"),
        ("a => b | c | d | e", "not of the form"),
        ("a => - | b", "not of the form"),
        ("a => !!!", "not of the form"),
        ("a => b |", "not of the form"),
        ("a => " + "x" * 101, "not of the form"),
        ("một hai ba bốn năm sáu bảy tám chín => x", "longer than"),
        ("cccd => căn cước\ncccd => chứng minh", "means something else in line 1"),
        ("căn cước => căn cước", "means itself"),
        ("a b => c d\nc d => a b", "leads back"),
        ("a b => x c d\nc d => e f y\ne f => a b", "leads back"),
    ],
)
def test_faults_of_a_file_are_named(text: str, complaint: str) -> None:
    _, problems = parse_file(text)
    assert any(complaint in problem.message for problem in problems)


def test_the_same_rule_twice_is_no_fault() -> None:
    assert parse_file("cccd => căn cước\nCCCD => căn cước")[1] == []


@pytest.mark.parametrize("text", ["=>" * 5000, "\x00=>\x00", "a " * 50_000 + "=> b", "|" * 999 + "=>" + "|" * 999])
def test_hostile_files_are_named_too(text: str) -> None:
    assert parse_file(text)[1]


def test_a_long_chain_is_followed_in_time() -> None:
    rules, problems = parse_file("".join(f"x{n} => x{n + 1}\n" for n in range(2_000)))
    assert (len(rules), problems) == (2_000, [])
    assert len(parse_file("".join(f"x{n} => x{(n + 1) % 2_000}\n" for n in range(2_000)))[1]) == 2_000


def test_the_table_that_ships_has_no_fault() -> None:
    text = (ROOT / "portal" / "starter" / "synonyms.txt").read_text(encoding="utf-8")
    rules, problems = parse_file(text)
    assert problems == []
    assert len(rules) > 500


def test_search_finds_what_is_meant(pages: Flask) -> None:
    assert keys("làm giấy báo sanh em bé") == []
    replace_synonyms({"giấy báo sanh": ("đăng ký khai sinh",)}, is_starter=False)
    assert keys("làm giấy báo sanh em bé")[0] == "guide dang-ky-khai-sinh"
    assert keys("lam giay bao sanh em be")[0] == "guide dang-ky-khai-sinh"


def read_as(text: str) -> list[str]:
    words = parse(text).words
    return [" ".join(word.marked for word in one.words) for one in knowledge().lexicon.rewritings(words, bare=True)]


def test_own_rules_outlast_those_that_ship(app: Flask) -> None:
    assert replace_synonyms({"cccd": ("căn cước",), "gks": ("khai sinh",)}, is_starter=True) == 2
    assert replace_synonyms({"cccd": ("của tỉnh",), "gks": ()}, is_starter=False) == 2
    assert (read_as("cccd"), read_as("gks")) == (["của tỉnh"], [])
    assert replace_synonyms({"cccd": ("căn cước",), "bhyt": ("bảo hiểm y tế",)}, is_starter=True) == 2
    assert (read_as("cccd"), read_as("bhyt")) == (["của tỉnh"], ["bảo hiểm y tế"])
    assert replace_synonyms({}, is_starter=False) == 0
    assert read_as("cccd") == ["căn cước"]


def test_other_synonyms_are_other_content(app: Flask) -> None:
    def version() -> int:
        db.session.rollback()
        return int(db.session.execute(text("SELECT version FROM content_version")).scalar_one())

    before = version()
    with unit_of_work():
        replace_synonyms({"cccd": ("căn cước",)}, is_starter=False)
    assert version() == before + 1
