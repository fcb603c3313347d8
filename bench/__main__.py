"""`make bench`: print every figure that we claim beside its bar.

Absolute times say little on a shared machine; ratios against reference applications in the same run hold.
`bench/options.py` says how to run a part of it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

from bench import (
    calculator,
    editing,
    feedback,
    memory,
    options,
    pages,
    places,
    posters,
    publish,
    report,
    search,
    sharing,
    statistics,
    teams,
    visit,
)

_PARTS: Mapping[str, Callable[[options.Options], None]] = {
    "pages": pages.run,
    "publish": publish.run,
    "visit": visit.run,
    "memory": memory.run,
    "start": memory.start,
    "search": search.run,
    "places": places.run,
    "calculator": calculator.run,
    "feedback": feedback.run,
    "teams": teams.run,
    "sharing": sharing.run,
    "posters": posters.run,
    "statistics": statistics.run,
    "editing": editing.run,
}


def main() -> None:
    """Run every part that is asked for."""
    began = time.perf_counter()
    wanted = options.read_options()
    for name in wanted.only:
        _PARTS[name](wanted)
    seconds, load = time.perf_counter() - began, os.getloadavg()[0]
    report.heading(f"{seconds:.0f} s; this machine of {os.cpu_count()} cores had a load of {load:.1f}")
    for name in report.misses():
        print(f"MISS  {name}")


if __name__ == "__main__":
    main()
