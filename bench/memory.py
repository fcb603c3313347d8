"""Memory of a worker that serves many different pages for a long time; and how long the second start takes."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from random import Random
from urllib.parse import quote

from bench import load, typed
from bench.options import Options
from bench.report import heading, info, line
from bench.servers import Server, prepare, serve, served_starter
from portal.config import ROOT

# More than the page cache holds, so that pages come and go; then the same kinds of page over and over.
_WARM_UP = 8_000
_ROUNDS = 4
# What the allocator may keep for itself; a leak of one small object for each request would be far beyond it.
_NOISE_MB = 2.0


def run(options: Options) -> None:
    """Send many requests for guides, records, searches and pages that aren't there, and watch the memory."""
    with served_starter() as server:
        began = server.memory_megabytes()
        _send(server, _WARM_UP, 0)
        warm = server.memory_megabytes()
        seen = []
        for number in range(1, _ROUNDS + 1):
            _send(server, options.requests_memory // _ROUNDS, number)
            seen.append(server.memory_megabytes())
    heading(f"memory of a worker (RSS), {_WARM_UP:,} requests to warm up, then {options.requests_memory:,}")
    line("after all requests", f"{seen[-1]:.1f} MB", "80 MB", met=max(seen) < 80)
    growth = seen[-1] - warm
    line("growth after warm-up", f"{growth:+.1f} MB", f"none ({_NOISE_MB:.0f} MB of noise)", met=growth <= _NOISE_MB)
    info("at start, warm, then after each quarter", ", ".join(f"{value:.1f}" for value in (began, warm, *seen)))


def start(_options: Options) -> None:
    """The second `make run`: everything is there already."""
    with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder:
        environ = prepare(Path(folder))
        began = time.perf_counter()
        prepare(Path(folder))
        with serve("wsgi:app", environ) as server:
            load.get(server.port, "/")
            seconds = time.perf_counter() - began
    heading("start")
    line("second `make run`: prepare and first page", f"{seconds:.1f} s", "5 s", met=seconds < 5)


def _send(server: Server, requests: int, seed: int) -> None:
    chance = Random(seed)
    starter = ROOT / "portal" / "starter"
    guides = [f"/huong-dan/{file.stem}" for file in sorted((starter / "guides").glob("*.yaml"))]
    records = [json.loads(row)["code"] for row in (starter / "procedures.jsonl").read_text("utf-8").splitlines()]
    texts = [one.text for kind in typed.searches(seed, 10_000, 100).values() for one in kind]
    paths = []
    for number in range(requests):
        prefix = "/en" if number % 3 == 0 else ""
        text = quote(f"{chance.choice(texts)} {number % 7}")
        path = (
            chance.choice(guides),
            f"/thu-tuc/{chance.choice(records)}",
            f"/tim-kiem?q={text}",
            f"/tim-kiem/goi-y?q={text}",
            f"/huong-dan/{chance.randrange(10**9)}",
            f"{chance.choice(guides)}?utm_source={chance.randrange(10**9)}",
        )[number % 6]
        paths.append(prefix + path)
    statuses = load.run(server.port, paths, requests=requests, headers={"Accept-Encoding": "br"}).statuses
    if statuses - {200, 404}:
        raise RuntimeError(f"answers of {sorted(statuses)}")
