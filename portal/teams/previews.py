"""What the preview picture of a team's page shows: its name and where it helps, and nobody's name or number.

Whoever keeps the picture would go on showing a contact after its consent has ended.
"""

from __future__ import annotations

from flask_babel import gettext as _

from portal.core.i18n import Locale
from portal.core.pages import renderer
from portal.media.preview import Fact, Preview
from portal.places.atlas import Atlas
from portal.places.kinds import full_name
from portal.places.queries import atlas
from portal.teams import queries
from portal.teams.queries import TeamFact


def find_team_preview(slug: str, locale: Locale) -> Preview | None:
    """The preview of a team's page; None where there is no such team."""
    fact = queries.team_fact(slug)
    return team_preview(atlas(), fact, locale) if fact else None


def team_preview(known: Atlas, fact: TeamFact, locale: Locale) -> Preview:
    """The preview of a team's page."""
    site, places = renderer(), known.current(fact.commune)
    place = places[0] if len(places) == 1 else known.get(fact.commune)
    facts = [Fact("map-pin", full_name(place))] if place else []
    if fact.ended_on is not None:
        facts.append(Fact("info", _("Đã ngừng hoạt động")))
    elif fact.is_demo:
        facts.append(Fact("info", _("Minh họa")))
    return Preview(
        portal_name=site.site(locale).portal_name, kind=_("Tổ công nghệ số cộng đồng"), title=fact.name,
        facts=tuple(facts), icon="users", colours=site.profile.colours, has_own_logo=site.profile.logo is not None,
    )  # fmt: skip
