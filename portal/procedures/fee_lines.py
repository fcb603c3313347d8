"""Official fee rows as lines that can be shown: an amount, free, exempt for some, the council's, or unknown.

The national data prints 0 both for "free" and for "not entered", and amounts that its own wording contradicts. So an
amount is believed only where the wording doesn't speak against it, and "free" only where the wording says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from portal.procedures import fee_text
from portal.procedures.fee_text import Clause


class FeeStatus(StrEnum):
    """What is known of a fee."""

    AMOUNT = "amount"
    FREE = "free"
    EXEMPT = "exempt"  # waived, but only for some people or cases
    COUNCIL = "council"  # the provincial council or people's committee sets it
    UNKNOWN = "unknown"


class FeeState(StrEnum):
    """A line on one day."""

    CURRENT = "current"
    ENDED = "ended"
    NOT_YET = "not_yet"
    SUSPENDED = "suspended"  # a temporary line of the same row runs instead


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A fee as the official record prints it. `amount` None: not a number there; `raw_amount`: an implausible one."""

    channel: str
    amount: int | None
    currency: str
    text: str
    kind: str | None = None
    note: str | None = None
    raw_amount: int | None = None


Period = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One fee of one channel. `amount` is in whole units of `currency` (đồng, US dollars), only with status `amount`.

    `printed_amount` is what the record prints where that is not to be believed. `percent` (with status unknown): this
    share of the ordinary rate is paid, which is then `printed_amount`; the result is printed nowhere.

    `suspended`: the periods in which a temporary line holds instead. `is_derived`: read from the wording of a row,
    not printed as a row of its own. Dates are inclusive. `legal` are numbers of the documents cited for this line.
    """

    channel: str
    status: FeeStatus
    amount: int | None = None
    currency: str = "VND"
    unit: str = ""
    text: str = ""
    printed_amount: int | None = None
    percent: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    is_derived: bool = False
    suspended: tuple[Period, ...] = ()
    legal: tuple[str, ...] = ()
    condition_vi: str = ""
    condition_en: str = ""

    def state_on(self, day: date) -> FeeState:
        """Whether the line holds on a day (in Asia/Ho_Chi_Minh). Only a `current` amount may be shown as today's."""
        if self.valid_to is not None and day > self.valid_to:
            return FeeState.ENDED
        if self.valid_from is not None and day < self.valid_from:
            return FeeState.NOT_YET
        return FeeState.SUSPENDED if any(_within(period, day) for period in self.suspended) else FeeState.CURRENT


def _within(period: Period, day: date) -> bool:
    begin, end = period
    return (begin is None or day >= begin) and (end is None or day <= end)


@lru_cache(maxsize=2048)
def classify(row: FeeRow) -> tuple[FeeLine, ...]:
    """The lines of one official row: the row itself, and the temporary rates that its wording announces."""
    clauses = fee_text.clauses(row.text, row.currency)
    base = FeeLine(
        channel=row.channel,
        status=FeeStatus.UNKNOWN,
        currency=row.currency,
        unit=fee_text.unit(row.text),
        text=row.text.strip(),
    )
    temporary = [clause for clause in clauses if _is_other_rate(clause, row, clauses)]
    status = _status(row, clauses, temporary)
    amount = row.amount if status is FeeStatus.AMOUNT else None
    printed = row.amount or row.raw_amount if amount is None else None
    begins, ends = _own_period(row, clauses, temporary)
    derived = [(clause, line) for clause in temporary if (line := _temporary_line(clause, base, row))]
    return (
        replace(
            base,
            status=status,
            amount=amount,
            printed_amount=printed,
            valid_from=begins,
            valid_to=ends,
            suspended=tuple((line.valid_from, line.valid_to) for clause, line in derived if not clause.is_for_some),
            legal=_cited(row, status, [clause for clause in clauses if clause not in temporary]),
        ),
        *(line for _, line in derived),
    )


def _status(row: FeeRow, clauses: Iterable[Clause], temporary: list[Clause]) -> FeeStatus:
    named = {amount for clause in clauses if clause not in temporary for amount in clause.amounts}
    decides = fee_text.council_decides(row.text)
    if row.amount:
        if decides:
            return FeeStatus.COUNCIL
        return FeeStatus.AMOUNT if _is_believed(row, named, clauses, temporary) else FeeStatus.UNKNOWN
    if decides:
        return FeeStatus.UNKNOWN if named else FeeStatus.COUNCIL
    waiver = fee_text.waiver(row.text)
    named.update(fee_text.amounts(row.text, "VND" if row.currency == "USD" else "USD"))
    if waiver is None or named:
        return FeeStatus.UNKNOWN
    return FeeStatus.FREE if waiver == "free" and not row.raw_amount else FeeStatus.EXEMPT


def _is_believed(row: FeeRow, named: set[int], clauses: Iterable[Clause], temporary: list[Clause]) -> bool:
    """Whether the wording leaves the printed amount standing."""
    if fee_text.not_stated(row.text):
        return False
    if named:
        return row.amount in named
    # "Bằng 50% mức thu…" without the rate itself: nobody can say whether the printed amount is before or after the cut.
    return not any(clause.percent and "bằng" in clause.text.lower() and clause not in temporary for clause in clauses)


