"""What a bulk file holds: the teams of a place, what their posters say, and a stamp of all of it.

The stamp is compared when somebody wants the file: it holds contacts, and one whose consent has ended since must not
be handed out. It changes with whatever stands on the posters, as a reduction that is no longer verified.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from itertools import islice

from portal.core import formats
from portal.core.i18n import Locale
from portal.places.atlas import Coverage
from portal.places.queries import atlas
from portal.sharing.kit_words import Helper
from portal.sharing.subjects import Subject
from portal.teams import queries
from portal.teams.kit_reach import Reach, place_name
from portal.teams.kit_words import helper_of, team_page, team_subject
from portal.teams.queries import TeamFact, TeamRow

# All teams of the portal.
EVERYWHERE = ""
# Among the pages of a job: each team's own page.
OWN_PAGE = "own"
_TEAMS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A page for a team, and what a poster says of both."""

    team: TeamFact
    path: str
    number: int
    subject: Subject
    helper: Helper | None


def reaches(reach: Reach, place: str) -> bool:
    """Whether somebody may share for every team of a place."""
    if reach.is_everywhere:
        return True
    known = atlas()
    return any(known.coverage(territory, place) is Coverage.WHOLE for territory in reach.territories)


def teams_of(place: str) -> list[TeamRow]:
    """The teams of a place that work today, by commune and name."""
    known, inside = atlas(), dict[str, bool]()
    rows = []
    for row in queries.team_rows():
        if row.commune not in inside:
            inside[row.commune] = place == EVERYWHERE or known.coverage(place, row.commune) is Coverage.WHOLE
        if inside[row.commune]:
            rows.append(row)
    return sorted(rows, key=lambda row: row.commune)


def facts_of(rows: Sequence[TeamRow]) -> Iterator[TeamFact]:
    """The teams themselves, a hundred at a time; those that were disbanded meanwhile are left out."""
    left = iter(rows)
    while chunk := list(islice(left, _TEAMS_AT_ONCE)):
        yield from (fact for fact in queries.teams_by_slug([row.slug for row in chunk]) if fact.ended_on is None)


class Subjects:
    """What pages say, remembered by commune: its teams share most of it."""

    def __init__(self, day: date, locale: Locale) -> None:
        self._day = day
        self._locale = locale
        self._known: dict[tuple[str, str], Subject | None] = {}

    def of(self, page: str, team: TeamFact) -> Subject | None:
        """What a page of a job says for a team; None for one that is gone, or must not be advertised any more."""
        path = path_of(page, team)
        if page == OWN_PAGE:
            return team_subject(path, team, self._day, self._locale)
        if (path, team.commune) not in self._known:
            self._known[path, team.commune] = team_subject(path, team, self._day, self._locale)
        return self._known[path, team.commune]


def path_of(page: str, team: TeamFact) -> str:
    """The path of a page of a job."""
    return team_page(team.slug) if page == OWN_PAGE else page


def parts_of(teams: Iterable[TeamFact], pages: Sequence[str], day: date, locale: Locale) -> Iterator[Part]:
    """Every page for every team, in one order; pages that are gone are left out."""
    subjects = Subjects(day, locale)
    for team in teams:
        helper = helper_of(team)
        for number, page in enumerate(pages, 1):
            subject = subjects.of(page, team)
            if subject is not None:
                yield Part(team, path_of(page, team), number, subject, helper)


class Stamp:
    """Grows with each part of a file."""

    def __init__(self, day: date, locale: Locale) -> None:
        self._today = formats.day(day, locale.code)
        self._digest = hashlib.blake2b(digest_size=16)

    def add(self, part: Part) -> None:
        """One more part; the day on which the fee was looked up is no part of what is compared."""
        subject = part.subject
        if subject.saving:
            saving = replace(subject.saving, citation=subject.saving.citation.replace(self._today, ""))
            subject = replace(subject, saving=saving)
        helper = astuple(part.helper) if part.helper else ()
        self._digest.update(repr((part.team.slug, part.path, astuple(subject), helper)).encode())

    def value(self) -> str:
        """The stamp of all that was added."""
        return self._digest.hexdigest()


def stamp_of(place: str, pages: Sequence[str], day: date, locale: Locale) -> str:
    """The stamp that a file would have today."""
    stamp = Stamp(day, locale)
    for part in parts_of(facts_of(teams_of(place)), pages, day, locale):
        stamp.add(part)
    return stamp.value()


def scope_name(place: str) -> str:
    """A place of a job inside a sentence; "" for all."""
    return place_name(place) if place else ""
