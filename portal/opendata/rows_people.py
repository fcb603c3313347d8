"""Rows of the teams and of the feedback's figures: of people nothing that they did not agree to, and no few of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from portal.core.i18n import LOCALES, localised_path
from portal.core.pages import renderer
from portal.feedback.counting import OTHERS
from portal.feedback.figures import snapshot
from portal.feedback.labels import agency_name
from portal.opendata import queries
from portal.opendata.model import Asked, Row
from portal.opendata.rows_content import joined
from portal.places.kinds import full_name
from portal.places.queries import atlas
from portal.teams.present import PATH
from portal.teams.queries import TeamFact, teams_by_slug


def teams(asked: Asked) -> Sequence[Row]:
    """A row for each contact that agreed to be named; one without a contact for a team where nobody did."""
    rows: list[Row] = []
    for team in teams_by_slug(queries.team_slugs()):
        if asked.place in {"", team.commune, *team.villages}:
            head = _team(team, asked.locale)
            contacts: Sequence[Row] = [
                (one.name, one.role, one.phone or None, one.zalo or None, one.confirmed_on) for one in team.contacts
            ] or [(None,) * 5]
            rows += [(*head, *contact, team.is_demo) for contact in contacts]
    return rows


def _team(team: TeamFact, locale: str) -> Row:
    known = atlas()
    commune = known.get(team.commune)
    villages = [full_name(one) for slug in team.villages if (one := known.get(slug))]
    url = renderer().config.site_url + localised_path(f"{PATH}/{team.slug}", LOCALES[locale])
    return (
        team.slug, team.name, url, team.commune, full_name(commune) if commune else None, joined(team.villages),
        joined(villages), team.meeting_place or None, team.meeting_hours or None, team.confirmed_on,
    )  # fmt: skip


def has_demo_teams() -> bool:
    """Whether an illustrative team is among them."""
    return any(team.is_demo for team in teams_by_slug(queries.team_slugs()))


def feedback(asked: Asked) -> Sequence[Row]:
    """The public figures of the feedback as they were last counted, small ones hidden already."""
    known = snapshot()
    if known is None:
        return []
    return [
        (
            agency or None, _agency(agency), month or None, one.received, one.counted, one.on_time,
            _share(one.on_time_share), one.satisfied, _share(one.satisfied_share), one.median_working,
            one.median_calendar, known.counted_at, known.has_demo,
        )
        for (agency, month), one in sorted(known.cells.items())
        if asked.unit in {None, ("agency", agency)} and _is_between(month, asked.first, asked.last)
    ]  # fmt: skip


def _is_between(month: str, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    if not month:
        return False
    day = date.fromisoformat(f"{month}-01")
    return (first is None or day >= first) and (last is None or day <= last)


def _agency(agency: str) -> str:
    if agency == OTHERS:
        return str(_("Các cơ quan có dưới 10 phản ánh, gộp lại"))
    return agency_name(agency) if agency else str(_("Tất cả cơ quan"))


def _share(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def has_demo_feedback() -> bool:
    """Whether illustrative cases were counted."""
    known = snapshot()
    return known is not None and known.has_demo
