"""The three guides that a team shares this week, by a rule that its page tells.

Score = demand × room × saving. Each part gives a guide from 1 to 2 points: 2 for the most that there is, 1 where
nothing is known. So a part of which nobody knows anything changes nothing. What is counted ends on the Sunday before:
the choice stays the same for a week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from portal.core.content import memoised_by_content
from portal.core.i18n import DEFAULT_LOCALE
from portal.fees.panel import Here, prices
from portal.fees.snapshot import snapshot
from portal.guides import queries as guides
from portal.procedures import queries as procedures
from portal.sharing import figures
from portal.teams import queries, signals
from portal.teams.queries import TeamFact
from portal.teams.week import monday_of

PICKS = 3
COUNTED_FOR = timedelta(days=28)
# Fewer readings in a commune are chance; then the whole province is asked.
FEWEST_READS = 30
_ONLINE = "online"


class Demand(StrEnum):
    """From what it was told how many need a guide."""

    COMMUNE = "commune"
    PROVINCE = "province"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of guides, by their slugs: `asked` in whatever unit, `rates` from 0 to 1, `savings` in đồng."""

    asked: Mapping[str, float]
    rates: Mapping[str, float]
    savings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """The guides of a week, the first first, and what they were chosen by; both ends belong to the days counted."""

    guides: tuple[str, ...]
    monday: date
    demand: Demand
    since: date
    until: date
    has_rates: bool
    has_savings: bool


def choose(team: TeamFact, today: date, frequent: Sequence[str]) -> Choice:
    """This week's guides of a team; `frequent` are the guides that the province names first, in its order."""
    monday = monday_of(today)
    since, until = monday - COUNTED_FOR, monday - timedelta(days=1)
    candidates, savings = _candidates(team.commune, monday, is_demo=team.is_demo)
    demand, asked = _demand(team, since, until, frequent)
    rates = signals.online_rates(team.commune, monday)
    known = Known(_only(asked, candidates), _only(rates, candidates), savings)
    order = ranked(candidates, known, frequent)
    return Choice(
        tuple(order[:PICKS]), monday, demand if known.asked else Demand.LIST, since, until, bool(known.rates),
        bool(savings),
    )  # fmt: skip


def ranked(candidates: Sequence[str], known: Known, frequent: Sequence[str]) -> list[str]:
    """Guides by their score, the highest first; of equal ones those that the province names first, then by slug."""
    place = {slug: number for number, slug in enumerate(frequent)}
    most_asked, most_saved = max(known.asked.values(), default=0), max(known.savings.values(), default=0)

    def score(slug: str) -> float:
        demand = known.asked.get(slug, 0) / most_asked if most_asked else 0
        room = 1 - known.rates[slug] if slug in known.rates else 0
        saving = known.savings.get(slug, 0) / most_saved if most_saved else 0
        return (1 + demand) * (1 + room) * (1 + saving)

    return sorted(candidates, key=lambda slug: (-score(slug), place.get(slug, len(place)), slug))


def _only(values: Mapping[str, float], candidates: Sequence[str]) -> dict[str, float]:
    return {slug: value for slug, value in values.items() if slug in candidates}


@memoised_by_content
def _candidates(commune: str, day: date, *, is_demo: bool) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """The guides to services that can be filed online, and what a verified reduction takes off in the commune."""
    main = {slug: codes[0] for slug, codes in guides.procedures_of_services().items()}
    records = procedures.record_facts(set(main.values()))
    here = Here(snapshot(), commune, day, DEFAULT_LOCALE)
    found: list[str] = []
    savings: dict[str, int] = {}
    for slug, code in sorted(main.items()):
        record = records.get(code)
        if record is None or _ONLINE not in record.channels:
            continue
        found.append(slug)
        # Of several cases, the one that holds for everybody; illustrative ones are for illustrative teams.
        cut = [
            one for one in prices(here, record, _ONLINE)
            if one.applied and (is_demo or not _is_demo(here, one.applied.slug))
        ]  # fmt: skip
        if cut:
            savings[slug] = min(cut, key=lambda one: (bool(one.fee.case), -one.saving)).saving
    return tuple(found), MappingProxyType(savings)


def _is_demo(here: Here, slug: str) -> bool:
    facts = here.known.tariff.reductions[slug]
    return facts.is_demo or facts.document.is_demo


def _demand(
    team: TeamFact, since: date, until: date, frequent: Sequence[str]
) -> tuple[Demand, Mapping[str, float]]:  # fmt: skip
    """How much each guide was asked for: in the commune, else in the province, else by the province's own list."""
    reads = _reads(queries.working_in(team.commune, is_demo=team.is_demo), since, until)
    if sum(reads.values()) >= FEWEST_READS:
        return Demand.COMMUNE, reads
    reads = _reads(queries.working(is_demo=team.is_demo), since, until)
    votes = signals.useful_votes(since, until)
    asked = {slug: reads.get(slug, 0) + votes.get(slug, 0) for slug in {*reads, *votes}}
    if sum(asked.values()) >= FEWEST_READS:
        return Demand.PROVINCE, asked
    return Demand.LIST, {slug: len(frequent) - number for number, slug in enumerate(frequent)}


def _reads(teams: figures.Teams, since: date, until: date) -> dict[str, int]:
    pages = figures.by_page(teams, since, until)
    return {
        path.removeprefix(guides.URL_PREFIX): tally.reads
        for path, tally in pages.items()
        if path.startswith(guides.URL_PREFIX) and tally.reads
    }
