"""Records and catalogue names as pages to be found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portal.core.text import slugify
from portal.procedures.agency_names import split_agencies
from portal.procedures.audiences import LABELS, audiences
from portal.procedures.data import ProcedureData
from portal.procedures.models import CatalogueEntry
from portal.search.entries import Entry, Facet

RECORD = "record"
CATALOGUE = "catalogue"
_BODY = 6000
_PLAIN = ("name", "field", "agency", "subjects", "levels", "results", "requirements", "steps")


def record_url(code: str) -> str:
    """The path of a record's page."""
    return f"/thu-tuc/{code}"


def facets_of(fields: Iterable[str], subjects: Iterable[str], agency: str | None) -> tuple[Facet, ...]:
    """The ways to browse to a procedure: field, audience, agency."""
    agencies = split_agencies(agency)
    return (
        *(Facet("field", slugify(field), field) for field in fields if slugify(field)),
        *(Facet("audience", audience.value, LABELS[audience]) for audience in audiences(subjects)),
        *(Facet("agency", name.slug, name.label) for name in agencies),
    )


def record_entry(data: ProcedureData) -> Entry:
    """A record's page."""
    return _entry(data.code, {name: getattr(data, name) for name in _PLAIN}, [paper.name for paper in data.documents])


def payload_entry(code: str, payload: Mapping[str, Any]) -> Entry:
    """The same for what `ProcedureData.payload` wrote."""
    return _entry(code, payload, [paper["name"] for paper in payload["documents"]])


def _entry(code: str, values: Mapping[str, Any], papers: Iterable[str]) -> Entry:
    texts = (*values["results"], values["requirements"], *papers, *values["steps"])
    return Entry(
        kind=RECORD,
        key=code,
        locale=None,
        title=values["name"],
        summary=" · ".join([values["field"], *(name.label for name in split_agencies(values["agency"])[:2])]),
        # Each ends as a sentence: in one line, papers and steps would run into each other.
        body=". ".join(text.strip(" .;,\n") for text in texts if text)[:_BODY],
        url=record_url(code),
        codes=(code,),
        facets=facets_of([values["field"]], values["subjects"], values["agency"]),
        remoteness=_remoteness(values["levels"]),
    )


def _remoteness(levels: Iterable[str]) -> int:
    """0 where a commune does it, 1 where a province does, else 2."""
    known = set(levels)
    return 0 if "xã" in known else 1 if "tỉnh" in known else 2


def catalogue_entry(entry: CatalogueEntry) -> Entry:
    """A name in the national catalogue; the summary says whose procedure it is, since some are one province's own."""
    return Entry(
        kind=CATALOGUE,
        key=entry.code,
        locale=None,
        title=entry.name,
        summary=" · ".join(part for part in (*entry.fields[:1], entry.promulgating_agency) if part),
        url=entry.source_url,
        codes=(entry.code,),
        facets=facets_of(entry.fields, entry.subjects, None),
        # The catalogue doesn't say who does it.
        remoteness=2,
    )
