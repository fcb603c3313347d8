"""Webhooks: signatures that receivers can check, one message for each endpoint, and no way into private networks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.core.pages import renderer
from portal.outbox import handlers, post, public_hosts, queries, webhooks
from portal.outbox.models import OutboxMessage
from portal.outbox.public_hosts import is_allowed, is_public, public_addresses
from portal.outbox.registry import Delivery, Refused, TryLater

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


class Receiver(ThreadingHTTPServer):
    """Another system: what it was sent, and how it answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.received: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 204
        self.location = ""
        self.drip = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?a=1"


class _Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        if self.server.drip:
            with suppress(OSError):
                for _time in range(50):
                    self.wfile.write(b"H")
                    time.sleep(0.1)
            return
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def log_message(self, *_details: object) -> None:
        """Keep quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def debugging(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What development allows: http on this machine."""
    monkeypatch.setattr(renderer(), "config", replace(renderer().config, debug=True))


def endpoint(url: str, *events: str) -> tuple[str, str]:
    with unit_of_work():
        row = webhooks.add_endpoint(url, events or ("case.created",), allow_local=True, now=NOW)
        return row.code, row.secret


def delivery(payload: dict[str, Any], attempt: int = 1) -> Delivery:
    return Delivery(1, "0123456789abcdef", "webhook", "k", payload, attempt, NOW, prolong=lambda: None)


def payload(code: str) -> dict[str, Any]:
    return {"endpoint": code, "body": {"type": "case.created", "timestamp": "t", "data": {"tên": "Ân"}}}


def test_the_signature_of_the_specification() -> None:
    """The example in the specification's own libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = webhooks.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.usefixtures("debugging")
def test_an_event_arrives_signed(receiver: Receiver) -> None:
    code, secret = endpoint(receiver.url)
    handlers.deliver_webhook(delivery(payload(code)))
    handlers.deliver_webhook(delivery(payload(code), attempt=2))
    (path, headers, body), (_, again, same) = receiver.received
    assert path == "/hook?a=1"
    assert headers["host"] == receiver.url.split("/")[2]
    assert json.loads(body) == payload(code)["body"]
    assert (body, headers["webhook-id"]) == (same, again["webhook-id"]) == (same, "msg_0123456789abcdef")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert len(key) == 32
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == "v1," + expected
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60


@pytest.mark.usefixtures("debugging")
@pytest.mark.parametrize(
    ("status", "error"), [(301, TryLater), (400, TryLater), (404, TryLater), (410, Refused), (500, TryLater)]
)
def test_any_answer_but_success_is_a_failure(receiver: Receiver, status: int, error: type[Exception]) -> None:
    code, _ = endpoint(receiver.url)
    receiver.status, receiver.location = status, receiver.url
    with pytest.raises(error, match=f"^HTTP {status}$"):
        handlers.deliver_webhook(delivery(payload(code)))
    assert len(receiver.received) == 1, "no redirect is followed"


@pytest.mark.usefixtures("debugging")
def test_a_receiver_that_keeps_us_byte_by_byte(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "WHOLE_SECONDS", 0.5)
    code, _ = endpoint(receiver.url)
    receiver.drip = True
    started = time.monotonic()
    with pytest.raises(TryLater):
        handlers.deliver_webhook(delivery(payload(code)))
    assert time.monotonic() - started < 3


@pytest.mark.usefixtures("app")
def test_http_is_for_development_alone(receiver: Receiver) -> None:
    code, _ = endpoint(receiver.url)
    with pytest.raises(Refused):
        handlers.deliver_webhook(delivery(payload(code)))
    assert receiver.received == []


@pytest.mark.usefixtures("app")
def test_one_message_for_each_endpoint_that_wants_the_event() -> None:
    first, _ = endpoint("https://a.example.vn/hook", "case.created", "case.closed")
    second, _ = endpoint("https://b.example.vn/", "case.created")
    endpoint("https://c.example.vn/", "guide.published")
    for _time in range(2):
        with unit_of_work():
            enqueued = webhooks.send_event("case.created", {"code": "x"}, key="case:1", now=NOW)
            sent = [db.session.get_one(OutboxMessage, one.id) for one in enqueued]
            assert [(row.payload or {})["endpoint"] for row in sent] == [first, second]
    assert queries.counts()["waiting"] == 2
    assert (sent[0].payload or {})["body"] == {
        "type": "case.created", "timestamp": "2026-11-22T03:04:05+00:00", "data": {"code": "x"},
    }  # fmt: skip
    with unit_of_work():
        queries.endpoints()[1].is_active = False
    with unit_of_work():
        assert len(webhooks.send_event("case.created", {}, key="case:2", now=NOW)) == 1
    with pytest.raises(Refused, match="removed"):
        handlers.deliver_webhook(delivery(payload(second)))
    with unit_of_work():
        assert webhooks.remove_endpoint(first)
        assert not webhooks.remove_endpoint(first)
    with pytest.raises(Refused, match="removed"):
        handlers.deliver_webhook(delivery(payload(first)))


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("events", [[], ["Case"], ["case created"], ["case."]])
def test_what_is_no_event(events: list[str]) -> None:
    with pytest.raises(webhooks.InvalidEndpoint):
        webhooks.add_endpoint("https://a.example.vn/", events, allow_local=False, now=NOW)


@pytest.mark.parametrize(
    ("url", "in_production", "in_development"),
    [
        ("https://a.example.vn/hook?x=1", True, True),
        ("https://a.example.vn:8443", True, True),
        ("http://a.example.vn/", False, False),
        ("http://localhost:8000/", False, True),
        ("http://127.0.0.1/", False, True),
        ("http://127.0.0.2/", False, False),
        ("https://user:pass@a.example.vn/", False, False),
        ("https://a.example.vn/\r\nX: y", False, False),
        ("https://a.example.vn/a b", False, False),
        ("https://a.example.vn/#x", False, False),
        ("https://a.example.vn:0/", False, False),
        ("https://a.example.vn:99999/", False, False),
        ("https:///x", False, False),
        ("https://[::1", False, False),
        ("https://đ.vn/", False, False),
        ("ftp://a.example.vn/", False, False),
        ("", False, False),
    ],
)
def test_addresses_that_may_be_posted_to(url: str, in_production: bool, in_development: bool) -> None:
    assert is_allowed(url, allow_local=False) is in_production
    assert is_allowed(url, allow_local=True) is in_development


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "255.255.255.255", "224.0.0.1", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:1::", "::7f00:1",
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "203.162.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("found", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"]])
def test_a_host_inside_a_private_network_is_refused(found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, _ = endpoint("https://inside.example.vn/")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (one, 443)) for one in found])
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("it connected"))
    with pytest.raises(Refused, match="private network"):
        handlers.deliver_webhook(delivery(payload(code)))


def test_names_of_numbers_are_resolved_before_they_are_judged() -> None:
    for host in ("0x7f.1", "2130706433", "127.1", "localhost"):
        with pytest.raises((Refused, TryLater)):
            public_addresses(host, 443)


def test_it_connects_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means something else the second time it is asked for gets nobody inside."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    connected = []

    def connect(target: tuple[str, int], *_: object) -> socket.socket:
        connected.append(target)
        raise ConnectionRefusedError

    monkeypatch.setattr(public_hosts, "addresses", lambda *_: next(answers))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(TryLater, match="ConnectionRefusedError"):
        post.post("https://a.example.vn/", b"{}", {}, allow_local=False)
    assert connected == [("8.8.8.8", 443)]
