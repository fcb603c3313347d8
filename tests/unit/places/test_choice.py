"""`?xa=`: a commune, its successors, or nothing that is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.places.choice import Choice, choice_line, chosen, with_choice
from portal.places.map import around, draw
from tests.factories.places import shipped_atlas, shipped_facts

ATLAS = shipped_atlas()
TODAY = [place for place in shipped_facts() if place.level == "commune" and place.valid_to is None]


@pytest.mark.parametrize(
    ("raw", "place", "former"),
    [
        ("xa-ba-xa", "xa-ba-xa", None),
        (" XA-BA-XA ", "xa-ba-xa", None),
        ("phuong-nguyen-nghiem-thanh-pho-quang-ngai", "phuong-cam-thanh", "Nguyễn Nghiêm"),
        ("huyen-ly-son", "dac-khu-ly-son", "Lý Sơn"),
    ],
)
def test_one_commune_is_settled(raw: str, place: str, former: str | None) -> None:
    choice = chosen(ATLAS, raw)
    assert choice.slug == place
    assert (choice.former.name if choice.former else None) == former
    assert not choice.candidates
    assert not choice.is_unknown


def test_a_split_unit_and_a_district_are_asked_about() -> None:
    split = chosen(ATLAS, "xa-tra-bui-huyen-tra-bong")
    assert split.slug == ""
    assert {place.slug for place in split.candidates} == {"xa-ca-dam", "xa-tay-tra-bong"}
    district = chosen(ATLAS, "huyen-minh-long")
    assert {place.name for place in district.candidates} == {"Minh Long", "Sơn Mai"}


@pytest.mark.parametrize("raw", ["khong-co", "21025", "tinh-quang-ngai", "tinh-kon-tum", "a" * 5000, "../../etc", "'"])
def test_what_nobody_knows_is_unknown(raw: str) -> None:
    assert chosen(ATLAS, raw) == Choice(is_unknown=True)


@given(st.text(max_size=200))
def test_any_text_is_answered(raw: str) -> None:
    choice = chosen(ATLAS, raw)
    assert sum([choice.place is not None, bool(choice.candidates), choice.is_unknown]) <= 1
    line = choice_line(choice, "/huong-dan/x", "/dia-ban", back="/huong-dan/x")
    assert line.state in {"none", "chosen", "several", "unknown"}


def test_the_line_leads_to_changing_and_forgetting() -> None:
    line = choice_line(chosen(ATLAS, "xa-ba-xa"), "/huong-dan/x", "/dia-ban", back="/huong-dan/x")
    assert (line.state, line.name) == ("chosen", "Xã Ba Xa")
    assert line.clear_url == "/huong-dan/x"
    assert line.change_url == "/dia-ban?tiep=%2Fhuong-dan%2Fx"
    assert with_choice("/a", "", q="", tiep="") == "/a"


def test_maps_show_every_commune_and_no_label_lies_on_another() -> None:
    view = draw(TODAY, 1040)
    assert view is not None
    assert len(view.pins) == 96
    assert sum(bool(pin.label) for pin in view.pins) > 70
    assert all(0 < pin.x < view.width and 0 < pin.y < view.height for pin in view.pins)
    nameless = [pin for pin in view.key if pin.number]
    assert [pin.number for pin in nameless] == list(range(1, len(nameless) + 1)), "in the order of their names"
    assert {pin.place.slug for pin in nameless} == {pin.place.slug for pin in view.pins if not pin.label}
    labels = [pin for pin in view.pins if pin.label]
    for at, pin in enumerate(labels):
        same_line = [one for one in labels[at + 1 :] if abs(one.label_y - pin.label_y) < 12]
        for other in same_line:
            assert abs(other.label_x - pin.label_x) > 20, (pin.label, other.label)
    north, south = (
        next(pin for pin in view.pins if pin.place.slug == slug) for slug in ("dac-khu-ly-son", "xa-ia-toi")
    )
    assert north.y < south.y
    assert north.x > south.x


def test_a_map_of_one_place_shows_it_among_its_neighbours() -> None:
    here = next(place for place in TODAY if place.slug == "phuong-cam-thanh")
    view = around(TODAY, here, 340)
    assert view is not None
    assert [pin.place.slug for pin in view.pins if pin.is_here] == ["phuong-cam-thanh"]
    assert {"Phường Nghĩa Lộ", "Xã Tư Nghĩa"} <= {pin.title for pin in view.pins}
    assert draw([], 340) is None
    assert draw([here], 340) is None
    assert around(TODAY, next(place for place in shipped_facts() if place.valid_to), 340) is None
