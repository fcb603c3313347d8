"""Which counts of people are hidden in tables of units and periods, so that no published sum gives a small one away.

A count below the least that is shown is hidden, and with it so many others that each hidden one lies on a circle of
hidden ones: along it one can be taken and given in turn, and every sum that is shown stays as it is. The sums are those
of a period over the units, and of a unit over the parts of a period; each count is part of two of them at most, so the
table is a graph: sums are its nodes, counts its edges (`portal.feedback.small_cells` does the same for two totals).
Nobody is told apart by a zero, which is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

TOTAL = ""
FEWEST = 10
# A count by unit and period; TOTAL stands for all units together.
Cell = tuple[str, str]
_Node = Hashable
# The end of a count that is part of one sum, or none: whatever is taken or given there, nobody sees.
_NO_SUM = ("none",)


def with_sums(counts: Mapping[Cell, int], parents: Mapping[str, str]) -> dict[Cell, int]:
    """The counts with the sums of units over the periods that theirs are parts of, and of all units.

    `parents` names the period that a period is a part of. A unit's own count of a longer period stands where it has
    one; else it is the sum of its parts.
    """
    table = dict(counts)
    for period in _parts_first({period for _, period in counts}, parents):
        sums: dict[str, int] = defaultdict(int)
        for (unit, part), count in table.items():
            if parents.get(part) == period and unit != TOTAL:
                sums[unit] += count
        for unit, count in sums.items():
            table.setdefault((unit, period), count)
    totals: dict[Cell, int] = defaultdict(int)
    for (_, period), count in table.items():
        totals[TOTAL, period] += count
    return table | dict(totals)


def _parts_first(periods: set[str], parents: Mapping[str, str]) -> list[str]:
    """The periods that have parts among these or above them, each after its parts."""
    depths: dict[str, int] = {}
    for period in periods:
        above, depth = parents.get(period), 1
        while above is not None:
            depths[above] = max(depths.get(above, 0), depth)
            above, depth = parents.get(above), depth + 1
    return sorted(depths, key=lambda period: (depths[period], period))


def hidden_cells(table: Mapping[Cell, int], parents: Mapping[str, str], fewest: int = FEWEST) -> frozenset[Cell]:
    """The cells of a table with its sums that must not be shown."""
    graph = _Graph(table, parents)
    hidden = {cell for cell, count in table.items() if 0 < count < fewest}
    for cell in sorted(hidden):
        hidden.update(graph.way_back(cell, hidden))
    return frozenset(hidden)


@dataclass
class _Graph:
    """The sums, and the counts that join two of them each."""

    table: Mapping[Cell, int]
    parents: Mapping[str, str]
    ends: dict[Cell, tuple[_Node, _Node]] = field(default_factory=dict)
    near: dict[_Node, list[tuple[_Node, Cell]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        summed = {(unit, self.parents[period]) for unit, period in self.table if period in self.parents}
        for cell in (cell for cell, count in self.table.items() if count):
            one, other = self.ends[cell] = self._own_end(cell), self._other_end(cell, summed)
            self.near[one].append((other, cell))
            self.near[other].append((one, cell))

    def _own_end(self, cell: Cell) -> _Node:
        """The sum over the unit's longer period, or the one over all units where there is no longer period."""
        unit, period = cell
        above = self.parents.get(period)
        return self._over_units(period) if above is None else ("parts", unit, above)

    def _other_end(self, cell: Cell, summed: set[Cell]) -> _Node:
        """The sum of the cell's own parts; of one that has none, that over all units: of their parts, where they do."""
        unit, period = cell
        if cell in summed:
            return ("parts", unit, period)
        if (TOTAL, period) in summed:
            return ("parts", TOTAL, period)
        return self._over_units(period) if period in self.parents else _NO_SUM

    def _over_units(self, period: str) -> _Node:
        return ("all", period) if (TOTAL, period) in self.table else _NO_SUM

    def way_back(self, cell: Cell, hidden: set[Cell]) -> list[Cell]:
        """The cells that close a circle with one, with as few people as can be in those that are shown so far."""
        start, end = self.ends[cell]
        if start == end:
            return []
        best: dict[_Node, int] = {start: 0}
        came: dict[_Node, tuple[_Node, Cell]] = {}
        ahead: list[tuple[int, int, _Node]] = [(0, 0, start)]
        while ahead and end not in came:
            cost, _, node = heappop(ahead)
            if cost > best[node]:
                continue
            for other, between in self.near[node]:
                further = cost + (0 if between in hidden else self.table[between])
                if between != cell and further < best.get(other, further + 1):
                    best[other], came[other] = further, (node, between)
                    heappush(ahead, (further, len(came) + len(ahead), other))
        return _back(came, start, end) if end in came else []


def _back(came: Mapping[_Node, tuple[_Node, Cell]], start: _Node, end: _Node) -> list[Cell]:
    way, node = [], end
    while node != start:
        node, between = came[node]
        way.append(between)
    return way
