"""A real browser before a real server with the starter content."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from portal.config import ROOT, SETTINGS

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
Opener = Callable[..., Page]


def settings_free_environment() -> dict[str, str]:
    """The environment without the developer's own settings: a test must never reach a real database."""
    return {name: value for name, value in os.environ.items() if name not in SETTINGS}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium; without a sandbox, which needs rights that a build machine may not give."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "no chromium: run `make test`, which installs it or says how"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync"]  # fmt: skip
    return {"executable_path": path, "args": arguments}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the portal of these tests keeps."""
    return tmp_path_factory.mktemp("portal")


@pytest.fixture(scope="session")
def server(folder: Path) -> Iterator[str]:
    """The address of a portal started as `make run` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    binaries = Path(sys.executable).parent
    environ = {
        **settings_free_environment(),
        "DATA_DIR": str(folder),
        "SEARCHES_PER_MINUTE": "0",
        "PORT": str(port),
        "DEBUG": "1",
        "DEMO": "1",
    }
    subprocess.run([binaries / "portal", "prepare", "--starter", "--demo"], cwd=ROOT, env=environ, check=True)
    process = subprocess.Popen([binaries / "gunicorn", "wsgi:app"], cwd=ROOT, env=environ)
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(600):
            try:
                urllib.request.urlopen(address + "/readyz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Opener]:
    """Opens pages in fresh contexts; at the end, nothing may have gone to another site or failed."""
    contexts = []
    strays: list[str] = []
    complaints: list[str] = []

    def opener(path: str, *, viewport: dict[str, int] | None = None, **options: Any) -> Page:
        context = browser.new_context(viewport=viewport or PHONE, base_url=server, **options)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request", lambda request: None if request.url.startswith((server, "data:")) else strays.append(request.url)
        )
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield opener
    for context in contexts:
        assert context.cookies() == []
        context.close()
    assert strays == []
    expected = ("404 (NOT FOUND)", "422 (UNPROCESSABLE ENTITY)")
    assert [text for text in complaints if not text.endswith(expected)] == []
