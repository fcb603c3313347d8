"""The directory of the digital teams inside this process: with 5,000 teams beside 50, nothing kept."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select

from bench.options import Options
from bench.report import heading, info, line, percentile
from bench.servers import prepare
from portal import create_app
from portal.config import Config
from portal.core.db import db, unit_of_work
from portal.places.models import Level, Place
from portal.teams.models import Team, TeamMember, TeamShift

_FEW, _MANY, _PEOPLE = 50, 5_000, 4
_REQUESTS, _AFTER_PUBLISH = 200, 20
_COMMUNE = "phuong-cam-thanh"
_PAGES = {"overview": "/to-cong-nghe-so", "one commune": f"/to-cong-nghe-so?xa={_COMMUNE}"}
_BARS = {"overview": (10, 25), "one commune": (25, 60)}
_MOST_TIMES = {"overview": 3.0, "one commune": 2.0}
_DAY = date(2026, 11, 1)


def run(_options: Options) -> None:
    """Measure the overview and a commune with 50 teams in that commune alone, then with 5,000 over all communes."""
    with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder:
        environ = {**prepare(Path(folder)), "PAGE_CACHE_MB": "0", "SITE_URL": "http://localhost"}
        app = create_app(Config.from_env(environ))
        client = app.test_client(use_cookies=False)
        _fill(app, _FEW, only=_COMMUNE)
        few = {name: _measure(client, path) for name, path in _PAGES.items()}
        _fill(app, _MANY)
        heading(f"directory of {_MANY:,} teams with {_PEOPLE} people each, in process, nothing cached")
        for name, path in _PAGES.items():
            seen, (middle, slow) = _measure(client, path), _BARS[name]
            p50, p99 = percentile(seen, 0.5), percentile(seen, 0.99)
            value, bar = f"{p50:.1f} / {p99:.1f} ms", f"{middle} / {slow} ms"
            line(f"{name}, processor time, p50 / p99", value, bar, met=p50 <= middle and p99 <= slow)
            times, most = p50 / percentile(few[name], 0.5), _MOST_TIMES[name]
            line(f"{name}, of the same with {_FEW} teams", f"{times:.1f} x", f"{most:.0f} x", met=times <= most)
            info(f"{name}, the first after a publish", f"{percentile(_first(app, client, path), 0.5):.1f} ms")
        with app.app_context():
            db.engine.dispose()


def _measure(client: FlaskClient, path: str, times: int = _REQUESTS) -> list[float]:
    """Milliseconds of processor time that each request took, once everything is warm."""
    client.get(path)
    return [_once(client, path) for _ in range(times)]


def _first(app: Flask, client: FlaskClient, path: str) -> list[float]:
    """The same, each time behind a publish."""
    seen = []
    for number in range(_AFTER_PUBLISH):
        with app.app_context(), unit_of_work():
            team = db.session.scalars(select(Team).limit(1)).one()
            team.meeting_hours = f"Giờ {number}"
        seen.append(_once(client, path))
    return seen


def _once(client: FlaskClient, path: str) -> float:
    began = time.thread_time()
    response = client.get(path)
    taken = 1000 * (time.thread_time() - began)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")
    return taken


def _fill(app: Flask, number: int, only: str = "") -> None:
    """So many teams instead of those that are there, in one commune or in turn over all."""
    with app.app_context(), unit_of_work():
        db.session.execute(delete(Team))
        statement = select(Place.id).where(Place.level == Level.COMMUNE, Place.valid_to.is_(None)).order_by(Place.id)
        communes = db.session.scalars(statement.where(Place.slug == only) if only else statement).all()
        teams = [
            {
                "slug": f"to-{n}", "name": f"Tổ công nghệ số cộng đồng số {n}", "place_id": communes[n % len(communes)],
                "meeting_place": "Nhà văn hóa thôn", "meeting_hours": "Tối thứ Ba", "notes": "", "is_demo": True,
                "confirmed_on": _DAY, "updated_at": datetime(2026, 11, 1, tzinfo=UTC),
            }
            for n in range(number)
        ]  # fmt: skip
        db.session.execute(insert(Team), teams)
        ids = db.session.scalars(select(Team.id)).all()
        people = [
            {
                "code": f"{id_}-{n}", "team_id": id_, "position": n, "role": "member", "name": f"Nguyễn Văn {n}",
                "phone": "0900000000", "zalo": "0900000000", "consented_on": _DAY, "confirmed_on": _DAY,
            }
            for id_ in ids
            for n in range(_PEOPLE)
        ]  # fmt: skip
        db.session.execute(insert(TeamMember), people)
        shifts = [{"team_id": id_, "weekday": day, "starts": 450, "ends": 690} for id_ in ids for day in (1, 4)]
        db.session.execute(insert(TeamShift), shifts)
