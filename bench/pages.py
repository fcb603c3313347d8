"""Pages under load, as ratios to reference applications that answer with the same bytes in the same run."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import load
from bench.options import Options
from bench.report import heading, info, line, percentile
from bench.servers import Server, prepare, serve

GUIDE = "/huong-dan/dang-ky-khai-sinh"
# The cache below Flask leaves addresses with a query string to the view, which drops what it doesn't know.
GUIDE_INSIDE_FLASK = f"{GUIDE}?utm_source=zalo"
GUIDE_OF_A_COMMUNE = f"{GUIDE}?xa=phuong-cam-thanh"
# Everybody is measured in turn and often, and rounds are compared with each other: what else the machine does then
# meets all alike. Ratios are those of the middle round, times those of the quietest third.
_ROUNDS = 30
_QUIETEST = _ROUNDS // 3


@dataclass
class Contestant:
    """One kind of answer under load, and what each round took: processor seconds of a request, and every time."""

    server: Server
    path: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cpu: list[float] = field(default_factory=list)
    seconds: list[list[float]] = field(default_factory=list)

    def take(self, requests: int) -> None:
        """Send so many requests and note what they cost."""
        before = self.server.cpu_seconds()
        seen = load.run(self.server.port, [self.path], requests=requests, headers=self.headers)
        self.cpu.append((self.server.cpu_seconds() - before) / requests)
        self.seconds.append(seen.seconds)
        if seen.statuses != {self.status}:
            raise RuntimeError(f"{self.path} answered {sorted(seen.statuses)}")

    def share_of(self, reference: Contestant) -> float:
        """Requests per processor second, of the reference's."""
        return median(theirs / ours for ours, theirs in zip(self.cpu, reference.cpu, strict=True))

    @property
    def p99(self) -> float:
        """The time within which 99 of 100 requests were answered."""
        quietest = sorted(self.seconds, key=sum)[:_QUIETEST]
        return percentile([seconds for round_ in quietest for seconds in round_], 0.99)


def run(options: Options) -> None:
    """Measure the guide page with and without cache, and unchanged, beside the references."""
    with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder, ExitStack() as stack:
        environ = prepare(Path(folder))
        cached = stack.enter_context(serve("wsgi:app", environ))
        uncached = stack.enter_context(serve("wsgi:app", {**environ, "PAGE_CACHE_MB": "0"}))
        answer = load.get(cached.port, GUIDE)
        body = Path(folder) / "page.html"
        body.write_bytes(answer.body)
        reference = {**environ, "BENCH_BODY": str(body)}
        flask = stack.enter_context(serve("bench.reference:bare_flask", reference))
        wsgi = stack.enter_context(serve("bench.reference:bare_wsgi", reference))
        seen = {
            "flask": Contestant(flask, GUIDE),
            "wsgi": Contestant(wsgi, GUIDE),
            "uncached": Contestant(uncached, GUIDE),
            "local": Contestant(uncached, GUIDE_OF_A_COMMUNE),
            "inside": Contestant(cached, GUIDE_INSIDE_FLASK),
            "below": Contestant(cached, GUIDE),
            "unchanged": Contestant(cached, GUIDE, 304, {"If-None-Match": answer.header("ETag")}),
        }
        for one in seen.values():
            load.run(one.server.port, [one.path], requests=200, headers=one.headers)
        for _ in range(_ROUNDS):
            for one in seen.values():
                one.take(options.requests // _ROUNDS)
        heading(f"guide page of {len(answer.body):,} bytes, {options.requests:,} requests each, one worker on one core")
        _print(seen)


def _print(seen: dict[str, Contestant]) -> None:
    flask, wsgi, uncached = seen["flask"], seen["wsgi"], seen["uncached"]
    rates = (1 / median(one.cpu) for one in (wsgi, flask, uncached))
    info("requests per processor second: bare WSGI, bare Flask, uncached", ", ".join(f"{rate:,.0f}" for rate in rates))
    for name, label, reference, share, bar in (
        ("uncached", "nothing cached, of bare Flask", flask, 0.25, "25%, aim 33%"),
        ("inside", "from the cache inside Flask, of bare Flask", flask, 0.70, "70%"),
        ("below", "as served to visitors, of bare WSGI", wsgi, 0.75, "75%"),
        ("unchanged", "304 for an unchanged page, of bare WSGI", wsgi, 0.90, "90%"),
    ):
        ratio = round(seen[name].share_of(reference), 2)
        line(label, f"{ratio:.0%}", bar, met=ratio >= share)
    # A commune's offices and fees are more to say; they should cost what they weigh, not statements of their own.
    ratio = round(seen["local"].share_of(uncached), 2)
    line("with a commune's answer, nothing cached, of the guide without", f"{ratio:.0%}", "75%", met=ratio >= 0.75)
    ours, theirs = uncached.p99, flask.p99
    line("nothing cached, p99 of bare Flask's", f"{ours / theirs:.1f} x", "2 x", met=ours <= 2 * theirs)
    info("the same in ms", f"{1000 * ours:.1f} of {1000 * theirs:.1f}")
