"""The search page."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS, Page, render
from portal.core.pagination import page_number, paginate
from portal.guides import queries as guide_queries
from portal.pages.forms import SearchForm
from portal.pages.labels import facet_label, kind_labels
from portal.pages.views import featured
from portal.search import queries as search

search_views = Blueprint("search", __name__)
PER_PAGE = 15


@search_views.get("/tim-kiem")
@public
def search_page() -> Response:
    locale = current_locale()
    form = SearchForm(request.args)
    text = form.q.data or ""
    form.offer(form.loai, kind_labels())
    for field, facet in ((form.linh_vuc, "field"), (form.doi_tuong, "audience")):
        terms = search.facet_terms(facet, locale.code)
        names = sorted((facet_label(facet, term.slug, term.label), term.slug) for term in terms)
        form.offer(field, [("", _("Tất cả")), *((slug, name) for name, slug in names)])
    facets = {"field": form.linh_vuc.data, "audience": form.doi_tuong.data}
    number = page_number(request.args.get("trang", ""))
    results = search.find(
        text,
        locale.code,
        kinds=(form.loai.data,) if form.loai.data else (),
        facets={facet: slug for facet, slug in facets.items() if slug},
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
    )
    path = localised_path(LINKS["search"], locale)
    chosen = tuple((field.name, field.data) for field in form if field.data)
    page = Page(
        title=_("Tìm: %(text)s", text=text) if text else _("Tìm thủ tục, hướng dẫn"),
        path=LINKS["search"],
        query=chosen,
        noindex=True,
        uses_htmx=True,
        search_text=text,
    )
    return render(
        "pages/search.html",
        "pages/_results.html",
        page=page,
        form=form,
        text=text,
        was_cut=len(request.args.get("q", "")) > len(text) + 50,
        results=results,
        featured=[] if text else featured(guide_queries.cards(locale.code)),
        pagination=paginate(number, PER_PAGE, results.total, path, chosen),
    )
