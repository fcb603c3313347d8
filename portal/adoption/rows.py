"""What one row of a table of figures says: whom and when it is of, and its counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from portal.adoption.directory import Named
from portal.adoption.figures import rate
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.registry import INDICATORS, Indicator, counts
from portal.adoption.wording import parse_past_day, period_of_row
from portal.core import clock
from portal.core.text import clean_line, fold
from portal.exchange.errors import RowError, shown
from portal.exchange.rows import Row
from portal.exchange.values import ValueProblem, parse_percent, parse_whole

_LONGEST = 500
_PARTS = {one.key: [count.key for count in (one.denominator, one.numerator) if count] for one in INDICATORS}
MOST = 10**12
# A printed rate has one or two places, and may have been cut instead of rounded.
_TOLERANCE = Decimal("0.1")
_ASIDE = re.compile(r"(?:tong|cong$|toan tinh|ghi chu|nguoi lap|nguon|total).*|\(?[0-9a-z]{1,2}\)?")
_TOTAL = re.compile(r"tong|cong\b|toan tinh|total")
_COUNT_KEYS = frozenset(one.key for one in counts())
# In the options of a file: the period that its title speaks of, and everybody whom figures can be of.
PERIOD, DIRECTORY = "title_period", "directory"


@dataclass(frozen=True, slots=True)
class FigureItem:
    """A row: whom and when it is of, and what it says of indicators; `named` None for a total or the like.

    `totals` are the counts of a row of totals, which is on `line`.
    `subject` identifies the row in its file, and the observations in the log of an import.
    """

    named: Named | None
    period: Period | None
    figures: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    sums: Mapping[str, int] = field(default_factory=dict)
    document: str = ""
    url: str = ""
    as_of: date | None = None
    aside: str = ""
    line: int = 0
    totals: Mapping[str, int] = field(default_factory=dict)
    subject: str = field(init=False)

    def __post_init__(self) -> None:
        """Write the subject once: it is asked for again and again."""
        if self.named is None or self.period is None:
            subject = f"* {self.aside}"[:200]
        else:
            subject = f"{self.named.unit.kind}:{self.named.unit.key} {self.period.code}"
        object.__setattr__(self, "subject", subject)

    @property
    def in_words(self) -> str:
        """Whom and when it is of, as a person reads it."""
        return in_words(self.named.name, self.period) if self.named and self.period else self.aside


def in_words(name: str, period: Period) -> str:
    """A unit and a period in the words that imports read: "Xã Ba Xa, tháng 10/2026"."""
    start = period.start
    words = {
        PeriodKind.DAY: f"ngày {start:%d/%m/%Y}", PeriodKind.MONTH: f"tháng {start:%m/%Y}",
        PeriodKind.QUARTER: f"quý {start.month // 3 + 1}/{start.year}", PeriodKind.YEAR: f"năm {start.year}",
    }  # fmt: skip
    return f"{name}, {words[period.kind]}"


def read_row(row: Row, options: Mapping[str, Any]) -> FigureItem | list[RowError]:
    """The item of a row, or every reason why it is refused."""
    name, code = _text(row, "unit"), _text(row, "code")
    if not code and _ASIDE.fullmatch(fold(name)):
        return FigureItem(None, None, aside=f"{row.line} {name}", line=row.line, totals=totals_of(row, name))
    errors: list[RowError] = []
    period = _period(row, options, errors)
    named = None
    if period is not None:
        try:
            named = options[DIRECTORY].find(name, code, period.end)
        except ValueProblem as problem:
            errors.append(problem.at(row.line, "code" if code and problem.code != "unknown_place" else "unit"))
    found = _numbers(row, errors)
    figures = {one.key: pair for one in INDICATORS if (pair := _pair(row, one, found, errors))}
    sums = {name: found[name] for key in figures for name in _PARTS[key]}
    url, document = _text(row, "url"), _text(row, "document")
    if url and not url.startswith("https://"):
        errors.append(RowError(row.line, "url", "not_https", {"value": shown(url)}))
    as_of = _as_of(row, errors)
    if errors:
        return errors
    return FigureItem(
        named, period, figures, sums,
        document or str(options.get("document", "")), url or str(options.get("url", "")),
        as_of or _option_day(options),
    )  # fmt: skip


def totals_of(row: Row, name: str) -> Mapping[str, int]:
    """The counts of a row that calls itself a total; nothing of others, nor of cells that hold no count."""
    return _numbers(row, []) if _TOTAL.match(fold(name)) else {}


def _text(row: Row, column: str) -> str:
    value = row.values.get(column)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a code that a spreadsheet took for a number
    return clean_line(str(value), _LONGEST) if value is not None else ""


def _cell(row: Row, column: str) -> Any:
    """A cell as a value that can be remembered; lists, which JSON may hold, become text."""
    value = row.values.get(column)
    return str(value) if isinstance(value, (list, dict)) else value


def _period(row: Row, options: Mapping[str, Any], errors: list[RowError]) -> Period | None:
    column = "period"
    try:
        period: Period | None = period_of_row(_cell(row, "period"), _cell(row, "period_kind"))
    except ValueProblem as problem:
        errors.append(problem.at(row.line, "period_kind" if problem.code == "unknown_value" else column))
        return None
    period = period or options.get(PERIOD)
    if period is None:
        errors.append(RowError(row.line, column, "period_missing"))
    elif period.start > clock.today():
        errors.append(RowError(row.line, column, "period_not_over", {"value": period.code}))
        return None
    return period


def _as_of(row: Row, errors: list[RowError]) -> date | None:
    try:
        return parse_past_day(row.values.get("as_of"), clock.today())
    except ValueProblem as problem:
        errors.append(problem.at(row.line, "as_of"))
        return None


def _option_day(options: Mapping[str, Any]) -> date | None:
    day = options.get("as_of")
    return date.fromisoformat(day) if isinstance(day, str) and day else None


def _numbers(row: Row, errors: list[RowError]) -> dict[str, int]:
    """The counts of a row that are given."""
    found: dict[str, int] = {}
    for key, value in row.values.items():
        if key not in _COUNT_KEYS:
            continue
        try:
            number = parse_whole(value)
        except ValueProblem as problem:
            errors.append(problem.at(row.line, key))
            continue
        if number is None:
            continue
        if number < 0:
            errors.append(RowError(row.line, key, "negative", {"value": number}))
        elif number > MOST:
            errors.append(RowError(row.line, key, "too_large", {"value": number, "limit": MOST}))
        else:
            found[key] = number
    return found


def _pair(
    row: Row, one: Indicator, found: Mapping[str, int], errors: list[RowError]
) -> tuple[int, int | None] | None:  # fmt: skip
    """What a row says of an indicator; None where it says nothing, or something wrong."""
    part = found.get(one.numerator.key)
    if one.denominator is None:
        return None if part is None else (part, None)
    whole = found.get(one.denominator.key)
    printed = row.values.get(f"{one.key}_rate")
    if part is None and whole is None:
        if printed not in (None, "") and not _is_wrong(row, one, errors):
            errors.append(RowError(row.line, f"{one.key}_rate", "rate_alone"))
        return None
    if part is None or whole is None:
        absent = one.numerator if part is None else one.denominator
        # A file without that column says nothing of the indicator; a cell that is left out is a fault.
        if absent.key in row.values and not _is_wrong(row, one, errors):
            errors.append(RowError(row.line, absent.key, "missing"))
        return None
    if part > whole:
        errors.append(RowError(row.line, one.numerator.key, "part_over_whole", {"part": part, "whole": whole}))
        return None
    _compare(row, one, part, whole, errors)
    return part, whole


def _is_wrong(row: Row, one: Indicator, errors: Sequence[RowError]) -> bool:
    """Whether a cell of an indicator has been refused already."""
    columns = {one.numerator.key, one.denominator.key if one.denominator else ""}
    return any(error.line == row.line and error.column in columns for error in errors)


def _compare(row: Row, one: Indicator, part: int, whole: int, errors: list[RowError]) -> None:
    """A rate that is printed beside its numbers must be theirs; a spreadsheet may hold it as a fraction of 1."""
    column = f"{one.key}_rate"
    given = row.values.get(column)
    if given is None or given == "":
        return
    try:
        printed = parse_percent(given)
    except ValueProblem as problem:
        errors.append(problem.at(row.line, column))
        return
    exact = rate(part, whole)
    if printed is None or exact is None:
        return
    if min(abs(printed - exact), abs(printed * 100 - exact)) > _TOLERANCE:
        told = {"value": shown(given), "part": part, "whole": whole, "rate": str(exact)}
        errors.append(RowError(row.line, column, "rate_differs", told))
