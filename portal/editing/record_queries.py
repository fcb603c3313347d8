"""SELECTs over the official records as editors follow them: what changed past a guide, what has no guide yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select

from portal.core.db import db
from portal.editing import queries
from portal.editing.models import SeenRecord
from portal.feedback.models import FeedbackCase
from portal.feedback.states import CaseState
from portal.guides.models import Guide
from portal.procedures.as_of import AsOf, Precision
from portal.procedures.models import Procedure, ProcedureVersion
from portal.procedures.service import as_of, payload_of

# Feedback about a record counts as a wish for a guide for so long.
WISHES_LAST = timedelta(days=365)


class Stand(NamedTuple):
    """One version of a record, by its number: from when on it said what it says (UTC), known by its digest."""

    version: int
    digest: str
    since: datetime


def base_of(history: Sequence[Stand], published_at: datetime, seen_version: int = 0) -> Stand:
    """The version that a guide was published over, or a later one that somebody has looked at.

    `history` begins with the first; that one it is where the record came after the guide.
    """
    before = [stand for stand in history if stand.since <= published_at]
    base = before[-1] if before else history[0]
    seen = next((stand for stand in history if stand.version == seen_version), base)
    return max(base, seen, key=lambda stand: stand.version)


@dataclass(frozen=True, slots=True)
class ChangedGuide:
    """A guide whose official records say something else than when it was published; `at` is the newest change."""

    slug: str
    codes: tuple[str, ...]
    at: datetime


def changed_guides() -> list[ChangedGuide]:
    """Every such guide by slug, but for what somebody has looked at. At most four statements."""
    columns = (Procedure.id, Procedure.code, Procedure.version, Procedure.digest, Procedure.updated_at,
               Procedure.retired_at)  # fmt: skip
    statement = select(*columns).where((Procedure.version > 1) | Procedure.retired_at.is_not(None))
    records: dict[str, Any] = {row.code: row for row in db.session.execute(statement)}
    if not records:
        return []
    wanted = [
        (guide.slug, guide.updated_at, records[code])
        for guide in db.session.execute(select(Guide.slug, Guide.procedures, Guide.updated_at).order_by(Guide.slug))
        for code in guide.procedures
        if code in records and _touched_at(records[code]) > guide.updated_at
    ]
    history = _histories({record.id for _slug, _at, record in wanted})
    seen = {(row.slug, row.code): row for row in db.session.scalars(select(SeenRecord))} if wanted else {}
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for slug, published_at, record in wanted:
        stands = [*history[record.id], Stand(record.version, record.digest, record.updated_at)]
        if _is_changed(record, stands, published_at, seen.get((slug, record.code))):
            found[slug].append(record)
    return [
        ChangedGuide(slug, tuple(one.code for one in changed), max(map(_touched_at, changed)))
        for slug, changed in found.items()
    ]


def _touched_at(record: Any) -> datetime:
    touched: datetime = record.updated_at
    return max(touched, record.retired_at) if record.retired_at else touched


def _is_changed(record: Any, stands: Sequence[Stand], published_at: datetime, seen: SeenRecord | None) -> bool:
    base = base_of(stands, published_at, seen.version if seen else 0)
    was_retired_since = record.retired_at is not None and record.retired_at > published_at
    return base.digest != record.digest or (was_retired_since and not (seen and seen.is_retired))


def _histories(ids: Collection[int]) -> defaultdict[int, list[Stand]]:
    found: defaultdict[int, list[Stand]] = defaultdict(list)
    if not ids:
        return found
    statement = (
        select(
            ProcedureVersion.procedure_id, ProcedureVersion.version, ProcedureVersion.digest,
            ProcedureVersion.recorded_at,
        )
        .where(ProcedureVersion.procedure_id.in_(ids))
        .order_by(ProcedureVersion.version)
    )  # fmt: skip
    for row in db.session.execute(statement):
        found[row.procedure_id].append(Stand(row.version, row.digest, row.recorded_at))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """What a record said when the guide on it was published, and what it says now; as-of dates as files note them.

    `mark` tells this state from every other. `seen_by` and `seen_at` are of who said last that nothing is to be done.
    """

    code: str
    before: dict[str, Any]
    after: dict[str, Any]
    before_as_of: str
    after_as_of: str
    changed_at: datetime
    is_retired: bool
    is_open: bool
    version: int
    seen_by: str
    seen_at: datetime | None

    @property
    def mark(self) -> str:
        """The version and whether it is retired, as forms carry it."""
        return f"{self.version}{'r' if self.is_retired else ''}"


def record_changes(guide: Guide) -> list[RecordChange]:
    """The records of a guide that changed after it was published; what somebody has looked at isn't `is_open`."""
    rows = {
        row.code: row
        for row in db.session.scalars(
            select(Procedure).where(
                Procedure.code.in_(guide.procedures),
                (Procedure.updated_at > guide.updated_at) | (Procedure.retired_at > guide.updated_at),
            )
        )
    }
    seen = {row.code: row for row in db.session.scalars(select(SeenRecord).where(SeenRecord.slug == guide.slug))}
    history = _histories({row.id for row in rows.values()})
    found = []
    for code in guide.procedures:
        row = rows.get(code)
        if row is None:
            continue
        stands = [*history[row.id], Stand(row.version, row.digest, row.updated_at)]
        is_open = _is_changed(row, stands, guide.updated_at, seen.get(code))
        if is_open or code in seen:
            base = base_of(stands, guide.updated_at, seen[code].version if code in seen and is_open else 0)
            found.append(_change(row, base, seen.get(code), is_open=is_open))
    return found


