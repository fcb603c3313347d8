"""What became new of the pages that a team shared: those that an editor published in the last days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.core.i18n import DEFAULT_LOCALE, Locale
from portal.guides import queries as guides
from portal.sharing import queries as links

NEWS_LAST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class News:
    """A guide that was published anew; `note` says what changed, "" where nobody said it."""

    title: str
    url: str
    at: datetime
    note: str


def news_of(team: str, now: datetime, locale: Locale) -> list[News]:
    """The guides that a team has shared before they were published within a week, the newest first."""
    shared: dict[str, datetime] = {}
    for link in links.links_of_team(team):
        page = link.path.partition("?")[0]
        if page.startswith(guides.URL_PREFIX):
            slug = page.removeprefix(guides.URL_PREFIX)
            shared[slug] = min(shared.get(slug, link.created_at), link.created_at)
    found = [one for one in guides.published_since(shared, now - NEWS_LAST) if shared[one.slug] <= one.at]
    cards = {card.slug: card for card in guides.cards(locale.code, slugs=[one.slug for one in found])} if found else {}
    return [
        News(cards[one.slug].title, cards[one.slug].url, one.at, _note(one.note, locale.code))
        for one in found
        if one.slug in cards
    ]


def _note(notes: dict[str, str], locale: str) -> str:
    return notes.get(locale) or notes.get(DEFAULT_LOCALE.code, "")
