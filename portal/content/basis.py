"""Units, agencies, records, days off, legal documents, fees and reductions as files."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from portal.agencies import queries as agency_queries
from portal.agencies.contacts import FIELDS, ContactsError, read_contacts
from portal.agencies.exchange import AgencyImport, in_circle
from portal.agencies.models import AgencyKind
from portal.content import queries
from portal.content.folder import Folder
from portal.content.parts import IMPORTED_BY, Files, Part, day, each, filled, text, yaml_file
from portal.core import clock, workdays
from portal.core.pages import renderer
from portal.exchange.errors import ExchangeError
from portal.fees import service as fees
from portal.fees.arithmetic import FeeStatus
from portal.fees.cli import reduction_of
from portal.fees.service import FeeError, FeeValues
from portal.fees.territories import TerritoryError
from portal.legal import queries as legal
from portal.legal import service as legal_service
from portal.legal.cli import document_of
from portal.legal.models import LegalDocument
from portal.legal.service import LegalError, StarterDocument
from portal.places import service as places
from portal.places.checks import check_places
from portal.places.queries import atlas
from portal.places.rows import parse_places, places_file
from portal.procedures import export
from portal.procedures import queries as procedures
from portal.procedures.exchange import check_records, import_records
from portal.procedures.service import payload_of
from portal.settings.cli import list_of_days, parse_days

PLACES, AGENCIES, CALENDAR = "places.csv", "agencies.yaml", "calendar.csv"
RECORDS, CONDITIONS = "procedures.jsonl", "procedure_conditions.jsonl"
LEGAL, REDUCTIONS, FEES = "legal.yaml", "reductions.yaml", "fees.yaml"


def _write_places() -> Files:
    yield PLACES, places_file(queries.places())


def _load_places(folder: Folder, _now: datetime) -> int:
    given = folder.text(PLACES)
    if given is None:
        return 0
    rows, faults = parse_places(given.splitlines())
    faults = faults or check_places(rows, atlas().places)
    for fault in faults:
        folder.fail(PLACES, fault.line, fault.message)
    if faults:
        return 0
    report = places.import_places([row.fact for row in rows])
    return len(report.new) + len(report.changed)


_AGENCY_KEYS = {"slug", "name", "kind", "superior", "territory", *FIELDS, "confirmed_on"}


def _write_agencies() -> Files:
    states = AgencyImport().load([row.slug for row in queries.agencies_by_id().values()])
    ordered = [{"slug": row.slug, **filled(states[row.slug])} for row in queries.agencies_by_id().values()]
    yield AGENCIES, yaml_file(ordered)


def _load_agencies(folder: Folder, now: datetime) -> int:
    kind = AgencyImport()
    given: dict[str, dict[str, Any]] = {}

    def note(entry: dict[str, Any]) -> bool:
        state = _agency(entry)
        if state["territory"] and atlas().get(state["territory"]) is None:
            raise ValueError(f"territory: no place {state['territory']}")
        if entry["slug"] in given:
            raise ValueError(f"{entry['slug']} stands there twice")
        given[entry["slug"]] = state
        return True

    each(folder, AGENCIES, _AGENCY_KEYS, (ContactsError,), note)
    known = {**agency_queries.superiors(), **{slug: state["superior"] for slug, state in given.items()}}
    for slug, state in given.items():
        if state["superior"] and state["superior"] not in known:
            folder.fail(AGENCIES, 0, f"{slug}: no agency {state['superior']}")
    if circle := in_circle(known, given):
        folder.fail(AGENCIES, 0, f"{circle} stands above itself")
    if folder.faults:
        return 0
    stored = kind.load(list(given))
    new = {slug: state for slug, state in given.items() if slug not in stored}
    changed = {slug: state for slug, state in given.items() if slug in stored and stored[slug] != state}
    if new:
        kind.insert(new, now)
    if changed:
        kind.update(changed, now)
    return len(new) + len(changed)


def _agency(entry: dict[str, Any]) -> dict[str, Any]:
    """The state of an agency as imports keep it; raises ValueError, KeyError, ContactsError."""
    texts = {name: entry.get(name, "") for name in FIELDS}
    lines = {name: "\n".join(value) if isinstance(value, list) else str(value) for name, value in texts.items()}
    contacts = read_contacts(lines)
    days = entry.get("confirmed_on", {})
    if not entry["slug"] or not entry["name"] or not all(name in FIELDS for name in days):
        raise ValueError("slug and name are needed, and days by the name of a contact")
    return {
        "name": text(entry, "name"), "kind": AgencyKind(entry.get("kind", AgencyKind.OTHER.value)).value,
        "superior": text(entry, "superior"), "territory": text(entry, "territory"),
        **{
            name: list(value) if isinstance(value := getattr(contacts, name), tuple) else value for name in FIELDS
        },
        "confirmed_on": {name: str(days[name]) for name in sorted(days)},
    }  # fmt: skip


def _write_records() -> Files:
    rows = queries.records()
    facts = procedures.record_facts([row.code for row in rows])
    lines: list[dict[str, Any]] = []
    conditions: list[dict[str, Any]] = []
    for row in rows:
        short, _used = export.facts_row(facts[row.code], ())
        if row.is_full:
            as_of, updated = short["as_of"], short.get("portal_updated_at")
            lines.append(export.whole_row(row.code, payload_of(row), as_of, updated))
        if row.conditions or not row.is_full:
            (conditions if row.is_full else lines).append(short)
    for name, found in ((RECORDS, lines), (CONDITIONS, conditions)):
        yield name, "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found)


def _load_records(folder: Folder, _now: datetime) -> int:
    changes = 0
    for name in (RECORDS, CONDITIONS):
        path = folder.path(name)
        if path is None or not path.stat().st_size:
            continue
        try:
            reading = check_records(path)
        except ExchangeError as unusable:
            folder.fail(name, 0, str(unusable))
            continue
        for error in reading.errors:
            folder.fail(name, error.line, error.message())
        if not reading.bad:
            report = import_records(reading, clock=clock.now)
            changes += len(report.new) + len(report.changed)
    return changes


def _write_days() -> Files:
    yield CALENDAR, list_of_days(queries.days())


def _load_days(folder: Folder, _now: datetime) -> int:
    given = folder.text(CALENDAR)
    if given is None:
        return 0
    days, problems = parse_days(given.splitlines())
    for line, message in problems:
        folder.fail(CALENDAR, line, message)
    return 0 if problems else workdays.store_days(days)


_DOCUMENT_TEXTS = ("number", "issuer", "issuer_kind", "issued_on", "title", "title_en", "url", "effective_from",
                   "effective_to", "source")  # fmt: skip
_DOCUMENT_KEYS = {*_DOCUMENT_TEXTS, "slug", "verified", "replaced_by", "summary_vi", "summary_en"}


def _cited(document: LegalDocument | None) -> dict[str, str]:
    return {"number": document.number, "issuer": document.issuer} if document else {}


def _write_documents() -> Files:
    rows = queries.documents()
    by_id = {row.id: row for row in rows}
    yield LEGAL, yaml_file([
        filled({
            **{name: getattr(row, name) for name in _DOCUMENT_TEXTS}, "slug": row.slug,
            "verified": row.verified_at is not None, "replaced_by": _cited(by_id.get(row.replaced_by_id or 0)),
            "summary_vi": row.summary_vi, "summary_en": row.summary_en,
        })
        for row in rows
    ])  # fmt: skip


def _load_documents(folder: Folder, now: datetime) -> int:
    allows = renderer().profile.allows

    def store(entry: dict[str, Any]) -> bool:
        given = document_of({name: entry[name] for name in entry if name not in {"slug", "replaced_by"}}, allows)
        verified_by = IMPORTED_BY if given.verified_by else ""
        return legal_service.store(StarterDocument(given.values, verified_by), text(entry, "slug"), now=now)

    def succeed(entry: dict[str, Any]) -> bool:
        if not entry.get("replaced_by"):
            return False
        return legal_service.succeed(_document(entry), _document(entry["replaced_by"]), now=now)

    changes = each(folder, LEGAL, _DOCUMENT_KEYS, (LegalError,), store)
    return changes if folder.faults else changes + each(folder, LEGAL, _DOCUMENT_KEYS, (LegalError,), succeed)


def _document(cited: dict[str, Any]) -> LegalDocument:
    found = legal.document_by_number(cited["number"], cited["issuer"])
    if found is None:
        raise ValueError(f"no document {cited['number']} of {cited['issuer']}")
    return found


_REDUCTION = ("percent", "amount", "procedures", "fields", "channels", "territory", "valid_from", "valid_to",
              "applies_to_national_rates")  # fmt: skip
_FEE = ("procedure", "channel", "territory", "status", "amount", "unit", "condition_vi", "condition_en", "valid_from",
        "valid_to")  # fmt: skip


def _write_reductions() -> Files:
    by_id = {row.id: row for row in queries.documents()}
    yield REDUCTIONS, yaml_file([
        filled({
            "slug": row.slug, "document": by_id[row.document_id].number, "issuer": by_id[row.document_id].issuer,
            "name_vi": row.name_vi, "name_en": row.name_en, **{name: getattr(row, name) for name in _REDUCTION},
            "verified": row.verified_at is not None,
        })
        for row in queries.reductions() if row.document_id in by_id
    ])  # fmt: skip


def _load_reductions(folder: Folder, now: datetime) -> int:
    def store(entry: dict[str, Any]) -> bool:
        values = reduction_of({name: entry[name] for name in entry if name != "verified"})
        return fees.store_reduction(entry["slug"], values, IMPORTED_BY if entry.get("verified") else "", now=now)

    keys = {"slug", "document", "issuer", "name_vi", "name_en", "verified", *_REDUCTION}
    return each(folder, REDUCTIONS, keys, (FeeError, TerritoryError), store)


def _write_fees() -> Files:
    by_id = {row.id: row for row in queries.documents()}
    yield FEES, yaml_file([
        filled({
            "code": row.code, "document": by_id[row.document_id].number, "issuer": by_id[row.document_id].issuer,
            **{name: getattr(row, name) for name in _FEE}, "verified": row.verified_at is not None,
        })
        for row in queries.fees() if row.document_id in by_id
    ])  # fmt: skip


def _load_fees(folder: Folder, now: datetime) -> int:
    def store(entry: dict[str, Any]) -> bool:
        document = _document({"number": entry["document"], "issuer": entry["issuer"]})
        texts = {name: text(entry, name) for name in ("channel", "territory", "unit", "condition_vi", "condition_en")}
        values = FeeValues(
            procedure=entry["procedure"], status=FeeStatus(entry["status"]), amount=entry.get("amount"),
            document=document.slug, valid_from=day(entry, "valid_from"), valid_to=day(entry, "valid_to"), **texts,
        )  # fmt: skip
        return fees.store_fee(entry["code"], values, IMPORTED_BY if entry.get("verified") else "", now=now)

    return each(folder, FEES, {"code", "document", "issuer", "verified", *_FEE}, (FeeError,), store)


PARTS = (
    Part("places", _write_places, _load_places),
    Part("agencies", _write_agencies, _load_agencies),
    Part("records", _write_records, _load_records),
    Part("calendar", _write_days, _load_days),
    Part("legal documents", _write_documents, _load_documents),
)
# After the guides, whose fields a reduction may name.
MONEY = (Part("reductions", _write_reductions, _load_reductions), Part("fees", _write_fees, _load_fees))
