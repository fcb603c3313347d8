"""The editors' pages inside this process: with 1,000 guides they should cost what they cost with 10."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from bench.options import Options
from bench.report import heading, info, line
from bench.staff_pages import ask
from portal import create_app
from portal.config import Config
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.guides.rules import parse
from portal.guides.service import import_guides
from tests.databases import open_database
from tests.factories.drafts import begun, values
from tests.factories.staff import Browser

_SIZES = (10, 1_000)
_BAR = 2
_FIRST = "trang-so-0"
_LIST = "/can-bo/huong-dan"
# It looks through everything that every guide leans on: as many statements, but not as little work.
_ATTENTION = {"what needs attention": "/can-bo/can-xem"}


def run(options: Options) -> None:
    """Measure on every database."""
    for name in options.databases:
        with _application(name) as app:
            seen = _measure(app)
        heading(f"editors on {name}, {_SIZES[0]:,} and {_SIZES[1]:,} guides: SELECTs; p50 / p99")
        for what, ((few, p50, p99), (many, p50_many, p99_many)) in seen.items():
            value = f"{few}, {many}; {p50:.1f} / {p99:.1f}, {p50_many:.1f} / {p99_many:.1f} ms"
            if what in _ATTENTION:
                info(what, value)
            else:
                line(what, value, f"as many; p99 {_BAR} ×", met=few == many and p99_many <= _BAR * p99)


@contextmanager
def _application(name: str) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder, open_database(name, Path(folder)) as database:
        environ = {
            "DATA_DIR": folder, "DATABASE_URL": database.url, "LOG_LEVEL": "ERROR", "SITE_URL": "http://localhost",
        }  # fmt: skip
        app = create_app(Config.from_env(environ))
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()


def _measure(app: Flask) -> Mapping[str, list[tuple[int, float, float]]]:
    seen: dict[str, list[tuple[int, float, float]]] = {}
    loaded, browser, code = 0, Browser.with_roles(app, Role.EDITOR), ""
    for size in _SIZES:
        _load(loaded, size)
        loaded, code = size, code or begun(_FIRST)
        pages = {"a guide with its versions": f"/can-bo/huong-dan/{_FIRST}", "its draft": f"/can-bo/ban-thao/{code}"}
        for what, path in {
            **pages,
            "its preview": f"/can-bo/ban-thao/{code}/xem",
            "the list of guides": _LIST,
            **_ATTENTION,
        }.items():
            seen.setdefault(what, []).append(ask(browser, path))
    return seen


def _load(first: int, last: int) -> None:
    found = [parse(values(f"trang-so-{number}", title=f"Xem hồ sơ số {number}"))[0] for number in range(first, last)]
    with unit_of_work():
        import_guides([guide for guide in found if guide is not None], now=clock.now())
