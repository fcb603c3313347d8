"""Figures that another system sends: its JSON becomes what an import would read from a file, or row errors.

Nothing is guessed: numbers are JSON numbers, periods are codes, a unit is a slug, or a code with or without the day
since which it is that unit's. Documented in docs/howto/push-figures.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.adoption import keys
from portal.adoption.directory import Directory, Named
from portal.adoption.key_models import FigureKey
from portal.adoption.periods import Period
from portal.adoption.queries import Unit
from portal.adoption.registry import INDICATORS, Indicator
from portal.adoption.rows import MOST, FigureItem
from portal.core.days import EARLIEST
from portal.core.text import clean_line
from portal.exchange.errors import RowError, shown
from portal.exchange.jsonl import parse_json
from portal.exchange.rows import Row, checked
from portal.exchange.values import ValueProblem, parse_day

MOST_OBSERVATIONS = 5_000
KEPT_ERRORS = 100
_LONGEST = 500
TOP = {"document", "url", "as_of", "observations"}
FIELDS = {"indicator", "place", "agency", "code", "valid_from", "period", "numerator", "denominator"}
_INDICATORS = {one.key: one for one in INDICATORS}


class BodyProblem(ValueError):
    """The body is no request at all: `code` is not_json, not_object or too_many; `reason` says where, in English."""

    def __init__(self, code: str, reason: str = "") -> None:
        self.code, self.reason = code, reason
        super().__init__(f"{code}: {reason}")


@dataclass(slots=True)
class Pushed:
    """What a body says: items as an import stores them, or the first hundred of its errors.

    `line` of an error is the index of the observation, from 0, or -1 for what is said of all. `refused` are those of
    what the key doesn't cover.
    """

    items: list[FigureItem] = field(default_factory=list)
    observations: int = 0
    error_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    refused: list[RowError] = field(default_factory=list)


def read_body(body: bytes) -> dict[str, Any]:
    """The object that a body holds. Raises BodyProblem."""
    try:
        value = parse_json(body.decode("utf-8"))
    except ValueError as error:  # of JSON, of UTF-8, and of what neither forbids
        raise BodyProblem("not_json", shown(str(error), 200)) from None
    if not isinstance(value, dict) or not isinstance(value.get("observations"), list):
        raise BodyProblem("not_object")
    if len(value["observations"]) > MOST_OBSERVATIONS:
        raise BodyProblem("too_many")
    return value


def read_figures(given: Mapping[str, Any], key: FigureKey, known: Directory, *, today: date) -> Pushed:
    """The items of a request, grouped by unit and period, with everything that is wrong with it."""
    found = Pushed(observations=len(given["observations"]))
    head = _Head(given, found.errors, today)
    if not given["observations"]:
        found.errors.append(RowError(-1, "observations", "missing"))
    groups: dict[tuple[Unit, Period], tuple[Named, dict[str, tuple[int, int | None]]]] = {}
    lines: dict[tuple[Unit, Period, str], int] = {}
    for index, one in enumerate(given["observations"]):
        row = _Observation(index, one, known, today)
        if row.errors:
            _refuse(found, row.errors)
            continue
        identity = (row.named.unit, row.period, row.indicator.key)
        if identity in lines:
            params = {"value": row.in_words, "first": lines[identity]}
            _refuse(found, [RowError(index, None, "duplicate_observation", params)])
        elif not keys.may_report(key, row.indicator.key, row.named.unit):
            found.refused.append(RowError(index, None, "out_of_scope", {"value": row.in_words}))
        else:
            lines[identity] = index
            _, figures = groups.setdefault(identity[:2], (row.named, {}))
            figures[row.indicator.key] = row.pair
    found.items = [
        FigureItem(named, period, figures, _sums(figures), head.document, head.url, head.as_of)
        for (_, period), (named, figures) in groups.items()
    ]
    return found


def _sums(figures: Mapping[str, tuple[int, int | None]]) -> dict[str, int]:
    """The counts that the figures are made of, by their names in the registry."""
    sums: dict[str, int] = {}
    for key, (part, whole) in figures.items():
        one = _INDICATORS[key]
        sums[one.numerator.key] = part
        if one.denominator and whole is not None:
            sums[one.denominator.key] = whole
    return sums


def _refuse(found: Pushed, errors: Sequence[RowError]) -> None:
    found.error_count += len(errors)
    found.errors += errors[: max(0, KEPT_ERRORS - len(found.errors))]


def _fit(index: int, values: dict[str, Any]) -> Row | RowError:
    """What may be stored of an object, its texts composed."""
    try:
        return checked(index, values)
    except RecursionError:
        return RowError(index, None, "too_deep")


class _Head:
    """What a request says of all its observations."""

    def __init__(self, given: Mapping[str, Any], errors: list[RowError], today: date) -> None:
        said = _fit(-1, {name: value for name, value in given.items() if name != "observations"})
        values: Mapping[str, Any] = said.values if isinstance(said, Row) else {}
        if isinstance(said, RowError):
            errors.append(said)
        errors += [RowError(-1, shown(name), "unknown_column") for name in sorted(set(given) - TOP)]
        self.document = _line(values.get("document"), "document", errors)
        if not self.document and not errors:
            errors.append(RowError(-1, "document", "missing"))
        self.url = _line(values.get("url"), "url", errors)
        if self.url and not self.url.startswith("https://"):
            errors.append(RowError(-1, "url", "not_https", {"value": shown(self.url)}))
        self.as_of = _day(values.get("as_of"), "as_of", -1, errors)
        if self.as_of and self.as_of > today:
            errors.append(RowError(-1, "as_of", "in_future", {"value": self.as_of.isoformat()}))


class _Observation:
    """One observation; without `errors`, `named`, `period`, `indicator` and `pair` are there."""

    named: Named
    period: Period
    indicator: Indicator
    pair: tuple[int, int | None]

    def __init__(self, index: int, given: Any, known: Directory, today: date) -> None:
        self.errors: list[RowError] = []
        self._index = index
        if not isinstance(given, dict):
            self.errors.append(RowError(index, None, "not_object", {"found": type(given).__name__}))
            return
        said = _fit(index, given)
        if isinstance(said, RowError):
            self.errors.append(said)
            return
        values = said.values
        self.errors += [RowError(index, shown(name), "unknown_column") for name in sorted(set(values) - FIELDS)]
        self._read_indicator(values)
        self._read_period(values, today)
        if hasattr(self, "period"):
            self._read_unit(values, known)
        if hasattr(self, "indicator"):
            self._read_counts(values)

    @property
    def in_words(self) -> str:
        """What the observation is of, for messages."""
        return f"{self.indicator.key} {self.named.unit.kind}:{self.named.unit.key} {self.period.code}"

    def _wrong(self, column: str, code: str, **params: Any) -> None:
        self.errors.append(RowError(self._index, column, code, params))

    def _text(self, values: Mapping[str, Any], name: str) -> str:
        value = values.get(name)
        if value is None or isinstance(value, str):
            return clean_line(value or "", _LONGEST)
        self._wrong(name, "wrong_type", expected="text", found=type(value).__name__)
        return ""

    def _read_indicator(self, values: Mapping[str, Any]) -> None:
        before, key = len(self.errors), self._text(values, "indicator")
        if key in _INDICATORS:
            self.indicator = _INDICATORS[key]
        elif key:
            self._wrong("indicator", "unknown_value", value=shown(key), known=", ".join(_INDICATORS))
        elif len(self.errors) == before:
            self._wrong("indicator", "missing")

    def _read_period(self, values: Mapping[str, Any], today: date) -> None:
        before, code = len(self.errors), self._text(values, "period")
        period = Period.parse(code)
        if period is None or period.start < EARLIEST:
            if len(self.errors) == before:
                self._wrong(
                    "period", "bad_period_code" if code else "missing", **({"value": shown(code)} if code else {})
                )
        elif period.start > today:
            self._wrong("period", "period_not_over", value=period.code)
        else:
            self.period = period

    def _read_unit(self, values: Mapping[str, Any], known: Directory) -> None:
        named = [name for name in ("place", "agency", "code") if values.get(name) is not None]
        if len(named) != 1:
            self._wrong("place", "one_unit_needed")
            return
        text = self._text(values, named[0])
        if not text:
            if not self.errors or self.errors[-1].column != named[0]:
                self._wrong(named[0], "missing")
            return
        if "valid_from" in values and named[0] != "code":
            self._wrong("valid_from", "only_with_code")
            return
        try:
            self.named = _unit(named[0], text, values, self.period, known)
        except ValueProblem as problem:
            self.errors.append(problem.at(self._index, named[0]))

    def _read_counts(self, values: Mapping[str, Any]) -> None:
        wanted = ["numerator"] + (["denominator"] if self.indicator.denominator else [])
        if self.indicator.denominator is None and values.get("denominator") is not None:
            self._wrong("denominator", "no_denominator")
        numbers = [self._count(values, name) for name in wanted]
        if None in numbers:
            return
        part, whole = numbers[0] or 0, numbers[1] if len(numbers) > 1 else None
        if whole is not None and part > whole:
            self._wrong("numerator", "part_over_whole", part=part, whole=whole)
        self.pair = part, whole

    def _count(self, values: Mapping[str, Any], name: str) -> int | None:
        value = values.get(name)
        if value is None:
            self._wrong(name, "missing")
        elif type(value) is not int:  # true is an int to Python
            self._wrong(name, "wrong_type", expected="a whole number", found=type(value).__name__)
        elif value < 0:
            self._wrong(name, "negative", value=value)
        elif value > MOST:
            self._wrong(name, "too_large", value=value, limit=MOST)
        else:
            return value
        return None


def _unit(kind: str, text: str, values: Mapping[str, Any], period: Period, known: Directory) -> Named:
    """Whom an observation names. ValueProblem where it is nobody, several, or somebody of another time."""
    if kind == "agency":
        return known.agency(text)
    if kind == "place":
        return known.place(text, period.start, period.end)
    if "valid_from" not in values:
        return known.of_code(text, period.start, period.end)
    since = values["valid_from"]
    if since is not None and not isinstance(since, str):
        raise ValueProblem("bad_date", value=shown(since), expected="2025-07-01")
    return known.of_code_since(text, parse_day(since), period.start, period.end)


def _line(value: Any, name: str, errors: list[RowError]) -> str:
    if value is None or isinstance(value, str):
        return clean_line(value or "", _LONGEST)
    errors.append(RowError(-1, name, "wrong_type", {"expected": "text", "found": type(value).__name__}))
    return ""


def _day(value: Any, name: str, index: int, errors: list[RowError]) -> date | None:
    try:
        return date.fromisoformat(value) if value is not None else None
    except (TypeError, ValueError):
        errors.append(RowError(index, name, "bad_date", {"value": shown(value), "expected": "2026-11-05"}))
        return None
