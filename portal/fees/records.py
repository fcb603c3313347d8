"""The fees that official records print, as the arithmetic takes them."""

from __future__ import annotations

from datetime import date

from portal.core.text import slugify
from portal.fees.arithmetic import Fee, FeeStatus, Setter
from portal.procedures.fee_lines import FeeLine, FeeState
from portal.procedures.fee_lines import FeeStatus as Printed
from portal.procedures.queries import RecordFacts

_LONGEST_CASE = 140
_TAXES = "thue"
_OF_THE_PROVINCE = ("HĐND", "UBND")
# The Finance Ministry's guidance on those fees that it leaves to the councils.
_LEFT_TO_COUNCILS = frozenset({"85/2019/TT-BTC", "106/2021/TT-BTC"})


def official_fees(record: RecordFacts, channel: str, day: date) -> tuple[Fee, ...]:
    """What the record says is paid on a day for filing by this channel; empty where it says nothing.

    Waivers for some people are no fee of everybody's: they are left to the record's own lines. Amounts in other
    currencies can't be added up: they count as unknown here. So does, for a day before the record was taken, what bears
    no first day: nothing says that it held then.
    """
    current = [
        line
        for line in record.fees
        if line.channel == channel and line.state_on(day) is FeeState.CURRENT and line.status is not Printed.EXEMPT
    ]
    is_earlier = day < record.as_of.day()
    return tuple(
        _fee(record, line, has_cases=len(current) > 1, is_told=not is_earlier or line.valid_from is not None)
        for line in current
    )


def has_waivers(record: RecordFacts, day: date) -> bool:
    """Whether the record names people or cases that pay nothing on a day."""
    return any(line.status is Printed.EXEMPT and line.state_on(day) is FeeState.CURRENT for line in record.fees)


def _fee(record: RecordFacts, line: FeeLine, *, has_cases: bool, is_told: bool) -> Fee:
    status, setter = FeeStatus.UNKNOWN, Setter.UNKNOWN
    if line.status is Printed.AMOUNT and line.currency == "VND" and line.amount:
        status, setter = FeeStatus.AMOUNT, Setter.NATIONAL
    elif line.status is Printed.FREE:
        status, setter = FeeStatus.FREE, Setter.NATIONAL
    elif line.status is Printed.COUNCIL:
        setter = Setter.COUNCIL
    elif line.status is Printed.AMOUNT or line.printed_amount or _is_set_nationally(record, line):
        setter = Setter.NATIONAL
    if not is_told:
        status = FeeStatus.UNKNOWN
    wording = line.text if has_cases else ""
    if len(wording) > _LONGEST_CASE:
        wording = wording[:_LONGEST_CASE].rsplit(" ", 1)[0] + "…"
    return Fee(
        procedure=record.code, channel=line.channel, status=status, setter=setter, field=slugify(record.field),
        amount=line.amount if status is FeeStatus.AMOUNT else None, unit=line.unit,
        case=line.condition_vi or wording, case_en=line.condition_en or line.condition_vi or wording,
    )  # fmt: skip


def _is_set_nationally(record: RecordFacts, line: FeeLine) -> bool:
    """Whether a record that names no amount still says that no council sets it.

    Taxes are the National Assembly's; a temporary rate beside the line cuts a rate of the same ministry; and what a
    line cites, such as a circular, is who sets it.
    """
    national = {number for number in line.legal if not number.endswith(_OF_THE_PROVINCE)} - _LEFT_TO_COUNCILS
    return slugify(record.field) == _TAXES or bool(line.suspended) or bool(national)
