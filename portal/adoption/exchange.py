"""Exports of one-stop systems as a kind of import: a row is a unit and a period. See docs/howto/figures.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar

from portal.adoption import queries, service
from portal.adoption.directory import Named, directory
from portal.adoption.figures import rate
from portal.adoption.models import Span
from portal.adoption.periods import Period
from portal.adoption.queries import Key, Unit
from portal.adoption.registry import INDICATORS, Indicator, counts, indicator
from portal.adoption.service import Counted, Provenance
from portal.adoption.wording import parse_past_day, period_in_titles, period_of_row
from portal.core import clock
from portal.core.permissions import Permission
from portal.core.text import clean_line, fold
from portal.exchange.columns import Columns
from portal.exchange.errors import RowError, shown
from portal.exchange.keyed import state_mark
from portal.exchange.registry import ChangeLog, ImportKind, Run, State
from portal.exchange.rows import Row
from portal.exchange.values import ValueProblem, parse_percent, parse_whole

_CHUNK = 500
_LONGEST = 500
_MOST = 10**12
# A printed rate has one or two places, and may have been cut instead of rounded.
_TOLERANCE = Decimal("0.1")
_ASIDE = re.compile(r"(?:tong|cong$|toan tinh|ghi chu|nguoi lap|nguon|total).*|\(?[0-9a-z]{1,2}\)?")
_COUNTS = counts()
_RATES = {f"{one.key}_rate": one for one in INDICATORS if one.denominator}
_PERIOD, _DIRECTORY = "title_period", "directory"


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class FigureItem:
    """A row: whom and when it is of, and what it says of indicators; `named` None for a total or the like."""

    named: Named | None
    period: Period | None
    figures: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    sums: Mapping[str, int] = field(default_factory=dict)
    document: str = ""
    url: str = ""
    as_of: date | None = None
    aside: str = ""

    @property
    def subject(self) -> str:
        """What identifies the row in its file, and the observations in the log of an import."""
        if self.named is None or self.period is None:
            return f"* {self.aside}"[:200]
        return f"{self.named.unit.kind}:{self.named.unit.key} {self.period.code}"


@dataclass(slots=True)
class FigureReportCounts:
    """What an import of figures does, in rows; `sums` are the totals of its columns."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    sums: dict[str, int] = field(default_factory=dict)

    def add(self, sums: Mapping[str, int]) -> None:
        """Count the numbers of a row."""
        for key, number in sums.items():
            self.sums[key] = self.sums.get(key, 0) + number

    def counts(self) -> dict[str, int]:
        """The numbers by name."""
        numbers = asdict(self)
        return {f"sum_{key}": total for key, total in numbers.pop("sums").items()} | numbers


