"""One row of an import file, validated: a record, or every reason why it is refused."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Any

from portal.exchange.errors import RowError, shown
from portal.exchange.rows import Row
from portal.procedures.audiences import joined_subjects
from portal.procedures.data import Document, LegalRef, ProcedureData
from portal.procedures.fee_lines import FeeLine, FeeRow, FeeStatus, Period
from portal.procedures.fee_text import legal_numbers
from portal.procedures.fields import FieldReader, clean_block
from portal.procedures.time_lines import UNITS, TimeRow

CHANNELS = ("direct", "online", "postal")
CURRENCIES = ("VND", "USD")
_STATUSES = tuple(status.value for status in FeeStatus)
_LARGEST_AMOUNT = 10**12
_LARGEST_COUNT = 99
_LONG = 100_000

# The national page's furniture, which its copy of the results carries along.
_FURNITURE = re.compile(r"Từ khóa.{0,1000}?Mô tả.*$", re.DOTALL)
_RESULT_CODE = re.compile(r"\s*Mã:\s*(?:[\d.]+G\d+-KQ\d{4,6}|KQ\.[A-Z]\d+\.\d{5,6})\s*")


def read_record(row: Row, hosts: Collection[str]) -> ProcedureData | list[RowError]:
    """The record of a row whose columns are already known; `hosts` may be linked to. All problems at once."""
    errors: list[RowError] = []
    read = FieldReader(row.line, row.values, errors)
    steps = read.texts("steps", 500, _LONG, clean_block)
    documents = tuple(document for part in read.parts("documents", 500) if (document := _document(part)))
    results = _results(read)
    requirements = read.block("requirements", _LONG)
    is_full = read.flag("is_full")
    as_of = read.as_of("as_of")
    values: dict[str, Any] = {
        "code": read.code("code"),
        "name": read.line_text("name", 2000, required=True),
        "field": read.line_text("field", 300, required=True),
        "agency": read.block("agency", 5000) or None,
        "agency_note": read.block("agency_note", 2000) or None,
        "promulgating_agency": read.line_text("promulgating_agency", 300),
        "decision_no": read.line_text("decision_no", 100),
        "levels": read.texts("levels", 10, 60),
        "subjects": joined_subjects(read.texts("subjects", 50, 200)),
        "channels": _channels(read),
        "fees": tuple(fee for part in read.parts("fees", 200) if (fee := _fee(part))),
        "times": tuple(time for part in read.parts("times", 100) if (time := _time(part))),
        "legal_basis": _legal_basis(read),
        "life_events": read.texts("life_events", 50, 200),
        "source_url": read.url("source_url", hosts),
        "portal_updated_at": read.instant("portal_updated_at"),
    }
    if errors or as_of is None:
        return errors
    if is_full is None:
        is_full = bool(steps or documents or results or requirements)
    if not is_full:
        steps, documents, results, requirements = (), (), (), ""
    return ProcedureData(
        **values, steps=steps, documents=documents, results=results, requirements=requirements,
        as_of=as_of, is_full=is_full,
    )  # fmt: skip


def _channels(read: FieldReader) -> tuple[str, ...]:
    given = read.texts("channels", 10, 60)
    for index, channel in enumerate(given, 1):
        if channel not in CHANNELS:
            read.fail(f"channels[{index}]", "unknown_value", value=shown(channel), known=", ".join(CHANNELS))
    # One order for all records, so that two files which differ in it only are the same.
    return tuple(channel for channel in CHANNELS if channel in given)


def _results(read: FieldReader) -> tuple[str, ...]:
    found = []
    for text in read.texts("results", 100, _LONG, clean_block):
        found += [part.strip() for part in _RESULT_CODE.split(_FURNITURE.sub("", text))]
    return tuple(dict.fromkeys(part for part in found if part))


def _document(part: FieldReader) -> Document | None:
    name = clean_block(part.block("name", 20_000))
    if not name:
        return None
    return Document(
        name=name,
        originals=_count(part, "originals", "original"),
        copies=_count(part, "copies", "copy"),
        group=part.line_text("group", 2000),
        forms=part.texts("forms" if "forms" in part.values else "form", 50, 500),
    )


def _count(part: FieldReader, name: str, national: str) -> int | None:
    """How many copies; the national data has page numbers and years run together here, which nobody should print."""
    count = part.number(name if name in part.values else national, 10**9)
    return count if count is not None and count <= _LARGEST_COUNT else None


def _legal_basis(read: FieldReader) -> tuple[LegalRef, ...]:
    refs: dict[str, LegalRef] = {}
    items = [{"number": item} if isinstance(item, str) else item for item in read.items("legal_basis", 300)]
    for part in FieldReader(read.line, {"legal_basis": items}, read.errors).parts("legal_basis", 300):
        number = _bare_number(part.line_text("number" if "number" in part.values else "code", 60))
        # A number without a slash ("104") is a fragment and identifies no document.
        if "/" in number:
            refs.setdefault(number, LegalRef(number, part.line_text("name", 2000) or None))
    return tuple(refs.values())


def _bare_number(text: str) -> str:
    """The number alone, where the kind of document was typed before it ("Thông tư số 03/2023/TT-BTP")."""
    numbers = legal_numbers(text) if " " in text else ()
    return numbers[0] if len(numbers) == 1 else text


def _time(part: FieldReader) -> TimeRow | None:
    channel = part.choice("channel", CHANNELS)
    quantity = part.number("quantity" if "quantity" in part.values else "qty", 10_000)
    unit = part.line_text("unit", 40)
    if unit and unit not in UNITS:
        part.fail("unit", "unknown_value", value=shown(unit), known=", ".join(UNITS))
    text = part.block("text", 10_000)
    if not channel:
        return None
    conditions = (part.line_text(f"condition_{locale}", 200) for locale in ("vi", "en"))
    return TimeRow(channel, quantity, UNITS.get(unit), text, *conditions)


def _fee(part: FieldReader) -> FeeRow | FeeLine | None:
    channel = part.choice("channel", CHANNELS)
    amount = part.number("amount", _LARGEST_AMOUNT)
    currency = part.choice("currency", CURRENCIES) if part.values.get("currency") else "VND"
    text = part.block("text", 10_000)
    if not channel or not currency:
        return None
    if part.values.get("status"):
        return _given_line(part, channel, amount, currency, text)
    return FeeRow(
        channel=channel,
        amount=amount,
        currency=currency,
        text=text,
        kind=part.line_text("kind", 40) or None,
        raw_amount=part.number("raw_amount", _LARGEST_AMOUNT),
    )


def _given_line(part: FieldReader, channel: str, amount: int | None, currency: str, text: str) -> FeeLine | None:
    """A fee whose status the file states, as our facts-only files do."""
    status = part.choice("status", _STATUSES)
    if status == FeeStatus.AMOUNT and amount is None:
        part.fail("amount", "amount_missing")
    elif status != FeeStatus.AMOUNT and amount is not None:
        part.fail("amount", "amount_not_expected", status=status)
    begins, ends = _day(part, "valid_from"), _day(part, "valid_to")
    if begins and ends and ends < begins:
        part.fail("valid_to", "dates_reversed", begin=begins, end=ends)
    if not status:
        return None
    return FeeLine(
        channel=channel,
        status=FeeStatus(status),
        amount=amount,
        currency=currency,
        unit=part.line_text("unit", 100),
        text=text,
        printed_amount=part.number("printed_amount", _LARGEST_AMOUNT),
        percent=part.number("percent", 100),
        valid_from=begins,
        valid_to=ends,
        is_derived=bool(part.flag("is_derived")),
        suspended=_periods(part),
        legal=part.texts("legal", 50, 60),
        condition_vi=part.line_text("condition_vi", 500),
        condition_en=part.line_text("condition_en", 500),
    )


def _day(part: FieldReader, name: str) -> date | None:
    text = part.line_text(name, 40)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        part.fail(name, "bad_date", value=shown(text), expected="a day such as 2026-12-31")
        return None


def _periods(part: FieldReader) -> tuple[Period, ...]:
    periods: list[Period] = []
    for index, item in enumerate(part.items("suspended", 50), 1):
        name = f"suspended[{index}]"
        if not isinstance(item, list) or len(item) != 2:
            part.fail(name, "wrong_type", expected="two days", found=shown(item, 30))
            continue
        inner = FieldReader(part.line, {f"{name}.from": item[0], f"{name}.to": item[1]}, part.errors, part.prefix)
        periods.append((_day(inner, f"{name}.from"), _day(inner, f"{name}.to")))
    return tuple(periods)
