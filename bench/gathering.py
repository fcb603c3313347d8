"""The portal's own figures: a year of visits of a team in every commune is gathered, and then once more a day later."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert

from bench import peaks
from bench.report import heading, info, line
from portal.adoption.gathering import gather
from portal.core.clock import local_day
from portal.core.db import db, table_of, unit_of_work
from portal.core.permissions import Actor
from portal.places.queries import overview
from portal.sharing.counting import LANDING, READ, START
from portal.sharing.models import ShareCount
from portal.sharing.service import share_link
from portal.teams import service
from portal.teams.service import Details

_DAYS, _MOST_SECONDS = 365, 10.0


def measure(name: str, now: datetime) -> None:
    """The first gathering, of everything, and the daily one."""
    number, before = _fill(now), peaks.begin()
    heading(f"gathering the portal's own figures on {name}, {number:,} counts of {len(overview())} teams")
    took, changed = _gathered(now)
    info("the first time", f"{took:.1f} s, {changed:,} figures")
    took, changed = _gathered(now + timedelta(days=1))
    line("a day later", f"{took:.1f} s", f"{_MOST_SECONDS:.0f} s", met=took <= _MOST_SECONDS)
    took, again = _gathered(now + timedelta(days=1, hours=1))
    line("again, with nothing new", f"{took:.1f} s, {again} figures", "0 figures", met=not again)
    info("figures that the day brought", f"{changed:,}")
    info("memory that it took at most", f"{peaks.peak() - before:.0f} MB")


def _gathered(now: datetime) -> tuple[float, int]:
    began = time.perf_counter()
    with unit_of_work():
        changed = gather(now)
    db.session.remove()
    return time.perf_counter() - began, changed


def _fill(now: datetime) -> int:
    dice, today = Random(2), local_day(now)
    actor, began = Actor("command", "", "bench"), now - timedelta(days=_DAYS)
    with unit_of_work():
        teams = [
            service.create(Details(name=f"Tổ {place.name}", commune=place.slug), actor=actor, now=began).slug
            for place in overview()
        ]
        links = [share_link(team, "/huong-dan/dang-ky-khai-sinh", "Đăng ký khai sinh", now=began).id for team in teams]
    number = 0
    for link in links:
        rows = [
            {
                "link_id": link, "day": today - timedelta(days=back), "channel": "zalo", "event": event,
                "number": dice.randrange(1, 20),
            }
            for back in range(_DAYS) for event in (LANDING, READ, START)
        ]  # fmt: skip
        with unit_of_work():
            db.session.execute(insert(table_of(ShareCount)), rows)
        number += len(rows)
    db.session.remove()
    return number
