"""The values of a draft: the same as those of the guide files, whatever the form does with them."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.config import ROOT
from portal.editing.compare import GONE, NEW, differences, words
from portal.editing.values import changed_rows, is_too_much, tidy, typed
from portal.guides.rules import parse, parse_file
from portal.guides.written import values_of
from tests.factories.drafts import fields, values

FILES = sorted((ROOT / "portal" / "starter" / "guides").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_guide_comes_back_from_the_form_as_it_was(app: Flask, file: object) -> None:
    guide, errors = parse_file(file.read_text("utf-8"), file.stem)  # type: ignore[attr-defined]
    assert guide is not None, errors
    raw = values_of(guide)
    again, errors = parse(tidy(typed(fields(raw), raw)))
    assert errors == []
    assert again == guide
    assert differences(tidy(raw), tidy(typed(fields(raw), raw))) == []


def test_what_is_typed_is_cleaned_and_bounded() -> None:
    before = values()
    found = typed(
        {"vi.title": "  Ti\u0302m\x00 ", "vi.steps.7.title": "B", "vi.steps.2.title": "A", "slug": "khac"}, before
    )
    assert found["vi"]["title"] == "Tîm"
    assert [step["title"] for step in found["vi"]["steps"]] == ["A", "B"]
    assert found["slug"] == before["slug"]
    assert not is_too_much(found)
    assert is_too_much(typed({f"vi.steps.{number}.title": "x" for number in range(500)}, before))
    assert is_too_much(typed({"vi.who": "x" * 200_001}, before))


def test_rows_are_added_moved_and_removed() -> None:
    def titles(act: str, number: int) -> list[str]:
        return [step["title"] for step in changed_rows(values(), act, "vi.steps", number)["vi"]["steps"]]

    assert titles("up", 1) == ["Gõ mã hồ sơ", "Mở cổng", "Xem"]
    assert titles("down", 1) == ["Mở cổng", "Xem", "Gõ mã hồ sơ"]
    assert titles("remove", 0) == ["Gõ mã hồ sơ", "Xem"]
    assert titles("add", 0)[-1] == ""
    for act, number in (("up", 0), ("down", 2), ("remove", 9), ("up", 99), ("fly", 1)):
        assert titles(act, number) == ["Mở cổng", "Gõ mã hồ sơ", "Xem"]
    for name in ("vi.title", "xx.steps", "kind", "", "slug.steps", "procedures"):
        assert changed_rows(values(), "add", name, 0) == values()


def test_videos_go_with_their_step() -> None:
    given = values(videos=[{"title": number, "step": number} for number in ("1", "2", "", "x")])

    def numbers(act: str, number: int) -> list[str]:
        return [video["step"] for video in changed_rows(given, act, "vi.steps", number)["vi"]["videos"]]

    assert numbers("up", 1) == ["2", "1", "", ""]
    assert numbers("remove", 0) == ["", "1", "", ""]
    assert numbers("add", 0) == ["1", "2", "", ""]


def test_words_that_describe_another_picture_are_left_out() -> None:
    before = values(steps=[{"title": "Mở", "picture": "counter", "picture_alt": "Quầy."}, {"title": "Xem"}])
    form = fields(before) | {"vi.steps.0.picture": "phone-press"}
    assert typed(form, before)["vi"]["steps"][0]["picture_alt"] == ""
    assert typed(form | {"vi.steps.0.picture_alt": "Bấm."}, before)["vi"]["steps"][0]["picture_alt"] == "Bấm."
    assert typed(fields(before), before)["vi"]["steps"][0]["picture_alt"] == "Quầy."
    moved = {"vi.steps.1.picture": "counter", "vi.steps.1.picture_alt": "Quầy.", "vi.steps.0.picture": ""}
    assert typed(form | moved, before)["vi"]["steps"][1]["picture_alt"] == "Quầy.", "the picture has moved"


def test_differences_name_the_part_and_the_words() -> None:
    one, other = values(), values(summary="Biết hồ sơ của bạn đang ở đâu.")
    other["vi"]["steps"].insert(0, {"title": "Chuẩn bị"})
    found = [(part.part, part.number) for part in differences(one, other)]
    assert found == [("summary", 0), ("steps", 1)]
    assert [(piece.kind, piece.text) for piece in words("ở bước nào", "ở đâu")] == [
        ("", "ở "), (GONE, "bước nào"), (NEW, "đâu"),
    ]  # fmt: skip


def test_long_texts_are_compared_by_sentences() -> None:
    before = "".join(f"Câu thứ {number} nói một việc. " for number in range(3_000))
    pieces = words(before, before.replace("Câu thứ 1500 nói", "Câu thứ 1500 kể"))
    assert [(piece.kind, piece.text) for piece in pieces if piece.kind] == [
        (GONE, "Câu thứ 1500 nói một việc. "), (NEW, "Câu thứ 1500 kể một việc. "),
    ]  # fmt: skip


def test_a_blank_row_takes_its_translation_along() -> None:
    given = values()
    given["vi"]["steps"] = [{"title": "A"}, {"title": ""}, {"title": "C"}, {"title": "D"}]
    given["vi"]["videos"] = [{"title": "Xem", "url": "https://x.vn", "transcript": "…", "step": "3"}]
    given["en"] = {"title": "T", "steps": [{"title": "a"}, {"title": ""}, {"title": ""}, {"title": "d"}], "videos": []}
    found = tidy(given)
    assert [step["title"] for step in found["vi"]["steps"]] == ["A", "C", "D"]
    assert [step.get("title", "") for step in found["en"]["steps"]] == ["a", "", "d"]
    assert found["vi"]["videos"][0]["step"] == "2"
