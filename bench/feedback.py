"""Feedback taken durably from sixteen people at once, by one to four workers, on both databases; and its queue.

What is sent is the form's last page, with a token of some minutes ago. Every answer that shows a code is a case that is
committed (SQLite synchronous=FULL, PostgreSQL's own).
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

from bench import feedback_queue, load, servers
from bench.options import Options
from bench.report import heading, info, line, percentile
from tests.databases import open_database
from tests.sent_feedback import PATH, SETTINGS, acknowledged_code, form_body

_CLIENTS, _WORKERS = 16, (1, 2, 3, 4)
_BAR = 150
_PLACES = (
    ("", ""), ("Phường Cẩm Thành", "phuong-cam-thanh"), ("Xã Trà Bùi", "xa-tra-bui-huyen-tra-bong"),
    ("Đặc khu Lý Sơn", "dac-khu-ly-son"),
)  # fmt: skip


def run(options: Options) -> None:
    """Send on every database, with every number of workers; then ask for the queue."""
    for name in options.databases:
        with tempfile.TemporaryDirectory(prefix="gandan-bench-") as folder, open_database(name, Path(folder)) as opened:
            environ = servers.prepare(Path(folder), DATABASE_URL=opened.url, **SETTINGS)
            for workers in _WORKERS:
                with servers.serve("wsgi:app", environ, workers=workers) as server:
                    _send(server.port, f"{name}{workers}w", workers * _CLIENTS * 2)
                    _measure(name, workers, server, max(options.requests // 4, _CLIENTS))
            feedback_queue.measure(name, environ)


def _measure(name: str, workers: int, server: servers.Server, requests: int) -> None:
    began, spent = time.perf_counter(), server.cpu_seconds()
    seconds, answers = _send(server.port, f"{name}{workers}", requests)
    rate = len(seconds) / (time.perf_counter() - began)
    p50, p99 = (1000 * percentile(seconds, share) for share in (0.5, 0.99))
    heading(f"feedback on {name}, {_CLIENTS} clients, workers: {workers}")
    # What other programs on this machine take is not in here; nor is PostgreSQL's own.
    info("a case in the workers' processor time", f"{1000 * (server.cpu_seconds() - spent) / len(seconds):.1f} ms")
    line("cases a second", f"{rate:.0f}/s", f"over {_BAR}/s", met=rate > _BAR)
    line("p50 / p99", f"{p50:.0f} / {p99:.0f} ms", "p99 under 3 × p50", met=p99 < 3 * p50)
    line("answers", ", ".join(sorted(answers)), "a code each", met=answers == {"200 code"})


def _send(port: int, nonce: str, requests: int) -> tuple[list[float], set[str]]:
    """The seconds of so many forms, each of its own, and what kinds of answers came: status, and whether a code."""
    seconds: list[float] = []
    answers: set[str] = set()

    def work(first: int) -> None:
        for number in range(first, requests, _CLIENTS):
            message = _message(port, f"{nonce}-{number}", number)
            began = time.perf_counter()
            client = load.Client(port)
            answer = client.send(message)
            seconds.append(time.perf_counter() - began)
            client.socket.close()
            answers.add(f"{answer.status}{' code' if acknowledged_code(answer.body) else ''}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds, answers


def _message(port: int, nonce: str, number: int) -> bytes:
    body = form_body(
        nonce, f"Bảng giờ làm việc ở quầy {number} bị mờ, không ai đọc được. " * 4,
        category=("delay", "conduct", "other")[number % 3], place=_PLACES[number % len(_PLACES)],
        email=f"nguoi-{number}@example.vn" if number % 2 else "",
    )  # fmt: skip
    head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
