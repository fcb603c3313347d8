"""The places that ship: complete, consistent, and every old name leads to the right unit."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.core.text import fold
from portal.places.atlas import Coverage, PlaceFact
from portal.places.checks import check_places
from portal.places.history import Became, became
from portal.places.kinds import full_name
from portal.places.rows import parse_places
from tests.factories.places import SHIPPED, shipped_atlas, shipped_facts, shipped_finder

ATLAS, FINDER = shipped_atlas(), shipped_finder()
FORMER = [
    place for place in shipped_facts() if place.valid_to and (place.level == "commune" or place.slug == "huyen-ly-son")
]
TODAY = [place for place in shipped_facts() if place.level == "commune" and place.valid_to is None]


def named(text: str) -> list[PlaceFact]:
    return [candidate.place for candidate in FINDER.find(text).candidates]


def test_the_file_has_no_fault() -> None:
    rows, faults = parse_places(SHIPPED.read_text("utf-8").splitlines())
    assert faults == check_places(rows) == []
    assert len(FORMER) == 273
    assert Counter(place.kind for place in TODAY) == {"xa": 86, "phuong": 9, "dac-khu": 1}
    assert sum(place.level == "district" for place in shipped_facts()) == 23
    assert all(place.latitude and place.longitude for place in TODAY)


@pytest.mark.parametrize("place", FORMER, ids=lambda place: place.slug)
def test_every_old_name_leads_to_what_it_became(place: PlaceFact) -> None:
    """With its type and district: to it alone, and to that of its name which goes on. By its name: it is among all."""
    district = ATLAS.get(place.superior or "")
    assert district is not None
    heirs = {successor.slug for successor in place.successors}
    assert heirs
    whole = f"{full_name(place)}, {full_name(district)}"
    for text in (whole, fold(whole), whole.upper()):
        found = named(text)
        assert place in found, text
        standing = {one.slug for other in found for one in ATLAS.current(other.slug) if other.kind == place.kind}
        assert heirs <= standing, text
        if place.level == "commune":
            # What else has the name lies in the same district, or is what the place became.
            assert all(other.superior == place.superior or other.valid_to is None for other in found), text
    for text in (place.name, fold(place.name), full_name(place), fold(full_name(place))):
        assert place in named(text), text
    assert {one.slug for one in ATLAS.current(place.slug)} == heirs
    assert all(one in TODAY for one in ATLAS.current(place.slug))


@pytest.mark.parametrize("place", TODAY, ids=lambda place: place.slug)
def test_every_unit_of_today_is_found_and_was_formed_from_something(place: PlaceFact) -> None:
    assert named(full_name(place))[0] == place
    assert place in named(fold(full_name(place)))
    assert place.predecessors


# Old names that a different unit of today carries, or that two old units shared: all must be shown.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "phuong nguyen nghiem",
            {"phuong-nguyen-nghiem-thanh-pho-quang-ngai", "phuong-nguyen-nghiem-thi-xa-duc-pho", "xa-nguyen-nghiem"},
        ),
        ("xã Trà Giang", {"xa-tra-giang", "xa-tra-giang-huyen-tra-bong"}),
        ("đăk hà", {"xa-dak-ha", "xa-dak-ha-huyen-tu-mo-rong", "thi-tran-dak-ha-huyen-dak-ha", "huyen-dak-ha"}),
        ("xã Đăk Long", {"xa-dak-long", "xa-dak-long-huyen-dak-glei", "xa-dak-long-huyen-dak-ha"}),
        ("tran hung dao", {"phuong-tran-hung-dao-thanh-pho-kon-tum", "phuong-tran-hung-dao-thanh-pho-quang-ngai"}),
    ],
)
def test_nobody_is_sent_to_another_unit_of_the_same_name(text: str, expected: set[str]) -> None:
    assert {place.slug for place in named(text)} == expected


def test_the_split_commune_leads_to_both_its_parts() -> None:
    place = ATLAS.get("xa-tra-bui-huyen-tra-bong")
    assert place is not None
    assert became(ATLAS, place) is Became.SPLIT
    assert {one.slug for one in ATLAS.current(place.slug)} == {"xa-ca-dam", "xa-tay-tra-bong"}


def test_what_was_not_merged_says_so() -> None:
    same = {place.name for place in FORMER if became(ATLAS, place) is Became.UNCHANGED}
    assert same == {"Ba Xa", "Đăk Long", "Rờ Kơi", "Ia Đal", "Mô Rai"}
    assert [place.slug for place in FORMER if became(ATLAS, place) is Became.RENAMED] == ["huyen-ly-son"]


def test_territories_of_before_are_known() -> None:
    whole = {one.slug for one in TODAY if ATLAS.coverage("tinh-quang-ngai-cu", one.slug) is Coverage.WHOLE}
    assert len(whole) == 56
    kon_tum = {one.slug for one in TODAY if ATLAS.coverage("tinh-kon-tum", one.slug) is Coverage.WHOLE}
    assert len(kon_tum) == 40
    assert not whole & kon_tum


def test_the_file_says_what_its_source_says(shared_data: Path) -> None:
    units = json.loads((shared_data / "quangngai_units.json").read_text("utf-8"))["units"]
    legacy = json.loads((shared_data / "quangngai_legacy_units.json").read_text("utf-8"))["units"]
    today = {place.code: place for place in TODAY}
    assert {code: full_name(place) for code, place in today.items()} == {u["code"]: u["full_name"] for u in units}
    for unit in units:
        place = today[unit["code"]]
        assert abs((place.latitude or 0) - unit["point"]["lat"]) < 0.0001
        assert abs((place.longitude or 0) - unit["point"]["lon"]) < 0.0001
        assert place.valid_from == date(2025, 7, 1)
    assert len(legacy) == len(FORMER) == 273
    for unit in legacy:
        assert _heirs_of(unit) == {new["full_name"] for new in unit["new"]}, unit["name"]


def _heirs_of(unit: dict[str, Any]) -> set[str]:
    """What the one place that the name, the district and the code stand for became."""
    text = unit["name"] if unit["code"] is None else f"{unit['name']} {unit['district']}"
    exact = [place for place in named(text) if place.valid_to and full_name(place) == unit["name"]]
    assert len(exact) == 1, text
    assert exact[0].code == (unit["code"] or "536")
    return {full_name(one) for one in ATLAS.current(exact[0].slug)}
