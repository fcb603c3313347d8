"""What feedback is about: a guide, a record, a reduction, an agency, a team, or the portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.agencies import queries as agency_queries
from portal.agencies.local import local_answer
from portal.agencies.models import AgencyKind
from portal.core.text import clean_line
from portal.fees import queries as fee_queries
from portal.guides import queries as guide_queries
from portal.places.choice import chosen
from portal.places.queries import atlas
from portal.procedures import queries as procedure_queries
from portal.procedures.queries import RecordFacts
from portal.teams import queries as team_queries

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing that feedback may be about. `version` tells which state of it the person saw; `path` has no language.

    `procedures` are the records behind it: who is competent for those is competent for it.
    """

    kind: str
    key: str
    title: str
    path: str
    version: str = ""
    procedures: tuple[str, ...] = ()
    agency: str = ""


NOTHING = Subject(kind="", key="", title="", path="")


def _guide(key: str, locale: str) -> Subject | None:
    row = guide_queries.guide(key, locale)
    if row is None:
        return None
    return Subject(
        kind="guide", key=key, title=row.title, path=guide_queries.URL_PREFIX + key,
        version=guide_queries.digest_of(key), procedures=tuple(row.procedures),
    )  # fmt: skip


def _procedure(key: str, _locale: str) -> Subject | None:
    record = procedure_queries.record_facts([key]).get(key)
    if record is None:
        return None
    return Subject(
        kind="procedure", key=key, title=record.name, path=f"/thu-tuc/{key}", version=str(record.version),
        procedures=(key,),
    )  # fmt: skip


def _reduction(key: str, locale: str) -> Subject | None:
    row = fee_queries.reduction(key)
    if row is None:
        return None
    title = row.name_en or row.name_vi if locale == "en" else row.name_vi
    version = row.updated_at.isoformat(timespec="seconds")
    return Subject(kind="reduction", key=key, title=title, path=f"/giam-phi/{key}", version=version)


def _agency(key: str, _locale: str) -> Subject | None:
    found = next((one for one in agency_queries.agencies() if one.slug == key), None)
    if found is None:
        return None
    path = f"/dia-ban/{found.territory}" if found.territory else ""
    return Subject(kind="agency", key=key, title=found.name, path=path, agency=key)


def _team(key: str, _locale: str) -> Subject | None:
    found = team_queries.team_fact(key)
    if found is None:
        return None
    return Subject(
        kind="team", key=key, title=found.name, path=f"/to-cong-nghe-so/{key}", agency=_over_teams_of(found.commune)
    )


def _over_teams_of(commune: str) -> str:
    """Who answers for the teams of a commune: the committee that set them up, else its counter."""
    here = chosen(atlas(), commune).place
    own = {row.kind: row.slug for row in agency_queries.agencies_of_place(here.slug)} if here else {}
    return own.get(AgencyKind.COMMITTEE) or own.get(AgencyKind.SERVICE_CENTER) or ""


_RESOLVERS: Mapping[str, Callable[[str, str], Subject | None]] = {
    "guide": _guide, "procedure": _procedure, "reduction": _reduction, "agency": _agency,
    "team": _team,
}  # fmt: skip
KINDS = tuple(_RESOLVERS)


def subject(text: str, locale: str) -> Subject:
    """What `kind:key` of an address stands for; `NOTHING` for what doesn't exist. Never raises."""
    kind, _, key = clean_line(text, _LONGEST_KEY).partition(":")
    resolver = _RESOLVERS.get(kind)
    found = resolver(key, locale) if resolver and key else None
    return found or NOTHING


def competent_agency(about: Subject, place: str) -> str:
    """The slug of the agency that is competent for a subject in a place; "" where nobody knows."""
    if about.agency:
        return about.agency
    if not about.procedures:
        return ""
    record = procedure_queries.record_facts(about.procedures[:1]).get(about.procedures[0])
    return _competent_for(record, place) if record else ""


def _competent_for(record: RecordFacts, place: str) -> str:
    places = atlas()
    here = chosen(places, place).place
    if here is not None:
        local = local_answer(places, here, levels=record.levels, named=record.agencies)
        if local.responsible:
            return local.responsible[0].slug
    by_name = agency_queries.slugs_by_name()
    return next((by_name[name.lower()] for name in record.agencies if name.lower() in by_name), "")
