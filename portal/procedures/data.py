"""One official record, validated and normalised, whatever file it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.procedures import fee_lines, time_lines
from portal.procedures.as_of import AsOf
from portal.procedures.fee_lines import FeeLine, FeeRow, FeeStatus
from portal.procedures.time_lines import TimeRow, TimeUnit

# In the order in which the report names them.
PAYLOAD_FIELDS = (
    "name", "field", "agency", "agency_note", "promulgating_agency", "decision_no", "levels", "subjects", "channels",
    "fees", "times", "legal_basis", "life_events", "steps", "documents", "results", "requirements", "source_url",
    "is_full",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A paper to hand in. Counts are None where none is plausible; `group` is the case that it belongs to."""

    name: str
    originals: int | None
    copies: int | None
    group: str = ""
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LegalRef:
    """A legal document by number ("75/2022/TT-BTC"), with its name where the record gives one."""

    number: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureData:
    """A record as files bring it. With `is_full` False the official wording is absent, not empty."""

    code: str
    name: str
    field: str
    agency: str | None
    agency_note: str | None
    promulgating_agency: str
    decision_no: str
    levels: tuple[str, ...]
    subjects: tuple[str, ...]
    channels: tuple[str, ...]
    fees: tuple[FeeRow | FeeLine, ...]
    times: tuple[TimeRow, ...]
    legal_basis: tuple[LegalRef, ...]
    life_events: tuple[str, ...]
    steps: tuple[str, ...]
    documents: tuple[Document, ...]
    results: tuple[str, ...]
    requirements: str
    source_url: str
    as_of: AsOf
    portal_updated_at: datetime | None
    is_full: bool

    def payload(self) -> dict[str, Any]:
        """Everything that the record says, as JSON; what versions keep and what is compared."""
        values: dict[str, Any] = {name: getattr(self, name) for name in PAYLOAD_FIELDS}
        for name in ("levels", "subjects", "channels", "life_events", "steps", "results"):
            values[name] = list(values[name])
        values["fees"] = [_fee(fee) for fee in self.fees]
        values["times"] = [_time(row) for row in self.times]
        values["legal_basis"] = [_sparse(number=ref.number, name=ref.name) for ref in self.legal_basis]
        values["documents"] = [_document(document) for document in self.documents]
        return values

    def digest(self) -> str:
        """SHA-256 of the payload. The as-of dates are not in it: seen again later, the same record is not another."""
        return digest_of(self.payload())


def digest_of(payload: Mapping[str, Any]) -> str:
    """Hexadecimal SHA-256 of a payload in canonical JSON."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _sparse(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _fee(fee: FeeRow | FeeLine) -> dict[str, Any]:
    if isinstance(fee, FeeLine):
        return fee_lines.to_json(fee)
    # An amount of None is told apart from an absent one: it is what the record prints.
    return {"amount": fee.amount} | _sparse(
        channel=fee.channel, currency=fee.currency, text=fee.text, kind=fee.kind, raw_amount=fee.raw_amount
    )


def _time(row: TimeRow) -> dict[str, Any]:
    unit = row.unit.value if row.unit else None
    return _sparse(
        channel=row.channel, quantity=row.quantity, unit=unit, text=row.text,
        condition_vi=row.condition_vi, condition_en=row.condition_en,
    )  # fmt: skip


def _document(document: Document) -> dict[str, Any]:
    return _sparse(
        name=document.name,
        originals=document.originals,
        copies=document.copies,
        group=document.group,
        forms=list(document.forms),
    )


_CONDITION_KEYS = ("channel", "status", "amount", "printed_amount", "percent")


@dataclass(frozen=True, slots=True)
class Condition:
    """A plain-language condition that a content writer gave a fee; it outlives the record's next import."""

    channel: str
    status: FeeStatus
    amount: int | None
    printed_amount: int | None
    percent: int | None
    condition_vi: str
    condition_en: str
    unit: str

    def fits(self, line: FeeLine) -> bool:
        """True for the line that the condition was written for."""
        return all(getattr(self, name) == getattr(line, name) for name in _CONDITION_KEYS)


def conditions_of(lines: Iterable[FeeLine]) -> list[dict[str, Any]]:
    """The written conditions among fee lines, as JSON."""
    return [
        {name: getattr(line, name) for name in _CONDITION_KEYS}
        | _sparse(condition_vi=line.condition_vi, condition_en=line.condition_en, unit=line.unit)
        for line in lines
        if line.condition_vi or line.condition_en
    ]


def conditions_from(values: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions that `conditions_of` wrote."""
    return tuple(
        Condition(
            channel=value["channel"],
            status=FeeStatus(value["status"]),
            amount=value["amount"],
            printed_amount=value["printed_amount"],
            percent=value["percent"],
            condition_vi=value.get("condition_vi", ""),
            condition_en=value.get("condition_en", ""),
            unit=value.get("unit", ""),
        )
        for value in values
    )


def fee_row(value: Mapping[str, Any]) -> FeeRow:
    """The official fee row that a payload holds."""
    return FeeRow(
        channel=value["channel"],
        amount=value["amount"],
        currency=value["currency"],
        text=value.get("text", ""),
        kind=value.get("kind"),
        raw_amount=value.get("raw_amount"),
    )


def time_row(value: Mapping[str, Any]) -> TimeRow:
    """The official time row that a payload holds."""
    unit = value.get("unit")
    texts = (value.get(name, "") for name in ("text", "condition_vi", "condition_en"))
    return TimeRow(value["channel"], value.get("quantity"), TimeUnit(unit) if unit else None, *texts)


def time_lines_json(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines to show of a payload's time row."""
    return [time_lines.to_json(line) for line in time_lines.classify(time_row(value))]
