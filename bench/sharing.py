"""A short link's redirect, counting included, beside bare applications that answer with the same redirect."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from bench import load
from bench.options import Options
from bench.pages import GUIDE, Contestant
from bench.report import heading, info, line
from bench.servers import prepare, serve
from portal.sharing.counting import FLUSH_SECONDS

CODE = "2345678"
_ROUNDS = 30
_LINK = "INSERT INTO share_links (code, team, path, title, created_at) VALUES (?, 'to', ?, '', '2026-11-22 00:00:00')"
_COUNTED = "SELECT sum(number) FROM share_counts"
_WARM = 200
# What a phone sends; a client without a browser's name would not be counted.
_PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile "
    "Safari/537.36",
    "Accept-Language": "vi-VN,vi;q=0.9",
}


def run(options: Options) -> None:
    """Measure the redirect in turn with the references, and whether every visit up to the ceiling was counted."""
    with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder, ExitStack() as stack:
        environ = prepare(Path(folder))
        database = Path(folder) / "portal.db"
        _execute(database, _LINK, (CODE, GUIDE))
        ours = stack.enter_context(serve("bench.crowd:app", environ))
        answer = load.get(ours.port, f"/g/{CODE}/q", _PHONE)
        reference = {**environ, "BENCH_BODY": os.devnull, "BENCH_LOCATION": answer.header("Location")}
        path = f"/g/{CODE}/q"
        seen = {
            "ours": Contestant(ours, path, 303, _PHONE),
            "wsgi": Contestant(
                stack.enter_context(serve("bench.reference:bare_redirect", reference)), path, 303, _PHONE
            ),
            "flask": Contestant(
                stack.enter_context(serve("bench.reference:bare_flask_redirect", reference)), path, 303, _PHONE
            ),
        }
        for one in seen.values():
            load.run(one.server.port, [one.path], requests=_WARM, headers=one.headers)
        for _ in range(_ROUNDS):
            for one in seen.values():
                one.take(options.requests // _ROUNDS)
        heading(f"redirect of a short link, {options.requests:,} requests each, one worker on one core")
        ratio = round(seen["ours"].share_of(seen["wsgi"]), 2)
        line("redirect, counting included, of bare WSGI", f"{ratio:.0%}", "60%", met=ratio >= 0.60)
        info("the same of bare Flask", f"{seen['ours'].share_of(seen['flask']):.0%}")
        # One to learn the address, some to warm up, and the rounds.
        sent = 1 + _WARM + options.requests // _ROUNDS * _ROUNDS
        time.sleep(FLUSH_SECONDS + 2)
        counted = _execute(database, _COUNTED)
        line("visits sent and not counted", str(sent - counted), "0", met=sent == counted)
        info("p99 in ms, ours and bare WSGI's", f"{1000 * seen['ours'].p99:.1f}, {1000 * seen['wsgi'].p99:.1f}")


def _execute(database: Path, statement: str, values: tuple[str, ...] = ()) -> int:
    """What a statement answers with, or 0."""
    with closing(sqlite3.connect(database)) as connection, connection:
        row = connection.execute(statement, values).fetchone()
    return int(row[0] or 0) if row else 0
