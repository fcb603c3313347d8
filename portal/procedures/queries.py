"""Every question to the tables of records. Guide pages ask `record_facts` only, which reads no official wording."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, cast, select

from portal.core.db import db
from portal.core.driver_select import DriverSelect
from portal.procedures import fee_lines, time_lines
from portal.procedures.as_of import AsOf, Precision
from portal.procedures.data import Document, LegalRef
from portal.procedures.fee_lines import FeeLine
from portal.procedures.models import Procedure
from portal.procedures.search_entries import facets_of
from portal.procedures.time_lines import TimeLine
from portal.search.entries import Facet

_records = Procedure.__table__.c
_FACTS = (
    _records.code, _records.name, _records.field, _records.agency, _records.agency_note,
    _records.promulgating_agency, _records.decision_no, _records.levels, _records.subjects, _records.channels,
    _records.source_url, _records.as_of, _records.as_of_precision, _records.portal_updated_at, _records.is_full,
    _records.retired_at, _records.version, _records.facts,
)  # fmt: skip
_FACTS_BY_CODE = DriverSelect(select(*_FACTS).where(_records.code.in_(bindparam("codes", expanding=True))))
_PAGE_BY_CODE = DriverSelect(select(*_FACTS, _records.texts).where(_records.code == bindparam("code")))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """What is known of a procedure apart from its official wording. Times are UTC; `retired_at`: no longer listed."""

    code: str
    name: str
    field: str
    agency: str | None
    agency_note: str | None
    agencies: tuple[str, ...]
    promulgating_agency: str
    decision_no: str
    levels: tuple[str, ...]
    subjects: tuple[str, ...]
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    fees: tuple[FeeLine, ...]
    times: tuple[TimeLine, ...]
    legal: tuple[LegalRef, ...]
    life_events: tuple[str, ...]
    source_url: str
    as_of: AsOf
    portal_updated_at: datetime | None
    is_full: bool
    retired_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTexts:
    """The official wording of a record; all but `legal` is empty where the record is not full."""

    steps: tuple[str, ...]
    documents: tuple[Document, ...]
    results: tuple[str, ...]
    requirements: str
    legal: tuple[LegalRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """A record with its official wording."""

    facts: RecordFacts
    texts: RecordTexts


def record_facts(codes: Iterable[str]) -> dict[str, RecordFacts]:
    """The facts of records by code, in one SELECT; codes without a record are absent, retired records are not."""
    wanted = list(codes)
    if not wanted:
        return {}
    return {row.code: _facts(row) for row in _FACTS_BY_CODE.rows(codes=wanted)}


def record_page(code: str) -> RecordPage | None:
    """Everything about one record; None where there is none."""
    for row in _PAGE_BY_CODE.rows(code=code):
        facts = _facts(row)
        return RecordPage(facts=facts, texts=_texts(row.texts, facts.legal))
    return None


def _texts(texts: dict[str, Any], legal: tuple[LegalRef, ...]) -> RecordTexts:
    return RecordTexts(
        steps=tuple(texts["steps"]),
        documents=tuple(
            Document(
                name=paper["name"],
                originals=paper.get("originals"),
                copies=paper.get("copies"),
                group=paper.get("group", ""),
                forms=tuple(paper.get("forms", ())),
            )
            for paper in texts["documents"]
        ),
        results=tuple(texts["results"]),
        requirements=texts["requirements"],
        legal=legal,
    )


def _facts(row: Any) -> RecordFacts:
    facts = row.facts
    return RecordFacts(
        code=row.code,
        name=row.name,
        field=row.field,
        agency=row.agency,
        agency_note=row.agency_note,
        agencies=tuple(facts["agencies"]),
        promulgating_agency=row.promulgating_agency,
        decision_no=row.decision_no,
        levels=tuple(row.levels),
        subjects=tuple(row.subjects),
        audiences=tuple(facts["audiences"]),
        channels=tuple(row.channels),
        fees=tuple(fee_lines.from_json(line) for line in facts["fees"]),
        times=tuple(time_lines.from_json(line) for line in facts["times"]),
        legal=tuple(LegalRef(ref["number"], ref.get("name")) for ref in facts["legal"]),
        life_events=tuple(facts["life_events"]),
        source_url=row.source_url,
        as_of=AsOf(row.as_of, Precision(row.as_of_precision)),
        portal_updated_at=row.portal_updated_at,
        is_full=row.is_full,
        retired_at=row.retired_at,
        version=row.version,
    )


def known_codes(codes: Collection[str]) -> set[str]:
    """Those of the codes that have a record, retired or not."""
    return set(db.session.scalars(select(_records.code).where(_records.code.in_(codes))))


def citing(number: str, limit: int) -> tuple[list[tuple[str, str]], int]:
    """Code and name of the first records whose legal basis or fees name a document, and how many there are."""
    rows = db.session.execute(
        select(_records.code, _records.name, _records.facts)
        .where(_records.retired_at.is_(None), cast(_records.facts, Text).contains(number, autoescape=True))
        .order_by(_records.code)
    )
    # The text may hold a longer number that ends like this one.
    found = [
        (row.code, row.name)
        for row in rows
        if any(ref["number"] == number for ref in row.facts["legal"])
        or any(number in line.get("legal", ()) for line in row.facts["fees"])
    ]
    return found[:limit], len(found)


def facets(codes: Collection[str]) -> tuple[Facet, ...]:
    """The ways to browse to these records together, each once: what a guide about them is found by."""
    rows = db.session.execute(
        select(_records.field, _records.subjects, _records.agency)
        .where(_records.code.in_(codes))
        .order_by(_records.code)
    )
    found = {
        (facet.facet, facet.slug): facet for row in rows for facet in facets_of([row.field], row.subjects, row.agency)
    }
    return tuple(found.values())


def sitemap_rows() -> list[tuple[str, datetime]]:
    """Code and last change (UTC) of every record that is not retired, by code."""
    query = select(_records.code, _records.updated_at).where(_records.retired_at.is_(None)).order_by(_records.code)
    return [(row.code, row.updated_at) for row in db.session.execute(query)]
