"""A load of requests over kept connections, cheap enough not to be what is measured."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bench.report import percentile

_TIMEOUT = 30
_CLIENTS = 2


class Answer(NamedTuple):
    """One answer of a server."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, or nothing."""
        for line in self.head.split(b"\r\n")[1:]:
            found, _, value = line.partition(b":")
            if found.lower() == name.lower().encode():
                return value.strip().decode()
        return ""


@dataclass(frozen=True)
class Load:
    """What a load saw: seconds of each request, in no order, the statuses, and the last answer."""

    seconds: list[float]
    statuses: frozenset[int]
    last: Answer

    def percentile(self, share: float) -> float:
        """The time within which `share` of the requests were answered."""
        return percentile(self.seconds, share)


class Client:
    """One kept connection; opened again where the server closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = self._open()

    def _open(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=_TIMEOUT)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def send(self, message: bytes) -> Answer:
        """One request and its answer."""
        self.socket.sendall(message)
        answer = _read(self.socket)
        if b"connection: close" in answer.head.lower():
            self.socket.close()
            self.socket = self._open()
        return answer


def request_bytes(path: str, headers: dict[str, str] | None = None) -> bytes:
    """One GET."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def get(port: int, path: str, headers: dict[str, str] | None = None) -> Answer:
    """One GET over a connection of its own."""
    client = Client(port)
    try:
        return client.send(request_bytes(path, headers))
    finally:
        client.socket.close()


def run(port: int, paths: Sequence[str], *, requests: int, headers: dict[str, str] | None = None) -> Load:
    """Send so many GETs from two connections, through the paths in turn."""
    messages = [request_bytes(path, headers) for path in paths]
    seconds: list[float] = []
    statuses: set[int] = set()
    last: list[Answer] = []

    def work(number: int) -> None:
        client = Client(port)
        for turn in range(number, requests, _CLIENTS):
            began = time.perf_counter()
            answer = client.send(messages[turn % len(messages)])
            seconds.append(time.perf_counter() - began)
            statuses.add(answer.status)
        last.append(answer)
        client.socket.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(last) < _CLIENTS:
        raise RuntimeError("a connection broke; see above")
    return Load(seconds, frozenset(statuses), last[0])


def _read(connection: socket.socket) -> Answer:
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
        received = connection.recv(65536)
        if not received:
            raise ConnectionError("closed by the server in the middle of a page")
        body += received
    return Answer(int(head.split(b" ")[1]), head, body)