class FigureImport(ImportKind[FigureItem]):
    """Figures by unit and period: what a later file says of the same replaces it, unless it is of an earlier day."""

    key: ClassVar[str] = "figures"
    name: ClassVar[str] = _("Số liệu của hệ thống một cửa")
    permission: ClassVar[Permission] = Permission.EDIT_FIGURES
    columns: ClassVar[Columns] = Columns(
        required=frozenset({"unit"}),
        optional=frozenset(
            {"code", "period", "period_kind", *(one.key for one in _COUNTS), *_RATES, "as_of", "document", "url"}
        ),
        aliases={
            "don vi": "unit", "ten don vi": "unit", "xa, phuong": "unit", "dia phuong": "unit", "ma don vi": "code",
            "ma dvhc": "code", "ky bao cao": "period", "thang": "period", "nguon": "document",
            **{alias: one.key for one in _COUNTS for alias in one.aliases},
        },
        labels={
            "unit": _("Đơn vị"), "code": _("Mã đơn vị hành chính"), "period": _("Kỳ số liệu"),
            "period_kind": _("Loại kỳ"), **{one.key: one.name for one in _COUNTS},
            "as_of": _("Số liệu tính đến ngày"), "document": _("Văn bản nguồn"), "url": _("Địa chỉ nguồn"),
            **{key: one.name for key, one in _RATES.items()},
        },
    )  # fmt: skip

    def heed(self, above: Sequence[str], options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The period that the title speaks of holds for rows that name none; all units are looked up once."""
        period = Period.parse(str(options.get("period", ""))) or period_in_titles(above)
        return {**options, _PERIOD: period, _DIRECTORY: directory()}

    def read(
        self, row: Row, options: Mapping[str, Any], *, is_tabular: bool  # noqa: ARG002
    ) -> FigureItem | list[RowError]:  # fmt: skip
        """See `ImportKind.read`."""
        name, code = _text(row, "unit"), _text(row, "code")
        if not code and _ASIDE.fullmatch(fold(name)):
            return FigureItem(None, None, aside=f"{row.line} {name}")
        errors: list[RowError] = []
        period = _period(row, options, errors)
        named = None
        if period is not None:
            try:
                named = options[_DIRECTORY].find(name, code, period.end)
            except ValueProblem as problem:
                errors.append(problem.at(row.line, "code" if code and problem.code != "unknown_place" else "unit"))
        found = _numbers(row, errors)
        figures = {one.key: pair for one in INDICATORS if (pair := _pair(row, one, found, errors))}
        url, document = _text(row, "url"), _text(row, "document")
        if url and not url.startswith("https://"):
            errors.append(RowError(row.line, "url", "not_https", {"value": shown(url)}))
        as_of = _as_of(row, errors)
        if errors:
            return errors
        return FigureItem(
            named, period, figures, found,
            document or str(options.get("document", "")), url or str(options.get("url", "")),
            as_of or _option_day(options),
        )  # fmt: skip

    def subject(self, item: FigureItem) -> str:
        """The unit and the period, as `place:xa-ba-xa 2026-10`."""
        return item.subject

    def store(self, items: Iterator[FigureItem], run: Run) -> FigureReportCounts:
        """See `ImportKind.store`."""
        report = FigureReportCounts()
        sources = _Sources(run)
        told = (item for item in items if item.named is not None)
        days: set[Key] = set()
        while chunk := list(islice(told, _CHUNK)):
            written = self._store(chunk, run, report, sources)
            days |= {_of_month(key) for key in written if key.span == Span.DAY}
            service.sum_days([key for key in written if key.span != Span.DAY])
        service.sum_days(days)
        return report

    def _store(
        self, chunk: list[FigureItem], run: Run, report: FigureReportCounts, sources: _Sources
    ) -> dict[Key, Counted]:
        """Compare and write some rows; what was written."""
        names = {item.named.unit: item.named.name for item in chunk if item.named}
        numbers = queries.unit_ids() if run.dry_run else service.add_units(names)
        keys = {item.subject: _keys_of_subject(item.subject, numbers) for item in chunk}
        stored = queries.stored([key for found in keys.values() for key in found])
        days = queries.report_days({row.report_id for row in stored.values()})
        written: dict[Key, Counted] = {}
        for item in chunk:
            report.add(item.sums)
            there = {key.indicator: stored[key] for key in keys[item.subject] if key in stored}
            before = {one: row for one, row in there.items() if one in item.figures}
            differing = _differing(item, before)
            if not differing:
                report.unchanged += 1
            elif item.as_of and any(item.as_of < (days.get(row.report_id) or date.min) for row in before.values()):
                report.older += 1
            else:
                report.new += not before
                report.changed += bool(before)
                run.differs(item.subject, "changed" if before else "new", list(_told(differing, before)))
                if not run.dry_run:
                    source = sources.of(item)
                    after = {one: Counted(*pair, source) for one, pair in differing.items()}
                    written |= {key: after[key.indicator] for key in keys[item.subject] if key.indicator in after}
                    state = {one: _logged(row) for one, row in there.items()}
                    mark = state_mark(state | {one: list(counted) for one, counted in after.items()})
                    run.log(ChangeLog(item.subject, state or None, mark))
        if written:
            known = {key: stored[key] for key in stored.keys() & written.keys()}
            service.replace(written, known=known, now=run.now)
        return written

    def marks(self, subjects: Sequence[str]) -> dict[str, str]:
        """See `ImportKind.marks`."""
        return {subject: state_mark(state) for subject, state in _states(subjects).items()}

    def undo(self, changes: Sequence[ChangeLog], now: datetime) -> None:
        """See `ImportKind.undo`."""
        numbers = queries.unit_ids()
        taken: list[Key] = []
        restored: dict[Key, Counted] = {}
        for change in changes:
            before = change.before or {}
            for key in _keys_of_subject(change.subject, numbers):
                if key.indicator in before:
                    restored[key] = Counted(*before[key.indicator])
                else:
                    taken.append(key)
        stored = queries.stored([*taken, *restored])
        service.remove([key for key in taken if key in stored], now=now)
        differing = {
            key: counted
            for key, counted in restored.items()
            if key not in stored or stored[key].report_id != counted.report_id
        }
        service.restore(differing, now=now)


class _Sources:
    """The reports that an import makes: one for each document, address and day that its rows name."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._ids: dict[tuple[str, str, date | None], int] = {}

    def of(self, item: FigureItem) -> int:
        """The report that an item comes from."""
        key = (item.document or self._run.file_name, item.url, item.as_of)
        if key not in self._ids:
            given = Provenance(
                document=key[0], url=key[1], as_of=key[2], batch=self._run.batch, entered_by=self._run.actor_name
            )  # fmt: skip
            self._ids[key] = service.add_report(given, now=self._run.now)
        return self._ids[key]


def _of_month(key: Key) -> Key:
    """One day that stands for all of its month."""
    return key._replace(starts_on=key.starts_on.replace(day=1))


def _logged(row: Any) -> list[Any]:
    return [row.numerator, row.denominator, row.report_id]


def _differing(item: FigureItem, before: Mapping[str, Any]) -> dict[str, tuple[int, int | None]]:
    return {
        one: pair
        for one, pair in item.figures.items()
        if one not in before or (before[one].numerator, before[one].denominator) != pair
    }


def _told(differing: Mapping[str, tuple[int, int | None]], before: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for one, (part, whole) in differing.items():
        row = before.get(one)
        yield indicator(one).name, _in_words(row.numerator, row.denominator) if row else "", _in_words(part, whole)


def _in_words(part: int, whole: int | None) -> str:
    return str(part) if whole is None else f"{part}/{whole}"


def _keys_of_subject(subject: str, numbers: Mapping[Unit, int]) -> list[Key]:
    name, _, code = subject.rpartition(" ")
    kind, _, slug = name.partition(":")
    period, number = Period.parse(code), numbers.get(Unit(kind, slug))
    if period is None or number is None:
        return []
    return [Key(one.key, period.kind.value, period.start, number) for one in INDICATORS]


def _states(subjects: Sequence[str]) -> dict[str, State]:
    """What is stored of subjects, as it is logged."""
    numbers = queries.unit_ids()
    keys = {subject: _keys_of_subject(subject, numbers) for subject in subjects}
    stored = queries.stored([key for found in keys.values() for key in found])
    states = {
        subject: {key.indicator: _logged(stored[key]) for key in found if key in stored}
        for subject, found in keys.items()
    }
    return {subject: state for subject, state in states.items() if state}


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
    period = period or options.get(_PERIOD)
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
    for count in _COUNTS:
        try:
            number = parse_whole(row.values.get(count.key))
        except ValueProblem as problem:
            errors.append(problem.at(row.line, count.key))
            continue
        if number is None:
            continue
        if number < 0:
            errors.append(RowError(row.line, count.key, "negative", {"value": number}))
        elif number > _MOST:
            errors.append(RowError(row.line, count.key, "too_large", {"value": number, "limit": _MOST}))
        else:
            found[count.key] = number
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
    try:
        printed = parse_percent(row.values.get(column))
    except ValueProblem as problem:
        errors.append(problem.at(row.line, column))
        return
    exact = rate(part, whole)
    if printed is None or exact is None:
        return
    if min(abs(printed - exact), abs(printed * 100 - exact)) > _TOLERANCE:
        told = {"value": shown(row.values[column]), "part": part, "whole": whole, "rate": str(exact)}
        errors.append(RowError(row.line, column, "rate_differs", told))
