"""The data sets for other systems: JSON to be asked for again and again; described by `/api/v1/openapi.json`."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from portal.core.access import public
from portal.core.i18n import current_locale
from portal.core.pages import renderer
from portal.opendata import sets_figures
from portal.opendata.answers import answer, refused
from portal.opendata.asking import AskedWronglyError, asked_of
from portal.opendata.edition import address, edition, terms
from portal.opendata.files import about_of, results
from portal.opendata.model import MOST_ROWS_OF_SHEET, Dataset
from portal.opendata.openapi import document
from portal.opendata.registry import DATASETS, dataset

opendata_api = Blueprint("opendata_api", __name__, url_prefix="/api/v1")


@opendata_api.get("/openapi.json")
@public
def openapi() -> Response:
    return answer(document(renderer().config.site_url, current_locale()))


@opendata_api.get("/datasets")
@public
def datasets() -> Response:
    locale = current_locale().code
    given = terms(locale)
    return answer(
        {
            "publisher": given.publisher, "licence": {"name": given.licence, "url": given.licence_url},
            "results": [_dataset(one, locale) for one in DATASETS],
        }
    )  # fmt: skip


@opendata_api.get("/datasets/<slug:slug>")
@public(
    parameters=("indicator", "place", "agency", "kind", "from", "to", "since", "limit", "cursor"), is_costly=True
)  # fmt: skip
def dataset_rows(slug: str) -> Response:
    return _rows(dataset(slug) or abort(404), f"/datasets/{slug}")


@opendata_api.get("/indicators")
@public(parameters=("indicator", "limit", "cursor"), is_costly=True)
def indicators() -> Response:
    return _rows(sets_figures.INDICATORS, "/indicators")


@opendata_api.get("/observations")
@public(
    parameters=("indicator", "place", "agency", "kind", "from", "to", "since", "limit", "cursor"), is_costly=True
)  # fmt: skip
def observations() -> Response:
    return _rows(sets_figures.OBSERVATIONS, "/observations")


@opendata_api.get("/withdrawn-observations")
@public(
    parameters=("indicator", "place", "agency", "kind", "from", "to", "since", "limit", "cursor"), is_costly=True
)  # fmt: skip
def withdrawn_observations() -> Response:
    return _rows(sets_figures.WITHDRAWN, "/withdrawn-observations")


@opendata_api.get("/published-figures")
@public(parameters=("indicator", "place", "from", "to", "limit", "cursor"), is_costly=True)
def published_figures() -> Response:
    return _rows(sets_figures.PUBLISHED, "/published-figures")


def _rows(known: Dataset, path: str) -> Response:
    try:
        asked = asked_of(known)
        base = f"{renderer().config.site_url}{current_locale().prefix}/api/v1{path}"
        return answer({**about_of(known, asked), **results(known, asked, "", base=base)})
    except AskedWronglyError as error:
        return refused(error)


def _dataset(one: Dataset, locale: str) -> dict[str, object]:
    now, page = edition(one), address(f"/{one.slug}", locale)
    kinds = ["csv", "json", *(["xlsx"] if now.rows <= MOST_ROWS_OF_SHEET else [])]
    return {
        "id": one.slug, "title": str(_(one.title)), "description": str(_(one.description)), "page": page,
        "files": {kind: f"{page}.{kind}" for kind in kinds}, "dictionary": f"{page}.dictionary.csv",
        "version": now.version, "modified": now.modified.isoformat() if now.modified else None, "rows": now.rows,
        "update": one.rhythm.value, "is_demo": now.has_demo,
    }  # fmt: skip
