"""What a page of the staff costs inside this process."""

from __future__ import annotations

import time

from bench.report import percentile
from tests.factories.staff import Browser
from tests.queries import count_queries

_ROUNDS, _QUIETEST = 12, 4
_REQUESTS = 10


def ask(browser: Browser, path: str) -> tuple[int, float, float]:
    """The SELECTs of a page, and p50 and p99 of its milliseconds in the quietest rounds.

    Raises RuntimeError where there is no such page.
    """
    browser.get(path)
    with count_queries() as selects:
        response = browser.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")
    rounds = []
    for _ in range(_ROUNDS):
        seconds = []
        for _ in range(_REQUESTS):
            began = time.perf_counter()
            browser.get(path)
            seconds.append(1000 * (time.perf_counter() - began))
        rounds.append(seconds)
    quiet = [one for round_ in sorted(rounds, key=sum)[:_QUIETEST] for one in round_]
    return len(selects), percentile(quiet, 0.5), percentile(quiet, 0.99)
