"""The tally's page of a team, by whatever right somebody came to it: what can be chosen, sums, and what was entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from portal.core import clock
from portal.core.clock import LOCAL_ZONE, local_day
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page, render, renderer
from portal.core.staff import STAFF_LINKS, StaffPage, render_staff
from portal.core.tokens import new_token
from portal.guides import queries as guides
from portal.guides.picks import featured_slugs
from portal.search.folding import sort_key
from portal.sharing import queries as links
from portal.teams import queries as teams
from portal.teams.kit import workspace_crumb
from portal.teams.labels import refusal
from portal.teams.models import Team, TeamTally
from portal.teams.tally import MOST_PEOPLE
from portal.teams.tally_queries import entries_since, people_by_day, people_by_guide
from portal.teams.tally_worker import worker_version
from portal.teams.week import monday_of

SUMMED_WEEKS = 8
_MOST_BUTTONS = 8
# What the form sends for work of which there is no guide, and for a guide that is chosen from the list.
OTHER_WORK, FROM_LIST = "viec-khac", "trong-danh-sach"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a page of the tally leads, in the reader's language: itself, the form's undoing, the script's, the shell.

    `scope` is the address below which the service worker acts.
    """

    scope: str
    page: str
    undo: str
    send: str
    shell: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What came back with a form that was refused, and why: messages by field."""

    guide: str = ""
    other: str = ""
    people: str = ""
    messages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choices:
    """Guides as (slug, title): those on buttons, and all others."""

    buttons: list[tuple[str, str]]
    others: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sums:
    """How many people a team helped, and with what in the last weeks."""

    today: int
    week: int
    by_guide: list[tuple[str, int]]


def choices_of(team: Team, titles: Mapping[str, str], today: date) -> Choices:
    """On the buttons what this team helped with most, then what it shares, then what the profile names first."""
    since = _first_day(today)
    shared = [row.path.removeprefix(guides.URL_PREFIX) for row in links.links_of_team(team.slug)]
    ranked = [*people_by_guide([team.slug], since, today), *shared, *featured_slugs(renderer().profile.featured_guides)]
    first = [slug for slug in dict.fromkeys(ranked) if slug in titles][:_MOST_BUTTONS]
    rest = sorted(set(titles) - set(first), key=lambda slug: sort_key(titles[slug]))
    return Choices([(slug, titles[slug]) for slug in first], [(slug, titles[slug]) for slug in rest])


def sums_of(team: Team, titles: Mapping[str, str], today: date) -> Sums:
    """The team's own sums: today, this week, and the last eight weeks by guide."""
    days = people_by_day([team.slug], monday_of(today), today)
    by_guide = people_by_guide([team.slug], _first_day(today), today)
    named = [(title_of(slug, titles), people) for slug, people in by_guide.items()]
    return Sums(days.get(today, 0), sum(days.values()), named)


def _first_day(today: date) -> date:
    return monday_of(today) - timedelta(weeks=SUMMED_WEEKS - 1)


def titles_of_guides() -> dict[str, str]:
    """Every guide's title in the reader's language, by slug."""
    return {card.slug: card.title for card in guides.cards(current_locale().code)}


def title_of(slug: str, titles: Mapping[str, str]) -> str:
    """What a row's guide is called; one that was taken out goes by its slug."""
    return titles.get(slug, slug) if slug else str(_("Việc khác"))


def tally_page(
    team: Team, at: Addresses, own: Sequence[tuple[str, str]], filled: Filled | None = None, status: int = 200
) -> Response:
    """The page, or what changes on it after something was sent. `own` are the teams to choose from: slug and name."""
    now = clock.now()
    today, titles, filled = local_day(now), titles_of_guides(), filled or Filled()
    return render_staff(
        "staff/teams/tally.html", "staff/teams/_tally_sums.html", title=_title(),
        crumbs=workspace_crumb(), at=at, own=own, filled=filled,
        errors=[(message, name) for name, message in filled.messages.items()], key=new_token(), status=status,
        sums=sums_of(team, titles, today), entries=[_shown(row, titles) for row in entries_since(team, _midnight(now))],
        is_shell=False, **_form(team, titles, today),
    )  # fmt: skip


def tally_shell(team: Team, at: Addresses, own: Sequence[tuple[str, str]]) -> Response:
    """What a telephone keeps to show without a network: the form, with nothing in it about a person or a number."""
    locale = current_locale()
    page = Page(title=_title(), path=request.path.rpartition("/")[0], noindex=True)
    addresses = {name: localised_path(path, locale) for name, path in STAFF_LINKS.items()}
    staff = StaffPage("", links=addresses, is_demo=renderer().config.demo)
    return render(
        "staff/teams/tally_shell.html", page=page, staff=staff, at=at, own=own, filled=Filled(), key="", is_shell=True,
        **_form(team, titles_of_guides(), clock.today()),
    )  # fmt: skip


def _title() -> str:
    return str(_("Ghi lượt đã giúp"))


def _form(team: Team, titles: Mapping[str, str], today: date) -> dict[str, Any]:
    return {
        "team": team, "choices": choices_of(team, titles, today), "most": MOST_PEOPLE, "other_work": OTHER_WORK,
        "from_list": FROM_LIST, "version": worker_version() if renderer().config.offline_tally else "",
    }  # fmt: skip


def _shown(row: TeamTally, titles: Mapping[str, str]) -> tuple[str, str, int, date | None, datetime]:
    """Key, title, people, the day where it isn't that on which it arrived, and when it arrived."""
    other_day = None if row.day == local_day(row.recorded_at) else row.day
    return row.key, title_of(row.guide, titles), row.people, other_day, row.recorded_at


def _midnight(now: datetime) -> datetime:
    return datetime.combine(local_day(now), time.min, LOCAL_ZONE)


def none_to_lead() -> Response:
    """For whom leads no team that works today."""
    return render_staff("staff/teams/tally_none.html", title=_title(), crumbs=workspace_crumb())


def messages_by_field(problems: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Why an entry was refused, by the field that it is about; what no field is to blame for stands at the first."""
    return {"guide" if name == "key" else name: refusal(code) for name, code in problems}


def team_names(slugs: frozenset[str]) -> list[tuple[str, str]]:
    """Slug and name of those of these teams that work today."""
    return [(row.slug, row.name) for row in teams.team_rows() if row.slug in slugs]
