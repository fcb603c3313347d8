"""What stands beside a draft while it is written: the official record, what changed in it, the feedback it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.i18n import current_locale, localised_path
from portal.editing import queries, record_queries
from portal.editing.case_words import CaseWords, words_of_draft
from portal.editing.labels import channel_label
from portal.editing.models import GuideDraft
from portal.editing.record_queries import RecordChange
from portal.editing.record_words import as_of_words, fee_words, paper_words, part_changes, time_words
from portal.procedures.search_entries import record_url

# Of a guide on many procedures, as many as somebody can read beside it.
_MOST_RECORDS = 5


@dataclass(frozen=True, slots=True)
class Beside:
    """The changes of a published guide's records; for a new guide the records themselves; what people wrote."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    cases: list[CaseWords] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changes or self.records or self.cases)


def beside_draft(row: GuideDraft) -> Beside:
    """What stands beside a draft; nothing once it is over, but for the feedback that it answered."""
    cases = words_of_draft(row)
    if row.open_slug is None:
        return Beside(cases=cases)
    guide = queries.guide_row(row.slug)
    if guide is None:
        codes = [code for code in row.content.get("procedures", []) if isinstance(code, str)][:_MOST_RECORDS]
        return Beside(records=[shown_record(code, one) for code, one in record_queries.payloads(codes)], cases=cases)
    changes = [shown_change(one) for one in record_queries.record_changes(guide) if one.is_open]
    return Beside(changes=changes, cases=cases)


def shown_change(change: RecordChange) -> dict[str, Any]:
    """A changed record as pages show it."""
    locale = current_locale()
    return {
        "code": change.code, "name": change.after["name"], "url": localised_path(record_url(change.code), locale),
        "mark": change.mark, "parts": part_changes(change, locale), "is_retired": change.is_retired,
        "is_open": change.is_open, "seen_by": change.seen_by, "seen_at": change.seen_at, "at": change.changed_at,
        "before": as_of_words(change.before_as_of, locale), "after": as_of_words(change.after_as_of, locale),
        "is_first_full": change.after["is_full"] and not change.before["is_full"],
    }  # fmt: skip


def official(code: str) -> dict[str, Any] | None:
    """A record as pages show it beside what is written; None where there is none."""
    return next((shown_record(code, payload) for code, payload in record_queries.payloads([code])), None)


def shown_record(code: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a record that has been read."""
    locale = current_locale()
    return {
        "code": code, "name": payload["name"], "url": localised_path(record_url(code), locale),
        "source_url": payload["source_url"], "as_of": as_of_words(payload["as_of"], locale),
        "is_full": payload["is_full"], "channels": [channel_label(name) for name in payload["channels"]],
        "fees": fee_words(payload, locale, with_wording=True), "times": time_words(payload),
        "papers": paper_words(payload), "steps": payload["steps"], "requirements": payload["requirements"],
        "results": payload["results"], "legal": [one["number"] for one in payload["legal_basis"]],
    }  # fmt: skip
