"""Nothing is ever half-imported: processes that die in the middle, two workers at once, and large files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import xlsxwriter
from flask import Flask

from portal.config import ROOT
from portal.core.db import db
from portal.exchange import jobs, queries
from tests import databases
from tests.factories.units import batch, check, clock, confirm, unit_count, upload

WORK = """
import json, re, sys, time
from pathlib import Path
from portal import create_app
from portal.exchange import jobs, registry
from tests.factories.units import UnitKind, clock
app = create_app()
registry.register(UnitKind())
def peak_kb():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
with app.app_context():
    before = peak_kb()
    began = time.monotonic()
    run = {"check": jobs.run_check, "apply": jobs.run_apply}[sys.argv[1]]
    print("begun", flush=True)
    done = run(sys.argv[2], folder=Path(sys.argv[3]), clock=clock)
    print(json.dumps({"state": done.state, "seconds": time.monotonic() - began, "grown_kb": peak_kb() - before}))
"""


class Worker:
    """A worker process of its own on the test's database."""

    def __init__(self, database: databases.Database, folder: Path, job: str, code: str, **environ: str) -> None:
        db.session.remove()
        data_dir = folder.parent / "worker"
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORK, job, code, str(folder)],
            cwd=ROOT,
            env={
                **os.environ, "DATA_DIR": str(data_dir), "DATABASE_URL": database.url, "PYTHONPATH": str(ROOT),
                "SITE_URL": "http://localhost", **environ,
            },
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def wait_for(self, word: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip() == word:
                return
        raise AssertionError(f"the worker ended before it said {word!r}")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def result(self) -> dict[str, float]:
        output, _ = self.process.communicate(timeout=120)
        assert self.process.returncode == 0
        found: dict[str, float] = json.loads(output.splitlines()[-1])
        return found


def text_of(rows: int) -> str:
    return "code;name;people\n" + "".join(
        f"{number:06};Xã số {number};1.{number % 1000:03}\n" for number in range(rows)
    )


def test_a_worker_killed_while_it_imports(app: Flask, database: databases.Database, folder: Path) -> None:
    code = check(folder, text_of(3000)).code
    confirm(code)
    for _ in range(2):
        worker = Worker(database, folder, "apply", code, TEST_PAUSE="1500")
        worker.wait_for("half")
        worker.kill()
        assert unit_count() == 0
        found = batch(code)
        assert (found.state, found.applied_at) == ("applying", None)
        assert list(queries.changes_backwards(found.id)) == []
    assert jobs.run_apply(code, folder=folder, clock=clock).state == "applied"
    assert unit_count() == 3000
    assert sum(map(len, queries.changes_backwards(batch(code).id))) == 3000


def test_a_worker_killed_while_it_checks(app: Flask, database: databases.Database, folder: Path) -> None:
    code = upload(folder, text_of(60_000))
    worker = Worker(database, folder, "check", code)
    worker.wait_for("begun")
    deadline = time.monotonic() + 20
    while batch(code).state == "uploaded" and time.monotonic() < deadline:
        time.sleep(0.01)
    worker.kill()
    assert batch(code).state in {"checking", "ready"}
    assert jobs.run_check(code, folder=folder, clock=clock).state == "ready"
    assert batch(code).counts["good"] == 60_000


def test_two_workers_at_once_import_once(app: Flask, folder: Path) -> None:
    code = check(folder, text_of(2000)).code
    confirm(code)
    states: list[str] = []

    def work() -> None:
        with app.app_context():
            states.append(jobs.run_apply(code, folder=folder, clock=clock).state)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == ["applied"] * 4
    assert batch(code).counts["new"] == 2000
    assert unit_count() == sum(map(len, queries.changes_backwards(batch(code).id))) == 2000


def test_two_imports_of_the_same_things_at_once(app: Flask, folder: Path) -> None:
    """They take turns: the second finds what the first has brought."""
    codes = [check(folder, text_of(1500 + extra)).code for extra in range(3)]
    for code in codes:
        confirm(code)
    states: list[str] = []

    def work(code: str) -> None:
        with app.app_context():
            states.append(jobs.run_apply(code, folder=folder, clock=clock).state)
            db.session.remove()

    threads = [threading.Thread(target=work, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == ["applied"] * 3
    assert sum(batch(code).counts["new"] for code in codes) == unit_count() == 1502


@pytest.mark.parametrize(("name", "rows"), [("units.csv", 100_000), ("units.xlsx", 20_000)])
def test_a_hundred_thousand_rows_in_bounded_memory(
    app: Flask, database: databases.Database, folder: Path, tmp_path: Path, name: str, rows: int
) -> None:
    path = tmp_path / name
    if name.endswith("xlsx"):
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            for line, text in enumerate(text_of(rows).splitlines()):
                sheet.write_row(line, 0, text.split(";"))
    else:
        path.write_text(text_of(rows), encoding="utf-8")
    code = upload(folder, path.read_bytes(), name)
    checked = Worker(database, folder, "check", code).result()
    assert (checked["state"], batch(code).counts["would_new"]) == ("ready", rows)
    confirm(code)
    applied = Worker(database, folder, "apply", code).result()
    assert (applied["state"], unit_count()) == ("applied", rows)
    for measured in (checked, applied):
        # What is kept is every subject with its line, and a chunk of rows.
        assert 1000 < measured["grown_kb"] < 45_000, measured
        assert measured["seconds"] < 60, measured
