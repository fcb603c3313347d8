"""The supervisor of `portal serve`: what it starts ends together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.config import ROOT

# Says that it lives, and at its end how it was asked to.
CHILD = """
import signal, sys, time, pathlib
path = pathlib.Path(sys.argv[1])
def end(number, _):
    if sys.argv[2] == "stubborn":
        return
    path.write_text("ended")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
path.write_text("lives")
while True:
    time.sleep(0.05)
    if sys.argv[2] == "brief" and path.with_name("go").exists():
        sys.exit(3)
"""
SUPERVISOR = """
import runpy, sys
names = runpy.run_path(sys.argv[1])
child = [sys.executable, "-c", sys.argv[2]]
commands = {name: [*child, f"{sys.argv[3]}/{name}", manner] for name, manner in zip(("web", "worker"), sys.argv[4:6])}
sys.exit(names["run"](commands, grace_seconds=float(sys.argv[6])))
"""


class Served:
    """A supervisor with two children that write how they are."""

    def __init__(self, folder: Path, manners: tuple[str, str], grace: str) -> None:
        arguments = [str(ROOT / "portal" / "processes.py"), CHILD, str(folder), *manners, grace]
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, *arguments], stderr=subprocess.PIPE, text=True
        )
        self.wait_for({"web": "lives", "worker": "lives"})

    def states(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in self.folder.iterdir()}

    def wait_for(self, states: dict[str, str]) -> None:
        ends = time.monotonic() + 10
        while self.states() != states:
            assert time.monotonic() < ends, self.states()
            time.sleep(0.02)

    def end(self) -> tuple[int, str]:
        _, words = self.process.communicate(timeout=10)
        return self.process.returncode, words


Start = Callable[..., Served]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started = []

    def begin(web: str = "willing", worker: str = "willing", grace: str = "10") -> Served:
        started.append(Served(tmp_path, (web, worker), grace))
        return started[-1]

    yield begin
    for served in started:
        served.process.kill()
        served.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_both(start: Start, number: int) -> None:
    served = start()
    served.process.send_signal(number)
    assert served.end() == (0, "")
    assert served.states() == {"web": "ended", "worker": "ended"}


def test_where_one_ends_the_other_is_stopped(start: Start) -> None:
    served = start(worker="brief")
    (served.folder / "go").touch()
    code, words = served.end()
    assert (code, words) == (1, "Gần Dân: worker ended with code 3; stopped the rest.\n")
    assert served.states()["web"] == "ended"


def test_who_won_t_end_is_killed_after_the_grace(start: Start) -> None:
    served = start(worker="stubborn", grace="0.5")
    served.process.terminate()
    assert served.end()[0] == 1
    assert served.states() == {"web": "ended", "worker": "lives"}


def test_a_second_signal_is_impatience(start: Start) -> None:
    served = start(worker="stubborn", grace="60")
    served.process.send_signal(signal.SIGINT)
    served.wait_for({"web": "ended", "worker": "lives"})
    served.process.send_signal(signal.SIGINT)
    assert served.end()[0] == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_killed_supervisor_leaves_nobody_behind(start: Start) -> None:
    served = start()
    os.kill(served.process.pid, signal.SIGKILL)
    served.wait_for({"web": "ended", "worker": "ended"})
