"""Feedback taken durably from sixteen people at once, by one to four workers, on both databases.

Receiving is driven through `tests.feedback_server`: the portal's own gunicorn, and an address that does what the form
does once it has been checked. Every answer is a case that is committed (SQLite synchronous=FULL, PostgreSQL's own).
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from bench import load, servers
from bench.options import Options
from bench.report import heading, info, line, percentile
from tests.databases import open_database

_PATH = "/gui-thu"
_CLIENTS, _WORKERS = 16, (1, 2, 3, 4)
_BAR = 150
_PLACES = ("", "phuong-cam-thanh", "xa-tra-bui-huyen-tra-bong", "dac-khu-ly-son")


def run(options: Options) -> None:
    """Send on every database, with every number of workers."""
    for name in options.databases:
        with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder, open_database(name, Path(folder)) as opened:
            environ = servers.prepare(Path(folder), DATABASE_URL=opened.url)
            for workers in _WORKERS:
                with servers.serve("tests.feedback_server:application", environ, workers=workers) as server:
                    _send(server.port, f"{name}{workers}w", workers * _CLIENTS * 2)
                    _measure(name, workers, server, max(options.requests // 4, _CLIENTS))


def _measure(name: str, workers: int, server: servers.Server, requests: int) -> None:
    began, spent = time.perf_counter(), server.cpu_seconds()
    seconds, statuses = _send(server.port, f"{name}{workers}", requests)
    rate = len(seconds) / (time.perf_counter() - began)
    p50, p99 = (1000 * percentile(seconds, share) for share in (0.5, 0.99))
    heading(f"feedback on {name}, {_CLIENTS} clients, workers: {workers}")
    if workers == 1:
        # What other programs on this machine take is not in here; nor is PostgreSQL's own.
        info("cases in a second of the worker's processor time", f"{len(seconds) / (server.cpu_seconds() - spent):.0f}")
    line("cases a second", f"{rate:.0f}/s", f"over {_BAR}/s", met=rate > _BAR)
    line("p50 / p99", f"{p50:.0f} / {p99:.0f} ms", "p99 under 3 × p50", met=p99 < 3 * p50)
    line("answers", ", ".join(map(str, sorted(statuses))), "200 alone", met=statuses == {200})


def _send(port: int, nonce: str, requests: int) -> tuple[list[float], set[int]]:
    """The seconds and the statuses of so many forms, each of its own."""
    seconds: list[float] = []
    statuses: set[int] = set()

    def work(first: int) -> None:
        client = load.Client(port)
        for number in range(first, requests, _CLIENTS):
            message = _form(f"{nonce}-{number}", number)
            began = time.perf_counter()
            answer = client.send(message)
            seconds.append(time.perf_counter() - began)
            statuses.add(answer.status)
        client.socket.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds, statuses


def _form(nonce: str, number: int) -> bytes:
    fields = {
        "nonce": nonce, "category": ("delay", "conduct", "other")[number % 3], "place": _PLACES[number % len(_PLACES)],
        "message": f"Bảng giờ làm việc ở quầy {number} bị mờ, không ai đọc được. " * 4,
        "contact_email": f"nguoi-{number}@example.vn" if number % 2 else "",
    }  # fmt: skip
    body = urlencode(fields).encode()
    head = f"POST {_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
