"""`portal serve`, which `make run` runs: web and worker live and end together, and what was asked for is delivered."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.config import ROOT, SETTINGS

ENQUEUE = """
from portal import create_app
from portal.core import clock
from portal.core.db import unit_of_work
from portal.outbox.mail import send_later
with create_app().app_context(), unit_of_work():
    send_later("an@example.vn", "Chào bạn", "x", key="a", now=clock.now())
"""


class Portal:
    """A portal of its own, served as `make run` serves it."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        environ = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        self.environ = {**environ, "DATA_DIR": str(folder), "PORT": str(self.port)}
        command = Path(sys.executable).with_name("portal")
        subprocess.run([command, "prepare"], cwd=ROOT, env=self.environ, check=True)
        self.process = subprocess.Popen(
            [command, "serve"], cwd=ROOT, env=self.environ, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def report(self) -> dict[str, object]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
            return dict(json.load(answer))

    def wait_until_well(self) -> None:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            assert self.process.poll() is None
            try:
                if self.report()["status"] == "ok":
                    return
            except OSError:
                pass
            time.sleep(0.2)
        pytest.fail("it isn't well after a minute")

    def pid(self, name: str) -> int:
        return int((self.folder / f"{name}.pid").read_text())

    def end(self) -> tuple[int, str]:
        output, _ = self.process.communicate(timeout=60)
        return self.process.returncode, output


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    served = Portal(tmp_path)
    yield served
    if served.process.poll() is None:
        served.process.kill()
        served.process.communicate()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_they_live_and_end_together(portal: Portal) -> None:
    portal.wait_until_well()
    subprocess.run([sys.executable, "-c", ENQUEUE], cwd=ROOT, env=portal.environ, check=True)
    ends = time.monotonic() + 20
    while not list((portal.folder / "mail").glob("*.eml")):
        assert time.monotonic() < ends
        time.sleep(0.1)
    pids = [portal.pid("web"), portal.pid("worker")]
    portal.process.send_signal(signal.SIGINT)
    code, output = portal.end()
    assert code == 0, output
    assert "Traceback" not in output and "example" not in output, output
    assert not any(is_running(pid) for pid in pids)
    assert not (portal.folder / "web.pid").exists()
    assert (portal.folder / "worker.pid").read_text() == ""


def test_a_killed_worker_ends_the_web_with_a_message(portal: Portal) -> None:
    portal.wait_until_well()
    web = portal.pid("web")
    os.kill(portal.pid("worker"), signal.SIGKILL)
    code, output = portal.end()
    assert code == 1
    assert "worker ended with code -9; stopped the rest." in output
    assert not is_running(web)
