"""What a run of the bench should do, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass

PARTS = (
    "pages", "publish", "visit", "memory", "start", "search", "places", "calculator", "feedback", "teams", "sharing",
    "posters", "statistics", "editing",
)  # fmt: skip


@dataclass(frozen=True)
class Options:
    """`only`: the parts to run. The other fields are named as in the environment, after `BENCH_`."""

    only: tuple[str, ...]
    requests: int
    requests_memory: int
    sizes: tuple[int, ...]
    databases: tuple[str, ...]
    observations: int


def read_options() -> Options:
    """BENCH_ONLY (of `PARTS`); BENCH_REQUESTS, _REQUESTS_MEMORY, _SIZES, _DATABASES, _OBSERVATIONS."""
    only = _list("BENCH_ONLY", ",".join(PARTS))
    if unknown := set(only) - set(PARTS):
        raise SystemExit(f"BENCH_ONLY: {', '.join(sorted(unknown))} is none of {', '.join(PARTS)}")
    return Options(
        only,
        int(os.environ.get("BENCH_REQUESTS", "3000")),
        int(os.environ.get("BENCH_REQUESTS_MEMORY", "20000")),
        tuple(sorted(int(size) for size in _list("BENCH_SIZES", "10000,100000"))),
        _list("BENCH_DATABASES", "sqlite,postgresql"),
        int(os.environ.get("BENCH_OBSERVATIONS", "1000000")),
    )


def _list(name: str, default: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in os.environ.get(name, default).split(",") if part.strip())