def _is_other_rate(clause: Clause, row: FeeRow, clauses: Iterable[Clause]) -> bool:
    """A rate for a time that is not the row's own: another amount, or a share of the row's."""
    if clause.percent is not None:
        return clause.is_dated
    if row.amount in clause.amounts or (row.raw_amount or 0) * 1000 in clause.amounts:
        return False
    if clause.ends is None:
        # "From 2027 on 60.000": believed only beside the clause that names the row's own amount.
        has_own = any(row.amount in other.amounts for other in clauses)
        return bool(clause.begins and clause.amounts and row.amount and has_own)
    return any(_is_plausible_cut(amount, row) for amount in clause.amounts)


def _is_plausible_cut(amount: int, row: FeeRow) -> bool:
    """Temporary rates are cuts. Above the printed amount, or under a fifth of it, is a typing error ("25.000.000đ")."""
    ordinary = row.amount or (row.raw_amount or 0) * 1000
    return not ordinary or ordinary <= amount * 5 <= ordinary * 5


def _own_period(row: FeeRow, clauses: Iterable[Clause], temporary: list[Clause]) -> Period:
    """The dates of the row itself: those of the clause that names its amount, or the only ones in a text without."""
    dated = [clause for clause in clauses if clause.is_dated and clause not in temporary]
    own = [clause for clause in dated if row.amount and row.amount in clause.amounts]
    if not own and not temporary:
        named_elsewhere = any(clause.amounts for clause in clauses if clause not in dated)
        own = [] if named_elsewhere else dated
    return (own[0].begins, own[0].ends) if len(own) == 1 else (None, None)


def _cited(row: FeeRow, status: FeeStatus, clauses: list[Clause]) -> tuple[str, ...]:
    """The documents cited for the line itself: a wording also cites those of other fees beside it."""
    if status is FeeStatus.AMOUNT and any(row.amount in clause.amounts for clause in clauses):
        clauses = [clause for clause in clauses if row.amount in clause.amounts]
    elif status is FeeStatus.COUNCIL:
        clauses = [clause for clause in clauses if fee_text.council_decides(clause.text)]
    elif status in {FeeStatus.FREE, FeeStatus.EXEMPT}:
        clauses = [clause for clause in clauses if fee_text.waiver(clause.text)]
    return fee_text.legal_numbers(" ".join(clause.text for clause in clauses))


def _temporary_line(clause: Clause, base: FeeLine, row: FeeRow) -> FeeLine | None:
    if clause.is_online_only and row.channel != "online":
        return None
    amounts = set(clause.amounts)
    amount = amounts.pop() if len(amounts) == 1 and clause.percent is None else None
    return replace(
        base,
        status=FeeStatus.UNKNOWN if amount is None else FeeStatus.AMOUNT,
        amount=amount,
        percent=clause.percent,
        printed_amount=row.amount if clause.percent else None,
        unit=fee_text.unit(clause.text) or base.unit,
        text=clause.text,
        valid_from=clause.begins,
        valid_to=clause.ends,
        is_derived=True,
        legal=fee_text.legal_numbers(clause.text),
    )


class WrittenWords(Protocol):
    """The words that a content writer gave a fee."""

    @property
    def condition_vi(self) -> str:
        """In Vietnamese."""

    @property
    def condition_en(self) -> str:
        """In English."""

    @property
    def unit(self) -> str:
        """What the amount is paid for; empty leaves the record's own."""


def with_condition(line: FeeLine, words: WrittenWords) -> FeeLine:
    """The line with a writer's words."""
    return replace(line, condition_vi=words.condition_vi, condition_en=words.condition_en, unit=words.unit or line.unit)


def to_json(line: FeeLine) -> dict[str, Any]:
    """A line as the database and the starter files keep it: empty fields left out, dates as ISO text."""
    values: dict[str, Any] = {"channel": line.channel, "status": line.status.value}
    for name in ("amount", "printed_amount", "percent"):
        if getattr(line, name) is not None:
            values[name] = getattr(line, name)
    for name in ("unit", "text", "condition_vi", "condition_en"):
        if getattr(line, name):
            values[name] = getattr(line, name)
    if line.currency != "VND":
        values["currency"] = line.currency
    for name in ("valid_from", "valid_to"):
        if day := getattr(line, name):
            values[name] = day.isoformat()
    if line.is_derived:
        values["is_derived"] = True
    if line.suspended:
        values["suspended"] = [[day.isoformat() if day else None for day in period] for period in line.suspended]
    if line.legal:
        values["legal"] = list(line.legal)
    return values


def from_json(values: Mapping[str, Any]) -> FeeLine:
    """The line that `to_json` wrote."""
    return FeeLine(
        channel=values["channel"],
        status=FeeStatus(values["status"]),
        amount=values.get("amount"),
        currency=values.get("currency", "VND"),
        unit=values.get("unit", ""),
        text=values.get("text", ""),
        printed_amount=values.get("printed_amount"),
        percent=values.get("percent"),
        valid_from=_day(values.get("valid_from")),
        valid_to=_day(values.get("valid_to")),
        is_derived=values.get("is_derived", False),
        suspended=tuple((_day(begin), _day(end)) for begin, end in values.get("suspended", ())),
        legal=tuple(values.get("legal", ())),
        condition_vi=values.get("condition_vi", ""),
        condition_en=values.get("condition_en", ""),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
