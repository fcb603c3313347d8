"""Guide files: what is accepted, and that every fault is named with its line."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from portal.guides.content import parse_guide
from portal.guides.yaml_lines import MAXIMUM_CHARACTERS
from tests.factories import SYMBOLS, allows, guide_data, guide_values


def faults(values: Any, name: str = "dang-ky-khai-sinh") -> list[str]:
    text = values if isinstance(values, str) else yaml.safe_dump(values, allow_unicode=True)
    guide, errors = parse_guide(text, name, allows, SYMBOLS)
    assert (guide is None) == bool(errors)
    return [f"{error.part}: {error.message}" for error in errors]


def changed(part: str, value: Any) -> dict[str, Any]:
    values = guide_values()
    values["vi"][part] = value
    return values


def test_a_whole_guide_is_read() -> None:
    guide = guide_data()
    vietnamese, english = guide.texts
    assert guide.procedures == ("1.001193",)
    assert vietnamese.is_complete
    assert not english.is_complete
    assert vietnamese.body["steps"][0]["title"] == "Bước số 1"


def test_codes_stay_text_even_unquoted() -> None:
    text = yaml.safe_dump(guide_values(), allow_unicode=True).replace("'1.001193'", "1.001190")
    guide, errors = parse_guide(text, "dang-ky-khai-sinh", allows, SYMBOLS)
    assert errors == []
    assert guide is not None
    assert guide.procedures == ("1.001190",)


def test_decomposed_accents_are_composed() -> None:
    import unicodedata

    text = unicodedata.normalize("NFD", yaml.safe_dump(guide_values(), allow_unicode=True))
    guide, _errors = parse_guide(text, "dang-ky-khai-sinh", allows, SYMBOLS)
    assert guide is not None
    assert guide.texts[0].title == "Đăng ký khai sinh"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (changed("who", "Lệ phí là 20.000 đồng."), "amounts come from the record"),
        (changed("tips", ["Chỉ mất 5.000đ thôi."]), "amounts come from the record"),
        (changed("who", "Xem [ở đây](http://dichvucong.gov.vn/x)."), "not on an allowed host"),
        (changed("who", "Xem [ở đây](https://evil.example/x)."), "not on an allowed host"),
        (changed("who", "Xem [ở đây](javascript:alert(1))."), None),
        (changed("steps", []), "5 to 8 steps"),
        (changed("steps", [{"title": str(number)} for number in range(9)]), "5 to 8 steps"),
        (changed("summary", "x" * 221), "221 characters"),
        (changed("keywords", []), "at least one phrase"),
        (changed("questions", [{"question": "x"}]), "'answer' must be a text"),
        (changed("channels", {"fax": "x"}), "a channel is one of"),
        (changed("mystery", "x"), "unknown key 'mystery'"),
        (guide_values(kind="poem"), "'poem' is not one of"),
        (guide_values(procedures=["1.1"]), "is not a procedure code"),
        (guide_values(procedures=[]), "at least one procedure"),
        (guide_values(procedures=["1.001193", "1.000894"]), "says nothing of 1.000894"),
        (guide_values(reviewed_on="22/11/2026"), "is not a day like"),
        (guide_values(next_review_on="2026-01-01"), "the next review must come after"),
        (guide_values(slug="Khai_Sinh"), "a slug is lower-case ASCII"),
        (guide_values(mystery=1), "unknown key 'mystery'"),
        (guide_values(vi="x"), "a language part is a mapping"),
        (guide_values(sources=[{"title": "x", "url": "https://evil.example/"}]), "not on an allowed host"),
        ("[]", "a guide file is a mapping"),
        ("", "missing"),
        ("a: [", "not valid YAML"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("slug: a\nslug: b", "stands twice"),
        ("x" * (MAXIMUM_CHARACTERS + 1), "longer than"),
        ("[" * 5000, "nested too deeply"),
        ("[" * 90_000 + "]" * 90_000, "nested too deeply"),
        (changed("title", "x" * 201), "201 characters"),
        (guide_values(icon="khong-co"), "no symbol"),
    ],
)
def test_a_fault_is_named(values: Any, expected: str | None) -> None:
    found = faults(values)
    if expected is None:
        assert found == []  # CommonMark itself refuses a javascript: link, so it stays words
    else:
        assert any(expected in fault for fault in found), found


PRESS = {"picture": "phone-press", "picture_alt": "Ngón tay bấm một nút."}


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (PRESS, None),
        ({**PRESS, "picture_alt": ""}, None),
        ({"picture": "phone-press"}, "'picture_alt' is missing"),
        ({**PRESS, "picture": "khong-co"}, "no picture 'khong-co'"),
        ({"picture_alt": "Ngón tay."}, "no 'picture' that it describes"),
        ({**PRESS, "picture_alt": ["x"]}, "must be a text"),
        ({**PRESS, "picture": ""}, "must be a text"),
    ],
)
def test_a_picture_is_there_and_described(picture: dict[str, Any], expected: str | None) -> None:
    values = guide_values()
    values["vi"]["steps"][2] |= picture
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
    guide, errors = parse_guide(text, "dang-ky-khai-sinh", allows, SYMBOLS, {"phone-press"})
    if expected is None:
        assert guide is not None
        assert guide.texts[0].body["steps"][2].items() >= picture.items()
    else:
        error = next(error for error in errors if expected in error.message)
        assert text.splitlines()[error.line - 1].strip().startswith("picture")


def test_a_whole_translation_shows_the_same_pictures() -> None:
    values = guide_values()
    values["en"] = {**copy.deepcopy(values["vi"]), "title": "Register a birth"}
    values["vi"]["steps"][2] |= PRESS
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False)
    _guide, (error,) = parse_guide(text, "dang-ky-khai-sinh", allows, SYMBOLS, {"phone-press"})
    assert (error.part, error.message) == ("en.steps", "other pictures than in 'vi': phone-press")


def test_a_fault_has_its_line() -> None:
    text = yaml.safe_dump(changed("who", "Mất 20.000 đồng."), allow_unicode=True, sort_keys=False)
    _guide, (error,) = parse_guide(text, "dang-ky-khai-sinh", allows, SYMBOLS)
    assert text.splitlines()[error.line - 1].strip().startswith("who:")


def test_references_are_found_in_links_steps_and_related() -> None:
    values = guide_values(related=["ket-hon"])
    values["vi"]["who"] = "Xem [cách chụp](/huong-dan/chup-giay-to)."
    values["vi"]["steps"][0]["guide"] = "tai-khoan"
    guide, _errors = parse_guide(yaml.safe_dump(values, allow_unicode=True), values["slug"], allows, SYMBOLS)
    assert guide is not None
    assert guide.references() == {"ket-hon", "chup-giay-to", "tai-khoan"}
