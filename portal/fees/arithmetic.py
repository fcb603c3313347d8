"""The arithmetic of fees: which hold, what a reduction takes off, what comes out in all. Pure: no database, no clock.

Rounding: what a percentage takes off is rounded down to whole đồng, for each single fee before it is multiplied; so
nobody is promised a đồng more than the document gives. What is unknown stays unknown through every step: it is counted
beside a sum, never in it as zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from portal.places.atlas import Coverage


class FeeStatus(StrEnum):
    """What is known of a fee; the three never mix."""

    AMOUNT = "amount"
    FREE = "free"
    UNKNOWN = "unknown"


class Setter(StrEnum):
    """Who set a fee: the provincial council, a ministry or any other body, or the official record doesn't say."""

    COUNCIL = "council"
    NATIONAL = "national"
    UNKNOWN = "unknown"


class Period(StrEnum):
    """Where a day lies to the dates of something."""

    COMING = "coming"
    CURRENT = "current"
    ENDED = "ended"


# How much of a place (second slug) lies in a territory (first slug).
Covers = Callable[[str, str], Coverage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One fee of one channel. `amount` is in đồng, positive, and only with status `amount`.

    `case` are the words (in Vietnamese) that tell it from another fee of the same channel.
    `territory` "" is the whole province. `source` is the code of the province's own fee, "" for an official record's.
    `is_for_every_channel`: it was set for no channel of its own. `varies`: unknown until the place is settled.
    """

    procedure: str
    channel: str
    status: FeeStatus
    amount: int | None = None
    setter: Setter = Setter.UNKNOWN
    field: str = ""
    case: str = ""
    case_en: str = ""
    unit: str = ""
    territory: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    is_verified: bool = True
    source: str = ""
    is_for_every_channel: bool = False
    varies: bool = False

    @property
    def value(self) -> tuple[FeeStatus, int | None, str]:
        """What is paid; fees of one case that differ in it contradict each other."""
        return self.status, self.amount, self.unit

    def __post_init__(self) -> None:
        if (self.status is FeeStatus.AMOUNT) != (self.amount is not None and self.amount > 0):
            raise ValueError(f"a fee of status {self.status} can't have the amount {self.amount}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """Either `percent` (1–100) or `amount` (đồng) off each fee that it reaches.

    Empty `procedures` and `fields` together stand for every fee that the council sets; empty `channels` for each way
    to file. Both dates are included.
    """

    slug: str
    percent: int | None = None
    amount: int | None = None
    procedures: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    territory: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    is_verified: bool = False
    applies_to_national_rates: bool = False

    def __post_init__(self) -> None:
        is_percent = self.percent is not None and 1 <= self.percent <= 100
        is_amount = self.amount is not None and self.amount > 0
        if is_percent == is_amount or (self.percent is not None) == (self.amount is not None):
            raise ValueError("a reduction is a percentage from 1 to 100, or a positive amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A fee on a day in a place, after reductions. `paid` None is unknown; `saving` is 0 where nothing is taken off.

    `outdone` are verified reductions that would have applied, but gave less (or the same) than `applied`. `unpriced`
    apply, but to an unknown fee. `unsure` apply in a part of the place only, or the place isn't known. None of
    `unverified`, `coming` and `ended` changes anything: they are there to be told.
    """

    fee: Fee
    paid: int | None
    saving: int = 0
    applied: Reduction | None = None
    outdone: tuple[Reduction, ...] = ()
    unpriced: tuple[Reduction, ...] = ()
    unsure: tuple[Reduction, ...] = ()
    unverified: tuple[Reduction, ...] = ()
    coming: tuple[Reduction, ...] = ()
    ended: tuple[Reduction, ...] = ()


def period_of(begins: date | None, ends: date | None, day: date) -> Period:
    """Where a day lies; both ends belong to the time between."""
    if ends is not None and day > ends:
        return Period.ENDED
    return Period.COMING if begins is not None and day < begins else Period.CURRENT


def narrowed(
    own: tuple[date | None, date | None], document: tuple[date | None, date | None]
) -> tuple[date | None, date | None]:
    """The days that lie in both: nothing holds longer than the document that it rests on."""
    begins = max((day for day in (own[0], document[0]) if day), default=None)
    ends = min((day for day in (own[1], document[1]) if day), default=None)
    return begins, ends


def covered(territory: str, place: str | None, covers: Covers) -> Coverage:
    """How much of the place a territory holds; PART where it isn't known which place."""
    if not territory:
        return Coverage.WHOLE
    return Coverage.PART if place is None else covers(territory, place)


def taken_off(amount: int, reduction: Reduction) -> int:
    """What a reduction takes off an amount, in whole đồng: never negative, never more than the amount."""
    if reduction.percent is not None:
        return amount * reduction.percent // 100
    return min(amount, reduction.amount or 0)


def reach(reduction: Reduction, fee: Fee, place: str | None, covers: Covers) -> Coverage:
    """Whether a reduction is about this fee in this place, dates aside."""
    if reduction.channels and fee.channel not in reduction.channels:
        return Coverage.NONE
    is_narrowed = bool(reduction.procedures or reduction.fields)
    if is_narrowed and fee.procedure not in reduction.procedures and fee.field not in reduction.fields:
        return Coverage.NONE
    if fee.setter is Setter.NATIONAL and not reduction.applies_to_national_rates:
        return Coverage.NONE
    if fee.status is FeeStatus.FREE:
        return Coverage.NONE
    return covered(reduction.territory, place, covers)


def price(fee: Fee, reductions: Iterable[Reduction], place: str | None, day: date, covers: Covers) -> Price:
    """A fee after the one reduction that takes off most; where two take off the same, the first by slug."""
    told: dict[str, list[Reduction]] = {name: [] for name in ("applying", "unsure", "unverified", "coming", "ended")}
    for reduction in sorted(reductions, key=lambda one: one.slug):
        reached = reach(reduction, fee, place, covers)
        if reached is not Coverage.NONE:
            told[_kind(reduction, reached, day)].append(reduction)
    applying = told.pop("applying")
    others: dict[str, Any] = {name: tuple(found) for name, found in told.items()}
    if fee.amount is None:
        paid = 0 if fee.status is FeeStatus.FREE else None
        return Price(fee=fee, paid=paid, unpriced=tuple(applying), **others)
    applying.sort(key=lambda one: -taken_off(fee.amount or 0, one))
    best = next((one for one in applying if taken_off(fee.amount, one) > 0), None)
    saving = taken_off(fee.amount, best) if best else 0
    outdone = tuple(one for one in applying if one is not best)
    return Price(fee=fee, paid=fee.amount - saving, saving=saving, applied=best, outdone=outdone, **others)


def _kind(reduction: Reduction, reached: Coverage, day: date) -> str:
    period = period_of(reduction.valid_from, reduction.valid_to, day)
    if not reduction.is_verified and period is not Period.ENDED:
        return "unverified"
    if period is not Period.CURRENT:
        return period.value
    return "applying" if reached is Coverage.WHOLE else "unsure"


def candidates(
    local: Iterable[Fee], official: Sequence[Fee], place: str | None, day: date, covers: Covers
) -> tuple[Fee, ...]:
    """The fees of one procedure and channel that may be asked for: several are several cases, to be chosen from.

    The province's own fee stands where the official record leaves the amount open, and beside a rate that the record
    names. Of the province's fees for one case the one of the narrowest territory holds, then the one for this channel
    alone, then the one that began last. Where these contradict each other still, or where another one may hold in a
    part of the place, the case is unknown; so is what the record leaves open where a fee holds in a part only.
    """
    valid = [fee for fee in local if fee.is_verified and _is_current(fee, day)]
    reached = [(fee, covered(fee.territory, place, covers)) for fee in valid]
    here = [fee for fee, coverage in reached if coverage is Coverage.WHOLE]
    here = [fee for fee in here if not any(_outranks(other, fee, covers) for other in here)]
    maybe = [
        fee
        for fee, coverage in reached
        if coverage is Coverage.PART and not any(_is_set_for(other, fee.case, place, covers) for other in here)
    ]
    kept = [fee for fee in official if _is_current(fee, day)]
    if here:
        kept = [fee for fee in kept if fee.status is not FeeStatus.UNKNOWN]
    is_open = any(fee.status is FeeStatus.UNKNOWN for fee in kept)
    if is_open and maybe and not here:
        kept = [replace(fee, varies=True) if fee.status is FeeStatus.UNKNOWN else fee for fee in kept]
    cases = {fee.case for fee in (here if is_open else [*here, *maybe])}
    own = [_settled(here, maybe, case) for case in sorted(cases)]
    distinct: dict[tuple[object, ...], Fee] = {}
    for fee in [*own, *kept]:
        distinct.setdefault((fee.case, *fee.value), fee)
    return tuple(distinct.values())


def _is_current(fee: Fee, day: date) -> bool:
    return period_of(fee.valid_from, fee.valid_to, day) is Period.CURRENT


def _settled(here: Iterable[Fee], maybe: Iterable[Fee], case: str) -> Fee:
    """The one fee of a case, or that it is unknown; the sources only keep the choice between equals the same."""
    certain = sorted((fee for fee in here if fee.case == case), key=lambda fee: fee.source)
    possible = sorted((fee for fee in maybe if fee.case == case), key=lambda fee: fee.source)
    first = (certain or possible)[0]
    if certain and len({fee.value for fee in [*certain, *possible]}) == 1:
        return first
    varies = len({fee.value for fee in certain}) < 2
    return replace(first, status=FeeStatus.UNKNOWN, amount=None, unit="", source="", varies=varies)


def _outranks(other: Fee, fee: Fee, covers: Covers) -> bool:
    if other is fee or other.case != fee.case:
        return False
    is_inside = not fee.territory or _lies_in(other.territory, fee.territory, covers)
    is_around = not other.territory or _lies_in(fee.territory, other.territory, covers)
    if is_inside and is_around:
        return _precedence(other) > _precedence(fee)
    return is_inside


def _precedence(fee: Fee) -> tuple[bool, date]:
    return not fee.is_for_every_channel, fee.valid_from or date.min


def _lies_in(inner: str, outer: str, covers: Covers) -> bool:
    return bool(inner and outer) and covered(outer, inner, covers) is Coverage.WHOLE


def _is_set_for(fee: Fee, case: str, place: str | None, covers: Covers) -> bool:
    """Whether a fee was set for this very place: nothing that reaches into a part of it is narrower."""
    return fee.case == case and bool(place) and _lies_in(fee.territory, place or "", covers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one service costs by one channel, so many times: from `low` to `high`, or unknown (both None).

    `is_offered` False: there is no such way to file. `saving` is what is certain to be saved.
    """

    low: int | None
    high: int | None
    saving: int = 0
    is_offered: bool = True

    @property
    def is_unknown(self) -> bool:
        """Whether there is such a way, and nobody knows what it costs."""
        return self.is_offered and self.low is None


def line(prices: Sequence[Price], quantity: int, *, is_offered: bool = True) -> Line:
    """So many times one of these prices. Where one of several is unknown, so is the line: nobody chose."""
    if not is_offered:
        return Line(low=None, high=None, is_offered=False)
    paid = [one.paid for one in prices if one.paid is not None]
    if not prices or len(paid) < len(prices):
        return Line(low=None, high=None)
    saving = min(one.saving for one in prices)
    return Line(low=min(paid) * quantity, high=max(paid) * quantity, saving=saving * quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """All lines of one channel: at least `low`, and `high` where the cases are dear; beside it what isn't in it."""

    low: int
    high: int
    saving: int
    unknown: int
    not_offered: int

    @property
    def is_exact(self) -> bool:
        """Whether this is what will be paid: nothing unknown, nothing left to choose, nothing that can't be filed."""
        return self.low == self.high and not self.unknown and not self.not_offered


def total(lines: Iterable[Line]) -> Total:
    """The lines together."""
    counted = list(lines)
    return Total(
        low=sum(one.low or 0 for one in counted),
        high=sum(one.high or 0 for one in counted),
        saving=sum(one.saving for one in counted),
        unknown=sum(one.is_unknown for one in counted),
        not_offered=sum(not one.is_offered for one in counted),
    )


def cheaper_by(one: Total, other: Total) -> int | None:
    """How much cheaper `one` is; None where one of them isn't exact, or it isn't cheaper."""
    if not one.is_exact or not other.is_exact or one.low >= other.low:
        return None
    return other.low - one.low
