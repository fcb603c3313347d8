"""The place of feedback: settled where it is plain, asked for where it isn't."""

from __future__ import annotations

import pytest

from portal.feedback.placing import NOT_LISTED, NOWHERE, Placing, placed, placing
from portal.places.atlas import Atlas
from portal.places.finder import Finder
from tests.factories.feedback import COMMUNE, OLD_COMMUNE, SPLIT, some_places

ATLAS = Atlas(some_places())
FINDER = Finder(ATLAS)


def typed(text: str, *, asked: str = "", picked: str = "") -> Placing:
    return placing(ATLAS, FINDER, typed=text, asked=asked, picked=picked)


def test_nothing_typed_is_nowhere() -> None:
    assert typed(" \u200b ") == NOWHERE
    assert typed("", asked="Phường Cẩm Thành", picked=COMMUNE) == NOWHERE


def test_one_place_that_is_plainly_meant_is_taken() -> None:
    found = typed("phuong cam thanh")
    assert (found.typed, found.given, found.is_open) == ("Phường Cẩm Thành", COMMUNE, False)


def test_a_slip_is_asked_about() -> None:
    found = typed("phuong cam thanhh")
    assert found.is_open
    assert COMMUNE in [option.slug for option in found.options]


@pytest.mark.parametrize("text", ["xa tra bui", "trà bùi"])
def test_a_split_place_offers_its_parts_and_itself(text: str) -> None:
    found = typed(text)
    assert found.is_open
    assert SPLIT in {option.slug for option in found.options if option.is_unsure}
    assert len(found.options) == 3


def test_what_is_picked_is_taken() -> None:
    first = typed("trà bùi")
    found = typed("trà bùi", asked=first.typed, picked=SPLIT)
    assert (found.given, found.is_open) == (SPLIT, False)
    # Carried on by the preview, it stays.
    assert typed(found.typed, asked=found.typed, picked=found.given) == found


def test_an_unknown_name_stays_as_it_was_written_if_the_person_says_so() -> None:
    found = typed("Zzyx")
    assert found.is_open
    assert found.is_unknown
    kept = typed("Zzyx", asked="Zzyx", picked=NOT_LISTED)
    assert (kept.given, kept.is_open) == ("Zzyx", False)


def test_a_pick_that_does_not_exist_counts_for_nothing() -> None:
    assert typed("trà bùi", asked="trà bùi", picked="khong-co").is_open


def test_an_address_fills_it_in() -> None:
    assert placed(ATLAS, COMMUNE).given == COMMUNE
    old = placed(ATLAS, OLD_COMMUNE)
    assert (old.given, old.today) == (OLD_COMMUNE, "Phường Cẩm Thành")
    assert placed(ATLAS, SPLIT).is_open
    assert placed(ATLAS, "khong-co") == NOWHERE
