"""What the server itself writes down about a request: nothing that was typed, and no address."""

from __future__ import annotations

import io
import logging
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.config import ROOT, SETTINGS
from portal.core.server_logs import WithoutRequests, keep_requests_out_of

TYPED = "Nguyễn-Văn-An-051203001234"
REQUESTS = {
    "line": f"GET /tim-kiem?q={TYPED} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "method": f"{TYPED} / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "version": "GET /tim-kiem?q=051203001234 HTTP/x051203001234\r\nHost: localhost\r\n\r\n",
    "header name": "GET /tim-kiem?q=051203001234 HTTP/1.1\r\n051203001234 x: y\r\n\r\n",
    "header": "GET /tim-kiem?q=051203001234 HTTP/1.1\r\n051203001234\r\n\r\n",
}


def answer(port: int, raw: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(raw.encode())
        return connection.recv(100)


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    for _attempt in range(300):
        assert process.poll() is None
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def test_the_server_keeps_quiet_about_requests_that_it_cannot_read(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    process = subprocess.Popen(
        [Path(sys.executable).with_name("gunicorn"), "wsgi:app"],
        cwd=ROOT,
        env={**environ, "DATA_DIR": str(tmp_path), "PORT": str(port), "SITE_URL": "http://localhost"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(port, process)
        for name, raw in REQUESTS.items():
            assert answer(port, raw).startswith(b"HTTP/1.1 400"), name
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=30)
    assert output.count("Invalid request\n") == len(REQUESTS), output
    for secret in ("051203001234", "tim-kiem", "Nguy", "127.0.0.1", "ip="):
        assert secret not in output


@pytest.fixture
def written() -> io.StringIO:
    """What a logger with the filter writes."""
    stream = io.StringIO()
    logger = logging.getLogger("tests.server")
    logger.handlers[:] = [logging.StreamHandler(stream)]
    logger.propagate = False
    for _time in range(2):
        keep_requests_out_of("tests.server")
    assert len(logger.filters) == 1
    return stream


def test_a_failure_is_logged_with_its_place_and_without_its_words(written: io.StringIO) -> None:
    logger = logging.getLogger("tests.server")
    try:
        int(TYPED)
    except ValueError:
        logger.exception("Error handling request %s %s", "GET", f"/tim-kiem?q={TYPED}")
    assert written.getvalue().startswith("Error handling request\n")
    assert "test_a_failure_is_logged" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert TYPED not in written.getvalue()


def test_other_lines_stay_as_they_are(written: io.StringIO) -> None:
    try:
        int("no such number")
    except ValueError:
        logging.getLogger("tests.server").exception("Exception in worker process %s", 7)
    assert "Exception in worker process 7" in written.getvalue()
    assert "'no such number'" in written.getvalue()
    assert WithoutRequests().filter(logging.makeLogRecord({"msg": "x"}))
