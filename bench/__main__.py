"""`make bench`: print every figure that we claim beside its bar.

Absolute times say little on a shared machine; ratios against reference applications in the same run hold.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import load
from bench.servers import Server, serve, settings_free_environment
from portal.config import ROOT

GUIDE = "/huong-dan/dang-ky-khai-sinh"
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "3000"))


@dataclass(frozen=True)
class Measured:
    """One application under load."""

    per_cpu_second: float
    p99: float
    megabytes: float


def measure(server: Server, path: str, headers: dict[str, str] | None = None) -> Measured:
    """Requests per second of server CPU, and the slowest hundredth, after a warm-up."""
    load.run(server.port, path, requests=200, headers=headers)
    before = server.cpu_seconds()
    seen = load.run(server.port, path, requests=REQUESTS, headers=headers)
    used = server.cpu_seconds() - before
    return Measured(REQUESTS / used, seen.percentile(0.99), server.memory_megabytes())


def line(name: str, value: str, bar: str, *, met: bool) -> None:
    """One row of the report."""
    print(f"{'ok  ' if met else 'MISS'}  {name:<44} {value:>16}   bar: {bar}", flush=True)


def prepare(data_dir: Path) -> dict[str, str]:
    """A portal with its starter content in a folder of its own."""
    environ = {"DATA_DIR": str(data_dir), "LOG_LEVEL": "ERROR"}
    portal = str(Path(sys.executable).with_name("portal"))
    subprocess.run(
        [portal, "prepare", "--starter"], cwd=ROOT, env={**settings_free_environment(), **environ}, check=True
    )
    return environ


def first_visit(port: int) -> None:
    """Bytes of a first visit to a guide, as a browser that takes brotli would load them."""
    html = load.run(port, GUIDE, requests=1, clients=1).body
    brotli = {"Accept-Encoding": "br"}
    sizes = {"html": len(load.run(port, GUIDE, requests=1, clients=1, headers=brotli).body)}
    for marker, name in ((b'rel="stylesheet" href="', "css"), (b'<script src="', "js")):
        address = html.split(marker)[1].split(b'"')[0].decode()
        sizes[name] = len(load.run(port, address, requests=1, clients=1, headers=brotli).body)
    total = sum(sizes.values())
    parts = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
    line("first visit to a guide (brotli bytes)", f"{total:,}", f"14,336 before htmx ({parts})", met=total < 14_336)


def main() -> None:
    """Run everything."""
    with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder:
        environ = prepare(Path(folder))
        body = Path(folder) / "page.html"
        with serve("wsgi:app", environ) as server:
            body.write_bytes(load.run(server.port, GUIDE, requests=1, clients=1).body)
            print(f"guide page: {body.stat().st_size:,} bytes; {REQUESTS} requests each, one worker on one core\n")
            guide = measure(server, GUIDE)
            etag = {"If-None-Match": _etag(server.port)}
            unchanged = measure(server, GUIDE, etag)
            first_visit(server.port)
        reference = {**environ, "BENCH_BODY": str(body)}
        with serve("bench.reference:bare_flask", reference) as server:
            flask = measure(server, GUIDE)
        with serve("bench.reference:bare_wsgi", reference) as server:
            wsgi = measure(server, GUIDE)
        print(f"\nbare WSGI {wsgi.per_cpu_second:,.0f}, bare Flask {flask.per_cpu_second:,.0f} requests per CPU-second")
        ratio = guide.per_cpu_second / flask.per_cpu_second
        line("guide page, nothing cached, of bare Flask", f"{ratio:.0%}", "25%, aim 33%", met=ratio >= 0.25)
        line("the same, p99 of bare Flask's", f"{guide.p99 / flask.p99:.1f} x", "2 x", met=guide.p99 <= 2 * flask.p99)
        ratio = unchanged.per_cpu_second / wsgi.per_cpu_second
        line("304 for an unchanged page, of bare WSGI", f"{ratio:.0%}", "90% (needs the page cache)", met=ratio >= 0.9)
        line("memory of a worker", f"{guide.megabytes:.0f} MB", "80 MB", met=guide.megabytes < 80)
        began = time.perf_counter()
        prepare(Path(folder))
        with serve("wsgi:app", environ) as server:
            load.run(server.port, "/", requests=1, clients=1)
            seconds = time.perf_counter() - began
        line("second `make run`: prepare and first page", f"{seconds:.1f} s", "5 s", met=seconds < 5)


def _etag(port: int) -> str:
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{port}{GUIDE}") as response:
        return str(response.headers["ETag"])


if __name__ == "__main__":
    main()
