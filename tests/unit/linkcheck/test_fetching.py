"""Asking for pages: politely, at most a head, never inside our own network, and every fault by its name."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from portal.linkcheck.addresses import is_within, target_of
from portal.linkcheck.fetching import Answer, Fetcher
from portal.outbox.public_hosts import addresses
from portal.outbox.registry import TryLater

CERTIFICATE = Path(__file__).parent.parent / "outbox" / "localhost.pem"


class Site(ThreadingHTTPServer):
    """A site on this machine: what each path answers, and what it was asked."""

    daemon_threads = True

    def __init__(self, *, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.pages: dict[str, tuple[int, str]] = {}
        self.refuses_head = False
        self.drips = False
        self.asked: list[tuple[str, str, str]] = []
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.scheme = "https"

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}{path}"

    def handle_error(self, *_details: object) -> None:
        """Keep quiet."""


class _Answer(BaseHTTPRequestHandler):
    server: Site

    def do_HEAD(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
        status, location = self.server.pages.get(self.path, (404, ""))
        if self.server.drips:
            with suppress(OSError):
                for _time in range(60):
                    self.wfile.write(b"H")
                    time.sleep(0.05)
            return
        self.send_response(405 if self.server.refuses_head and self.command == "HEAD" else status)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if self.command == "GET":
            with suppress(OSError):
                self.wfile.write(b"x" * 5_000_000)

    do_GET = do_HEAD

    def log_message(self, *_details: object) -> None:
        """Keep quiet."""


@contextmanager
def running(site: Site) -> Iterator[Site]:
    with site:
        threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield site
        site.shutdown()


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site()) as found:
        yield found


def fetcher(whole: float = 5.0) -> Fetcher:
    """One that may ask this machine."""
    return Fetcher("https://gandan.example", resolve=addresses, pause=0.0, whole=whole)


def test_a_page_that_is_there_is_asked_for_once_and_by_name(site: Site) -> None:
    site.pages["/a?b=%C3%A0"] = (200, "")
    assert fetcher().ask(site.url("/a?b=à#chuong-2")) == Answer("", 200)
    assert site.asked == [("HEAD", "/a?b=%C3%A0", "GanDan-LinkCheck (+https://gandan.example)")]


def test_where_head_is_refused_the_page_is_asked_for_and_hardly_read(site: Site) -> None:
    site.pages["/"], site.refuses_head = (200, ""), True
    assert fetcher().ask(site.url()) == Answer("", 200)
    assert [method for method, *_rest in site.asked] == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_what_is_wrong_is_said(site: Site, status: int) -> None:
    site.pages["/"] = (status, "")
    assert fetcher().ask(site.url()) == Answer("http", status)


def test_only_what_moved_for_good_and_is_there_is_told(site: Site) -> None:
    site.pages |= {
        "/cu": (301, "/giua"), "/giua": (308, "/moi"), "/moi": (200, ""), "/tam": (302, "/moi"),
        "/mat": (301, "/khong"), "/roi-tam": (301, "/tam"),
    }  # fmt: skip
    assert fetcher().ask(site.url("/cu")) == Answer("", 200, site.url("/moi"))
    assert fetcher().ask(site.url("/tam")) == Answer("", 200)
    assert fetcher().ask(site.url("/roi-tam")) == Answer("", 200)
    assert fetcher().ask(site.url("/mat")) == Answer("http", 404)


def test_a_circle_ends(site: Site) -> None:
    site.pages |= {"/a": (301, "/b"), "/b": (301, "/a")}
    assert fetcher().ask(site.url("/a")) == Answer("hops")
    assert len(site.asked) < 10


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://x.vn/", "http://a:b@x.vn/", "http://x.vn:0/", "http://["]
)
def test_a_redirect_leads_to_the_web_or_nowhere(site: Site, location: str) -> None:
    site.pages["/"] = (302, location)
    assert fetcher().ask(site.url()) == Answer("address")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{}/", "http://localhost:{}/", "http://[::1]:{}/", "http://2130706433:{}/", "http://0.0.0.0:{}/",
            "http://[::ffff:127.0.0.1]:{}/", "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/"]
)  # fmt: skip
def test_our_own_network_is_never_asked(site: Site, url: str) -> None:
    site.pages["/"] = (200, "")
    answer = Fetcher("https://gandan.example", pause=0.0).ask(url.format(site.server_address[1]))
    assert answer.reason in ("inside", "name")
    assert site.asked == []


def test_a_redirect_into_our_own_network_is_not_followed(site: Site) -> None:
    site.pages |= {"/": (302, "http://trong-mang.example/bi-mat"), "/bi-mat": (200, "")}
    refusing = Fetcher("https://gandan.example", resolve=_inside_but_for("127.0.0.1"), pause=0.0)
    assert refusing.ask(site.url()) == Answer("inside")
    assert [path for _method, path, _agent in site.asked] == ["/"]


def _inside_but_for(host: str):  # type: ignore[no-untyped-def]
    from portal.outbox.public_hosts import Refused

    def resolve(asked: str, _port: int) -> list[str]:
        if asked != host:
            raise Refused("inside")
        return ["127.0.0.1"]

    return resolve


def test_the_name_is_resolved_once_for_each_connection(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere when it is asked for again leads nowhere: the address that was looked at is used."""
    site.pages["/"] = (200, "")
    answers = iter([["127.0.0.1"]])
    monkeypatch.setattr(socket, "getaddrinfo", _refuse_names(socket.getaddrinfo))
    port = site.server_address[1]
    once = Fetcher("https://gandan.example", resolve=lambda _host, _port: next(answers), pause=0.0)
    assert once.ask(f"http://doi-ten.example:{port}/") == Answer("", 200)


