"""A load of requests over kept connections, cheap enough not to be what is measured."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What a load saw: seconds of each request, in no order, and the body of the last answer."""

    seconds: list[float]
    elapsed: float
    status: int
    body: bytes

    def percentile(self, share: float) -> float:
        """The time within which `share` of the requests were answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def request_bytes(path: str, headers: dict[str, str] | None = None) -> bytes:
    """One GET."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_response(connection: socket.socket) -> tuple[int, bytes, bytes]:
    """Status, head and body of one answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65536)
        if not received:
            raise ConnectionError("closed by the server")
        data += received
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65536)
    return int(head.split(b" ")[1]), head, body


def run(port: int, path: str, *, requests: int, clients: int = 2, headers: dict[str, str] | None = None) -> Load:
    """Send `requests` GETs from `clients` connections."""
    message = request_bytes(path, headers)
    seconds: list[float] = []
    last: list[tuple[int, bytes]] = []

    def client() -> None:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(requests // clients):
            began = time.perf_counter()
            connection.sendall(message)
            status, head, body = read_response(connection)
            seconds.append(time.perf_counter() - began)
            if b"connection: close" in head.lower():
                connection.close()
                connection = socket.create_connection(("127.0.0.1", port))
        last.append((status, body))
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(seconds, time.perf_counter() - began, *last[0])
