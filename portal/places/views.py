"""The public pages of the places: the finder, and a page for each, of today or of before."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS, Page, render, renderer
from portal.core.registry import sections_of_place
from portal.core.text import clean_line
from portal.places import map as maps
from portal.places import queries
from portal.places.atlas import Atlas, PlaceFact
from portal.places.choice import choice_line, chosen, with_choice
from portal.places.finder import MAX_TEXT, Finder
from portal.places.history import inside, today_in
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.present import Paths, PlaceLink, cards, groups, is_settled, namesakes, place_view
from portal.places.previews import place_preview

places_views = Blueprint("places", __name__)
SUGGESTIONS = 6
_WIDE, _PHONE, _NEAR = 1040, 340, 340
# Pages of ours that a choice may lead back to.
_BACK = re.compile(r"(?:/en)?/(?:huong-dan|thu-tuc|tinh-phi|giam-phi|co-quan|to-cong-nghe-so)(?:/[a-z0-9.-]{1,120})?")


def _text() -> str:
    return clean_line(request.args.get("q", ""), MAX_TEXT)


def _back() -> str:
    """Where the person came from to choose; "" for what isn't a page of ours."""
    path = request.args.get("tiep", "")
    return path if _BACK.fullmatch(path) else ""


def _paths(slug: str) -> Paths:
    return Paths(localised_path(LINKS["places"], current_locale()), slug, _back())


def _page(title: str, path: str, **query: str) -> Page:
    """A page; with parameters it is one person's, and no search engine's."""
    kept = tuple((name, value) for name, value in query.items() if value)
    page = Page(title=title, path=path, query=kept, noindex=bool(kept))
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", current_locale()))]
    return page


@places_views.get("/dia-ban")
@public(parameters=("q", "tiep", "xa"), is_costly=True)
def finder_page() -> Response:
    atlas, text = queries.atlas(), _text()
    choice = chosen(atlas, request.args.get("xa", ""))
    paths = _paths(choice.slug)
    found = queries.finder().find(text) if text else Finder(Atlas(())).find("")
    page = _page(_("Tìm xã, phường của bạn"), LINKS["places"], q=text, xa=choice.slug, tiep=paths.back)
    page.breadcrumbs.append((_("Xã, phường"), None))
    page.description = _("Gõ tên xã, phường cũ hay mới, có dấu hay không, để biết nơi bạn ở nay thuộc đâu.")
    views = cards(atlas, found, paths)
    shown = queries.overview()
    return render(
        "places/finder.html", "places/_found.html", page=page, text=text, found=found, views=views, paths=paths,
        was_cut=found.is_cut or len(request.args.get("q", "")) > MAX_TEXT, is_settled=is_settled(views),
        line=choice_line(choice, paths.finder, paths.finder, back=paths.back, q=text, tiep=paths.back),
        groups=groups(atlas, shown, paths), total=len(shown), wide=maps.draw(shown, _WIDE), choice=choice,
    )  # fmt: skip


@places_views.get("/dia-ban/goi-y")
@public(parameters=("q", "tiep", "xa"), is_costly=True)
def place_suggestions() -> Response:
    """The list below the finder's box; asked for without HTMX, a page that leads on."""
    atlas, text = queries.atlas(), _text()
    paths = _paths(chosen(atlas, request.args.get("xa", "")).slug)
    found = queries.finder().find(text, limit=2 * SUGGESTIONS)
    page = _page(_("Gợi ý xã, phường"), LINKS["places"] + "/goi-y", q=text, xa=paths.xa)
    page.noindex = True
    return render(
        "places/suggestions.html", "places/_suggestions.html", page=page, text=text,
        views=cards(atlas, found, paths)[:SUGGESTIONS], all_url=paths.search(text), paths=paths,
    )  # fmt: skip


@places_views.get("/dia-ban/<slug:slug>")
@public(parameters=("tiep", "xa"))
def place_page(slug: str) -> Response:
    atlas = queries.atlas()
    place = atlas.get(slug) or abort(404)
    choice = chosen(atlas, request.args.get("xa", ""))
    paths = _paths(choice.slug)
    own_path = f"{paths.finder}/{slug}"
    page = _page(full_name(place), f"{LINKS['places']}/{slug}", xa=choice.slug, tiep=paths.back)
    page.breadcrumbs += [(_("Xã, phường"), paths.search("")), (page.title, None)]
    view = place_view(atlas, place, paths)
    page.description = _description(place)
    preview = place_preview(place, current_locale())
    page.image = renderer().config.site_url + preview.path(f"{LINKS['places']}/{slug}", current_locale())
    is_choosable = place.level == Level.COMMUNE and view.is_current
    return render(
        "places/place.html", page=page, view=view, paths=paths, choice=choice, is_choosable=is_choosable,
        line=choice_line(choice, own_path, paths.finder, back=paths.back, tiep=paths.back),
        choose_url=with_choice(paths.back or own_path, slug), has_way_back=bool(paths.back),
        choices=[(link, with_choice(paths.back or f"{paths.finder}/{link.slug}", link.slug)) for link in view.today],
        villages=_villages(atlas, place), namesakes=namesakes(atlas, place, paths), parts=_parts(atlas, place, paths),
        above=_above(atlas, place, paths),
        near=maps.around(queries.overview(), place, _NEAR) if is_choosable else None,
        sections=sections_of_place(slug, current_locale().code) if is_choosable else [],
    )  # fmt: skip


def _villages(atlas: Atlas, place: PlaceFact) -> list[PlaceFact]:
    return [one for one in inside(atlas, place, Level.VILLAGE) if one.valid_to is None]


def _above(atlas: Atlas, place: PlaceFact, paths: Paths) -> PlaceLink | None:
    """Of a village: its commune."""
    commune = atlas.get(place.superior) if place.superior and place.level == Level.VILLAGE else None
    return PlaceLink(full_name(commune), paths.to(commune.slug)) if commune else None


def _parts(atlas: Atlas, place: PlaceFact, paths: Paths) -> list[PlaceLink]:
    """Of a district or a province: the communes of today that it became or holds."""
    if place.level not in {Level.PROVINCE, Level.DISTRICT} or (len(place.successors) == 1 and place.valid_to is None):
        return []
    return [PlaceLink(full_name(one), paths.to(one.slug)) for one in today_in(atlas, place)]


def _description(place: PlaceFact) -> str:
    name = full_name(place)
    standing: str = _("%(name)s: gồm những xã, phường nào trước đây, có thôn nào, ở đâu trên bản đồ.", name=name)
    ended: str = _("%(name)s nay thuộc xã, phường nào.", name=name)
    return standing if place.valid_to is None else ended
