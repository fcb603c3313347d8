"""What a team's posters say: of the page that is shared, and of the team that helps with it."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from portal.core.i18n import Locale
from portal.core.pages import LINKS
from portal.places.queries import atlas
from portal.sharing.kit_words import Helper
from portal.sharing.poster import Sheet
from portal.sharing.subjects import Subject, subject_of
from portal.teams.kit_reach import place_name
from portal.teams.models import MemberRole
from portal.teams.previews import team_preview
from portal.teams.queries import TeamFact

TEAM_PAGES = LINKS["teams"]
# The files of a poster by their names in addresses.
SHEETS = {"ap-phich-a4": Sheet.A4, "ap-phich-a5": Sheet.A5, "the-de-ban": Sheet.CARD}


def team_page(slug: str) -> str:
    """The path of a team's own page, without language."""
    return f"{TEAM_PAGES}/{slug}"


def team_subject(path: str, team: TeamFact | None, day: date, locale: Locale) -> Subject | None:
    """What the page at a path says for a team, None for the portal itself; None for no page."""
    if team and path == team_page(team.slug):
        return _own_subject(path, team, locale)
    return subject_of(path, team.commune if team else None, day, locale)


def _own_subject(path: str, team: TeamFact, locale: Locale) -> Subject:
    steps = (_("Gọi hoặc nhắn Zalo cho tổ"), _("Mang theo căn cước và điện thoại"), _("Cùng tổ nộp hồ sơ trực tuyến"))
    return Subject(
        path=path, kind=str(_("Tổ công nghệ số cộng đồng")), title=team.name, steps=tuple(map(str, steps)),
        summary=place_name(team.commune), is_demo=team.is_demo,
        image=team_preview(atlas(), team, locale).path(path, locale),
    )  # fmt: skip


def helper_of(team: TeamFact | None) -> Helper | None:
    """What a poster says of a team that still works: of people only those who agreed, the leader first."""
    if team is None or team.ended_on is not None:
        return None
    order = [MemberRole.LEADER, MemberRole.DEPUTY, MemberRole.MEMBER]
    reachable = sorted((one for one in team.contacts if one.phone), key=lambda one: order.index(MemberRole(one.role)))
    person, phone = (reachable[0].name, reachable[0].phone) if reachable else ("", "")
    meeting = ", ".join(part for part in (team.meeting_place, team.meeting_hours) if part)
    place = place_name(team.commune)
    return Helper(
        name=team.name, place=place[:1].upper() + place[1:], person=person, phone=phone, meeting=meeting,
        is_demo=team.is_demo,
    )  # fmt: skip
