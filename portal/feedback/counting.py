"""The public figures of the feedback counted out of cases: by the agency that answered and the month of receipt.

The formulas are those of Quyết định 766/QĐ-TTg (23/6/2022): handled on time = handled by the deadline / all within
competence; satisfaction = (all - unhappy or overdue) / all. "All" are the cases that are handled or late: one whose
deadline is still ahead says nothing yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from portal.core.workdays import Calendar
from portal.feedback.small_cells import FEWEST, TOTAL, Cell, hidden_cells, with_totals

# All agencies that have fewer cases than are shown, together.
OTHERS = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the figures need to know of a case; days are those in Việt Nam. `answered_on` is of the first answer."""

    agency: str
    received_on: date
    answered_on: date | None
    is_late: bool
    is_unhappy: bool
    is_within_competence: bool = True


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be shown of one agency and month, or of a sum; None is hidden, or has nothing to be counted from."""

    received: int | None = None
    counted: int | None = None
    on_time: int | None = None
    satisfied: int | None = None
    median_working: float | None = None
    median_calendar: float | None = None

    @property
    def on_time_share(self) -> float | None:
        """Handled by the deadline, of all that count; 0 to 1."""
        return _share(self.on_time, self.counted)

    @property
    def satisfied_share(self) -> float | None:
        """Neither unhappy nor late, of all that count; 0 to 1."""
        return _share(self.satisfied, self.counted)


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


@dataclass
class _Sums:
    counted: int = 0
    on_time: int = 0
    satisfied: int = 0
    days: list[tuple[int, int]] = field(default_factory=list)

    def add(self, case: Told, days: tuple[int, int] | None) -> None:
        if not case.is_within_competence or (case.answered_on is None and not case.is_late):
            return
        self.counted += 1
        self.on_time += not case.is_late
        self.satisfied += not (case.is_late or case.is_unhappy)
        if days is not None:
            self.days.append(days)


def month_of(day: date) -> str:
    """The month of a day: 2026-11."""
    return f"{day.year}-{day.month:02}"


def count(cases: Iterable[Told], calendar: Calendar) -> dict[Cell, Figures]:
    """What may be shown, by agency and month, with sums; what isn't there has had no case."""
    known = _with_others(list(cases))
    received: dict[Cell, int] = defaultdict(int)
    sums: dict[Cell, _Sums] = defaultdict(_Sums)
    worked: dict[tuple[date, date], int] = {}
    for case in known:
        month, days = month_of(case.received_on), None
        received[case.agency, month] += 1
        if case.answered_on is not None:
            span = (case.received_on, case.answered_on)
            if span not in worked:
                worked[span] = calendar.working_days_between(*span)
            days = (worked[span], (span[1] - span[0]).days)
        for cell in ((case.agency, month), (case.agency, TOTAL), (TOTAL, month), (TOTAL, TOTAL)):
            sums[cell].add(case, days)
    came = with_totals(received)
    unseen = hidden_cells(came)
    uncounted = hidden_cells({cell: one.counted for cell, one in sums.items()})
    return {cell: _figures(cell, came, sums[cell], unseen, uncounted) for cell in came}


def _with_others(cases: list[Told]) -> list[Told]:
    totals: dict[str, int] = defaultdict(int)
    for case in cases:
        totals[case.agency] += 1
    small = {agency for agency, total in totals.items() if total < FEWEST}
    return [
        case if case.agency not in small else Told(
            agency=OTHERS, received_on=case.received_on, answered_on=case.answered_on, is_late=case.is_late,
            is_unhappy=case.is_unhappy, is_within_competence=case.is_within_competence,
        )
        for case in cases
    ]  # fmt: skip


def _figures(
    cell: Cell, came: Mapping[Cell, int], sums: _Sums, unseen: frozenset[Cell], uncounted: frozenset[Cell]
) -> Figures:
    received = None if cell in unseen else came[cell]
    # The shares of a few people whose number is hidden would tell it.
    if cell in uncounted or cell in unseen:
        return Figures(received)
    has_median = len(sums.days) >= FEWEST
    return Figures(
        received, sums.counted, sums.on_time, sums.satisfied,
        float(median(working for working, _ in sums.days)) if has_median else None,
        float(median(calendar for _, calendar in sums.days)) if has_median else None,
    )  # fmt: skip
