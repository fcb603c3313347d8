"""Guides to choose from and links with counts, for the workspaces of teams."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask

from portal.accounts import people
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Grant, Role, Scope
from portal.core.tokens import new_code
from portal.guides import service as guides
from portal.guides.written import GuideData
from portal.sharing import service
from portal.sharing.models import ShareCount
from tests.factories import guide_data, guide_values
from tests.factories.records import import_records, record_row
from tests.factories.staff import OPERATOR, Browser, hashed

LONG_AGO = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
WORKSPACE = "/can-bo/to-cua-toi"
# Guides with the record of each; the last can't be filed online.
SERVICES = {
    "viec-a": "1.000001", "viec-b": "1.000002", "viec-c": "1.000003", "viec-d": "1.000004", "tai-quay": "1.000005",
}  # fmt: skip


def load_services() -> None:
    """Four guides to what can be filed online, one to what can't, and one that shows how something is done."""
    rows = [record_row(code, name=f"Thủ tục {slug}") for slug, code in SERVICES.items()]
    rows[-1]["channels"] = ["direct"]
    import_records(rows)
    found = [_titled(slug, procedures=[code]) for slug, code in SERVICES.items()]
    found.append(_titled("chup-giay-to-cho-ro", kind="how_to", procedures=[]))
    with unit_of_work():
        guides.import_guides(found, now=clock.now())
    db.session.remove()


def _titled(slug: str, **changes: Any) -> GuideData:
    values = guide_values(slug)
    return guide_data(slug, vi=values["vi"] | {"title": title_of(slug)}, **changes)


def title_of(slug: str) -> str:
    """What such a guide is called."""
    return f"Hướng dẫn {slug}"


def leader(app: Flask, *slugs: str) -> Browser:
    """The browser of somebody who leads these teams with an account."""
    grants = [Grant(Role.TEAM_LEADER, Scope("team", slug)) for slug in slugs]
    with unit_of_work():
        user, _token = people.invite(
            f"{new_code()}@quangngai.gov.vn", "Lê Thị Dẫn", grants, actor=OPERATOR, now=clock.now()
        )
        user.password_hash = hashed()
        code = user.code
    return Browser.of(app, code)


def counted(
    team: str, slug: str, day: date, *, landings: int = 0, reads: int = 0, starts: int = 0, made_at: datetime = LONG_AGO
) -> None:
    """What was counted with a team's link to a guide on a day; the link is made where there is none."""
    with unit_of_work():
        link = service.share_link(team, f"/huong-dan/{slug}", slug, now=made_at)
        for event, number in (("landing", landings), ("read", reads), ("start", starts)):
            if number:
                db.session.add(ShareCount(link_id=link.id, day=day, channel="zalo", event=event, number=number))
    db.session.remove()
