"""What people type, and which places may be meant."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.text import fold
from portal.places.finder import MAX_FOUND, MAX_TEXT, Finder, Status
from portal.places.kinds import full_name
from portal.places.slips import is_one_slip
from tests.factories.places import shipped_atlas, shipped_facts, shipped_finder

FINDER = shipped_finder()
COMMUNES = [place for place in shipped_facts() if place.level == "commune"]


def slugs(text: str) -> list[str]:
    return [candidate.place.slug for candidate in FINDER.find(text).candidates]


@pytest.mark.parametrize(
    "text",
    [
        "Xã Ba Xa", "xa ba xa", "BA XA", "ba-xa", "baxa", "x. Ba Xa", "x.ba xa", "xã Ba Xa huyện Ba Tơ",
        "Ba Xa, h. Ba Tơ, tỉnh Quảng Ngãi", "ba xa ba to", "ba xa ba to quang ngai", "Thôn 2, xã Ba Xa, huyện Ba Tơ",
        "tôi ở xã Ba Xa", "Ba Xa commune", "xã Ba Xa (cũ)", "ba xaa", unicodedata.normalize("NFD", "Xã Ba Xa"),
        "  ba \u00a0 xa \u200b", "ba\u0000xa", "Ba Xa huyện Ba Tơ, Việt Nam",
    ],
)  # fmt: skip
def test_one_commune_in_many_spellings(text: str) -> None:
    assert slugs(text)[:2] == ["xa-ba-xa", "xa-ba-xa-huyen-ba-to"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ia H'Drai", "huyen-ia-h-drai"),
        ("ia h’drai", "huyen-ia-h-drai"),
        ("iahdrai", "huyen-ia-h-drai"),
        ("ia h drai", "huyen-ia-h-drai"),
        ("huyện Lý Sơn", "huyen-ly-son"),
        ("dk ly son", "dac-khu-ly-son"),
        ("Đắk Tô", "xa-dak-to"),
        ("dac to", "xa-dak-to"),
        ("Sơn Thuỷ", "xa-son-thuy"),
        ("tx duc pho", "thi-xa-duc-pho"),
        ("tp. Kon Tum", "thanh-pho-kon-tum"),
        ("phuong kon tum", "phuong-kon-tum"),
        ("t. Kon Tum", "tinh-kon-tum"),
        ("tt chợ chùa", "thi-tran-cho-chua-huyen-nghia-hanh"),
        ("Tịnh Khê", "xa-tinh-khe"),
        ("Ngọk Tem", "xa-ngoc-tem-huyen-kon-plong"),
        ("tra bui", "xa-tra-bui-huyen-tra-bong"),
        ("nguyen nghim duc pho", "xa-nguyen-nghiem"),
        ("sonn tay ha", "xa-son-tay-ha"),
        ("tinh thanh", "xa-binh-thanh-huyen-binh-son-21091"),
        ("dang thuy tram", "xa-dang-thuy-tram"),
    ],
)
def test_what_comes_first(text: str, first: str) -> None:
    assert slugs(text)[0] == first


def test_accents_that_were_typed_come_first_and_others_are_near() -> None:
    for text, first, other in (("Sơn Hạ", "xa-son-ha-21292", "xa-son-ha"), ("Sơn Hà", "xa-son-ha", "xa-son-ha-21292")):
        found = {candidate.place.slug: candidate.is_near for candidate in FINDER.find(text).candidates}
        assert next(iter(found)) == first
        assert not found[first]
        assert found[other]
    assert not any(candidate.is_near for candidate in FINDER.find("son ha").candidates), "without accents all are meant"


def test_a_district_that_was_named_leaves_out_the_others() -> None:
    assert slugs("phường Nguyễn Nghiêm, thành phố Quảng Ngãi") == ["phuong-nguyen-nghiem-thanh-pho-quang-ngai"]
    assert "phuong-nguyen-nghiem-thanh-pho-quang-ngai" not in slugs("nguyen nghiem duc pho")
    assert len(slugs("phường Nguyễn Nghiêm, tỉnh Quảng Ngãi")) == 3, "the province tells nothing apart"


def test_what_contradicts_itself_shows_both() -> None:
    found = FINDER.find("xã Ba Xa huyện Bình Sơn")
    assert found.candidates[0].place.slug == "xa-ba-xa"
    assert found.candidates[0].is_near


def test_beginnings_and_parts_of_names() -> None:
    assert set(slugs("nguyen ngh")) == set(slugs("nghiem")) == set(slugs("nguyen nghiem"))
    assert slugs("son tay")[0] == "xa-son-tay"
    assert {"xa-son-tay-ha", "xa-son-tay-thuong"} <= set(slugs("son tay"))
    assert "xa-son-tay-ha" in slugs("son tay h")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", Status.EMPTY),
        (" \u200b\n", Status.EMPTY),
        ("!!! ???", Status.EMPTY),
        ("日本", Status.EMPTY),
        ("xã", Status.ONLY_TYPE),
        ("x. h. t.", Status.ONLY_TYPE),
        ("thành phố", Status.ONLY_TYPE),
        ("zzzz qqqq", Status.NOTHING),
        ("q" * 5000, Status.NOTHING),
        ("'; DROP TABLE places; --", Status.NOTHING),
    ],
)
def test_bad_input_is_answered(text: str, status: Status) -> None:
    found = FINDER.find(text)
    assert found.status is status
    assert found.is_cut == (len(text) > MAX_TEXT)


def test_no_places_at_all() -> None:
    from portal.places.atlas import Atlas

    assert Finder(Atlas(())).find("ba xa").status is Status.NOTHING


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_answered_with_places_that_there_are(text: str) -> None:
    found = FINDER.find(text)
    assert len(found.candidates) <= min(MAX_FOUND, found.total)
    assert all(shipped_atlas().get(one.place.slug) is one.place for one in found.candidates)
    assert len({one.place.slug for one in found.candidates}) == len(found.candidates)
    assert (found.status is Status.FOUND) == bool(found.candidates)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(COMMUNES), st.sampled_from(["nfd", "upper", "fold", "spaces"]), st.data())
def test_spelling_changes_nothing_of_what_is_found(place: object, way: str, data: st.DataObject) -> None:
    name = full_name(place)  # type: ignore[arg-type]
    ways = {
        "nfd": unicodedata.normalize("NFD", name),
        "upper": name.upper(),
        "fold": fold(name),
        "spaces": f"  {name.replace(' ', '   ')}, ",
    }
    assert set(slugs(ways[way])) == set(slugs(name))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(COMMUNES), st.data())
def test_one_slip_in_a_word_still_finds_it(place: object, data: st.DataObject) -> None:
    words = fold(place.name).split()  # type: ignore[attr-defined]
    at = data.draw(st.integers(0, len(words) - 1))
    word = words[at]
    letter = data.draw(st.integers(0, len(word) - 1))
    words[at] = word[:letter] + data.draw(st.sampled_from("aehmnot")) + word[letter + 1 :]
    text = " ".join(words)
    found = FINDER.find(text)
    # Another name may be what was typed, letter for letter; else this one is among those that are near.
    exact = any(not one.is_near for one in found.candidates)
    beginning = found.candidates and fold(found.candidates[0].place.name).startswith(text)
    assert exact or beginning or place.slug in {one.place.slug for one in found.candidates} or len(word) == 1  # type: ignore[attr-defined]


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_slip_is_one_change(one: str, other: str) -> None:
    changes = {one, *(one[:n] + one[n + 1 :] for n in range(len(one)))}
    changes |= {one[:n] + letter + one[n:] for n in range(len(one) + 1) for letter in "abc"}
    changes |= {one[:n] + letter + one[n + 1 :] for n in range(len(one)) for letter in "abc"}
    changes |= {one[:n] + one[n + 1] + one[n] + one[n + 2 :] for n in range(len(one) - 1)}
    assert is_one_slip(one, other) == (other in changes)
    assert is_one_slip(other, one) == is_one_slip(one, other)
