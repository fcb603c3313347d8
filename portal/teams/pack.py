"""The village pack: one HTML file with guides, whom to ask and QR codes, read and printed without a network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import rcssmin
from markupsafe import Markup

from portal.core.i18n import Locale
from portal.core.pages import renderer
from portal.core.qr import qr_svg
from portal.fees.panel import fee_panels
from portal.guides import queries as guides
from portal.guides.page import GuidePage, guide_page, led_to, record_views
from portal.places.queries import atlas
from portal.procedures import queries as procedures
from portal.sharing import queries as links
from portal.sharing.addresses import Channel, link_url
from portal.sharing.hand_on import typed_address
from portal.teams.kit_words import team_page
from portal.teams.present import instead_of_teams, team_card
from portal.teams.queries import TeamFact

MOST_GUIDES = 12
MOST_BYTES = 1_000_000
_SHEET = Path(__file__).with_name("pack.css")
# Symbols come from a file of the portal, which isn't there without a network.
_ICON = re.compile(r'<svg class="icon".*?</svg>')
_INSIDE = re.compile(r'href="/(?!/)')


class PackTooLargeError(Exception):
    """The file would be too large to be handed on by messages."""


@dataclass(frozen=True, slots=True)
class PackLink:
    """A short link on paper: its code as a drawing, the address to press, and that to type."""

    qr: Markup
    url: str
    typed: str


@dataclass(frozen=True, slots=True)
class PackGuide:
    """A guide as it is today, and where its newest version is."""

    page: GuidePage
    link: PackLink


def pack_html(team: TeamFact, slugs: Sequence[str], day: date, locale: Locale) -> str | None:
    """The file as of a day; None where a guide or its link isn't there. PackTooLargeError from a megabyte on."""
    shown = [found for slug in slugs if (found := _guide(team, slug, day, locale))]
    own = _link(team, team_page(team.slug))
    if len(shown) < len(slugs) or own is None:
        return None
    known, current = atlas(), renderer()
    here = known.current(team.commune)
    place = here[0] if len(here) == 1 else None
    card = team_card(known, team, locale.code, day)
    html = current.text(
        "teams/pack.html", locale, sheet=_sheet(), team=card, own=own, guides=shown, printed=day,
        instead=instead_of_teams(known, place), site_host=current.config.site_url.partition("://")[2],
        site_url=current.config.site_url, is_demo=team.is_demo or current.config.demo,
    )  # fmt: skip
    html = _INSIDE.sub(f'href="{current.config.site_url}/', _ICON.sub("", html))
    if len(html.encode()) >= MOST_BYTES:
        raise PackTooLargeError
    return html


def _guide(team: TeamFact, slug: str, day: date, locale: Locale) -> PackGuide | None:
    row = guides.guide(slug, locale.code)
    link = _link(team, guides.URL_PREFIX + slug)
    if row is None or link is None:
        return None
    facts = procedures.record_facts(row.procedures) if row.procedures else {}
    cards = {card.slug: card for card in guides.cards(locale.code, slugs=sorted(led_to(row)))}
    panels = fee_panels(facts, team.commune, day, locale)
    records = record_views(row, facts, locale, day)
    return PackGuide(guide_page(row, records, cards, panels, locale=locale, today=day, pictures={}), link)


def _link(team: TeamFact, path: str) -> PackLink | None:
    link, site = links.link_of(team.slug, path), renderer().config.site_url
    if link is None:
        return None
    url = site + link_url(link.code, Channel.COPY)
    return PackLink(qr_svg(site + link_url(link.code, Channel.QR)), url, typed_address(site, link.code))


def _sheet() -> Markup:
    return Markup(_own_sheet() + renderer().profile.colours.sheet)


@cache
def _own_sheet() -> str:
    minified: str = rcssmin.cssmin(_SHEET.read_text("utf-8"))
    return minified
