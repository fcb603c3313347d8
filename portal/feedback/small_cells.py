"""Which counts of people are hidden in a table with totals, so that nobody works a small one out of the others.

A count below the least that is shown is hidden, and with it so many others that each hidden one lies on a circle of
hidden ones: along such a circle one can be taken from and given to the counts in turn, and every sum that is shown
stays as it is. So there is always another table with the same face.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from heapq import heappop, heappush

TOTAL = ""
FEWEST = 10
# A cell by row and column; TOTAL stands for the sum of all rows or columns.
Cell = tuple[str, str]
# A row or a column, which are told apart by the first part.
_Line = tuple[int, str]


def with_totals(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """The counts and the sums of their rows and columns, and of all."""
    found: dict[Cell, int] = defaultdict(int)
    for (row, column), count in counts.items():
        for cell in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            found[cell] += count
    return dict(found)


def hidden_cells(table: Mapping[Cell, int], fewest: int = FEWEST) -> frozenset[Cell]:
    """The cells of a table with its totals that must not be shown; those that aren't in the table are empty."""
    hidden = {cell for cell, count in table.items() if count < fewest}
    lines: dict[_Line, list[tuple[_Line, Cell]]] = defaultdict(list)
    for row, column in (cell for cell, count in table.items() if count):
        lines[0, row].append(((1, column), (row, column)))
        lines[1, column].append(((0, row), (row, column)))
    for cell in sorted(cell for cell in hidden if table[cell]):
        hidden.update(_cheapest_way_back(cell, table, lines, hidden))
    return frozenset(hidden)


def _cheapest_way_back(
    cell: Cell, table: Mapping[Cell, int], lines: Mapping[_Line, list[tuple[_Line, Cell]]], hidden: set[Cell]
) -> list[Cell]:
    """The cells that close a circle with one, as few people as can be in those that are shown so far.

    There always is such a way: over the row's total, the column's, and the total of all. Sums are dear by themselves.
    """
    start, end = (0, cell[0]), (1, cell[1])
    best: dict[_Line, int] = {start: 0}
    came: dict[_Line, tuple[_Line, Cell]] = {}
    ahead: list[tuple[int, _Line]] = [(0, start)]
    while ahead:
        cost, line = heappop(ahead)
        if line == end:
            break
        if cost > best[line]:
            continue
        for other, between in lines[line]:
            further = cost + (0 if between in hidden else table[between])
            if between != cell and further < best.get(other, further + 1):
                best[other], came[other] = further, (line, between)
                heappush(ahead, (further, other))
    way, line = [], end
    while line != start:
        line, between = came[line]
        way.append(between)
    return way
