"""Encrypted ways out: used where they should be, with a certificate that is the host's, or not used at all.

`localhost.pem` is a key and a certificate for localhost and hooks.example.vn that nobody else trusts.
"""

from __future__ import annotations

import functools
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.config import SmtpServer
from portal.outbox import post, public_hosts, smtp
from portal.outbox.letters import compose
from portal.outbox.mail import Letter
from portal.outbox.registry import TryLater

PEM = Path(__file__).with_name("localhost.pem")
MESSAGE = compose(
    Letter("an@example.vn", "", "x", "x", None), sender="no-reply@example.vn", key="k", site_url="https://x.vn",
    date=datetime(2026, 11, 22, tzinfo=UTC),
)  # fmt: skip


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test certificate, and it alone, is trusted."""
    monkeypatch.setattr(ssl, "create_default_context", functools.partial(ssl.create_default_context, cafile=str(PEM)))


class Server:
    """One conversation of a mail server, `starttls` or encrypted from the first byte; or of a web server."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.heard: list[tuple[bool, str]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        try:
            connection, _ = self._listener.accept()
            with connection:
                if self.kind == "starttls":
                    self._greet(connection, is_encrypted=False)
                else:
                    with server_context().wrap_socket(connection, server_side=True) as encrypted:
                        self._answer(encrypted) if self.kind == "web" else self._greet(encrypted, is_encrypted=True)
        except OSError:
            return

    def _answer(self, connection: socket.socket) -> None:
        heard = b""
        while not heard.endswith(b"{}"):
            heard += connection.recv(10_000)
        self.heard.append((True, heard.decode()))
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    def _greet(self, connection: socket.socket, *, is_encrypted: bool) -> None:
        connection.sendall(b"220 test\r\n")
        self._talk(connection, is_encrypted=is_encrypted)

    def _talk(self, connection: socket.socket, *, is_encrypted: bool) -> None:
        replies = {"EHLO": b"250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", "AUTH": b"235 ok\r\n",
                   "DATA": b"354 go\r\n", "STARTTLS": b"220 ok\r\n", "QUIT": b"221 bye\r\n"}  # fmt: skip
        with connection.makefile("rb") as lines:
            is_content = False
            for line in lines:
                word = line.decode().split(":")[0].split()[0].upper() if line.strip() else ""
                if is_content:
                    is_content = line != b".\r\n"
                    if not is_content:
                        connection.sendall(b"250 taken\r\n")
                    continue
                self.heard.append((is_encrypted, word))
                connection.sendall(replies.get(word, b"250 ok\r\n"))
                is_content = word == "DATA"
                if word == "STARTTLS":
                    break
            else:
                return
        with server_context().wrap_socket(connection, server_side=True) as encrypted:
            self._talk(encrypted, is_encrypted=True)


@contextmanager
def serving(kind: str) -> Iterator[Server]:
    server = Server(kind)
    try:
        yield server
    finally:
        server.close()


def send(server: Server, security: str, host: str = "localhost") -> None:
    target = SmtpServer(host=host, port=server.port, security=security, user="u", password="p")
    smtp.send(MESSAGE, "an@example.vn", "no-reply@example.vn", target)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_passwords_and_mail_go_out_encrypted(security: str) -> None:
    with serving(security) as server:
        send(server, security)
    open_words = {word for is_encrypted, word in server.heard if not is_encrypted}
    assert open_words == ({"EHLO", "STARTTLS"} if security == "starttls" else set())
    assert [word for is_encrypted, word in server.heard if is_encrypted] == [
        "EHLO",
        "AUTH",
        "MAIL",
        "RCPT",
        "DATA",
        "QUIT",
    ]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_s_gets_nothing(security: str) -> None:
    with serving(security) as server, pytest.raises(TryLater, match="SSLCertVerificationError"):
        send(server, security)
    assert not {word for _, word in server.heard} & {"AUTH", "MAIL"}


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_another_host_s_certificate_gets_nothing(security: str) -> None:
    with serving(security) as server, pytest.raises(TryLater, match="SSLCertVerificationError"):
        send(server, security, host="127.0.0.1")
    assert not {word for _, word in server.heard} & {"AUTH", "MAIL"}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name is this machine, which counts as public."""
    monkeypatch.setattr(public_hosts, "addresses", lambda *_: ["127.0.0.1"])
    monkeypatch.setattr(public_hosts, "is_public", lambda _: True)


@pytest.mark.usefixtures("trusted", "here")
def test_a_webhook_goes_to_the_checked_address_under_its_host_s_name() -> None:
    with serving("web") as server:
        url = f"https://hooks.example.vn:{server.port}/a?b=c"
        assert post.post(url, b"{}", {"webhook-id": "1"}, allow_local=False) == 204
    ((_, heard),) = server.heard
    assert heard.startswith("POST /a?b=c HTTP/1.1\r\n")
    assert f"\r\nHost: hooks.example.vn:{server.port}\r\n" in heard
    assert heard.lower().count("\r\nhost:") == 1


@pytest.mark.usefixtures("trusted", "here")
def test_a_webhook_of_another_host_gets_nothing() -> None:
    with serving("web") as server, pytest.raises(TryLater, match="SSLCertVerificationError"):
        post.post(f"https://other.example.vn:{server.port}/", b"{}", {}, allow_local=False)
    assert server.heard == []
