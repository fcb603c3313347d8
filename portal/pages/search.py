"""The search page, and the suggestions below its box."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.page_cache import dont_cache_page
from portal.core.pages import LINKS, Page, render
from portal.core.pagination import page_number, paginate
from portal.guides import queries as guide_queries
from portal.pages.forms import SearchForm, was_cut
from portal.pages.labels import facet_label, kind_labels
from portal.pages.views import featured
from portal.search import queries as search
from portal.search.empty_searches import empty_searches
from portal.search.suggest import suggest

search_views = Blueprint("search", __name__)
PER_PAGE = 10
SUGGESTIONS = 6


@search_views.get("/tim-kiem")
@public(parameters=("q", "loai", "linh-vuc", "doi-tuong", "trang"))
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
    is_unanswered = bool(text) and (results.is_near or not results.total)
    if is_unanswered and number == 1:
        empty_searches().count(text, locale.code, clock.today())
    path = localised_path(LINKS["search"], locale)
    chosen = tuple((field.name, field.data) for field in form if field.data)
    page = Page(
        title=_("Tìm kiếm: %(text)s", text=text) if text else _("Tìm kiếm"),
        path=LINKS["search"],
        query=chosen,
        description=_("Tìm hướng dẫn và thủ tục bằng lời của bạn: không cần dấu, không cần đúng tên gọi chính thức."),
        noindex=bool(chosen),
        search_text=text,
    )
    response = render(
        "pages/search.html",
        "pages/_results.html",
        page=page,
        form=form,
        text=text,
        was_cut=was_cut(request.args.get("q", "")),
        results=results,
        featured=[] if results.total else featured(guide_queries.cards(locale.code)),
        unfiltered_url=f"{path}?{urlencode({'q': text})}" if len(chosen) > 1 else None,
        pagination=paginate(number, PER_PAGE, results.total, path, chosen),
    )
    # Every search without an answer must come here to be counted.
    return dont_cache_page(response) if is_unanswered else response


@search_views.get("/tim-kiem/goi-y")
@public(parameters=("q",))
def suggestions() -> Response:
    """The list below the search box; asked for without HTMX, a page that leads on."""
    locale = current_locale()
    text = SearchForm(request.args).q.data or ""
    found = suggest(text, locale.code, limit=SUGGESTIONS) if len(text) > 1 else ()
    page = Page(
        title=_("Gợi ý tìm kiếm"),
        path=LINKS["search"] + "/goi-y",
        query=(("q", text),) if text else (),
        noindex=True,
        search_text=text,
    )
    return render(
        "pages/suggestions.html",
        "pages/_suggestions.html",
        page=page,
        text=text,
        suggestions=found,
        search_url=f"{localised_path(LINKS['search'], locale)}?{urlencode({'q': text})}",
    )
