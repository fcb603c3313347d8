"""Teams as pages show them, also those of other domains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from markupsafe import Markup

from portal.agencies.local import of_province
from portal.agencies.models import AgencyKind
from portal.agencies.queries import AgencyFact, agencies_of_place
from portal.core import clock, formats
from portal.core.i18n import LOCALES, localised_path
from portal.core.kept import KeptByVersion
from portal.core.pages import LINKS, renderer
from portal.core.registry import PlaceSection
from portal.places.atlas import Atlas, PlaceFact
from portal.places.choice import with_choice
from portal.places.kinds import full_name, lower_name
from portal.places.queries import atlas
from portal.teams import queries
from portal.teams.freshness import is_old
from portal.teams.models import MemberRole
from portal.teams.queries import ContactFact, ShiftFact, TeamFact

PATH = LINKS["teams"]
ZALO = "https://zalo.me/"
_NOT_DIALLED = re.compile(r"[^+0-9]")
_NOT_DIGITS = re.compile(r"[^0-9]")
_ON_OTHER_PAGES = 3
# A Monday.
_FIRST_DAY = date(2024, 1, 1)
# What guides say of the teams of a commune, in a language, on a day.
_near: KeptByVersion[tuple[str, str, date], Markup] = KeptByVersion(500)


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call; an address is "" where there is no number. `is_old`: confirmed too long ago."""

    name: str
    role: str
    phone: str
    phone_url: str
    zalo_url: str
    confirmed_on: date | None
    is_old: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """When the team is at the counter: a day, and the times of it with who comes."""

    day: str
    times: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCard:
    """A team with its addresses in the reader's language. `commune` is today's name inside a sentence.

    `former` is the unit of before that it was entered for; `villages` are names, none where it serves all.
    """

    slug: str
    name: str
    url: str
    commune: str
    former: str
    villages: tuple[str, ...]
    meeting_place: str
    meeting_hours: str
    contacts: tuple[Contact, ...]
    shifts: tuple[Shift, ...]
    confirmed_on: date | None
    is_old: bool
    ended_on: date | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Instead:
    """Whom to ask where no team helps: the commune's counter or committee, the province's centre, the hotlines."""

    place: str
    counter: AgencyFact | None
    centres: tuple[AgencyFact, ...]
    hotlines: tuple[AgencyFact, ...]


def team_card(known: Atlas, fact: TeamFact, locale: str, today: date, commune: PlaceFact | None = None) -> TeamCard:
    """A team as it is shown on a day in a commune of today; without one, in that which it was entered for."""
    entered = known.get(fact.commune)
    place = commune or _only(known.current(fact.commune)) or entered
    former = lower_name(entered) if entered is not None and place is not None and entered != place else ""
    villages = (known.get(slug) for slug in fact.villages)
    return TeamCard(
        slug=fact.slug, name=fact.name, url=localised_path(f"{PATH}/{fact.slug}", LOCALES[locale]),
        commune=lower_name(place) if place else "", former=former,
        villages=tuple(full_name(one) for one in villages if one is not None),
        meeting_place=fact.meeting_place, meeting_hours=fact.meeting_hours,
        contacts=tuple(_contact(one, today) for one in fact.contacts), shifts=_shifts(fact.shifts, locale),
        confirmed_on=fact.confirmed_on, is_old=is_old(fact.confirmed_on, today), ended_on=fact.ended_on,
        is_demo=fact.is_demo,
    )  # fmt: skip


def _only(places: Sequence[PlaceFact]) -> PlaceFact | None:
    return places[0] if len(places) == 1 else None


def _contact(fact: ContactFact, today: date) -> Contact:
    phone, zalo = _NOT_DIALLED.sub("", fact.phone), _NOT_DIGITS.sub("", fact.zalo)
    return Contact(
        fact.name, role_label(fact.role), fact.phone, f"tel:{phone}" if phone else "", f"{ZALO}{zalo}" if zalo else "",
        fact.confirmed_on, is_old(fact.confirmed_on, today),
    )  # fmt: skip


def role_label(role: str) -> str:
    """What somebody is in the team."""
    labels = {
        MemberRole.LEADER.value: _("Tổ trưởng"), MemberRole.DEPUTY.value: _("Tổ phó"),
        MemberRole.MEMBER.value: _("Thành viên"),
    }  # fmt: skip
    return str(labels.get(role, labels[MemberRole.MEMBER.value]))


def _shifts(facts: Iterable[ShiftFact], locale: str) -> tuple[Shift, ...]:
    """One line a day; the times of one person stand together."""
    days: dict[int, dict[str, list[str]]] = {}
    for one in facts:
        times = f"{clock_time(one.starts)}–{clock_time(one.ends)}"
        days.setdefault(one.weekday, {}).setdefault(one.name, []).append(times)
    return tuple(
        Shift(
            _weekday(day, locale),
            "; ".join(f"{', '.join(times)} ({name})" if name else ", ".join(times) for name, times in people.items()),
        )
        for day, people in days.items()
    )


def _weekday(number: int, locale: str) -> str:
    return formats.weekday(_FIRST_DAY.replace(day=number), locale)


def clock_time(minutes: int) -> str:
    """Minutes of the day as a clock shows them: 7:30."""
    return f"{minutes // 60}:{minutes % 60:02}"


def instead_of_teams(known: Atlas, commune: PlaceFact | None) -> Instead:
    """Whom to ask in a commune, or in the province where none is named."""
    own = agencies_of_place(commune.slug) if commune else ()
    by_kind = {row.kind: row for row in reversed(own)}
    counter = by_kind.get(AgencyKind.SERVICE_CENTER) or by_kind.get(AgencyKind.COMMITTEE)
    province = of_province(known)
    return Instead(
        lower_name(commune) if commune else "", counter,
        tuple(row for row in province if row.kind != AgencyKind.HOTLINE),
        tuple(row for row in province if row.kind == AgencyKind.HOTLINE),
    )  # fmt: skip


def helpers_near(commune: str, locale: str) -> Markup:
    """Who helps near a reader of a guide: the commune's first teams, or where to look for others."""
    today = clock.today()
    return _near.get((commune, locale, today), lambda: _teams_near(commune, locale, today, "teams/_near_guide.html"))


def section_of_place(commune: str, locale: str) -> PlaceSection:
    """The teams of a commune on its page."""
    html = _teams_near(commune, locale, clock.today(), "teams/_near.html")
    return PlaceSection("to-cong-nghe-so", _("Ai giúp tôi gần đây"), html)


def _teams_near(commune: str, locale: str, today: date, template: str) -> Markup:
    known = atlas()
    briefs = queries.briefs_of_commune(commune)
    facts = queries.teams_by_slug([brief.slug for brief in briefs[:_ON_OTHER_PAGES]])
    place = known.get(commune)
    html = renderer().text(
        template, LOCALES[locale], teams=[team_card(known, fact, locale, today, place) for fact in facts],
        number=len(briefs), place=lower_name(place) if place else "",
        url=with_choice(localised_path(PATH, LOCALES[locale]), commune),
    )  # fmt: skip
    return Markup(html)
