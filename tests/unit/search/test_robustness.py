"""Whatever is typed: no error, no long wait, nothing read as an operator."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.db import db
from portal.search import queries, service
from tests.unit.search.corpus import counted_parameters, keys, look_alikes, record

ABSURD = {
    "nul": "khai\x00sinh",
    "control": "\x01\x02 khai \x1b[0m",
    "surrogate": "khai \ud800 sinh \udfff",
    "direction": "\u202ekhai\u202c sinh\ufeff",
    "ten kilobytes": "khai sinh " * 1_000,
    "many words": " ".join(f"tu{n}" for n in range(5_000)),
    "one long word": "x" * 10_000,
    "long word of marks": "e" + "\u0301" * 10_000,
    "fts operators": 'AND OR NOT NEAR(khai sinh, 5) " * ^ : - + { } titles:khai',
    "tsquery operators": "khai & ! | <-> <2> ( ) :* \\ ' '' khai:ABCD",
    "quotes": "'\"'\"\"''`´“”",
    "punctuation": "?!.,;:()[]{}<>@#$%^&*-_=+|\\/~`",
    "emoji": "👶🏽👨‍👩‍👧",
    "other scripts": "出生証明 роды ولادة การเกิด",
    "sql": "'; DROP TABLE search_entries; --",
    "percent": "%s %(x)s :x {x} %%",
    "spaces": "\t\n\r \u00a0\u3000",
    "underscores": "_ __ _khai_sinh_",
    "number": "9" * 500,
}


@pytest.mark.parametrize("text", ABSURD.values(), ids=ABSURD.keys())
def test_absurd_text_is_no_error_and_not_slow(pages: Flask, text: str) -> None:
    started = time.process_time()
    results = queries.find(text, "vi")
    assert time.process_time() - started < 1
    assert len(results.words) <= 12
    assert sum(map(len, results.words)) <= 200


@pytest.mark.parametrize("name", ["nul", "control", "surrogate", "direction", "fts operators", "underscores"])
def test_words_between_the_absurd_are_found(pages: Flask, name: str) -> None:
    assert "guide dang-ky-khai-sinh" in keys(ABSURD[name])


@pytest.mark.parametrize("text", ["NOT khai", "khai NOT sinh", "-khai", "khai*", "^khai", "titles : khai"])
def test_operators_are_words(pages: Flask, text: str) -> None:
    assert "guide dang-ky-khai-sinh" in keys(text)


def test_beginnings_of_words_find_nothing(pages: Flask) -> None:
    assert keys("kh") == keys("kh*") == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(
            st.sampled_from(
                [
                    "khai",
                    "sinh",
                    "đăng",
                    '"',
                    "*",
                    "AND",
                    "NEAR",
                    ":",
                    "'",
                    "\\",
                    "&",
                    "!",
                    "_",
                    "(",
                    "1.001193",
                    "\x00",
                ]
            )
        ).map(" ".join),
    ),
    st.sampled_from(["vi", "en", "", "x'y"]),
    st.integers(-3, 30),
    st.integers(-3, 30),
)
def test_anything_may_be_typed(pages: Flask, text: str, locale: str, limit: int, offset: int) -> None:
    results = queries.find(text, locale, limit=limit, offset=offset)
    assert len(results.hits) <= max(results.total, 0)
    for hit in results.hits:
        assert "".join(part.text for part in hit.title_parts) == hit.title


def test_search_stays_fast_among_pages_that_all_look_alike(app: Flask) -> None:
    service.replace(look_alikes(3_000))
    texts = (
        "cấp giấy phép xây dựng lần đầu bị mất tại cấp xã",
        "đăng ký",
        "giấy",
        "khai sinh cho người nước ngoài trực tuyến",
    )
    for text in texts:
        queries.find(text, "vi")
    started = time.process_time()
    for text in texts * 5:
        queries.find(text, "vi")
    assert (time.process_time() - started) / 20 < 0.2


@pytest.mark.parametrize("text", ["\x00", "ho-tich\x00", "\ud800", "'; --", "x" * 10_000, ""])
def test_absurd_slugs_and_letters_find_nothing(pages: Flask, text: str) -> None:
    assert queries.listing("vi", facets={"field": text}).total == 0 or text.startswith("ho-tich")
    assert queries.facet_label("field", text) in {None, "Hộ tịch"}
    assert queries.listing("vi", initial=text or "?").total == 0
    assert queries.find("khai sinh", "vi", facets={"field": text}).hits == ()
    assert queries.kind_counts("vi", facets={"field": text or "?"}) in (
        {},
        queries.kind_counts("vi", facets={"field": "ho-tich"}),
    )


WORST = (
    "sua vet nao new boi mau gom tan tong tinh manh spa nam nha form pha mai nang xay hai ran vot dien nan suoi vong "
    "thay gay thua uong tac trao tom son soc thai tre dap dai chau"
)


@pytest.mark.parametrize("text", [WORST, WORST.replace(" ", "x "), "khai sinhh " * 18, "a b c d e f g h " * 12])
def test_the_worst_question_asks_for_a_bounded_number_of_words(app: Flask, text: str) -> None:
    service.replace(look_alikes(600))
    service.replace(record(f"9.{n:06d}", " ".join(text.split()[n : n + 3])) for n in range(30))
    db.session.commit()
    with counted_parameters() as counts:
        queries.find(text, "vi")
    assert len(counts) <= 25
    assert max(counts) <= 1_200
