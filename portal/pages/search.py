"""The search page, and the suggestions below its box."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock, formats
from portal.core.access import public
from portal.core.content import memoised_by_content
from portal.core.i18n import current_locale, localised_path
from portal.core.page_cache import dont_cache_page
from portal.core.pages import LINKS, Page, render
from portal.core.pagination import Pagination, page_number
from portal.guides import queries as guide_queries
from portal.pages.forms import SearchForm, was_cut
from portal.pages.labels import facet_label, kind_label
from portal.pages.views import featured
from portal.places import queries as places
from portal.search import queries as search
from portal.search.empty_searches import empty_searches
from portal.search.folding import sort_key
from portal.search.suggest import suggest

search_views = Blueprint("search", __name__)
PER_PAGE = 10
# Pages that only come near the text: more of them would look like an answer.
NEAR = 3
SUGGESTIONS = 5
_kind_counts = memoised_by_content(search.kind_counts)


@search_views.get("/tim-kiem")
@public(parameters=("q", "loai", "linh-vuc", "doi-tuong", "trang"), is_costly=True)
def search_page() -> ResponseReturnValue:
    locale = current_locale()
    form = _form(locale.code)
    text = form.q.data or ""
    number = page_number(request.args.get("trang", ""))
    first = (number - 1) * PER_PAGE
    results = search.find(text, locale.code, kinds=form.kinds, facets=form.facets, limit=PER_PAGE, offset=first)
    path, places_url = localised_path(LINKS["search"], locale), _places_url(text)
    chosen = tuple((field.name, field.data) for field in form if field.data)
    pagination = Pagination(number, PER_PAGE, NEAR if results.is_near else results.total, path, chosen)
    if number > pagination.total_pages:
        return redirect(pagination.url(1))
    page = Page(
        title=_("Tìm kiếm: %(text)s", text=text) if text else _("Tìm kiếm"),
        path=LINKS["search"],
        query=chosen,
        description=_("Tìm hướng dẫn và thủ tục bằng lời của bạn: không cần dấu, không cần đúng tên gọi chính thức."),
        noindex=bool(chosen),
    )
    response = render(
        "pages/search.html",
        "pages/_results.html",
        page=page,
        form=form,
        text=text,
        was_cut=was_cut(request.args.get("q", "")),
        results=results,
        hits=results.hits[:NEAR] if results.is_near else results.hits,
        featured=[] if results.total else featured(guide_queries.cards(locale.code)),
        places_url=places_url,
        unfiltered_url=f"{path}?{urlencode({'q': text})}" if form.is_filtered else None,
        pagination=pagination,
    )
    if not text or form.is_filtered or places_url or (results.total and not results.is_near):
        return response
    empty_searches().count(text, locale.code, clock.today())
    # Every search without an answer must come here to be counted.
    return dont_cache_page(response)


def _places_url(text: str) -> str:
    """Where the finder shows the places that a text names, letter for letter; "" where it names none."""
    if not text or not any(not candidate.is_near for candidate in places.finder().find(text, limit=1).candidates):
        return ""
    return f"{localised_path(LINKS['places'], current_locale())}?{urlencode({'q': text})}"


def _form(locale: str) -> SearchForm:
    """The form as it was sent, with the filters that lead to pages."""
    form = SearchForm(request.args)
    everything = ("", _("Tất cả"))
    form.offer(form.loai, [everything, *((kind, kind_label(kind)) for kind in _kind_counts(locale))])
    for field, facet in ((form.linh_vuc, "field"), (form.doi_tuong, "audience")):
        terms = [(facet_label(facet, term.slug, term.label), term) for term in search.facet_terms(facet, locale)]
        terms.sort(key=lambda named: (sort_key(named[0]), named[1].slug))
        choices = [(term.slug, f"{name} ({formats.number(term.count, locale)})") for name, term in terms]
        form.offer(field, [everything, *choices])
    return form


@search_views.get("/tim-kiem/goi-y")
@public(parameters=("q",), is_costly=True)
def suggestions() -> ResponseReturnValue:
    """The list below the search box; asked for without HTMX, a page that leads on."""
    locale = current_locale()
    text = SearchForm(request.args).q.data or ""
    found = suggest(text, locale.code, limit=SUGGESTIONS) if len(text) > 1 else ()
    page = Page(
        title=_("Gợi ý tìm kiếm"),
        path=LINKS["search"] + "/goi-y",
        query=(("q", text),) if text else (),
        noindex=True,
    )
    return render(
        "pages/suggestions.html",
        "pages/_suggestions.html",
        page=page,
        text=text,
        suggestions=found,
        search_url=f"{localised_path(LINKS['search'], locale)}?{urlencode({'q': text})}",
    )
