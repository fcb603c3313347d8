"""The adoption statistics inside this process: pages at 10,000 and at 1,000,000 observations, an import, a gathering.

BENCH_OBSERVATIONS says what the many are, a tenth of which are the rows of the import.
"""

from __future__ import annotations

import io
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from bench import gathering, peaks
from bench.options import Options
from bench.report import heading, info, line, percentile
from portal import create_app, wiring
from portal.adoption import queries, reading, service, unit_queries
from portal.adoption.demo import FIGURES, MONTHS
from portal.adoption.models import Observation, Span
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import place_unit
from portal.adoption.registry import HEADLINES, INDICATORS
from portal.adoption.service import Provenance
from portal.config import Config
from portal.core.content import announce
from portal.core.db import db, table_of, unit_of_work
from portal.core.permissions import Actor
from portal.exchange import jobs
from portal.exchange import service as imports
from portal.exchange.storage import imports_folder
from portal.places.cli import starter_file
from portal.places.models import Level
from portal.places.queries import atlas
from portal.places.rows import parse_places
from portal.places.service import import_places
from tests import databases

_NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
_TODAY = date(2026, 11, 22)
_LAST = Period(date(2026, 10, 1), PeriodKind.MONTH)
_COMMUNE = place_unit("phuong-cam-thanh")
_TIMES, _MOST_TIMES = 60, 3.0
_MONTHS_SEEN = 10
_CHUNK = 50_000
_MOST_MEMORY = 30.0


def run(options: Options) -> None:
    """Measure on each database; the many are days of some years before, which their months are summed up from."""
    for name in options.databases:
        folder = tempfile.TemporaryDirectory(prefix="gandan-bench-")
        with folder as path, databases.open_database(name, Path(path)) as opened:
            app = create_app(
                Config.from_env({"DATA_DIR": path, "DATABASE_URL": opened.url, "SITE_URL": "http://localhost"})
            )
            wiring.register_commands(app)
            with app.app_context():
                _measure(name, Path(path), app, options.observations)
                _download(app.test_client(use_cookies=False))
                db.session.remove()
                db.engine.dispose()


