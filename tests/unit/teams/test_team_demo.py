"""The illustrative teams: marked, complete, and gone with one command."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.accounts.demo import TEAM
from portal.core.db import db, unit_of_work
from portal.core.demo import StillUsedError
from portal.core.permissions import Grant, Role, Scope
from portal.sharing import queries as shares
from portal.sharing.service import share_link
from portal.teams import queries, roster
from portal.teams.demo import TEAMS, TEAMS_DEMO
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR
from tests.factories.teams import team

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("app")


def load() -> None:
    """Twice: the second time there is nothing to do."""
    for _time in range(2):
        with unit_of_work():
            assert TEAMS_DEMO.load(NOW) == ()
    db.session.remove()


def test_a_portal_without_these_places_has_none() -> None:
    load()
    assert roster.team_rows() == []


def test_the_teams_are_marked_and_show_what_may_be_missing() -> None:
    load_places()
    load()
    rows = roster.team_rows()
    assert len(rows) == TEAMS
    assert all(row.is_demo and "minh họa" in row.name for row in rows)
    assert [sum(bool(found) for found in kind) for kind in (
        [row.ended_on for row in rows], [not row.has_leader for row in rows], [not row.public for row in rows],
        [row.confirmed_on and row.confirmed_on.month < 4 for row in rows],
    )] == [1, 1, 1, 1]  # fmt: skip
    assert queries.team_fact(TEAM) is not None
    phones = {contact.phone for row in rows if (fact := queries.team_fact(row.slug)) for contact in fact.contacts}
    assert len(phones) > 15
    assert all(phone.startswith("0000 ") for phone in phones)


def test_they_go_with_their_links_and_leave_the_others() -> None:
    load_places()
    kept = team()
    load()
    with unit_of_work():
        share_link(TEAM, "/huong-dan/x", "X", now=NOW)
        share_link(kept, "/huong-dan/x", "X", now=NOW)
    with unit_of_work():
        TEAMS_DEMO.remove()
    assert [row.slug for row in roster.team_rows()] == [kept]
    assert shares.link_of(TEAM, "/huong-dan/x") is None
    assert shares.link_of(kept, "/huong-dan/x") is not None


def test_they_stay_while_somebody_real_leads_one() -> None:
    from portal.accounts import people

    load_places()
    load()
    with unit_of_work():
        lead = [Grant(Role.TEAM_LEADER, Scope("team", TEAM))]
        people.invite("ai@quangngai.gov.vn", "Người thật", lead, actor=OPERATOR, now=NOW)
    with pytest.raises(StillUsedError, match=TEAM), unit_of_work():
        TEAMS_DEMO.remove()
    assert len(roster.team_rows()) == TEAMS
