"""Parts that match and parts that don't."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.search.folding import aligned
from portal.search.snippets import Marker, Needle, SnippetPart


def text_of(parts: tuple[SnippetPart, ...]) -> str:
    return "".join(part.text for part in parts)


def matched(parts: tuple[SnippetPart, ...]) -> list[str]:
    return [part.text for part in parts if part.matched]


def marker(*words: str) -> Marker:
    return Marker([Needle(word) for word in words])


def snippet(words: list[str], summary: str, body: str, title: str = "") -> tuple[SnippetPart, ...]:
    return marker(*words).snippet(title, summary, body, aligned(body))


def test_matching_words_are_cut_out_and_neighbours_joined() -> None:
    assert marker("khai", "sinh").parts("Đăng ký khai sinh, khai tử") == (
        SnippetPart("Đăng ký ", False), SnippetPart("khai sinh", True), SnippetPart(", khai tử", False),
    )  # fmt: skip


def test_only_whole_words_match_and_marks_do_not_matter() -> None:
    assert matched(marker("tru").parts("Trú, trung, trừ, đối tru")) == ["Trú", "trừ", "tru"]


def test_marks_that_were_typed_must_be_there() -> None:
    typed = Marker([Needle("tam", "tạm"), Needle("tru", "trú")])
    assert matched(typed.parts("Tạm trú, tấm trù")) == ["Tạm trú"]
    assert matched(Marker([Needle("thuy", "thủy")]).parts("Thuỷ lợi, thụy")) == ["Thuỷ"]


@given(st.text(max_size=80), st.lists(st.text("abkhi", min_size=1, max_size=4), max_size=4))
def test_parts_are_the_text(text: str, words: list[str]) -> None:
    parts = marker(*words).parts(text)
    assert text_of(parts) == text
    assert all(part.text for part in parts)


@given(st.text("ab kh\u0301.", max_size=400), st.lists(st.text("abkh", min_size=1, max_size=3), max_size=4))
def test_snippet_is_a_piece_of_the_body(body: str, words: list[str]) -> None:
    parts = snippet(words, "", body)
    assert text_of(parts).removeprefix("… ").removesuffix(" …") in body
    assert all(aligned(part.text).strip() for part in parts if part.matched)


def test_summary_serves_where_the_body_says_no_more() -> None:
    assert text_of(snippet(["tre"], "Cho trẻ em.", "Trẻ em và người lớn.")) == "Cho trẻ em."
    assert text_of(snippet(["voi"], "Cho trẻ em.", "Người lớn.")) == "Cho trẻ em."


def test_body_serves_where_it_says_more() -> None:
    body = "Mở đầu dài dòng. " * 30 + "Mang theo giấy chứng sinh của bệnh viện. " + "Kết thúc. " * 30
    parts = snippet(["chung", "sinh"], "Tóm tắt.", body)
    assert matched(parts) == ["chứng sinh"]
    assert text_of(parts).startswith("… ")
    assert text_of(parts).endswith(" …")
    assert len(text_of(parts)) < 260


def test_window_is_where_the_words_stand_together() -> None:
    body = "khai. " + "a " * 300 + "sinh. " + "b " * 300 + "khai sinh. " + "c " * 300
    assert "khai sinh" in matched(snippet(["khai", "sinh"], "", body))


def test_words_are_not_cut_in_two() -> None:
    body = "nghiêng ngả " * 100 + "đích " + "nghiêng ngả " * 100
    words = text_of(snippet(["dich"], "", body)).strip("… ").split()
    assert set(words) == {"nghiêng", "ngả", "đích"}


def test_summary_serves_where_the_title_says_enough() -> None:
    body = "Bằng lái xe tàu điện. " * 3
    assert text_of(snippet(["lai", "xe"], "Công an tỉnh.", body, title="Cấp giấy phép lái xe")) == "Công an tỉnh."


def test_a_piece_of_the_body_begins_with_its_sentence() -> None:
    body = "Mở đầu. " * 40 + "Hồ sơ có giấy chứng sinh của bệnh viện. " + "Hết. " * 40
    assert text_of(snippet(["chung", "sinh"], "", body)).removeprefix("… ").startswith(("Hồ sơ", "Mở đầu."))
