"""Small counts can't be worked out of the sums: for each there is another table with the same face."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product

import pytest

from portal.feedback.small_cells import FEWEST, TOTAL, Cell, hidden_cells, with_totals


def table(rows: list[list[int]]) -> dict[Cell, int]:
    counts = {(f"r{row}", f"c{column}"): count for row, line in enumerate(rows) for column, count in enumerate(line)}
    return with_totals(counts)


def is_sure(cell: Cell, of: Mapping[Cell, int], hidden: frozenset[Cell]) -> bool:
    """Whether only one count of a hidden cell fits everything that is shown; sums of hidden cells are looked at, too.

    By trying: every other table of counts that are not negative, with the same shown cells.
    """
    inner = sorted(one for one in hidden if TOTAL not in one)
    most = max(of[one] for one in hidden) + 1
    seen = set()
    for counts in product(range(most + 1), repeat=len(inner)):
        guess = {one: count for one, count in of.items() if TOTAL not in one} | dict(zip(inner, counts, strict=True))
        whole = with_totals(guess)
        if all(whole[one] == count for one, count in of.items() if one not in hidden):
            seen.add(whole[cell])
            if len(seen) > 1:
                return False
    return True


@pytest.mark.parametrize("seed", range(25))
def test_no_hidden_count_can_be_worked_out(seed: int) -> None:
    """At a least of 3, so that every table can be tried."""
    chance = random.Random(seed)
    rows, columns = (1, chance.randint(1, 3)) if seed % 5 == 0 else (2, 2)
    of = table([[chance.choice((0, 1, 1, 2, 3, 4)) for _ in range(columns)] for _ in range(rows)])
    hidden = hidden_cells(of, fewest=3)
    assert {cell for cell, count in of.items() if count < 3} <= hidden
    for cell in hidden:
        assert of[cell] == 0 or not is_sure(cell, of, hidden), (of, hidden, cell)


def test_one_small_cell_takes_others_with_it() -> None:
    of = table([[50, 4, 60], [70, 80, 90], [20, 30, 40]])
    hidden = hidden_cells(of)
    assert len(hidden) == 4 and ("r0", "c1") in hidden
    assert hidden == {("r0", "c0"), ("r0", "c1"), ("r2", "c0"), ("r2", "c1")}, "as few people as can be"
    assert not any(TOTAL in cell for cell in hidden)


def test_where_nothing_is_small_nothing_is_hidden() -> None:
    assert hidden_cells(table([[FEWEST, 11], [12, 13]])) == frozenset()


def test_a_single_row_hides_its_sums() -> None:
    of = table([[4, 50]])
    assert {("r0", "c0"), (TOTAL, "c0")} <= hidden_cells(of)
    assert len(hidden_cells(of)) >= 4


def test_a_large_table_is_quick_and_closed() -> None:
    chance = random.Random(5)
    of = table([[chance.choice((0, 0, 1, 3, 8, 15, 40)) for _ in range(12)] for _ in range(150)])
    hidden = hidden_cells(of)
    edges = {cell for cell in hidden if of[cell]}
    for cell in sorted(edges)[:40]:
        assert _is_on_a_circle(cell, edges)


def _is_on_a_circle(cell: Cell, edges: set[Cell]) -> bool:
    reached, ahead = {("row", cell[0])}, [("row", cell[0])]
    while ahead:
        side, name = ahead.pop()
        for row, column in edges - {cell}:
            other = ("column", column) if side == "row" and row == name else ("row", row)
            if (row if side == "row" else column) == name and other not in reached:
                reached.add(other)
                ahead.append(other)
    return ("column", cell[1]) in reached