def _change(row: Procedure, base: Stand, seen: SeenRecord | None, *, is_open: bool) -> RecordChange:
    after, now_as_of = payload_of(row), str(as_of(row))
    before = after | {"as_of": now_as_of}
    if base.version != row.version:
        wanted = ProcedureVersion.procedure_id == row.id, ProcedureVersion.version == base.version
        before = db.session.scalars(select(ProcedureVersion.payload).where(*wanted)).one()
    return RecordChange(
        code=row.code, before=before, after=after, before_as_of=str(before.get("as_of", "")), after_as_of=now_as_of,
        changed_at=_touched_at(row), is_retired=row.retired_at is not None, is_open=is_open, version=row.version,
        seen_by=seen.seen_by if seen else "", seen_at=seen.seen_at if seen else None,
    )  # fmt: skip


def payloads(codes: Collection[str]) -> list[tuple[str, dict[str, Any]]]:
    """What records say now, with their codes and, as `as_of`, their dates as files note them; in this order."""
    rows = {row.code: row for row in db.session.scalars(select(Procedure).where(Procedure.code.in_(codes)))}
    return [(code, payload_of(rows[code]) | {"as_of": str(as_of(rows[code]))}) for code in codes if code in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexplained:
    """A record that no guide explains; `wishes` is how much feedback there was about it within a year.

    `draft` is the code of an open draft on it, or "".
    """

    code: str
    name: str
    field: str
    as_of: str
    wishes: int
    draft: str


def unexplained(now: datetime) -> list[Unexplained]:
    """Every record in force without a guide, the most asked about first, then by name as the database has it."""
    explained = {code for codes in db.session.scalars(select(Guide.procedures)) for code in codes}
    wishes = _wishes(now - WISHES_LAST)
    writing = queries.open_drafts_with_content()
    drafts = {code: row.code for row in writing for code in row.content.get("procedures", [])}
    statement = select(
        Procedure.code, Procedure.name, Procedure.field, Procedure.as_of, Procedure.as_of_precision
    ).where(Procedure.retired_at.is_(None))
    found = [
        Unexplained(
            code=row.code, name=row.name, field=row.field, as_of=str(AsOf(row.as_of, Precision(row.as_of_precision))),
            wishes=wishes.get(row.code, 0), draft=drafts.get(row.code, ""),
        )
        for row in db.session.execute(statement.order_by(Procedure.name, Procedure.code))
        if row.code not in explained
    ]  # fmt: skip
    return sorted(found, key=lambda row: -row.wishes)


def _wishes(since: datetime) -> dict[str, int]:
    statement = (
        select(FeedbackCase.subject_key, func.count().label("number"))
        .where(
            FeedbackCase.subject_kind == "procedure", FeedbackCase.received_at >= since,
            FeedbackCase.state != CaseState.ABUSE.value,
        )
        .group_by(FeedbackCase.subject_key)
    )  # fmt: skip
    return {row.subject_key: row.number for row in db.session.execute(statement)}


def explaining(code: str) -> str:
    """The slug of a guide that explains a procedure, or ""."""
    rows = db.session.execute(select(Guide.slug, Guide.procedures).order_by(Guide.slug))
    return next((row.slug for row in rows if code in row.procedures), "")
