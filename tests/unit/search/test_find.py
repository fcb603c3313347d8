"""Finding pages."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.db import db
from portal.search import queries, service
from portal.search.retrieval import TEXT_CAP, TITLE_CAP
from tests.unit.search.corpus import CIVIL, catalogue, counted_statements, guide, keys, look_alikes, record


@pytest.mark.parametrize("text", ["khai sinh", "Khai Sinh", "KHAI SINH", "dang ky khai sinh", "đăng kí khai sinh"])
def test_guide_comes_first(pages: Flask, text: str) -> None:
    assert keys(text)[0] == "guide dang-ky-khai-sinh"


def test_whole_order_of_a_simple_question(pages: Flask) -> None:
    assert keys("đăng ký khai sinh")[:4] == [
        "guide dang-ky-khai-sinh", "record 1.001193", "record 1.004772", "catalogue 2.002894",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("làm giấy khai sinh cho con cần giấy tờ gì", "guide dang-ky-khai-sinh"),
        ("thuê nhà thì phải làm gì", "guide dang-ky-tam-tru"),
        ("khai tu luu dong", "record 1.000419"),
        ("đăng ký khai sinh lưu động", "catalogue 2.002894"),
        ("lớp 6", "record 3.000182"),
        ("lâm nghiệp", "record 1.009999"),
        ("lam nghiep", "record 1.009999"),
        ("register a birth", ""),
        ("mất giấy phép xây dựng", "catalogue 1.013228"),
    ],
)
def test_everyday_questions(pages: Flask, text: str, first: str) -> None:
    assert next(iter(keys(text)), "") == first or (not first and "guide" not in " ".join(keys(text)[:1]))


@pytest.mark.parametrize(
    "text",
    [
        "khai sinh khác gì tạm trú",
        "khai sinh và tạm trú khác nhau thế nào",
        "khai sinh với tạm trú có gì khác nhau ạ",
        "khai sinh va tam tru khac nhau cho nao",
        "khai sinh khác gì với tạm trú vậy",
    ],
)
def test_who_asks_how_two_things_differ_gets_both_in_turn(pages: Flask, text: str) -> None:
    found = keys(text)
    assert found[:2] == ["guide dang-ky-khai-sinh", "guide dang-ky-tam-tru"]
    assert len(found) == len(set(found))
    # Nothing of either side is lost.
    assert set(keys("khai sinh")) | set(keys("tạm trú")) >= set(found[:6])


@pytest.mark.parametrize("text", ["khác gì", "khai sinh khác gì", "khác gì khai sinh", "và khác nhau thế nào"])
def test_half_a_comparison_is_an_ordinary_question(pages: Flask, text: str) -> None:
    assert "khai sinh" not in text or keys(text)[0] == "guide dang-ky-khai-sinh"


def test_a_comparison_with_something_unknown_finds_what_is_known(pages: Flask) -> None:
    assert keys("khai sinh khác gì qwerty")[0] == "guide dang-ky-khai-sinh"


def test_words_that_no_page_has_do_not_hide_the_others(pages: Flask) -> None:
    assert "guide dang-ky-khai-sinh" in keys("giam phi khai sinh")[:3]
    assert keys("khai sinh qwerty")[0] == "guide dang-ky-khai-sinh"
    assert keys("qwerty asdfgh") == []


def test_same_marks_come_first(pages: Flask) -> None:
    assert keys("tạm trú")[:3] == ["guide dang-ky-tam-tru", "record 1.004194", "record 2.001008"]
    assert keys("tấm trù")[0] == "record 2.001008"
    assert keys("tam tru")[0] == "guide dang-ky-tam-tru"


@pytest.mark.parametrize(
    "code", ["1.001193", "1001193", " 1.001193. ", "mã 1.001193.000.00.00.H48", "thủ tục 1.001193"]
)
def test_codes_find_their_pages(pages: Flask, code: str) -> None:
    assert keys(code)[:2] == ["guide dang-ky-khai-sinh", "record 1.001193"]


def test_hit_carries_what_a_page_shows(pages: Flask) -> None:
    hit = queries.find("khai sinh bảng", "vi").hits[0]
    assert (hit.kind, hit.key, hit.locale, hit.url) == (
        "guide",
        "dang-ky-khai-sinh",
        "vi",
        "/huong-dan/dang-ky-khai-sinh",
    )
    assert hit.codes == ("1.001193", "2.000986")
    assert hit.summary == "Cho con mới sinh, trong 60 ngày."
    assert [(part.text, part.matched) for part in hit.title_parts] == [("Đăng ký ", False), ("khai sinh", True)]
    assert "".join(part.text for part in hit.snippet) == "Cho con mới sinh, trong 60 ngày."
    assert queries.find("tạm trú", "vi").hits[1].locale is None


def test_results_say_what_was_searched_for(pages: Flask) -> None:
    results = queries.find("Khai sinh ở đâu?", "vi")
    assert results.words == ("khai", "sinh")
    assert results.total == len(results.hits)
    assert not results.total_is_capped


def test_other_languages_stay_out(pages: Flask) -> None:
    assert keys("birth certificate") == []
    assert keys("birth certificate", "en") == ["guide dang-ky-khai-sinh"]
    assert {hit.title for hit in queries.find("khai sinh", "en", kinds=("guide",)).hits} == {"Register a birth"}
    assert "record 1.001193" in keys("khai sinh", "en")
    assert keys("khai sinh", "fr", kinds=("guide",)) == []


def test_kinds_and_facets_narrow_down(pages: Flask) -> None:
    assert {key.split()[0] for key in keys("khai sinh", kinds=("record", "catalogue"))} == {"record", "catalogue"}
    assert keys("đăng ký", facets={"field": "cu-tru"}) == ["guide dang-ky-tam-tru", "record 1.004194"]
    assert keys("đăng ký", facets={"field": "cu-tru", "audience": "cong-dan"}) == ["guide dang-ky-tam-tru"]
    assert keys("lớp 6", facets={"field": "cu-tru"}) == []
    assert keys("đăng ký", kinds=("guide",), facets={"field": "ho-tich"}) == ["guide dang-ky-khai-sinh"]
    assert keys("đăng ký", facets={"field": "' OR 1=1 --"}) == []


def test_pages_of_results_are_pieces_of_the_whole(pages: Flask) -> None:
    service.replace(look_alikes(150))
    whole = keys("giấy phép", limit=100)
    assert len(whole) > 20
    pieces = [key for offset in range(0, 100, 10) for key in keys("giấy phép", limit=10, offset=offset)]
    assert pieces == whole[:100]


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (-5, -5), (10**9, 0), (2, -1), (5, 10**9), (5, 10**30)])
def test_limits_are_bounded(pages: Flask, limit: int, offset: int) -> None:
    service.replace(look_alikes(150))
    found = keys("giấy phép", limit=limit, offset=offset)
    assert len(found) <= queries.MAX_LIMIT
    assert found[:1] == (keys("giấy phép")[:1] if offset <= 0 else [])


def test_total_says_that_it_is_capped(app: Flask) -> None:
    service.replace(record(f"1.{n:06d}", f"Giấy phép số {n}") for n in range(TITLE_CAP + 5))
    results = queries.find("giấy phép", "vi")
    assert results.total_is_capped
    assert results.total == TITLE_CAP
    assert not queries.find("giấy phép số 7", "vi").total_is_capped


def test_words_of_every_length_are_stored_on_both_databases(app: Flask) -> None:
    for first in range(15, 26):
        service.replace([record(f"1.{first:06d}", "a" * first + " " + "b" * 19 + " khai sinh")])
    assert len(keys("khai sinh", limit=50)) == 11


def test_phrase_is_found_among_more_pages_than_are_ranked(app: Flask) -> None:
    service.replace(record(f"1.{n:06d}", f"Phép {n} giấy") for n in range(TITLE_CAP + 5))
    service.replace([record("9.999999", "Một trang với tên rất dài nói về giấy phép và nhiều việc khác nữa ở xã")])
    assert keys("giấy phép")[0] == "record 9.999999"


def test_best_of_many_partial_answers_is_among_the_ranked(app: Flask) -> None:
    service.replace(record(f"1.{n:06d}", f"Giấy {n}") for n in range(3 * TEXT_CAP))
    service.replace([record("8.888888", "Ngựa vằn")])
    service.replace([record("9.999999", "Một trang với tên rất dài nói về việc xây nhà có phép và có giấy ở vùng cao")])
    assert keys("giấy phép xây ngựa")[0] == "record 9.999999"


def test_guides_are_found_among_more_pages_than_are_ranked(app: Flask) -> None:
    service.replace(catalogue(f"1.{n:06d}", "Giấy phép") for n in range(TITLE_CAP + 5))
    service.replace([guide("x", "Xin giấy phép xây nhà ở riêng lẻ tại nông thôn", facets=(CIVIL,))])
    assert keys("giấy phép")[0] == keys("giấy")[0] == "guide x"


@pytest.mark.parametrize(
    ("text", "most"),
    [("khai sinh", 5), ("giam phi khai sinh muon o xa", 9), ("qwerty", 4), ("giấy", 5), ("", 0), ("1.001193", 5)],
)
def test_few_statements(pages: Flask, text: str, most: int) -> None:
    service.replace(look_alikes(600))
    db.session.commit()
    queries.find(text, "vi")
    with counted_statements() as statements:
        queries.find(text, "vi", limit=100)
    assert len(statements) <= most
