"""The order of hits, without a database."""

from __future__ import annotations

import random

import pytest

from portal.search.entries import Entry
from portal.search.indexing import clean, indexed
from portal.search.query import parse, read
from portal.search.ranking import Candidate, in_order, judge
from portal.search.statistics import Counts, Statistics
from tests.unit.search.corpus import catalogue, guide, record

# Pages with none of the words, without which no word would be rare.
_OTHERS = 300


def order(text: str, *entries: Entry, in_text: dict[int, int] | None = None) -> list[str]:
    """The titles of the entries in the order of their rank."""
    query = parse(text)
    reading = read(query.words, bare=query.is_bare)
    rows = [indexed(clean(entry)).row for entry in entries]
    candidates = [
        Candidate(row["id"], row["folded"], row["marked"], (in_text or {}).get(place, 0))
        for place, row in enumerate(rows)
    ]
    random.Random(len(text)).shuffle(candidates)
    counts = {
        term.word: Counts(found, found)
        for term in (*reading.terms, *reading.pairs)
        for found in [sum(f" {term.word} " in row["folded"] for row in rows)]
    }
    titles = {row["id"]: row["title"] for row in rows}
    statistics = Statistics(counts, len(rows) + _OTHERS)
    judged = judge([reading], query.codes, candidates, statistics, reading.words)
    return [titles[one.id] for one in in_order(judged.values())]


def test_tiers() -> None:
    phrase = record("1", "Cấp thẻ tạm trú tại công an")
    other_marks = record("2", "Tấm trù")
    words = record("3", "Trú ẩn tạm")
    in_text = record("4", "Tạm ngừng")
    assert order("tạm trú", in_text, words, other_marks, phrase, in_text={0: 0b10}) == [
        "Cấp thẻ tạm trú tại công an", "Tấm trù", "Trú ẩn tạm", "Tạm ngừng",
    ]  # fmt: skip


def test_without_marks_typed_all_marks_are_equal() -> None:
    assert order("tam tru", record("1", "Cấp thẻ tạm trú"), record("2", "Tấm trù")) == ["Tấm trù", "Cấp thẻ tạm trú"]


def test_kinds_within_a_tier() -> None:
    same = "Đăng ký tạm trú"
    pages = catalogue("1.000001", same + " c"), record("1.000002", same + " r"), guide("x", same + " g")
    assert order("đăng ký tạm trú", *pages) == [same + " g", same + " r", same + " c"]


def test_guide_with_all_words_in_its_keywords_stands_before_a_record_with_the_phrase() -> None:
    page = guide("x", "Nhà có em bé mới sinh", "khai sinh cho bé", "bảo hiểm trẻ em")
    assert order("bảo hiểm cho trẻ", record("1", "Bảo hiểm cho trẻ"), page)[0] == page.title


def test_guide_with_other_marks_stands_behind_a_record_with_the_same() -> None:
    page = guide("x", "Tấm trù")
    assert order("tạm trú", page, record("1", "Cấp thẻ tạm trú cho khách")) == ["Cấp thẻ tạm trú cho khách", "Tấm trù"]


def test_rare_words_count_more_than_common_ones() -> None:
    common = [record(str(n), f"Đăng ký việc {n}") for n in range(9)]
    assert order("đăng ký voi", *common, record("x", "Nuôi voi"))[0] == "Nuôi voi"


def test_more_words_count_more_than_fewer() -> None:
    assert order("giấy phép xây nhà", record("1", "Giấy xây"), record("2", "Giấy phép xây"), record("3", "Giấy"))[
        0
    ] == ("Giấy phép xây")


def test_words_side_by_side_count_more_than_apart() -> None:
    pages = record("1", "Sinh con khai báo thuế"), record("2", "Con báo khai sinh thuế")
    assert order("khai sinh muộn", *pages)[0] == "Con báo khai sinh thuế"


def test_keywords_of_a_guide_do_not_add_up() -> None:
    scattered = guide("x", "Khác", "giấy mời", "phép năm", "xây tổ", "nhà bếp")
    together = guide("y", "Cũng là việc khác", "giấy và phép để xây", "sân", "vườn", "ao")
    assert order("giấy phép xây chuồng", scattered, together)[0] == together.title


def test_words_in_the_text_count_less_than_in_the_title() -> None:
    pages = record("1", "Nuôi voi"), record("2", "Nuôi tằm")
    assert order("voi nhà", *pages, in_text={1: 0b01})[0] == "Nuôi voi"
    assert order("voi nhà", record("1", "Ong"), record("2", "Tằm"), in_text={1: 0b01})[0] == "Tằm"


def test_title_stands_before_keywords_and_a_whole_keyword_before_a_part() -> None:
    in_title = guide("a", "Đăng ký thường trú, còn gọi là nhập hộ khẩu về nhà mới", "về nhà")
    whole_keyword = guide("b", "Sổ giấy cũ của gia đình bạn", "hộ khẩu")
    in_keyword = guide("c", "Khai sinh", "nhập hộ khẩu cho con")
    exact = guide("d", "Hộ khẩu")
    assert order("hộ khẩu", in_keyword, whole_keyword, in_title, exact) == [
        page.title for page in (exact, in_title, whole_keyword, in_keyword)
    ]


def test_pages_with_little_of_what_was_typed_are_left_out() -> None:
    pages = record("1", "Nuôi voi rừng"), record("2", "Nuôi tằm"), record("3", "Nuôi ong"), record("4", "Voi rừng")
    assert order("nuôi voi rừng", *pages) == ["Nuôi voi rừng", "Voi rừng"]
    assert len(order("nuôi hổ", *pages[1:3])) == 2


def test_code_comes_first_whatever_else_matches() -> None:
    coded = catalogue("1.001193", "Khai sinh")
    guided = guide("x", "Hướng dẫn", codes=("1.001193",))
    assert order("1.001193", record("3.000003", "Khác"), coded, guided)[:2] == ["Hướng dẫn", "Khai sinh"]
    assert order("khai sinh cho trẻ mã 1.001193", guide("y", "Khai sinh cho trẻ"), coded)[0] == coded.title


@pytest.mark.parametrize("text", ["đăng ký", "dang ky tam", "đăng"])
def test_order_does_not_depend_on_the_order_of_candidates(text: str) -> None:
    pages = [record(f"1.{n:06d}", f"Đăng ký {'tạm trú' if n % 3 else 'xe'} {n % 4}") for n in range(40)]
    first = order(text, *pages)
    random.Random(3).shuffle(pages)
    assert order(text, *pages) == first
