"""What a chart is given and what it draws: plain values, and geometry for the macros of `components/chart*.html`.

Nobody knows how wide a screen is. So everything along a width is a percentage of it, heights are in CSS pixels, and
text keeps the size of the page's text: nothing shrinks on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.core.charts_scale import Scale, scale_for


class Gap(StrEnum):
    """Why there is no value."""

    NOT_REPORTED = "not_reported"
    TOO_FEW = "too_few"
    UNKNOWN = "unknown"
    NOT_COUNTED = "not_counted"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and how it is written, such as 77.62 and "77,62%"; without a value, `gap` says why."""

    value: float | None
    text: str = ""
    gap: Gap = Gap.NOT_REPORTED


@dataclass(frozen=True, slots=True)
class Target:
    """What should be reached, with how it is written; `is_floor` where more is better."""

    value: float
    text: str
    is_floor: bool = True

    def is_met(self, value: float) -> bool:
        """Whether a value is as good as the target."""
        return value >= self.value if self.is_floor else value <= self.value


class Direction(StrEnum):
    """Where a value went."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Trend:
    """A change since an earlier period: `by` and `since` are written out; `is_better` None where neither way is."""

    direction: Direction
    by: str
    since: str
    is_better: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure with all that it takes to trust it; every text is written out, "" where there is none.

    `parts` is what a rate is made of, `missing` what isn't in it yet; `age` says how old the figure is, `is_stale` that
    it is older than it should be.
    """

    label: str
    figure: Figure
    period: str
    parts: str = ""
    missing: str = ""
    source: str = ""
    source_url: str = ""
    importer: str = ""
    age: str = ""
    is_stale: bool = False
    is_demo: bool = False
    target: Target | None = None
    trend: Trend | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a bar chart; `rank` and `note` are written out."""

    name: str
    figure: Figure
    url: str = ""
    rank: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A row with its bar, from `x` and `width` wide, in percent. `is_met` is None without a target or a value."""

    bar: Bar
    x: float = 0.0
    width: float = 0.0
    is_met: bool | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars on one scale; `zero` and `target_x` in percent."""

    rows: tuple[DrawnBar, ...]
    scale: Scale
    zero: float
    target: Target | None = None
    target_x: float | None = None

    @property
    def has_ranks(self) -> bool:
        """Whether any row is ranked."""
        return any(row.bar.rank for row in self.rows)


def direction(now: float, before: float, *, digits: int) -> Direction:
    """Where a value went, as far as its written digits tell."""
    difference = round(now, digits) - round(before, digits)
    if not difference:
        return Direction.SAME
    return Direction.UP if difference > 0 else Direction.DOWN


def draw_bars(
    bars: Sequence[Bar], *, unit: str = "", locale: str = "vi", target: Target | None = None, most: float | None = None
) -> BarChart:
    """Bars from zero, which is always on the scale: a cut-off bar lies. `most` is what no value can pass."""
    values = [bar.figure.value for bar in bars if bar.figure.value is not None]
    scale = scale_for([*values, *_value_of(target)], unit=unit, locale=locale, most=most)
    zero = scale.at(0)
    return BarChart(
        tuple(_drawn(bar, scale, zero, target) for bar in bars),
        scale,
        zero,
        target,
        None if target is None else scale.at(target.value),
    )


def _drawn(bar: Bar, scale: Scale, zero: float, target: Target | None) -> DrawnBar:
    value = bar.figure.value
    if value is None:
        return DrawnBar(bar)
    end = scale.at(value)
    is_met = None if target is None else target.is_met(value)
    return DrawnBar(bar, min(zero, end), round(abs(end - zero), 2), is_met)


def _value_of(target: Target | None) -> list[float]:
    return [] if target is None else [target.value]
