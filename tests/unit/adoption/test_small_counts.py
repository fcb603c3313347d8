"""Nobody works a hidden count of people out of what is published."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.adoption.small_counts import FEWEST, TOTAL, Cell, hidden_cells, with_sums

MONTHS = [f"2026-{number:02}" for number in range(1, 7)]
PARENTS = {month: f"2026-q{1 + number // 3}" for number, month in enumerate(MONTHS)} | {
    "2026-q1": "2026", "2026-q2": "2026",
}  # fmt: skip
UNITS = ["a", "b", "c", "d"]


def equations(table: Mapping[Cell, int], parents: Mapping[str, str]) -> list[dict[Cell, int]]:
    """All that anybody knows to be equal: sums over units, and over the parts of a period."""
    found = []
    for period in {period for _, period in table}:
        units = {unit for unit, one in table if one == period}
        if TOTAL in units:
            found.append({(unit, period): -1 if unit == TOTAL else 1 for unit in units})
    for unit in {unit for unit, _ in table}:
        for period in {period for one, period in table if one == unit}:
            parts = {cell: 1 for cell in table if cell[0] == unit and parents.get(cell[1]) == period}
            # What a total has beside its own parts is of units that reported no parts.
            whole = sum(table[cell] for cell in parts) == table[unit, period]
            if parts and whole:
                found.append({**parts, (unit, period): -1})
    return found


def determined(table: Mapping[Cell, int], hidden: frozenset[Cell], parents: Mapping[str, str]) -> set[Cell]:
    """The hidden cells that linear algebra finds: those alone on a line of the reduced equations."""
    columns = sorted(hidden)
    rows = [[Fraction(one.get(cell, 0)) for cell in columns] for one in equations(table, parents)]
    pivot = 0
    for column in range(len(columns)):
        found = next((row for row in range(pivot, len(rows)) if rows[row][column]), None)
        if found is None:
            continue
        rows[pivot], rows[found] = rows[found], rows[pivot]
        head = rows[pivot] = [value / rows[pivot][column] for value in rows[pivot]]
        for number, row in enumerate(rows):
            if number != pivot and row[column]:
                rows[number] = [value - row[column] * other for value, other in zip(row, head, strict=True)]
        pivot += 1
    alone = [row for row in rows if sum(1 for value in row if value) == 1]
    return {columns[next(number for number, value in enumerate(row) if value)] for row in alone}


months_of_units = st.dictionaries(
    st.tuples(st.sampled_from(UNITS), st.sampled_from(MONTHS)), st.integers(0, 40), min_size=1, max_size=24
)


@settings(max_examples=150, deadline=None)
@given(months_of_units)
def test_nobody_recomputes_a_hidden_month(counts: dict[Cell, int]) -> None:
    table = with_sums(counts, PARENTS)
    hidden = hidden_cells(table, PARENTS)
    assert {cell for cell, count in table.items() if 0 < count < FEWEST} <= hidden
    assert all(table[cell] for cell in hidden), "a zero tells nobody apart"
    assert determined(table, hidden, PARENTS) == set()


@settings(max_examples=100, deadline=None)
@given(months_of_units, st.dictionaries(st.sampled_from(UNITS), st.integers(0, 60), max_size=2))
def test_nor_where_somebody_reported_quarters(counts: dict[Cell, int], quarters: dict[str, int]) -> None:
    """A unit with a quarter and none of its months."""
    own = {(unit, "2026-q1"): count for unit, count in quarters.items()}
    kept = {cell: count for cell, count in counts.items() if (cell[0], PARENTS[cell[1]]) not in own}
    table = with_sums(kept | own, PARENTS)
    assert determined(table, hidden_cells(table, PARENTS), PARENTS) == set()


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.tuples(st.just("a"), st.sampled_from(MONTHS)), st.integers(0, 40), min_size=1))
def test_nor_of_a_unit_that_is_in_no_total(counts: dict[Cell, int]) -> None:
    table = {cell: count for cell, count in with_sums(counts, PARENTS).items() if cell[0] != TOTAL}
    assert determined(table, hidden_cells(table, PARENTS), PARENTS) == set()


def test_without_the_second_step_it_would_be_told() -> None:
    """What the test above finds where only small counts are hidden."""
    table = with_sums({("a", "2026-01"): 3, ("b", "2026-01"): 30, ("c", "2026-01"): 50}, PARENTS)
    small = frozenset(cell for cell, count in table.items() if 0 < count < FEWEST)
    assert ("a", "2026-01") in determined(table, small, PARENTS)


def test_the_fewest_people_are_hidden_with_it() -> None:
    counts = {(unit, month): 100 for unit in UNITS for month in MONTHS} | {("a", "2026-01"): 4, ("b", "2026-02"): 60}
    hidden = hidden_cells(with_sums(counts, PARENTS), PARENTS)
    assert len(hidden) == 4 and ("b", "2026-02") in hidden
    assert not any(unit == TOTAL or period in PARENTS.values() for unit, period in hidden)


def test_a_single_period_hides_two() -> None:
    table = with_sums({("a", "2026"): 3, ("b", "2026"): 30, ("c", "2026"): 50}, {})
    assert hidden_cells(table, {}) == {("a", "2026"), ("b", "2026")}


def test_sums_are_of_what_is_there() -> None:
    table = with_sums({("a", "2026-01"): 3, ("a", "2026-04"): 5, ("b", "2026-q1"): 7}, PARENTS)
    assert table["a", "2026-q1"] == 3 and table["a", "2026"] == 8
    assert table[TOTAL, "2026-q1"] == 10 and table[TOTAL, "2026"] == 15 and table[TOTAL, "2026-01"] == 3
