"""Scales: round numbers between which everything lies, and how they are written."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.core.formats import number

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_DECIMAL_SIGNS = {"vi": ",", "en": "."}
# From which size on an axis writes a number short: as many, and the word behind it.
_SHORT = {
    "vi": ((1e9, "\u00a0tỷ"), (1e6, "\u00a0triệu"), (1e4, "\u00a0nghìn")),
    "en": ((1e9, "bn"), (1e6, "m"), (1e4, "k")),
}
_DIVISORS = {"tỷ": 1e9, "bn": 1e9, "triệu": 1e6, "m": 1e6, "nghìn": 1e3, "k": 1e3}


# From which part of what is possible on a scale shows all of it.
_NEARLY = 0.6
# Of the mark of a class, in pixels.
_RADIUS = 7


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of a scale: its value, where it is in percent, and how it is written."""

    value: float
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high`, both round; `ticks` from the lowest on, both ends among them."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    def at(self, value: float) -> float:
        """Where a value lies, in percent of the way from low to high; never outside."""
        share = (value - self.low) / (self.high - self.low)
        return round(min(max(share, 0.0), 1.0) * 100, 2)


@dataclass(frozen=True, slots=True)
class Steps:
    """Classes of values between bounds: `of` numbers them from 0; `ranges` tells each one's ends, "" where open."""

    bounds: tuple[float, ...]
    ranges: tuple[tuple[str, str], ...]

    def of(self, value: float) -> int:
        """The number of a value's class; a bound belongs to the class above it."""
        return bisect_right(self.bounds, value)

    @property
    def wedges(self) -> tuple[str, ...]:
        """The filled part of each class's mark, around 0,0: nothing in the lowest, the whole disc in the highest."""
        last = len(self.bounds)
        return tuple(_wedge(step / last if last else 1.0) for step in range(last + 1))


def scale_for(
    values: Iterable[float], *, unit: str = "", locale: str = "vi", most: float | None = None, count: int = 4
) -> Scale:
    """A scale that holds zero and all values, of about `count` steps. It goes up to `most`, the
    largest value that there can be, where any comes near it."""
    known = list(values)
    low, high = min([0.0, *known]), max([0.0, *known])
    if low == high:
        high = most or 1.0
    if most is not None and most * _NEARLY <= high <= most:
        high = most
    marks = ticks(low, high, count)
    step = marks[1] - marks[0]
    span = marks[-1] - marks[0]
    drawn = tuple(
        Tick(mark, round((mark - marks[0]) / span * 100, 2), tick_text(mark, step, unit, locale)) for mark in marks
    )
    return Scale(marks[0], marks[-1], drawn)


def ticks(low: float, high: float, count: int = 4) -> tuple[float, ...]:
    """Round numbers from at most `low` to at least `high`, about `count` steps apart; low must be below high."""
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(nice for nice in _NICE if nice * power >= rough * (1 - 1e-9)) * power
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = _digits(step)
    return tuple(round(index * step, digits) for index in range(first, last + 1))


def tick_text(value: float, step: float, unit: str, locale: str) -> str:
    """A mark of an axis: 20%, −5, 1,5 triệu; no more digits than its neighbours need."""
    for least, word in _SHORT.get(locale, _SHORT["vi"]):
        if abs(value) >= least:
            divisor = _DIVISORS[word.strip()]
            return decimal(value / divisor, _digits(step / divisor), locale, is_short=True) + word + unit
    return decimal(value, _digits(step), locale, is_short=True) + unit


def decimal(value: float, digits: int, locale: str, *, is_short: bool = False) -> str:
    """A number with a language's signs: 1.234,50; with `is_short`, without zeros at its end. A true minus sign."""
    whole, _, part = f"{abs(value):.{digits}f}".partition(".")
    if is_short:
        part = part.rstrip("0")
    text = number(int(whole), locale) + (_DECIMAL_SIGNS.get(locale, ",") + part if part else "")
    return f"−{text}" if value < 0 and text.strip("0.,") else text


def steps_between(bounds: Sequence[float], *, unit: str = "", locale: str = "vi") -> Steps:
    """The classes that rising bounds part: for 20, 40 these are up to 20, 20 to 40, and from 40 on."""
    digits = max((_digits(bound) for bound in bounds if bound), default=0)
    texts = [decimal(bound, digits, locale, is_short=True) + unit for bound in bounds]
    return Steps(tuple(bounds), tuple(zip(["", *texts], [*texts, ""], strict=True)))


def steps_for(values: Iterable[float], *, unit: str = "", locale: str = "vi", count: int = 5) -> Steps:
    """At most `count` + 1 classes with round bounds for values of any size; one class where all are the same."""
    known = sorted(set(values))
    if len(known) < 2:
        return steps_between((), unit=unit, locale=locale)
    inner = [mark for mark in ticks(known[0], known[-1], count) if known[0] < mark <= known[-1]]
    return steps_between(inner[: count - 1], unit=unit, locale=locale)


def _wedge(share: float) -> str:
    """A slice of a disc, clockwise from the top."""
    if share <= 0:
        return ""
    if share >= 1:
        return f"M0-{_RADIUS}a{_RADIUS} {_RADIUS} 0 1 1 0 {2 * _RADIUS}a{_RADIUS} {_RADIUS} 0 1 1 0-{2 * _RADIUS}Z"
    angle = 2 * math.pi * share
    x, y = round(_RADIUS * math.sin(angle), 2), round(-_RADIUS * math.cos(angle), 2)
    return f"M0 0V-{_RADIUS}A{_RADIUS} {_RADIUS} 0 {int(share > 0.5)} 1 {x:g} {y:g}Z"


def _digits(step: float) -> int:
    """How many digits after the sign it takes to write a step and its multiples."""
    for digits in range(7):
        if math.isclose(step, round(step, digits), rel_tol=1e-6):
            return digits
    return 7
