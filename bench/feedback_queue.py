"""The officers' queue inside this process: pages of 1,000 and of 100,000 cases, which should cost the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from bench.report import heading, info, line
from bench.staff_pages import ask
from portal import create_app
from portal.agencies import queries as agencies
from portal.config import Config
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.feedback.models import FeedbackCase
from portal.feedback.personal import searchable
from portal.feedback.states import CaseState
from tests.factories.officers import officer
from tests.factories.staff import Browser

_SIZES = (1_000, 100_000)
_BAR = 2
_AT_ONCE = 5_000
_QUEUE = "/can-bo/phan-anh"
# What the page is asked for, and how. Words are looked for in as many cases as the pages show, 5,000: that costs more
# than in 1,000, and has no bar.
_PAGES: Mapping[str, str] = {
    "open": "", "overdue": "?phan=qua-han", "this week": "?phan=tuan-nay", "ended": "?phan=da-xong",
    "the second page": "?trang=2", "of one category": "?muc=delay",
}  # fmt: skip
_SEARCH = "?q=bảng giờ"
_STATES = (CaseState.OPEN, CaseState.OPEN, CaseState.WAITING, CaseState.ANSWERED, CaseState.CLOSED)


def measure(name: str, environ: Mapping[str, str]) -> None:
    """Fill the queue of a database and ask for its pages, as an officer of the province and of one agency."""
    app = create_app(Config.from_env({"SITE_URL": "http://localhost", **environ}))
    with app.app_context():
        slugs = [one.slug for one in agencies.agencies()]
        desks = {"of all agencies": "ubnd-tinh-quang-ngai", "of one agency": slugs[0]}
        browsers = {desk: Browser.of(app, officer(slug)) for desk, slug in desks.items()}
        seen: dict[str, list[tuple[int, float, float]]] = {}
        loaded = 0
        for size in _SIZES:
            _load(loaded, size, slugs)
            loaded = size
            for desk, browser in browsers.items():
                for what, query in {**_PAGES, "words": _SEARCH}.items():
                    seen.setdefault(f"{desk}: {what}", []).append(ask(browser, _QUEUE + query))
        db.session.remove()
        db.engine.dispose()
    heading(f"queue on {name}, {_SIZES[0]:,} and {_SIZES[1]:,} cases: SELECTs; p50 / p99")
    for what, ((few, p50, p99), (many, p50_many, p99_many)) in seen.items():
        value = f"{few}, {many}; {p50:.0f} / {p99:.0f}, {p50_many:.0f} / {p99_many:.0f} ms"
        if what.endswith("words"):
            info(what, value)
        else:
            line(what, value, f"as many; p99 {_BAR} ×", met=few == many and p99_many <= _BAR * p99)


def _load(first: int, last: int, slugs: list[str]) -> None:
    chance = Random(first)
    for start in range(first, last, _AT_ONCE):
        rows = [_case(number, slugs, chance) for number in range(start, min(last, start + _AT_ONCE))]
        with unit_of_work():
            db.session.execute(insert(FeedbackCase), rows)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE feedback_cases")


def _case(number: int, slugs: list[str], chance: Random) -> dict[str, Any]:
    """A case; half of all have ended, one of ten that hasn't has no deadline. The first agency has one of ten."""
    now, state = clock.now(), _STATES[number % len(_STATES)]
    received = now - timedelta(days=chance.uniform(0, 400))
    due = clock.local_day(now) + timedelta(days=chance.randint(-20, 40)) if chance.random() > 0.1 else None
    has_ended = state in {CaseState.ANSWERED, CaseState.CLOSED}
    message = f"Bảng giờ làm việc ở quầy {number} bị mờ, không ai đọc được. " * 4
    return {
        "reference": f"PA-2020-{number:07d}", "code_hash": f"{number:064d}", "submission_key": f"{number:064d}",
        "category": chance.choice(("delay", "conduct", "other")), "locale": "vi", "route": {},
        "message": message, "searched": searchable(message),
        "agency": slugs[0] if number % 10 == 0 else chance.choice(slugs), "state": state.value,
        "received_at": received, "updated_at": received, "pass_due": clock.local_day(received),
        "due_on": due if state is CaseState.OPEN else None,
        "ended_at": received + timedelta(days=3) if has_ended else None,
    }  # fmt: skip
