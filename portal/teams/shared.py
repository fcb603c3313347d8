"""What short links may lead to of the teams."""

from __future__ import annotations

from portal.teams import queries


def title_of_page(slug: str) -> str | None:
    """The Vietnamese title of a team's page, of one that was disbanded too; "" is the directory."""
    if not slug:
        return "Tổ công nghệ số cộng đồng"
    team = queries.team_fact(slug)
    return team.name if team else None
