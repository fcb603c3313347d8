"""Heat tables: places down, periods across, each cell its number and the class that it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.charts import Figure, Gap
from portal.core.charts_scale import Steps


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row: a name, and one figure for each period."""

    name: str
    figures: Sequence[Figure]
    url: str = ""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A figure with its class from 0 on; -1 where there is none."""

    figure: Figure
    step: int


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row whose cells know their classes."""

    name: str
    url: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class HeatTable:
    """All rows, with the classes for the legend and the kinds of gaps that there are."""

    periods: tuple[str, ...]
    rows: tuple[DrawnRow, ...]
    steps: Steps
    gaps: tuple[Gap, ...]


def draw_heat(periods: Sequence[str], rows: Sequence[HeatRow], steps: Steps) -> HeatTable:
    """The table; each row must have a figure for each period, ValueError otherwise."""
    for row in rows:
        if len(row.figures) != len(periods):
            raise ValueError(f"{row.name} has {len(row.figures)} figures for {len(periods)} periods")
    drawn = tuple(
        DrawnRow(row.name, row.url, tuple(HeatCell(figure, step_of(figure, steps)) for figure in row.figures))
        for row in rows
    )
    met = {cell.figure.gap for row in drawn for cell in row.cells if cell.step < 0}
    return HeatTable(tuple(periods), drawn, steps, tuple(gap for gap in Gap if gap in met))


def step_of(figure: Figure, steps: Steps) -> int:
    """The class of a figure, -1 where it has no value."""
    return -1 if figure.value is None else steps.of(figure.value)
