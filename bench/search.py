"""The search inside this process, on both databases and two sizes: every kind of query, and suggestions."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func

from bench import corpus, typed
from bench.options import Options
from bench.report import heading, info, line, percentile
from portal import create_app
from portal.config import ROOT, Config
from portal.core.db import database_name, db, read_only, unit_of_work
from portal.search import queries, service
from portal.search.suggest import suggest
from portal.search.synonym_service import replace_synonyms
from portal.search.synonyms import parse_file
from tests.databases import open_database

# Pages -> p50 and p99 in milliseconds.
_BARS = {10_000: (5, 25), 100_000: (15, 75)}
_SUGGEST_BAR = (10_000, 2)
_SEARCHES_TYPED = 25
_LIMIT = 10


@dataclass
class Timed:
    """Milliseconds of many calls, on the clock and of processor time: this process's and that of `server`."""

    server: Path | None
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, call: Callable[[], object]) -> None:
        """Make a call as a page that only reads does, and note what it took."""
        cpu, wall = self._processor_seconds(), time.perf_counter()
        with read_only():
            call()
        db.session.remove()
        self.wall.append(1000 * (time.perf_counter() - wall))
        self.cpu.append(1000 * (self._processor_seconds() - cpu))

    def _processor_seconds(self) -> float:
        of_server = int(self.server.read_text().split()[0]) / 1e9 if self.server else 0
        return time.process_time() + of_server


def run(options: Options) -> None:
    """Measure on every database, its pages growing from size to size."""
    for name in options.databases:
        with _database(name):
            loaded = 0
            for size in options.sizes:
                began = time.perf_counter()
                with unit_of_work():
                    service.replace(corpus.pages(loaded, size))
                seconds = time.perf_counter() - began
                heading(f"search on {name}, {size:,} pages ({size - loaded:,} loaded in {seconds:.0f} s)")
                loaded = size
                server = _server_process()
                _measure_searches(size, server)
                _measure_suggestions(size, server)


@contextmanager
def _database(name: str) -> Iterator[None]:
    """An application over an empty database with the starter's synonyms, its context pushed."""
    with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder, open_database(name, Path(folder)) as database:
        environ = {"DATA_DIR": folder, "DATABASE_URL": database.url, "LOG_LEVEL": "ERROR"}
        app = create_app(Config.from_env(environ))
        with app.app_context():
            rules, _ = parse_file((ROOT / "portal" / "starter" / "synonyms.txt").read_text("utf-8"))
            with unit_of_work():
                replace_synonyms(rules, is_starter=True)
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()


def _server_process() -> Path | None:
    """Where Linux says what PostgreSQL's process behind our one connection has used; None with SQLite."""
    if database_name() != "postgresql":
        return None
    process = db.session.execute(func.pg_backend_pid().select()).scalar_one()
    db.session.remove()
    statistics = Path(f"/proc/{process}/schedstat")
    return statistics if statistics.exists() else None


def _measure_searches(size: int, server: Path | None) -> None:
    for one in (one for kind in typed.searches(1, size, 10).values() for one in kind):
        _search(one)
        db.session.remove()
    every, kinds = Timed(server), {}
    for kind, searches in typed.searches(2, size).items():
        kinds[kind] = Timed(server)
        for one in searches:
            kinds[kind].add(lambda one=one: _search(one))  # type: ignore[misc]
        every.wall += kinds[kind].wall
        every.cpu += kinds[kind].cpu
    p50, p99 = _BARS.get(size, (float("inf"), float("inf")))
    met = percentile(every.wall, 0.5) <= p50 and percentile(every.wall, 0.99) <= p99
    line("every kind of query, p50 / p99", _spread(every.wall), f"{p50} / {p99} ms", met=met)
    # What other programs on this machine take is in the time on the clock only.
    info("the same, processor time with the database's", _spread(every.cpu))
    for kind, seen in sorted(kinds.items(), key=lambda item: -percentile(item[1].wall, 0.99)):
        info(f"  {kind}", f"{_spread(seen.wall)}, {_spread(seen.cpu)}")


def _spread(milliseconds: list[float]) -> str:
    return f"{percentile(milliseconds, 0.5):.1f} / {percentile(milliseconds, 0.99):.1f} ms"


def _search(one: typed.Typed) -> object:
    return queries.find(one.text, one.locale, facets=one.facets, limit=_LIMIT)


def _measure_suggestions(size: int, server: Path | None) -> None:
    for text in typed.beginnings(1, size, 3):
        suggest(text, "vi")
        db.session.remove()
    seen = Timed(server)
    for text in typed.beginnings(2, size, _SEARCHES_TYPED):
        seen.add(lambda text=text: suggest(text, "vi"))  # type: ignore[misc]
    bar_size, p50 = _SUGGEST_BAR
    name = f"suggest while typing ({len(seen.wall)} beginnings), p50 / p99"
    if size == bar_size:
        line(name, _spread(seen.wall), f"p50 {p50} ms", met=percentile(seen.wall, 0.5) <= p50)
    else:
        info(name, _spread(seen.wall))
    info("the same, processor time with the database's", _spread(seen.cpu))
