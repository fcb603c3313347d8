"""Facts of a record made ready for templates: formatted in one language, judged on one day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.core import formats
from portal.core.i18n import Locale, catalogue, localised_path
from portal.procedures.as_of import AsOf, Precision, parse_as_of
from portal.procedures.fee_lines import FeeLine, FeeState, FeeStatus
from portal.procedures.queries import RecordFacts
from portal.procedures.time_lines import TimeLine

CHANNEL_ORDER = ("online", "direct", "postal")


def _(message: str) -> str:
    """Marks a string for extraction; `per_unit` looks it up."""
    return message


# What fees are paid for, as the records' wording names it; other units stay Vietnamese.
UNITS = (_("/lần"), _("/người"), _("/trang"), _("/bản"), _("/thẻ"), _("/hộ chiếu"), _("/hồ sơ"), _("/giấy"))


def per_unit(unit: str, locale: str) -> str:
    """What one amount is paid for, as it stands behind the amount: "/trang", " per page"."""
    return str(catalogue(locale).ugettext(f"/{unit}")) if unit else ""


class FeeView(NamedTuple):
    """One fee line as a page shows it; `status` and `state` choose the words, the rest fills them."""

    status: str
    state: str
    amount: str | None
    printed_amount: str | None
    percent: int | None
    unit: str
    condition: str
    text: str
    begins: str | None
    ends: str | None


class TimeView(NamedTuple):
    """How long a channel takes; `quantity` None is unknown."""

    quantity: int | None
    unit: str
    text: str
    condition: str


class ChannelView(NamedTuple):
    """One way to file: what it costs, by which legal documents, and how long it takes."""

    kind: str
    fees: tuple[FeeView, ...]
    times: tuple[TimeView, ...]
    fee_documents: str

    @property
    def known_times(self) -> list[TimeView]:
        """The times without those that the record leaves open."""
        return [time for time in self.times if time.quantity is not None]


def fee_view(line: FeeLine, day: date, locale: str) -> FeeView:
    """A fee line in words' reach; amounts and dates formatted."""

    def money(amount: int | None) -> str | None:
        return None if amount is None else formats.money(amount, line.currency, locale)

    return FeeView(
        status=line.status.value,
        state=line.state_on(day).value,
        amount=money(line.amount),
        printed_amount=money(line.printed_amount),
        percent=line.percent,
        unit=per_unit(line.unit, locale),
        condition=(line.condition_en if locale == "en" else line.condition_vi) or "",
        text=line.text,
        begins=formats.day(line.valid_from, locale) if line.valid_from else None,
        ends=formats.day(line.valid_to, locale) if line.valid_to else None,
    )


def time_view(line: TimeLine, locale: str) -> TimeView:
    """A time line in words' reach."""
    return TimeView(
        quantity=line.quantity,
        unit=line.unit.value if line.unit else "",
        text=line.text,
        condition=(line.condition_en if locale == "en" else "") or line.condition_vi,
    )


def channel_views(
    channels: Iterable[str], fees: Iterable[FeeLine], times: Iterable[TimeLine], day: date, locale: str
) -> list[ChannelView]:
    """The channels that a record names, online first, each with its fees (today's first) and times."""
    names = set(channels)
    fee_lines, time_lines = list(fees), list(times)
    views = []
    for kind in CHANNEL_ORDER:
        if kind not in names:
            continue
        shown = [fee_view(line, day, locale) for line in fee_lines if line.channel == kind]
        shown.sort(key=lambda fee: (fee.state != FeeState.CURRENT, fee.status == FeeStatus.EXEMPT, fee.unit))
        own_times = tuple(time_view(line, locale) for line in time_lines if line.channel == kind)
        documents = {number: None for line in fee_lines if line.channel == kind for number in line.legal}
        views.append(ChannelView(kind=kind, fees=tuple(shown), times=own_times, fee_documents=", ".join(documents)))
    return views


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """A record's facts for a page. `as_of` is formatted as precisely as `as_of_precision` allows, never more."""

    code: str
    name: str
    label: str
    url: str
    source_url: str
    field: str
    agency: str | None
    channels: list[ChannelView]
    legal_numbers: list[str]
    as_of: str
    as_of_precision: str
    portal_updated: str | None
    is_full: bool
    is_retired: bool

    @property
    def has_online(self) -> bool:
        """True where the record names an online channel."""
        return any(channel.kind == "online" for channel in self.channels)


def record_view(facts: RecordFacts, *, locale: Locale, today: date, label: str = "") -> RecordView:
    """A record's facts in one language on one day."""
    return RecordView(
        code=facts.code,
        name=facts.name,
        label=label,
        url=localised_path(f"/thu-tuc/{facts.code}", locale),
        source_url=facts.source_url,
        field=facts.field,
        agency=", ".join(facts.agencies) or None,
        channels=channel_views(facts.channels, facts.fees, facts.times, today, locale.code),
        legal_numbers=[document.number for document in facts.legal],
        as_of=_as_of(facts.as_of, locale.code),
        as_of_precision=facts.as_of.precision.value,
        portal_updated=formats.moment(facts.portal_updated_at, locale.code) if facts.portal_updated_at else None,
        is_full=facts.is_full,
        is_retired=facts.retired_at is not None,
    )


class AsOfView(NamedTuple):
    """A date that something was known on, formatted as precisely as `as_of_precision` allows."""

    as_of: str
    as_of_precision: str
    portal_updated: None = None


def as_of_view(text: str, locale: str) -> AsOfView | None:
    """The same of a date in the notation of files, such as "<=2026-06-10"; None for anything else."""
    try:
        as_of = parse_as_of(text)
    except ValueError:
        return None
    return AsOfView(_as_of(as_of, locale), as_of.precision.value)


def _as_of(as_of: AsOf, locale: str) -> str:
    day = as_of.day()
    return formats.month(day, locale) if as_of.precision is Precision.MONTH else formats.day(day, locale)
