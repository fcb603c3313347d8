"""Every change of fees and reductions."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from portal.core import audit
from portal.core.audit import Subject
from portal.core.days import EARLIEST, LATEST
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.second_person import has_written, writers
from portal.core.text import slugify
from portal.fees import queries
from portal.fees.arithmetic import FeeStatus, narrowed
from portal.fees.models import FeeReduction, LocalFee
from portal.legal import queries as legal
from portal.legal.models import LegalDocument
from portal.places.queries import atlas
from portal.procedures import queries as procedures
from portal.search import queries as search

CHANNELS = ("online", "direct", "postal")
HIGHEST_AMOUNT = 1_000_000_000
_SHIPPED = Actor("system", "", "")


class FeeError(Exception):
    """Why a change is refused; `field` is the form's.

    Codes: no_procedure (there is no such record), no_channel, no_territory, no_document, bad_amount (none, not
    positive, or beyond any fee), bad_percent, both (percentage and amount, or neither), bad_order (ends before it
    begins), no_name, no_end, bad_day (too early or too late), unknown_procedures and unknown_fields (`detail` names
    them), own_work (who wrote it doesn't verify it), contradicts (another fee of the same case, way to file and
    place holds on some of these days; `detail` is its document's number).
    """

    def __init__(self, code: str, field: str, detail: str = "") -> None:
        self.code, self.field, self.detail = code, field, detail
        super().__init__(f"{code} {detail}".strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeValues:
    """What people enter of a fee; `document` is the document's slug."""

    procedure: str
    channel: str
    territory: str
    status: FeeStatus
    amount: int | None
    document: str
    unit: str = ""
    condition_vi: str = ""
    condition_en: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionValues:
    """What people enter of a reduction; `document` is the document's slug, empty lists are "all"."""

    name_vi: str
    name_en: str = ""
    percent: int | None = None
    amount: int | None = None
    procedures: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    territory: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    applies_to_national_rates: bool = False
    document: str


def add_fee(values: FeeValues, *, actor: Actor, now: datetime, is_demo: bool = False) -> LocalFee:
    """A new fee, unverified unless it is illustrative; raises FeeError."""
    fee = LocalFee(
        code=f"p-{secrets.token_hex(5)}", is_demo=is_demo, written_by=writers((), False, actor), updated_at=now,
        **_checked_fee(values),
    )  # fmt: skip
    _check_beside_others(fee)
    if is_demo:
        fee.verified_at, fee.verified_by = now, actor.name
    db.session.add(fee)
    db.session.flush()
    audit.record(actor, "fee_added", _fee_subject(fee), at=now, after=_described(fee))
    return fee


def change_fee(fee: LocalFee, values: FeeValues, *, actor: Actor, now: datetime) -> None:
    """Other values; where any is another one, the fee is unverified again. Raises FeeError."""
    before, checked = _described(fee), _checked_fee(values)
    _check_beside_others(LocalFee(code=fee.code, is_demo=fee.is_demo, **checked))
    _enter(fee, checked, actor, now)
    audit.record(actor, "fee_changed", _fee_subject(fee), at=now, before=before, after=_described(fee))


def end_fee(fee: LocalFee, last_day: date | None, *, actor: Actor, now: datetime) -> None:
    """The fee's last day, included; raises FeeError."""
    before = _described(fee)
    _end(fee, last_day, actor, now)
    audit.record(actor, "fee_ended", _fee_subject(fee), at=now, before=before, after=_described(fee))


def add_reduction(values: ReductionValues, *, actor: Actor, now: datetime) -> FeeReduction:
    """A new reduction, unverified; raises FeeError."""
    reduction = _insert(values, _free_slug(values.name_vi), actor, now)
    audit.record(actor, "reduction_added", _subject(reduction), at=now, after=_described(reduction))
    return reduction


def change_reduction(reduction: FeeReduction, values: ReductionValues, *, actor: Actor, now: datetime) -> None:
    """Other values; where any is another one, it is unverified again. The slug stays: posters lead to it. Raises
    FeeError."""
    before = _described(reduction)
    _enter(reduction, _checked_reduction(values), actor, now)
    reduction.is_starter = False
    db.session.flush()
    audit.record(actor, "reduction_changed", _subject(reduction), at=now, before=before, after=_described(reduction))


def end_reduction(reduction: FeeReduction, last_day: date | None, *, actor: Actor, now: datetime) -> None:
    """The reduction's last day, included; raises FeeError."""
    before = _described(reduction)
    _end(reduction, last_day, actor, now)
    reduction.is_starter = False
    db.session.flush()
    audit.record(actor, "reduction_ended", _subject(reduction), at=now, before=before, after=_described(reduction))


def verify(row: LocalFee | FeeReduction, *, actor: Actor, now: datetime) -> None:
    """Vouch that the document says what others entered: with a verified document, it now counts in totals.

    Raises FeeError where the actor entered some of it.
    """
    if has_written(row.written_by, actor):
        raise FeeError("own_work", "xac-minh")
    _vouch(row, "verified", actor, now, verified_at=now, verified_by=actor.name)


def withdraw_verification(row: LocalFee | FeeReduction, *, actor: Actor, now: datetime) -> None:
    """Vouch for it no longer: it leaves every total at once."""
    _vouch(row, "unverified", actor, now, verified_at=None, verified_by=None)


def _vouch(row: LocalFee | FeeReduction, action: str, actor: Actor, now: datetime, **values: Any) -> None:
    before = _described(row)
    _assign(row, values, now)
    if isinstance(row, LocalFee):
        kind, subject = "fee", _fee_subject(row)
    else:
        kind, subject, row.is_starter = "reduction", _subject(row), False
        db.session.flush()
    audit.record(actor, f"{kind}_{action}", subject, at=now, before=before, after=_described(row))


def _end(row: LocalFee | FeeReduction, last_day: date | None, actor: Actor, now: datetime) -> None:
    if last_day is None:
        raise FeeError("no_end", "last_day")
    if not EARLIEST <= last_day <= LATEST:
        raise FeeError("bad_day", "last_day")
    if row.valid_from is not None and last_day < row.valid_from:
        raise FeeError("bad_order", "last_day")
    is_earlier = row.valid_to is None or last_day <= row.valid_to
    if is_earlier and row.verified_at is not None:
        _assign(row, {"valid_to": last_day}, now)
    else:
        _enter(row, {"valid_to": last_day}, actor, now)


def _enter(row: LocalFee | FeeReduction, values: dict[str, Any], actor: Actor, now: datetime) -> None:
    """Other values, for which nobody has vouched, and somebody else has to."""
    if any(getattr(row, name) != value for name, value in values.items()):
        row.written_by = writers(row.written_by, row.verified_at is not None, actor)
        row.verified_at, row.verified_by = None, None
    _assign(row, values, now)


def _assign(row: LocalFee | FeeReduction, values: dict[str, Any], now: datetime) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.updated_at = now
    db.session.flush()


def _checked_fee(values: FeeValues) -> dict[str, Any]:
    if not procedures.known_codes([values.procedure]):
        raise FeeError("no_procedure", "procedure")
    if values.channel and values.channel not in CHANNELS:
        raise FeeError("no_channel", "channel")
    is_amount = values.status is FeeStatus.AMOUNT
    if is_amount and not (values.amount and 0 < values.amount <= HIGHEST_AMOUNT):
        raise FeeError("bad_amount", "amount")
    document = _checked_common(values.territory, values.valid_from, values.valid_to, values.document)
    return {
        "procedure": values.procedure, "channel": values.channel, "territory": values.territory,
        "status": values.status.value, "amount": values.amount if is_amount else None, "unit": values.unit,
        "condition_vi": values.condition_vi, "condition_en": values.condition_en,
        "valid_from": values.valid_from, "valid_to": values.valid_to, "document_id": document.id,
    }  # fmt: skip


def _check_beside_others(fee: LocalFee) -> None:
    """Of two fees that hold together nobody could say which one is paid; the later has to wait for the end of the
    earlier."""
    document = legal.document_by_id(fee.document_id)
    days = _days(fee, document)
    for other in queries.fees_beside(fee):
        rests_on = legal.document_by_id(other.document_id)
        is_same = (other.status, other.amount, other.unit) == (fee.status, fee.amount, fee.unit)
        begins, ends = narrowed(days, _days(other, rests_on))
        if not is_same and (begins is None or ends is None or begins <= ends):
            raise FeeError("contradicts", "valid_from", rests_on.number if rests_on else "")


def _days(fee: LocalFee, document: LegalDocument | None) -> tuple[date | None, date | None]:
    own = fee.valid_from, fee.valid_to
    return narrowed(own, (document.effective_from, document.effective_to)) if document else own


def _checked_common(territory: str, begins: date | None, ends: date | None, document: str) -> LegalDocument:
    if territory and atlas().get(territory) is None:
        raise FeeError("no_territory", "territory")
    if begins and ends and ends < begins:
        raise FeeError("bad_order", "valid_to")
    found = legal.document(document)
    if found is None:
        raise FeeError("no_document", "document")
    return found


def _checked_reduction(values: ReductionValues) -> dict[str, Any]:
    if not values.name_vi:
        raise FeeError("no_name", "name_vi")
    if (values.percent is None) == (values.amount is None):
        raise FeeError("both", "percent")
    if values.percent is not None and not 1 <= values.percent <= 100:
        raise FeeError("bad_percent", "percent")
    if values.amount is not None and not 0 < values.amount <= HIGHEST_AMOUNT:
        raise FeeError("bad_amount", "amount")
    unknown = sorted(set(values.procedures) - procedures.known_codes(values.procedures))
    if unknown:
        raise FeeError("unknown_procedures", "procedures", ", ".join(unknown))
    if wrong := sorted(slug for slug in set(values.fields) if search.facet_label("field", slug) is None):
        raise FeeError("unknown_fields", "fields", ", ".join(wrong))
    if not set(values.channels) <= set(CHANNELS):
        raise FeeError("no_channel", "channels")
    document = _checked_common(values.territory, values.valid_from, values.valid_to, values.document)
    return {
        "name_vi": values.name_vi, "name_en": values.name_en, "percent": values.percent, "amount": values.amount,
        "procedures": sorted(set(values.procedures)), "fields": sorted(set(values.fields)),
        "channels": [channel for channel in CHANNELS if channel in values.channels], "territory": values.territory,
        "valid_from": values.valid_from, "valid_to": values.valid_to,
        "applies_to_national_rates": values.applies_to_national_rates, "document_id": document.id,
    }  # fmt: skip


def _insert(
    values: ReductionValues, slug: str, actor: Actor, now: datetime, *, is_starter: bool = False, is_demo: bool = False
) -> FeeReduction:
    reduction = FeeReduction(
        slug=slug, is_starter=is_starter, is_demo=is_demo, written_by=writers((), False, actor), updated_at=now,
        **_checked_reduction(values),
    )  # fmt: skip
    if is_demo:
        reduction.verified_at, reduction.verified_by = now, "minh họa"
    db.session.add(reduction)
    db.session.flush()
    return reduction


def _free_slug(name: str) -> str:
    taken, plain = queries.reduction_slugs(), slugify(name) or "giam-phi"
    return next(
        slug for slug in (plain, *(f"{plain}-{number}" for number in range(2, len(taken) + 3))) if slug not in taken
    )


def _fee_subject(fee: LocalFee) -> Subject:
    return Subject("local_fee", fee.code, fee.procedure)


def _subject(reduction: FeeReduction) -> Subject:
    return Subject("fee_reduction", reduction.slug, reduction.name_vi)


def _described(row: LocalFee | FeeReduction) -> dict[str, Any]:
    document = legal.document_by_id(row.document_id)
    columns = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    for name in ("id", "document_id", "updated_at", "is_starter", "is_demo"):
        columns.pop(name, None)
    days = {name: value.isoformat() for name, value in columns.items() if isinstance(value, date)}
    return columns | days | {"document": document.number if document else ""}


def load_starter(given: Iterable[tuple[str, ReductionValues]], *, now: datetime) -> int:
    """Load the reductions that ship, by slug; what the province has written or changed stays. How many changed."""
    changes = 0
    for slug, values in given:
        known, checked = queries.reduction(slug), _checked_reduction(values)
        if known is None:
            _insert(values, slug, _SHIPPED, now, is_starter=True)
        elif known.is_starter and any(getattr(known, name) != value for name, value in checked.items()):
            _enter(known, checked, _SHIPPED, now)
        else:
            continue
        changes += 1
    return changes


def store_reduction(slug: str, values: ReductionValues, verified_by: str, *, now: datetime) -> bool:
    """Write a reduction of a content file as the province's own; whether anything differed. Raises FeeError."""
    known, checked = queries.reduction(slug), _checked_reduction(values)
    if known is None:
        known = _insert(values, slug, _SHIPPED, now)
    elif _is_as(known, checked, verified_by):
        return False
    known.is_starter = False
    _vouched(known, checked, verified_by, now)
    return True


def store_fee(code: str, values: FeeValues, verified_by: str, *, now: datetime) -> bool:
    """Write a fee of a content file; whether anything differed. Raises FeeError."""
    known, checked = queries.local_fee(code), _checked_fee(values)
    if known is not None and _is_as(known, checked, verified_by):
        return False
    _check_beside_others(LocalFee(code=code, is_demo=False, **checked))
    if known is None:
        known = LocalFee(code=code, is_demo=False, written_by=[], updated_at=now, **checked)
        db.session.add(known)
    _vouched(known, checked, verified_by, now)
    return True


def _is_as(row: LocalFee | FeeReduction, checked: dict[str, Any], verified_by: str) -> bool:
    same = all(getattr(row, name) == value for name, value in checked.items())
    return same and (row.verified_at is not None) == bool(verified_by)


def _vouched(row: LocalFee | FeeReduction, checked: dict[str, Any], verified_by: str, now: datetime) -> None:
    """The values of a content file, and whether they were checked against their document where it was written."""
    for name, value in checked.items():
        setattr(row, name, value)
    row.verified_at, row.verified_by = (now, verified_by) if verified_by else (None, None)
    row.written_by, row.updated_at = [], now
    db.session.flush()


def add_demo_reduction(slug: str, values: ReductionValues, *, now: datetime) -> None:
    """An illustrative reduction, unless it is there already."""
    if queries.reduction(slug) is None:
        _insert(values, slug, _SHIPPED, now, is_demo=True)


def remove_demo() -> None:
    """Remove the illustrative fees and reductions, and what somebody has rested on an illustrative document."""
    illustrative = select(LegalDocument.id).where(LegalDocument.is_demo)
    for table in (LocalFee, FeeReduction):
        db.session.execute(delete(table).where(table.is_demo | table.document_id.in_(illustrative)))
