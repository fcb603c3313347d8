"""Sentences, paragraphs and office words: what the check measures and refuses."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import yaml
from flask import Flask

from portal.guides import checking, plain
from tests.factories import guide_data, guide_values

JARGON = {"niêm yết": "dán công khai", "đối với": "với"}


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("Nộp đơn. Chờ kết quả.", ["Nộp đơn.", "Chờ kết quả."]),
        ("Có phải đi không? Không!", ["Có phải đi không?", "Không!"]),
        ("Nghị định 49/2026/NĐ-CP, từ 01.7.2026 trên dichvucong.gov.vn.", None),
        ("Bấm “Gửi.” Rồi chờ.", ["Bấm “Gửi.", "Rồi chờ."]),
        ("…", []),
    ],
)
def test_sentences_end_at_marks_and_not_inside_numbers(paragraph: str, expected: list[str] | None) -> None:
    assert plain.sentences(paragraph) == ([paragraph] if expected is None else expected)


def test_syllables_are_counted_without_dashes_and_marks() -> None:
    assert plain.length("Nộp đơn – trong **30** ngày, ở xã / phường.") == 8


def test_a_sentence_may_have_as_many_syllables_as_the_limit_and_no_more() -> None:
    at_limit = " ".join(["đơn"] * plain.LONGEST_SENTENCE) + "."
    assert list(plain.remarks(at_limit, {})) == []
    (found,) = map(str, plain.remarks("đơn " + at_limit, {}))
    assert "31 syllables in one sentence" in found


def test_each_paragraph_and_list_item_counts_for_itself() -> None:
    three = "Một. Hai. Ba."
    assert list(plain.remarks(f"{three}\n\n{three}\n\n- {three}\n- {three}", {})) == []
    (found,) = map(str, plain.remarks(f"{three} Bốn.\n\n{three}", {}))
    assert "4 sentences in one paragraph" in found


def test_a_link_counts_by_its_words_and_not_by_its_address() -> None:
    assert list(plain.remarks("Xem [cách chụp](/huong-dan/a-b-c)." + " Nộp." * 2, {})) == []


def test_a_part_where_every_sentence_is_rather_long_is_heavy() -> None:
    rather_long = " ".join(["đơn"] * (plain.USUAL_SENTENCE + 1)) + "."
    assert plain.too_many_long([rather_long] + ["Nộp đơn."] * 9) is None
    found = plain.too_many_long([rather_long] * 2 + ["Nộp đơn."] * 9)
    assert found is not None
    assert found.startswith("2 of 11 sentences")


def test_office_words_are_found_whatever_their_case_unless_in_brackets() -> None:
    (found,) = map(str, plain.remarks("Xã sẽ **Niêm yết** kết quả.", JARGON))
    assert found == "'niêm yết' is an office word: dán công khai"
    assert list(plain.remarks("Xã dán công khai (gọi là niêm yết (15 ngày)) kết quả.", JARGON)) == []
    assert list(plain.remarks("Bảng niêm yếtx.", JARGON)) == []


def test_the_jargon_file_names_a_line_that_it_cannot_read() -> None:
    assert plain.read_jargon("# nhận xét\n\nNiêm yết => dán công khai\n") == {"niêm yết": "dán công khai"}
    with pytest.raises(ValueError, match="line 2"):
        plain.read_jargon("a => b\nniêm yết\n")


def faults_of(text: str, **changes: object) -> list[tuple[int, str]]:
    guide = guide_data(**changes)
    found = checking.faults(text, guide, codes={"1.001193"}, slugs={guide.slug}, jargon=JARGON)
    return [(error.line, f"{error.part}: {error.message}") for error in found]


def written(**changes: object) -> str:
    return yaml.safe_dump(guide_values(**changes), allow_unicode=True, sort_keys=False, width=1000)


def test_a_plain_guide_has_no_fault() -> None:
    assert faults_of(written()) == []


def test_an_office_word_is_named_with_its_line_and_a_papers_name_is_left_alone() -> None:
    values = guide_values()["vi"]
    values["tips"] = ["Nhớ xem.", "Xã niêm yết kết quả."]
    values["prepare"] = [{"item": "Đơn đối với nhà ở"}]
    text = written(vi=values)
    ((line, message),) = faults_of(text, vi=values)
    assert text.splitlines()[line - 1].strip() == "- Xã niêm yết kết quả."
    assert message == "vi.tips.1: 'niêm yết' is an office word: dán công khai"


def test_english_is_measured_too_and_asked_for_no_vietnamese_words() -> None:
    english = {"title": "A", "summary": "niêm yết. " + "word " * 31, "keywords": ["b"]}
    ((_line, message),) = faults_of(written(en=english), en=english)
    assert "en.summary: 31 syllables in one sentence" in message


def test_codes_guides_and_sources_that_are_not_there_are_named() -> None:
    values = guide_values()["vi"]
    values["tips"] = ["Xem thủ tục 1.999999, không phải 1.001193."]
    found = faults_of(
        written(kind="life_event", procedures=["1.000001"], related=["khong-co"], vi=values),
        kind="life_event", procedures=["1.000001"], related=["khong-co"], vi=values,
    )  # fmt: skip
    messages = [message for _line, message in found]
    assert messages == [
        "procedures: no record has the code 1.000001",
        "related: leads to 'khong-co', and there is no such guide",
        "vi.tips.0: no record has the code 1.999999",
    ]


def test_a_life_event_without_any_source_is_named() -> None:
    changes = {"kind": "life_event", "procedures": [], "sources": []}
    assert [message for _line, message in faults_of(written(**changes), **changes)] == [
        "sources: a life event names its sources"
    ]


def test_decomposed_accents_are_named_with_their_line() -> None:
    text = written()
    broken = text.replace("Để quá hạn.", unicodedata.normalize("NFD", "Để quá hạn."))
    ((line, message),) = faults_of(broken)
    assert "Unicode NFC" in message
    assert unicodedata.normalize("NFC", broken.splitlines()[line - 1]).strip() == "- Để quá hạn."


def test_the_command_names_file_and_line_and_knows_the_records_given(app: Flask, tmp_path: Path) -> None:
    values = guide_values(slug="cua-tinh", procedures=["9.999999"], icon="baby", related=["sinh-con"])
    values["vi"]["tips"] = ["Xã niêm yết kết quả."]
    path = tmp_path / "cua-tinh.yaml"
    path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["guides", "check", str(tmp_path)])
    assert refused.exit_code == 1
    assert f"{path}:5: procedures: no record has the code 9.999999" in refused.output
    assert "vi.tips.0: 'niêm yết' is an office word" in refused.output
    path.write_text(path.read_text(encoding="utf-8").replace("niêm yết", "dán công khai"), encoding="utf-8")
    (tmp_path / "records.jsonl").write_text('{"code": "9.999999"}\n', encoding="utf-8")
    accepted = runner.invoke(args=["guides", "check", str(path), "--records", str(tmp_path / "records.jsonl")])
    assert accepted.output == "1 guides, no fault\n"


def test_a_hostile_text_is_read_at_once() -> None:
    words = {f"từ {number}": "x" for number in range(2_000)}
    for text in ("(" * 100_000 + ")" * 100_000, "(()" * 60_000, "từ 7 (từ 8 (từ 9) từ 10) ) từ 11"):
        found = [one.text for one in plain.remarks(text, words) if one.kind == plain.JARGON]
    assert found == ["từ 7", "từ 11"]
