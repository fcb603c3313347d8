"""Lines over periods. Where nothing was reported, nothing is drawn: a gap is neither zero nor joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.core.charts import Figure, Gap, Target
from portal.core.charts_scale import Scale, scale_for

HEIGHT = 220
# Between the written values at the right end, in pixels: a line of text.
_APART = 17
# With more points than this, only those are marked that no line reaches, and the last.
_MOST_MARKS = 14
_MOST_LABELS = 6
_STRIDES = (1, 2, 3, 6, 12, 24)


@dataclass(frozen=True, slots=True)
class Series:
    """A line: one figure for each period."""

    name: str
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked point: `x` in percent, `y` in pixels from the top."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class DrawnSeries:
    """A line, `number` from 0, as it is drawn: `path` in a box of 100 by HEIGHT; the last value stands at `label_y`."""

    number: int
    name: str
    figures: tuple[Figure, ...]
    path: str
    marks: tuple[Mark, ...]
    last: Figure | None = None
    last_period: str = ""
    label_y: float = 0.0
    is_at_end: bool = False


@dataclass(frozen=True, slots=True)
class PeriodLabel:
    """A period's name under the axis; `is_spare` where a phone has no room for it; anchor start, middle or end."""

    x: float
    text: str
    anchor: str
    is_spare: bool


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line across, and what is written beside it."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines on one scale; `silent` are the places along the axis of periods without a value, `gap` why."""

    periods: tuple[str, ...]
    series: tuple[DrawnSeries, ...]
    grid: tuple[GridLine, ...]
    labels: tuple[PeriodLabel, ...]
    silent: tuple[float, ...]
    target: Target | None = None
    target_y: float = 0.0
    height: int = HEIGHT
    gap: Gap = Gap.NOT_REPORTED


def draw_lines(
    periods: Sequence[str], series: Sequence[Series], *, unit: str = "", locale: str = "vi",
    target: Target | None = None, most: float | None = None,
) -> LineChart:  # fmt: skip
    """Lines over `periods`, which are written out, the oldest first; each series has as many figures."""
    values = [figure.value for one in series for figure in one.figures if figure.value is not None]
    aims = [] if target is None else [target.value]
    scale = scale_for([*values, *aims], unit=unit, locale=locale, most=most)
    places = _places(len(periods))
    drawn = [_drawn(number, one, periods, places, scale) for number, one in enumerate(series)]
    silent = [x for index, x in enumerate(places) if series and all(one.figures[index].value is None for one in series)]
    gaps = [figure.gap for one in series for figure in one.figures if figure.value is None]
    return LineChart(
        periods=tuple(periods),
        series=_apart(drawn),
        grid=tuple(GridLine(_y(scale, tick.value), tick.text) for tick in scale.ticks),
        labels=_labels(periods, places),
        silent=tuple(silent),
        target=target,
        target_y=0.0 if target is None else _y(scale, target.value),
        gap=gaps[0] if gaps else Gap.NOT_REPORTED,
    )


def _places(count: int) -> list[float]:
    if count == 1:
        return [50.0]
    return [round(index * 100 / (count - 1), 2) for index in range(count)]


def _y(scale: Scale, value: float) -> float:
    return round(HEIGHT * (1 - scale.at(value) / 100), 1)


def _drawn(number: int, series: Series, periods: Sequence[str], places: Sequence[float], scale: Scale) -> DrawnSeries:
    if len(series.figures) != len(periods):
        raise ValueError(f"{series.name} has {len(series.figures)} figures for {len(periods)} periods")
    points: list[Mark | None] = [
        None if figure.value is None else Mark(x, _y(scale, figure.value))
        for figure, x in zip(series.figures, places, strict=True)
    ]
    known = [index for index, point in enumerate(points) if point is not None]
    if not known:
        return DrawnSeries(number, series.name, tuple(series.figures), "", ())
    path, marks = [], []
    for index, point in enumerate(points):
        if point is None:
            continue
        is_joined = index > 0 and points[index - 1] is not None
        path.append(f"{'L' if is_joined else 'M'}{point.x:g} {point.y:g}")
        is_alone = not is_joined and (index + 1 == len(points) or points[index + 1] is None)
        if is_alone or index == known[-1] or len(points) <= _MOST_MARKS:
            marks.append(point)
    last = known[-1]
    return DrawnSeries(
        number, series.name, tuple(series.figures), "".join(path), tuple(marks), series.figures[last], periods[last],
        marks[-1].y, last == len(points) - 1,
    )  # fmt: skip


def _apart(series: Sequence[DrawnSeries]) -> tuple[DrawnSeries, ...]:
    """The same with their written values moved until none lies on another."""
    order = sorted((index for index, one in enumerate(series) if one.is_at_end), key=lambda i: series[i].label_y)
    heights: list[float] = []
    for index in order:
        heights.append(max(series[index].label_y, heights[-1] + _APART if heights else 0.0))
    # Back up from the bottom, each only as far as the one below it needs.
    floor = float(HEIGHT)
    for index in range(len(heights) - 1, -1, -1):
        heights[index] = min(heights[index], floor)
        floor = heights[index] - _APART
    moved = dict(zip(order, heights, strict=True))
    return tuple(replace(one, label_y=round(moved.get(i, one.label_y), 1)) for i, one in enumerate(series))


def _labels(periods: Sequence[str], places: Sequence[float]) -> tuple[PeriodLabel, ...]:
    """The first and the last, and as many between them as a wide screen has room for, evenly."""
    last = len(periods) - 1
    if last < 1:
        return tuple(PeriodLabel(x, text, "middle", False) for x, text in zip(places, periods, strict=True))
    every = next(step for step in (*_STRIDES, last) if last / step < _MOST_LABELS)
    inner = [index for index in range(every, last, every) if last - index > every / 2]
    return tuple(
        PeriodLabel(
            places[index], periods[index], "start" if index == 0 else "end" if index == last else "middle",
            is_spare=index not in (0, last),
        )
        for index in (0, *inner, last)
    )  # fmt: skip
