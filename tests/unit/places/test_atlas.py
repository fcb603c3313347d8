"""Who lies in whom, and what became of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.places.atlas import Atlas, Coverage, PlaceFact, Successor
from portal.places.checks import check_places
from portal.places.rows import PlaceRow

REFORM = date(2025, 7, 1)


def place(slug: str, superior: str | None = None, *, old: bool = False, **links: tuple[str, ...]) -> PlaceFact:
    """A place of today or of yesterday; `into` all of it, `parted` in parts; `of` what it was formed from."""
    successors = [Successor(other, is_whole=True) for other in links.get("into", ())]
    successors += [Successor(other, is_whole=False) for other in links.get("parted", ())]
    return PlaceFact(
        slug=slug, level="commune", kind="xa", name=slug, code=None,
        valid_from=None if old else REFORM, valid_to=date(2025, 6, 30) if old else None, superior=superior,
        latitude=None, longitude=None, former_names=(), successors=tuple(successors),
        predecessors=links.get("of", ()),
    )  # fmt: skip


@pytest.fixture(name="atlas")
def two_provinces_made_one() -> Atlas:
    return Atlas(
        [
            place("old-east", old=True, into=("new",)),
            place("old-west", old=True, into=("new",)),
            place("district", "old-east", old=True),
            place("a", "district", old=True, into=("ab",)),
            place("b", "district", old=True, into=("ab",)),
            place("split", "district", old=True, parted=("ab", "border")),
            place("w", "old-west", old=True, into=("border",)),
            place("v", "old-west", old=True, into=("west",)),
            place("new", of=("old-east", "old-west")),
            place("ab", "new", of=("a", "b", "split")),
            place("border", "new", of=("split", "w")),
            place("west", "new", of=("v",)),
            place("hamlet", "border"),
        ]
    )


@pytest.mark.parametrize(
    ("territory", "slug", "expected"),
    [
        ("new", "new", Coverage.WHOLE),
        ("new", "ab", Coverage.WHOLE),
        ("new", "hamlet", Coverage.WHOLE),
        ("new", "a", Coverage.WHOLE),  # a legacy unit lies in what it became
        ("old-east", "ab", Coverage.WHOLE),
        ("old-east", "border", Coverage.PART),
        ("old-east", "hamlet", Coverage.PART),
        ("old-east", "west", Coverage.NONE),
        ("old-east", "new", Coverage.PART),
        ("old-east", "old-west", Coverage.NONE),
        ("district", "ab", Coverage.WHOLE),
        ("a", "ab", Coverage.PART),
        ("a", "b", Coverage.NONE),  # having merged later makes nobody a neighbour
        ("ab", "a", Coverage.WHOLE),
        ("ab", "split", Coverage.PART),
        ("ab", "new", Coverage.PART),
        ("west", "old-east", Coverage.NONE),
        ("nowhere", "ab", Coverage.NONE),
        ("ab", "nowhere", Coverage.NONE),
    ],
)
def test_coverage_reaches_over_mergers(atlas: Atlas, territory: str, slug: str, expected: Coverage) -> None:
    assert atlas.coverage(territory, slug) is expected


def test_a_split_place_leads_to_each_of_its_successors(atlas: Atlas) -> None:
    assert [unit.slug for unit in atlas.current("split")] == ["ab", "border"]
    assert [unit.slug for unit in atlas.current("west")] == ["west"]
    assert atlas.current("nowhere") == ()


def test_a_circle_of_successions_ends() -> None:
    circle = Atlas([place("x", old=True, into=("y",)), place("y", old=True, into=("x",)), place("z")])
    assert circle.current("x") == ()
    assert circle.coverage("z", "x") is Coverage.NONE


def test_both_ends_of_a_validity_belong_to_it(atlas: Atlas) -> None:
    old, new = atlas.get("a"), atlas.get("ab")
    assert old is not None
    assert new is not None
    assert old.exists_on(date(2025, 6, 30))
    assert not old.exists_on(REFORM)
    assert new.exists_on(REFORM)
    assert not new.exists_on(date(2025, 6, 30))


def test_a_long_chain_is_followed_and_is_a_fault_of_its_file() -> None:
    days = [date(1900, 1, 1) + timedelta(days=10 * number) for number in range(1501)]
    chain = [
        replace(
            place(f"x{number}", into=(f"x{number + 1}",) if number < 1499 else ()), valid_from=days[number],
            valid_to=days[number + 1] - timedelta(days=1) if number < 1499 else None,
        )
        for number in range(1500)
    ]  # fmt: skip
    assert [one.slug for one in Atlas(chain).current("x0")] == ["x1499"]
    rows = [PlaceRow(line, fact) for line, fact in enumerate(chain, 2)]
    assert [(fault.line, "more than 50 successions" in fault.message) for fault in check_places(rows)] == [(53, True)]
    short = [replace(fact, successors=(), valid_to=None) if number == 50 else fact for number, fact in enumerate(chain)]
    assert check_places([PlaceRow(line, fact) for line, fact in enumerate(short[:51], 2)]) == []


def test_layers_of_splits_and_mergers_are_looked_at_once() -> None:
    layers = 40
    atlas = Atlas(
        place(
            f"{side}{number}", parted=(f"a{number + 1}", f"b{number + 1}") if number < layers else (),
            of=(f"a{number - 1}", f"b{number - 1}") if number else (), old=number < layers,
        )
        for number in range(layers + 1)
        for side in "ab"
    )  # fmt: skip
    assert atlas.coverage("a0", f"a{layers}") is Coverage.PART
    assert [one.slug for one in atlas.current("a0")] == [f"a{layers}", f"b{layers}"]
