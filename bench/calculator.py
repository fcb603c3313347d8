"""The calculator with 50 lines, nothing kept: as a whole page under load, beside the same page with one line."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import load
from bench.options import Options
from bench.pages import Contestant
from bench.report import heading, info, line
from bench.servers import prepare, serve
from portal.fees.selection import MOST_LINES, MOST_TIMES

_ROUNDS = 30
_REQUESTS = 600
_SERVICES = ("1.000656", "1.001193", "1.001612", "1.004194", "1.004222", "1.004873", "1.010038", "2.000635")


def _address(lines: int) -> str:
    """So many different lines: services in cases that nobody knows count as lines of their own."""
    chosen = (f"{_SERVICES[number % len(_SERVICES)]}x{1 + number % MOST_TIMES}c{number:04x}" for number in range(lines))
    return "/tinh-phi?dv=" + "_".join(chosen)


def run(_options: Options) -> None:
    """Measure both pages in turn; the ratio says what 49 more lines cost."""
    with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder:
        environ = {**prepare(Path(folder)), "PAGE_CACHE_MB": "0"}
        with serve("wsgi:app", environ) as server:
            one, fifty = Contestant(server, _address(1)), Contestant(server, _address(MOST_LINES))
            for contestant in (one, fifty):
                load.run(server.port, [contestant.path], requests=50)
            for _ in range(_ROUNDS):
                one.take(_REQUESTS // _ROUNDS)
                fifty.take(_REQUESTS // _ROUNDS)
            heading(f"calculator, {_REQUESTS} requests each, one worker on one core, nothing cached")
            ratio = 1 / fifty.share_of(one)
            line(f"{MOST_LINES} lines, of one line", f"{ratio:.1f} x", "15 x", met=ratio <= 15)
            slower = fifty.p99 / one.p99
            line(f"{MOST_LINES} lines, p99 of one line's", f"{slower:.1f} x", "15 x", met=slower <= 15)
            info("the same in ms", f"{1000 * fifty.p99:.0f} of {1000 * one.p99:.0f}")
