"""Illustrative links of the illustrative teams, what became of them over a year, and whom they helped.

The same at every load, but for the days, which end yesterday. All of it goes with the teams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from portal.core.clock import local_day
from portal.core.db import db, table_of
from portal.core.demo import DemoPart
from portal.sharing import service
from portal.sharing.models import ShareCount, ShareLink
from portal.teams import roster
from portal.teams.models import Team, TeamTally

DAYS, EVERY = 365, 6
_PAGES = (
    ("/huong-dan/dang-ky-khai-sinh", "Đăng ký khai sinh"),
    ("/huong-dan/dang-ky-tam-tru", "Đăng ký tạm trú"),
    ("/huong-dan/dang-ky-ket-hon", "Đăng ký kết hôn"),
)
_CHANNELS = ("zalo", "zalo", "qr", "facebook", "copy")


def _load(now: datetime) -> Sequence[str]:
    slugs = sorted(roster.demo_slugs())
    if not slugs or db.session.scalar(select(ShareLink.id).where(ShareLink.team.in_(slugs)).limit(1)):
        return ()
    counts: list[dict[str, Any]] = []
    for number, slug in enumerate(slugs):
        # Some began later than others.
        first = local_day(now) - timedelta(days=DAYS - 14 * (number % 9))
        for path, title in _PAGES[: 1 + number % len(_PAGES)]:
            link = service.share_link(slug, path, title, now=datetime.combine(first, time(2), UTC))
            counts += _visits(link.id, f"{slug} {path}", first, local_day(now))
    db.session.execute(insert(table_of(ShareCount)), counts)
    teams = db.session.execute(select(Team.id, Team.slug).where(Team.is_demo, Team.ended_on.is_(None))).all()
    helped = [row for team_id, slug in teams for row in _helped(team_id, slug, now)]
    db.session.execute(insert(table_of(TeamTally)), helped)
    return ()


def _visits(link_id: int, seed: str, first: date, today: date) -> Iterator[dict[str, Any]]:
    """More as time goes by, in waves: links are handed on when somebody thinks of it."""
    dice = Random(seed)  # noqa: S311 nothing secret
    day, length = first, max((today - first).days, 1)
    while day < today:
        landings = round(dice.uniform(2, 9) * (1 + 2 * (day - first).days / length))
        reads = round(landings * dice.uniform(0.4, 0.75))
        starts = round(reads * dice.uniform(0.1, 0.45))
        channel = dice.choice(_CHANNELS)
        for event, number in (("landing", landings), ("read", reads), ("start", starts)):
            if number:
                yield {"link_id": link_id, "day": day, "channel": channel, "event": event, "number": number}
        day += timedelta(days=dice.randrange(2, EVERY))


def _helped(team_id: int, slug: str, now: datetime) -> Iterator[dict[str, Any]]:
    """People helped on some days of the year."""
    dice = Random(f"helped {slug}")  # noqa: S311 nothing secret
    for back in range(DAYS, 0, -9):
        day = local_day(now) - timedelta(days=back)
        yield {
            "team_id": team_id, "key": f"demo-{back:04}-{team_id:09}", "guide": "", "day": day,
            "people": dice.randrange(1, 8), "recorded_at": datetime.combine(day, time(9), UTC),
        }  # fmt: skip


def _remove() -> None:
    """They go with the teams."""


SHARES_DEMO = DemoPart(_load, _remove)