def _refuse_names(real):  # type: ignore[no-untyped-def]
    def resolve(host: str, *rest: object, **more: object) -> object:
        assert host == "127.0.0.1", "the name was asked for a second time"
        return real(host, *rest, **more)

    return resolve


def test_certificates_are_named() -> None:
    with running(Site(certificate=CERTIFICATE)) as site:
        site.pages["/"] = (200, "")
        assert fetcher().ask(site.url()).reason in ("cert_self", "cert_host", "cert_chain", "cert_expired")
        assert site.asked == []


def test_no_answer_ends_in_time(site: Site) -> None:
    site.drips = True
    started = time.monotonic()
    assert fetcher(whole=0.5).ask(site.url()) == Answer("timeout")
    assert time.monotonic() - started < 2


def test_a_host_that_is_gone() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert fetcher().ask(f"http://127.0.0.1:{port}/").reason == "connect"

    def unknown(_host: str, _port: int) -> list[str]:
        raise TryLater("no")

    assert Fetcher("https://gandan.example", resolve=unknown).ask("https://mat.example/").reason == "name"


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://X.Example/a#b", "https://x.example/a"),
        ("https://x.example:443", "https://x.example/"),
        ("https://x.example./", "https://x.example/"),
        ("http://x.example:8080/ab", "http://x.example:8080/ab"),
        ("https://quảng.example/đ?q=ò", "https://xn--qung-hr5a.example/%C4%91?q=%C3%B2"),
    ],
)
def test_one_spelling_for_each_page(url: str, same: str) -> None:
    target = target_of(url)
    assert target is not None
    assert target.url == same


@pytest.mark.parametrize(
    "url", ["", "/huong-dan/x", "tel:19000000", "mailto:a@b.vn", "javascript:alert(1)", "https://", "https://a:b@x.vn/",
            "https://x.vn:99999/", "https://x.vn/\r\nX: y", "https://" + "a" * 3_000, "https://x.vn/" + "à" * 900, "https://[x/"]
)  # fmt: skip
def test_what_is_no_page_of_the_web(url: str) -> None:
    assert target_of(url) is None


def test_closed_sites_are_known_with_all_below_them() -> None:
    assert is_within("a.b.vn", ["b.vn"])
    assert is_within("b.vn", ["b.vn"])
    assert not is_within("ab.vn", ["b.vn"])
