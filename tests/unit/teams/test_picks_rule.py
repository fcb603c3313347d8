"""The rule by which a week's guides are put in order, whatever of it is known."""

from __future__ import annotations

from portal.teams.picks import Known, ranked

GUIDES = ["a", "b", "c", "d"]
NOTHING = Known({}, {}, {})


def test_without_any_figures_the_provinces_list_decides_then_the_slug() -> None:
    assert ranked(GUIDES, NOTHING, []) == ["a", "b", "c", "d"]
    assert ranked(GUIDES, NOTHING, ["d", "x", "b"]) == ["d", "b", "a", "c"]


def test_each_part_counts_by_itself() -> None:
    assert ranked(GUIDES, Known({"c": 5, "b": 9}, {}, {}), [])[:2] == ["b", "c"]
    assert ranked(GUIDES, Known({}, {}, {"d": 1_000, "c": 7_000}), [])[:2] == ["c", "d"]
    assert ranked(GUIDES, Known({}, {"a": 0.9, "b": 0.2, "c": 0.5}, {}), [])[:3] == ["b", "c", "a"]


def test_the_parts_are_multiplied() -> None:
    """Half the demand with the whole saving (1.5 × 2) goes before the whole demand without (2 × 1)."""
    known = Known({"a": 10, "b": 5}, {}, {"b": 4_000})
    assert ranked(GUIDES, known, [])[:2] == ["b", "a"]
    # 2 × 1.9 against 1.5 × 2 × 1.2.
    assert ranked(GUIDES, Known(known.asked, {"a": 0.1, "b": 0.8}, known.savings), [])[:2] == ["a", "b"]


def test_what_is_unknown_of_one_guide_gives_it_no_more_than_one_point() -> None:
    known = Known({}, {"a": 0.99}, {})
    assert ranked(["b", "a"], known, ["b"]) == ["a", "b"]
    assert ranked(["b", "a"], Known({}, {"a": 1.0}, {}), ["b"]) == ["b", "a"]


def test_equal_scores_always_give_the_same_order() -> None:
    known = Known(dict.fromkeys(GUIDES, 3), {}, {})
    assert ranked(GUIDES, known, ["c"]) == ranked(GUIDES[::-1], known, ["c"]) == ["c", "a", "b", "d"]
