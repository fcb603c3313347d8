"""The pages of open data, and the addresses of its files."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page, render
from portal.opendata import files
from portal.opendata.answers import refused
from portal.opendata.asking import AskedWronglyError, asked_of
from portal.opendata.catalogue import catalogue
from portal.opendata.edition import PATH, edition, terms
from portal.opendata.model import Asked, Dataset
from portal.opendata.present import card, described
from portal.opendata.registry import DATASETS, dataset

opendata_views = Blueprint("opendata", __name__)


@opendata_views.get(PATH)
@public
def listing() -> Response:
    locale = current_locale()
    page = _page(_("Dữ liệu mở"), "")
    page.description = _("Mọi tập dữ liệu của cổng: tải về CSV, XLSX, JSON, kèm nghĩa của từng cột và điều kiện dùng.")
    return render(
        "opendata/list.html", page=page, cards=[card(one, locale) for one in DATASETS], terms=terms(locale.code),
        has_demo=any(edition(one).has_demo for one in DATASETS), here=localised_path(PATH, locale),
        openapi_url=localised_path("/api/v1/openapi.json", locale), sitemap_url="/sitemap.xml",
    )  # fmt: skip


@opendata_views.get(f"{PATH}/<slug:slug>")
@public
def dataset_page(slug: str) -> Response:
    known, locale = dataset(slug) or abort(404), current_locale()
    page = _page(_(known.title), f"/{slug}")
    page.description = _(known.description)
    return render(
        "opendata/dataset.html", page=page, known=described(known, locale), terms=terms(locale.code),
        here=localised_path(PATH, locale),
    )  # fmt: skip


@opendata_views.get(f"{PATH}/<slug:slug>.csv")
@public(parameters=("indicator", "place", "agency", "kind", "from", "to", "since"), is_costly=True)
def csv_file(slug: str) -> Response:
    return _file(slug, files.csv_file)


@opendata_views.get(f"{PATH}/<slug:slug>.xlsx")
@public(parameters=("indicator", "place", "agency", "kind", "from", "to", "since"), is_costly=True)
def xlsx_file(slug: str) -> Response:
    return _file(slug, files.xlsx_file)


@opendata_views.get(f"{PATH}/<slug:slug>.json")
@public(
    parameters=("indicator", "place", "agency", "kind", "from", "to", "since", "limit", "cursor"), is_costly=True
)  # fmt: skip
def json_file(slug: str) -> Response:
    return _file(slug, files.json_file)


@opendata_views.get(f"{PATH}/<slug:slug>.dictionary.csv")
@public
def dictionary_file(slug: str) -> Response:
    return _file(slug, files.dictionary_file)


@opendata_views.get(f"{PATH}/danh-muc.jsonld")
@public
def catalogue_file() -> Response:
    response = Response(files.json_text(catalogue()), mimetype="application/ld+json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _file(slug: str, make: Callable[[Dataset, Asked], Response]) -> Response:
    known = dataset(slug) or abort(404)
    try:
        return make(known, asked_of(known))
    except AskedWronglyError as error:
        return refused(error)


def _page(title: str, path: str) -> Page:
    page, locale = Page(title=title, path=PATH + path), current_locale()
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", locale))]
    if path:
        page.breadcrumbs.append((_("Dữ liệu mở"), localised_path(PATH, locale)))
    page.breadcrumbs.append((title, None))
    return page
