"""Teams in a commune that ships, with its coordinator."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from flask import Flask

from portal.accounts import people
from portal.agencies import service as agencies
from portal.agencies.models import AgencyKind
from portal.agencies.service import Standing
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import EVERYWHERE, Grant, Role, Scope
from portal.places import queries as places
from portal.places import service as place_service
from portal.teams import members, queries, roster, service
from portal.teams.members import MemberDetails
from portal.teams.models import Team, TeamMember
from portal.teams.service import Details
from tests.factories.staff import OPERATOR, Browser, hashed

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
COMMUNE, OTHER_COMMUNE = "xa-ba-xa", "xa-tinh-khe"
LEADER_PHONE, LEADER_NAME = "0900 111 222", "Phạm Thị Lành"
HERE = "/can-bo/to-cong-nghe"


def add_village(name: str = "Vĩnh An", commune: str = COMMUNE) -> str:
    """A village of a commune; returns its slug."""
    with unit_of_work():
        place = places.place(commune)
        assert place is not None
        return place_service.add_village(place, "thon", name, actor=OPERATOR, now=NOW).slug


def team(name: str = "Tổ số một", commune: str = COMMUNE, **more: object) -> str:
    """A new team; returns its slug."""
    with unit_of_work():
        details = Details(name=name, commune=commune, **more)  # type: ignore[arg-type]
        return service.create(details, actor=OPERATOR, now=clock.now()).slug


def member(slug: str, name: str = LEADER_NAME, role: str = "leader", phone: str = LEADER_PHONE, **more: object) -> str:
    """A new member who agreed to be named in public; returns their code."""
    with unit_of_work():
        values = {"consented_on": date(2026, 10, 1), "zalo": "", **more}
        details = MemberDetails(name=name, role=role, phone=phone, **values)  # type: ignore[arg-type]
        return members.add_member(team_of(slug), details, actor=OPERATOR, now=clock.now()).code


def team_of(slug: str) -> Team:
    """The row as the database has it now."""
    found = queries.team(slug)
    assert found is not None
    db.session.refresh(found)
    return found


def member_of(slug: str, code: str) -> TeamMember:
    """A member as the database has them now."""
    db.session.rollback()
    found = roster.member_of(team_of(slug), code)
    assert found is not None
    return found


def stamp_at(browser: Browser, path: str) -> str:
    """The stamp of a page's forms."""
    found = set(re.findall(r'name="stamp" value="(\w+)"', browser.get(path).get_data(as_text=True)))
    assert len(found) == 1, path
    return found.pop()


def coordinator(app: Flask, commune: str = "") -> Browser:
    """The browser of a coordinator: of a commune's agency, or of the whole portal."""
    agency = f"ubnd-{commune}"
    if commune:
        with unit_of_work():
            agencies.add_missing([Standing(agency, f"UBND {commune}", AgencyKind.COMMITTEE, "", commune)])
    return signed_in(app, Grant(Role.COORDINATOR, Scope("agency", agency) if commune else EVERYWHERE))


def signed_in(app: Flask, *grants: Grant) -> Browser:
    """The browser of somebody who holds these roles."""
    with unit_of_work():
        scopes = "-".join(f"{one.role}{one.scope.key}" for one in grants)
        user, _token = people.invite(f"{scopes}@quangngai.gov.vn", "Lê Thị Phối", grants, actor=OPERATOR, now=NOW)
        user.password_hash = hashed()
        code = user.code
    return Browser.of(app, code)
