"""The directory of the community digital teams, and a page for each."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import public
from portal.core.i18n import Locale, current_locale, localised_path
from portal.core.pages import LINKS, Page, render, renderer
from portal.core.pagination import Pagination, page_number, paginate
from portal.core.text import clean_line
from portal.places import queries as places
from portal.places.atlas import Atlas, PlaceFact
from portal.places.choice import Choice, ChoiceLine, choice_line, chosen, with_choice
from portal.places.finder import MAX_TEXT, Finder, Found
from portal.places.history import inside
from portal.places.kinds import full_name, lower_name
from portal.places.models import Level
from portal.places.present import Paths, PlaceLink, PlaceView, cards, is_settled
from portal.teams import queries
from portal.teams.present import PATH, TeamCard, instead_of_teams, team_card
from portal.teams.previews import team_preview
from portal.teams.queries import TeamBrief, TeamFact, TeamsThere
from portal.teams.villages import village_finder

teams_views = Blueprint("teams", __name__)
PER_PAGE = 20
SUGGESTIONS = 6
_MOST_VILLAGES = 20


@dataclass(frozen=True, slots=True)
class DirectoryPaths(Paths):
    """Addresses inside of the directory: a place is a choice there."""

    def to(self, slug: str) -> str:
        """The teams of a place."""
        return with_choice(self.finder, slug)

    def of_village(self, commune: str, village: str) -> str:
        """The teams of a village."""
        return with_choice(self.finder, commune, thon=village)


def _paths(locale: Locale) -> DirectoryPaths:
    return DirectoryPaths(localised_path(PATH, locale))


def _text() -> str:
    return clean_line(request.args.get("q", ""), MAX_TEXT)


def _page(title: str, *, path: str = PATH, **query: str) -> Page:
    """A page; with parameters it is one person's, and no search engine's."""
    kept = tuple((name, value) for name, value in query.items() if value)
    page = Page(title=title, path=path, query=kept, noindex=bool(kept))
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", current_locale()))]
    return page


def _line(choice: Choice, paths: Paths) -> ChoiceLine:
    finder = localised_path(LINKS["places"], current_locale())
    return choice_line(choice, paths.finder, finder, back=paths.finder)


@teams_views.get(PATH)
@public(parameters=("q", "thon", "trang", "xa"), is_costly=True)
def directory() -> Response:
    known = places.atlas()
    choice = chosen(known, request.args.get("xa", ""))
    if choice.place is not None and not _text():
        return _of_commune(known, choice, choice.place)
    return _overview(known, choice)


def _overview(known: Atlas, choice: Choice) -> Response:
    """The finder, what it found, and where there are teams."""
    text, paths = _text(), _paths(current_locale())
    page = _page(_("Tổ công nghệ số cộng đồng gần bạn"), q=text, xa="" if text else request.args.get("xa", "")[:120])
    page.breadcrumbs.append((page.title, None))
    page.description = _("Tìm người giúp bạn làm thủ tục trên mạng ở gần nhà, theo tên xã, phường cũ hay mới.")
    found, views = _found(known, text, paths)
    return render(
        "teams/directory.html", "teams/_found.html", page=page, text=text, paths=paths, found=found, views=views,
        villages=_village_links(known, text, paths), line=_line(choice, paths), is_settled=is_settled(views),
        has_villages=village_finder().has_any,
        was_cut=found.is_cut or len(request.args.get("q", "")) > MAX_TEXT,
        communes=[] if text else _communes_with_teams(paths), instead=instead_of_teams(known, None),
    )  # fmt: skip


def _found(known: Atlas, text: str, paths: Paths, limit: int = 50) -> tuple[Found, list[PlaceView]]:
    """Places that may be meant and lead to teams: a whole province leads nowhere."""
    found = places.finder().find(text, limit) if text else Finder(Atlas(())).find("")
    views = [view for view in cards(known, found, paths) if view.place.level != Level.PROVINCE]
    return found, views


def _village_links(known: Atlas, text: str, paths: DirectoryPaths) -> list[PlaceLink]:
    links = []
    for village in village_finder().find(text, _MOST_VILLAGES) if text else []:
        commune = chosen(known, village.slug).place
        if commune is not None:
            url = paths.of_village(commune.slug, village.slug)
            links.append(PlaceLink(full_name(village), url, full_name(commune)))
    return links


def _communes_with_teams(paths: Paths) -> list[tuple[PlaceLink, TeamsThere]]:
    there = queries.teams_by_commune()
    return [
        (PlaceLink(full_name(one), paths.to(one.slug)), there[one.slug])
        for one in places.overview()
        if one.slug in there
    ]


@teams_views.get(f"{PATH}/goi-y")
@public(parameters=("q",), is_costly=True)
def team_suggestions() -> Response:
    """The list below the finder's box; asked for without HTMX, a page that leads on."""
    text, paths = _text(), _paths(current_locale())
    page = _page(_("Gợi ý xã, phường"), path=f"{PATH}/goi-y", q=text)
    page.noindex = True
    _status, views = _found(places.atlas(), text, paths, 2 * SUGGESTIONS)
    return render(
        "places/suggestions.html", "places/_suggestions.html", page=page, text=text, views=views[:SUGGESTIONS],
        all_url=paths.search(text), paths=paths,
    )  # fmt: skip


