"""Browsing: guides by kind, and everything by field, audience, agency and letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS, Page, render
from portal.core.pagination import page_number, paginate
from portal.guides import queries as guide_queries
from portal.guides.queries import GuideCard
from portal.pages.labels import facet_label
from portal.search import queries as search
from portal.search.folding import sort_key

browse_views = Blueprint("browse", __name__)
PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a facet in a list: its name, address and how many pages it holds."""

    name: str
    url: str
    count: int
    is_vietnamese: bool


def _page(title: str, path: str, *between: tuple[str, str]) -> Page:
    locale = current_locale()
    page = Page(title=title, path=path)
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", locale))]
    page.breadcrumbs += [(label, localised_path(url, locale)) for label, url in between]
    page.breadcrumbs.append((title, None))
    return page


@browse_views.get("/huong-dan")
@public
def guides() -> Response:
    cards = sorted(guide_queries.cards(current_locale().code), key=lambda card: sort_key(card.title))
    page = _page(_("Tất cả hướng dẫn"), LINKS["guides"])
    page.description = _("Hướng dẫn từng bước bằng lời dễ hiểu, có nguồn và ngày cập nhật.")
    groups = [
        (_("Việc trong đời"), [card for card in cards if card.kind == "life_event"]),
        (_("Cách làm trên mạng"), [card for card in cards if card.kind == "how_to"]),
    ]
    fields = _by_field([card for card in cards if card.kind == "service"])
    return render("pages/guides.html", page=page, groups=groups, fields=fields)


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Guides of one field."""

    id: str
    name: str
    is_vietnamese: bool
    cards: list[GuideCard]


def _by_field(cards: Sequence[GuideCard]) -> list[FieldGroup]:
    """Each guide under the one of its fields that most guides share; those without a field come last."""
    members = search.facet_members("field", "guide")
    sizes = Counter(slug for card in cards for slug, _label in members.get(card.slug, ()))
    groups: dict[str, FieldGroup] = {}
    for card in cards:
        values = members.get(card.slug, ())
        slug, label = max(values, key=lambda value: (sizes[value[0]], value[0]), default=("khac", ""))
        name = facet_label("field", slug, label) if label else _("Việc khác")
        group = groups.setdefault(slug, FieldGroup(slug, name, name == label, []))
        group.cards.append(card)
    return sorted(groups.values(), key=lambda group: (group.id == "khac", sort_key(group.name)))


@browse_views.get("/su-kien")
@public
def life_events() -> Response:
    cards = guide_queries.cards(current_locale().code, kind="life_event")
    page = _page(_("Việc trong đời"), LINKS["life_events"])
    page.description = _("Mỗi việc lớn trong đời là vài thủ tục theo thứ tự: làm gì trước, làm gì sau.")
    return render("pages/guides.html", page=page, groups=[("", cards)], fields=[])


def _terms(facet: str, title: str, path: str) -> Response:
    locale = current_locale()
    terms = []
    for term in search.facet_terms(facet, locale.code):
        name = facet_label(facet, term.slug, term.label)
        url = localised_path(f"{path}/{term.slug}", locale)
        terms.append(Term(name, url, term.count, is_vietnamese=facet != "audience" and name == term.label))
    return render("pages/terms.html", page=_page(title, path), terms=terms)


def _term(facet: str, slug: str, title: str, path: str) -> Response:
    locale = current_locale()
    label = search.facet_label(facet, slug)
    if label is None:
        abort(404)
    number = page_number(request.args.get("trang", ""))
    name = facet_label(facet, slug, label)
    listing = search.listing(locale.code, facets={facet: slug}, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    own_path = f"{path}/{slug}"
    pagination = paginate(number, PER_PAGE, listing.total, localised_path(own_path, locale))
    page = _page(name, own_path, (title, path))
    page.query = (("trang", str(number)),) if number > 1 else ()
    return render("pages/listing.html", page=page, hits=listing.items, total=listing.total, pagination=pagination)


@browse_views.get("/linh-vuc")
@public
def fields() -> Response:
    return _terms("field", _("Lĩnh vực"), LINKS["fields"])


@browse_views.get("/linh-vuc/<slug:slug>")
@public(parameters=("trang",))
def field(slug: str) -> Response:
    return _term("field", slug, _("Lĩnh vực"), LINKS["fields"])


@browse_views.get("/doi-tuong")
@public
def audiences() -> Response:
    return _terms("audience", _("Dành cho ai"), LINKS["audiences"])


@browse_views.get("/doi-tuong/<slug:slug>")
@public(parameters=("trang",))
def audience(slug: str) -> Response:
    return _term("audience", slug, _("Dành cho ai"), LINKS["audiences"])


@browse_views.get("/co-quan")
@public
def agencies() -> Response:
    return _terms("agency", _("Cơ quan giải quyết"), LINKS["agencies"])


@browse_views.get("/co-quan/<slug:slug>")
@public(parameters=("trang",))
def agency(slug: str) -> Response:
    return _term("agency", slug, _("Cơ quan giải quyết"), LINKS["agencies"])


@browse_views.get("/a-z")
@public(parameters=("chu", "trang"))
def a_z() -> Response:
    locale = current_locale()
    initials = search.initials(locale.code, kinds=("guide", "record"))
    wanted = request.args.get("chu", "").upper() or (initials[0].letter if initials else "")
    if initials and wanted not in {term.letter for term in initials}:
        abort(404)
    number = page_number(request.args.get("trang", ""))
    listing = search.listing(
        locale.code, kinds=("guide", "record"), initial=wanted or None, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )
    path = localised_path(LINKS["a_z"], locale)
    letters = [(term.letter, f"{path}?chu={quote(term.letter)}", term.letter == wanted) for term in initials]
    pagination = paginate(number, PER_PAGE, listing.total, path, (("chu", wanted),) if wanted else ())
    page = _page(_("Từ A đến Z"), LINKS["a_z"])
    page.query = (*pagination.parameters, *([("trang", str(number))] if number > 1 else []))
    return render(
        "pages/a_z.html", page=page, letters=letters, hits=listing.items, total=listing.total, pagination=pagination
    )
