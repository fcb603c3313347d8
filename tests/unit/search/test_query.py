"""What somebody typed, as the search understands it."""

from __future__ import annotations

import unicodedata

import pytest

from portal.search.query import MAX_TEXT, MAX_WORDS, SMALL_SHARE, Reading, parse, read


def reading(text: str) -> Reading:
    query = parse(text)
    return read(query.words, bare=query.is_bare)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Đăng ký khai sinh cần giấy tờ gì?", ("dang", "ky", "khai", "sinh")),
        ("thủ tục đăng ký tạm trú", ("dang", "ky", "tam", "tru")),
        ("khai sinh ở đâu", ("khai", "sinh")),
        ("khai sinh o dau", ("khai", "sinh")),
        ("làm căn cước bao nhiêu tiền", ("can", "cuoc")),
        ("tôi muốn đăng ký kết hôn thì phải làm như thế nào ạ", ("dang", "ky", "ket", "hon")),
        ("how do I register a birth", ("register", "a", "birth")),
        ("giấy phép lâm nghiệp", ("giay", "phep", "lam", "nghiep")),
        ("chứng minh nhân dân", ("chung", "minh", "nhan", "dan")),
        ("dang ky khai sinh", ("dang", "ky", "khai", "sinh")),
        ("đang ở trọ", ("tro",)),
        ("vải phai màu", ("vai", "phai", "mau")),
        ("an toàn thực phẩm", ("an", "toan", "thuc", "pham")),
        ("chi nhánh quy mô nhỏ", ("chi", "nhanh", "quy", "mo", "nho")),
        ("răng hàm mặt", ("rang", "ham", "mat")),
        ("khai sinh mần răng", ("khai", "sinh")),
        ("cấp căn cước ở mô", ("cap", "can", "cuoc")),
        ("thủ tục", ("thu", "tuc")),
        ("cần gì", ("can", "gi")),
        ("khai sinh khai sinh khai", ("khai", "sinh")),
    ],
)
def test_words_of_asking_are_left_out_where_others_remain(text: str, words: tuple[str, ...]) -> None:
    assert reading(text).words == words


def test_phrases_are_what_was_typed_with_and_without_the_words_of_asking_around_it() -> None:
    assert reading("làm giấy khai sinh cho con ở đâu").phrases == (
        "lam giay khai sinh cho con o dau",
        "khai sinh cho con",
    )


def test_only_words_with_marks_must_have_the_same_marks() -> None:
    assert [term.marked for term in reading("đăng ky tạm trú").terms] == ["đăng", "", "tạm", "trú"]
    assert not any(term.marked for term in reading("dang ky tam tru").terms)
    assert [term.marked for term in reading("thuỷ sản").terms] == ["thủy", "sản"]


def test_small_words_count_little_unless_there_are_no_others() -> None:
    shares = {term.word: term.share for term in reading("khai sinh cho con ở xã").terms}
    assert shares == {"khai": 1, "sinh": 1, "con": SMALL_SHARE, "xa": SMALL_SHARE}
    assert {term.share for term in reading("nhận cha mẹ con").terms} == {1}


def test_words_side_by_side_are_pairs() -> None:
    assert [pair.word for pair in reading("đăng ký khai sinh ở đâu").pairs] == ["dang ky", "ky khai", "khai sinh"]


@pytest.mark.parametrize(
    "text", ["1.001193", "1001193", "mã 1.001193", "1.001193.000.00.00.H48", "thủ tục (1.001193)", " 1.001193?"]
)
def test_procedure_codes_are_one_word(text: str) -> None:
    query = parse(text)
    assert query.codes == ("1001193",)
    assert "1001193" in reading(text).words
    assert "001193" not in reading(text).words


@pytest.mark.parametrize("text", ["60/2014/QH13", "0905123456", "11.001193", "1.00119", "tháng 12.2026"])
def test_other_numbers_are_no_codes(text: str) -> None:
    assert parse(text).codes == ()


def test_decomposed_text_is_the_same_query() -> None:
    assert parse(unicodedata.normalize("NFD", "Đăng ký tạm trú")) == parse("Đăng ký tạm trú")


@pytest.mark.parametrize("text", ["", "   ", "?!…", "🙂🙂", "\x00\x07", "\ud800", "***", '"', "汉字"])
def test_text_without_words_is_an_empty_query(text: str) -> None:
    assert parse(text).words == ()
    assert reading(text) == Reading((), (), ())


def test_long_texts_are_cut() -> None:
    assert len(reading(" ".join(f"w{n}" for n in range(5000))).terms) == MAX_WORDS
    assert len(parse("x" * 10_000).words[0].folded) <= 40
    assert len(parse(" ".join(f"1.{n:06d}" for n in range(5000))).codes) <= MAX_TEXT // 9 + 1