def _of_commune(known: Atlas, choice: Choice, commune: PlaceFact) -> Response:
    """The teams of a commune, those of the chosen village first, and whom to ask beside them."""
    paths, locale = _paths(current_locale()), current_locale()
    villages = [one for one in inside(known, commune, Level.VILLAGE) if one.valid_to is None]
    village = _village(known, commune, request.args.get("thon", ""))
    shown = _shown(known, commune, village, paths)
    page = _page(
        _("Ai giúp bạn ở %(place)s", place=lower_name(village or commune)), xa=commune.slug,
        thon=village.slug if village else "", trang=request.args.get("trang", "") if shown.number > 1 else "",
    )  # fmt: skip
    page.breadcrumbs += [(_("Tổ công nghệ số cộng đồng gần bạn"), paths.finder), (page.title, None)]
    return render(
        "teams/commune.html", page=page, line=_line(choice, paths), paths=paths, commune=commune, village=village,
        commune_name=lower_name(commune), village_name=lower_name(village) if village else "",
        name=full_name(commune), url=paths.to(commune.slug), shown=shown, instead=instead_of_teams(known, commune),
        villages=[(full_name(one), paths.of_village(commune.slug, one.slug)) for one in villages],
        place_url=with_choice(f"{localised_path(LINKS['places'], locale)}/{commune.slug}", commune.slug),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shown:
    """One page of a commune's teams: those that serve the reader, and the others. `has_own` is so of all pages."""

    own: list[TeamCard]
    others: list[TeamCard]
    has_own: bool
    pagination: Pagination

    @property
    def number(self) -> int:
        return self.pagination.current


def _shown(known: Atlas, commune: PlaceFact, village: PlaceFact | None, paths: Paths) -> _Shown:
    own, others = _split(queries.briefs_of_commune(commune.slug), village)
    number = page_number(request.args.get("trang", ""))
    parameters = (("xa", commune.slug), *((("thon", village.slug),) if village else ()))
    pagination = paginate(number, PER_PAGE, len(own) + len(others), paths.finder, parameters)
    first = (number - 1) * PER_PAGE
    facts = queries.teams_by_slug([brief.slug for brief in [*own, *others][first : first + PER_PAGE]])
    cards = [team_card(known, fact, current_locale().code, clock.today(), commune) for fact in facts]
    mine = {brief.slug for brief in own}
    return _Shown(
        [card for card in cards if card.slug in mine], [card for card in cards if card.slug not in mine], bool(own),
        pagination,
    )  # fmt: skip


def _village(known: Atlas, commune: PlaceFact, raw: str) -> PlaceFact | None:
    """The village of the commune that an address names; None for any other text."""
    village = known.get(clean_line(raw, 120))
    if village is None or village.level != Level.VILLAGE or chosen(known, village.slug).place != commune:
        return None
    return village


def _split(briefs: tuple[TeamBrief, ...], village: PlaceFact | None) -> tuple[list[TeamBrief], list[TeamBrief]]:
    """Those that serve a village, its own before those of the whole commune, and the others."""
    if village is None:
        return list(briefs), []
    named = [one for one in briefs if village.slug in one.villages]
    of_all = [one for one in briefs if not one.villages]
    return [*named, *of_all], [one for one in briefs if one.villages and village.slug not in one.villages]


@teams_views.get(f"{PATH}/<slug:slug>")
@public
def team_page(slug: str) -> Response:
    fact = queries.team_fact(slug) or abort(404)
    known, locale, paths = places.atlas(), current_locale(), _paths(current_locale())
    here = chosen(known, fact.commune)
    communes = (here.place,) if here.place else here.candidates
    card = team_card(known, fact, locale.code, clock.today())
    page = _page(fact.name, path=f"{PATH}/{slug}")
    page.image = renderer().config.site_url + team_preview(known, fact, locale).path(f"{PATH}/{slug}", locale)
    page.noindex = fact.ended_on is not None
    page.description = _description(card)
    page.breadcrumbs.append((_("Tổ công nghệ số cộng đồng gần bạn"), paths.finder))
    page.breadcrumbs += [(full_name(one), paths.to(one.slug)) for one in communes if here.place]
    page.breadcrumbs.append((fact.name, None))
    return render(
        "teams/team.html", page=page, card=card, xa=here.slug, instead=instead_of_teams(known, here.place),
        communes=[(lower_name(one), paths.to(one.slug), _others(one, fact)) for one in communes],
    )  # fmt: skip


def _others(commune: PlaceFact, fact: TeamFact) -> int:
    """How many other teams a commune has."""
    there = queries.teams_by_commune().get(commune.slug, TeamsThere())
    return there.number - (fact.ended_on is None)


def _description(card: TeamCard) -> str:
    if card.ended_on is not None:
        return str(_("%(name)s ở %(place)s không còn hoạt động.", name=card.name, place=card.commune))
    return str(_("%(name)s, %(place)s: gọi ai, gặp ở đâu, giờ nào.", name=card.name, place=card.commune))