def _measure(name: str, folder: Path, app: Flask, many: int) -> None:
    rows, _ = parse_places(starter_file().read_text("utf-8").splitlines())
    with unit_of_work():
        import_places([row.fact for row in rows], is_starter=True)
    with unit_of_work():
        FIGURES.load(_NOW)
    gathering.measure(name, _NOW)
    few = {question: _timed(ask) for question, ask in _QUESTIONS.items()}
    few_pages = {path: _pages(app, path) for path in _PAGES}
    _import(name, folder, many // 10)
    number = _fill(many)
    heading(f"adoption statistics on {name}, {number:,} observations, in process, nothing kept")
    for question, ask in _QUESTIONS.items():
        seen = _timed(ask)
        p50, p99 = percentile(seen, 0.5), percentile(seen, 0.99)
        info(f"{question}, p50 / p99", f"{p50:.1f} / {p99:.1f} ms")
        times = p99 / percentile(few[question], 0.99)
        line(f"{question}, p99 of that of 10,000", f"{times:.1f} x", f"{_MOST_TIMES:.0f} x", met=times <= _MOST_TIMES)
    heading(f"whole pages on {name}, {number:,} observations, each of another month, so that none comes from a cache")
    for path in _PAGES:
        seen = _pages(app, path)
        p50, p99 = percentile(seen, 0.5), percentile(seen, 0.99)
        info(f"{path}, p50 / p99", f"{p50:.0f} / {p99:.0f} ms")
        times = p50 / percentile(few_pages[path], 0.5)
        line(f"{path}, p50 of that of 10,000", f"{times:.1f} x", f"{_MOST_TIMES:.0f} x", met=times <= _MOST_TIMES)


def _download(client: FlaskClient) -> None:
    """All observations as CSV: how long it takes, and how much more memory than a short file."""
    client.get("/du-lieu-mo/dia-ban.csv").get_data()
    before, began, size, most = _resident(), time.perf_counter(), 0, 0.0
    for piece in client.get("/du-lieu-mo/so-lieu.csv", buffered=False).iter_encoded():
        size += len(piece)
        most = max(most, _resident())
    info("CSV of all observations", f"{size / 1e6:.0f} MB in {time.perf_counter() - began:.0f} s")
    grown = most - before
    line("memory that this takes", f"{grown:.0f} MB", f"{_MOST_MEMORY:.0f} MB", met=grown <= _MOST_MEMORY)


def _resident() -> float:
    """The memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _overview() -> None:
    keys = [one.key for one in HEADLINES]
    latest = reading.latest_period(keys[0], PeriodKind.MONTH) or _LAST
    reading.totals_series(keys, latest.shifted(1 - MONTHS), latest, today=_TODAY)
    reading.target_of(keys[0], _TODAY)
    for kind in ("xa", "phuong", "dac-khu"):
        reading.ranking(keys[0], latest, kind, today=_TODAY)
    reading.not_reported(keys, latest)


def _commune() -> None:
    keys = [one.key for one in INDICATORS]
    reading.figures_of_unit(_COMMUNE, keys, _LAST, today=_TODAY)
    for key in keys:
        points = reading.series(key, _COMMUNE, _LAST.shifted(1 - MONTHS), _LAST, today=_TODAY)
        queries.sources({report for point in points if point.figure for report in point.figure.reports})
    unit_queries.count_revised(_COMMUNE, keys)
    unit_queries.revised(_COMMUNE, keys)


def _quarters() -> None:
    last = Period.of(PeriodKind.QUARTER, _LAST.start)
    reading.totals_series([HEADLINES[0].key], last.shifted(-7), last, today=_TODAY)


def _map() -> None:
    reading.table(HEADLINES[0].key, "", _LAST.shifted(1 - MONTHS), _LAST, today=_TODAY)


_QUESTIONS: Mapping[str, Callable[[], None]] = {
    "overview": _overview, "commune": _commune, "eight quarters": _quarters, "communes × months": _map,
}  # fmt: skip


_PAGES = ("/so-lieu", f"/so-lieu/dia-ban/{_COMMUNE.key}", "/so-lieu/tu-chia-se-den-nop")


def _pages(app: Flask, path: str) -> list[float]:
    """Milliseconds that the page of each of the last months took, once everything is warm."""
    seen, client = [], app.test_client()
    announce()
    for number in range(_MONTHS_SEEN + 1):
        began = time.perf_counter()
        answer = client.get(f"{path}?ky={_LAST.shifted(-number).code}")
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        if number:
            seen.append(1000 * (time.perf_counter() - began))
    return seen


def _timed(ask: Callable[[], None]) -> list[float]:
    """Milliseconds that each took, this process and the database together, once everything is warm."""
    seen = []
    for number in range(_TIMES + 3):
        began = time.perf_counter()
        ask()
        if number >= 3:
            seen.append(1000 * (time.perf_counter() - began))
        db.session.rollback()
    return seen


def _fill(many: int) -> int:
    """So many days before the illustrative months, with the sums of their months."""
    numbers = list(queries.unit_ids().values())
    with unit_of_work():
        report = service.add_report(Provenance(document="Số liệu ngày", entered_by="bench"), now=_NOW)
    rows: list[dict[str, Any]] = []
    count = 0
    for row in _days(numbers, report):
        rows.append(row)
        count += 1
        if len(rows) == _CHUNK:
            _write(rows)
            rows = []
        if count == many:
            break
    _write(rows)
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    return count


def _write(rows: list[dict[str, Any]]) -> None:
    if rows:
        with unit_of_work():
            db.session.execute(insert(table_of(Observation)), rows)
            keys = [queries.Key(row["indicator"], row["span"], row["starts_on"], row["unit_id"]) for row in rows]
            service.sum_days(keys, now=None)


def _days(numbers: list[int], report: int) -> Iterator[dict[str, Any]]:
    chance, day = Random(1), _LAST.shifted(-MONTHS).end
    while True:
        for one in INDICATORS:
            for number in numbers:
                whole = chance.randrange(1, 60)
                yield {
                    "indicator": one.key, "span": Span.DAY.value, "starts_on": day, "unit_id": number,
                    "numerator": chance.randrange(whole + 1), "denominator": whole, "days": 0, "report_id": report,
                }  # fmt: skip
        day -= timedelta(days=1)


def _import(name: str, folder: Path, number: int) -> None:
    """A file of so many rows: days of all communes, read, compared and applied."""
    data, wanted = _file(number), imports_folder(folder)
    given = imports.Upload(
        kind="figures", file_name="ngay.csv", source=io.BytesIO(data), actor=Actor("command", "", "bench")
    )  # fmt: skip
    began, before = time.perf_counter(), peaks.begin()
    received = imports.receive(given, folder=wanted)
    with unit_of_work():
        code = imports.upload(received, now=_NOW).code
    jobs.run_check(code, folder=wanted, clock=lambda: _NOW)
    checked = time.perf_counter()
    with unit_of_work():
        imports.confirm(code, now=_NOW)
    applied = jobs.run_apply(code, folder=wanted, clock=lambda: _NOW)
    ended = time.perf_counter()
    jobs.run_undo(code, clock=lambda: _NOW)
    heading(f"import of {number:,} rows with five indicators on {name}")
    info("new units and periods", f"{applied.report.counts()['new']:,}")
    info("check / apply / undo", f"{checked - began:.0f} / {ended - checked:.0f} / {time.perf_counter() - ended:.0f} s")
    info("memory that it took at most", f"{peaks.peak() - before:.0f} MB")


def _file(number: int) -> bytes:
    """Day by day back into the past, of the communes that were there on each."""
    keys = [count.key for one in INDICATORS for count in (one.denominator, one.numerator) if count]
    lines = [";".join(["unit", "period", "period_kind", *keys])]
    communes = [place for place in atlas().places if place.level == Level.COMMUNE]
    figures, day = ";".join(["20", "10"] * len(INDICATORS)), date(2026, 10, 31)
    while len(lines) <= number:
        lines += [f"{place.slug};{day:%d/%m/%Y};ngày;{figures}" for place in communes if place.exists_on(day)]
        day -= timedelta(days=1)
    return ("\n".join(lines[: number + 1]) + "\n").encode()
