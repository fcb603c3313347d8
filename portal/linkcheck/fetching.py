"""Asking whether a page is there: one polite question, never to the machine and network that we run in.

The host's name is resolved once and the connection goes to that very address, so that a second answer of the name
service can't lead us inside. No redirect is followed before its host has been looked at the same way.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from portal.linkcheck.addresses import Target, target_of
from portal.outbox.deadline import Deadline, deadline, encrypt
from portal.outbox.public_hosts import public_addresses
from portal.outbox.registry import Refused, TryLater

STEP_SECONDS = 15.0
WHOLE_SECONDS = 40.0
PAUSE_SECONDS = 2.0
MOST_HOPS = 5
# Of an answer only its head matters.
_READ_BYTES = 1_000
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_TOO_MANY = 429
_MOST_ADDRESSES = 3
# What OpenSSL says of certificates (X509_V_ERR_*), in our words.
_CERTIFICATES = {9: "cert_early", 10: "cert_expired", 18: "cert_self", 19: "cert_self", 20: "cert_chain",
                 21: "cert_chain", 62: "cert_host", 64: "cert_host"}  # fmt: skip

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a page answered. `reason` is "" where it is there, `http` where `status` says what is wrong, or a word of
    `labels.reason_in_words`; `moved_to` is where the page is now for good, else ""."""

    reason: str = ""
    status: int | None = None
    moved_to: str = ""


class _Failure(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Fetcher:
    """Asks for pages in the portal's name. `resolve` gives the addresses of a host and refuses those inside."""

    def __init__(
        self, site_url: str, *, resolve: Resolve = public_addresses, pause: float = PAUSE_SECONDS,
        whole: float = WHOLE_SECONDS,
    ) -> None:  # fmt: skip
        self._headers = {
            "User-Agent": f"GanDan-LinkCheck (+{site_url})", "Accept": "*/*", "Accept-Language": "vi, en;q=0.8",
            "Connection": "close",
        }  # fmt: skip
        self._resolve = resolve
        self._pause = pause
        self._whole = whole

    def ask(self, url: str) -> Answer:
        """How the page at an address answers, redirects followed; whatever happens, there is an answer."""
        started = time.monotonic()
        try:
            with deadline(self._whole) as limit:
                return self._follow(url, limit)
        except _Failure as failure:
            return Answer(failure.reason)
        except ssl.SSLCertVerificationError as error:
            return Answer(_CERTIFICATES.get(error.verify_code, "cert_other"))
        except (OSError, http.client.HTTPException) as error:
            is_late = isinstance(error, TimeoutError) or time.monotonic() - started >= self._whole
            if is_late:
                return Answer("timeout")
            return Answer("tls" if isinstance(error, ssl.SSLError) else "connect")
        except ValueError:  # a name that no connection can be made to; one link must not hold up the others
            return Answer("address")

    def _follow(self, url: str, limit: Deadline) -> Answer:
        target = _checked(url)
        asked, is_for_good = target.url, True
        for _hop in range(MOST_HOPS):
            status, location = self._status(target, limit)
            if status not in _REDIRECTS or not location:
                moved = target.url if is_for_good and target.url != asked and status < 300 else ""
                return Answer("" if 200 <= status < 300 else "http", status, moved)
            is_for_good = is_for_good and status in _PERMANENT
            target = _checked(_joined(target.url, location))
        raise _Failure("hops")

    def _status(self, target: Target, limit: Deadline) -> tuple[int, str]:
        """The answer to HEAD; to GET where HEAD is refused, or says what many servers say only to HEAD."""
        answer = self._request("HEAD", target, limit)
        if answer[0] < 400 or answer[0] == _TOO_MANY:
            return answer
        time.sleep(self._pause)
        return self._request("GET", target, limit)

    def _request(self, method: str, target: Target, limit: Deadline) -> tuple[int, str]:
        connection = http.client.HTTPConnection(target.host, target.port, timeout=STEP_SECONDS)
        try:
            connection.sock = self._connected(target)
            limit.watch(connection.sock)
            if target.scheme == "https":
                connection.sock = encrypt(connection.sock, target.host, limit)
            connection.request(method, target.path, headers={"Host": target.host_header, **self._headers})
            answer = connection.getresponse()
            if method == "GET":
                answer.read(_READ_BYTES)
            return answer.status, _as_text(answer.getheader("Location") or "")
        finally:
            connection.close()

    def _connected(self, target: Target) -> socket.socket:
        try:
            found = self._resolve(target.host, target.port)
        except Refused as error:
            raise _Failure("inside") from error
        except TryLater as error:
            raise _Failure("name") from error
        failure: OSError = OSError("no address")
        for address in found[:_MOST_ADDRESSES]:
            try:
                return socket.create_connection((address, target.port), STEP_SECONDS)
            except OSError as error:
                failure = error
        raise failure


def _checked(url: str) -> Target:
    target = target_of(url)
    if target is None:
        raise _Failure("address")
    return target


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _as_text(header: str) -> str:
    """A header that a server may have sent in UTF-8, which http.client reads as Latin-1, and with spaces."""
    with suppress(UnicodeError):
        header = header.encode("latin-1").decode("utf-8")
    return header.strip().replace(" ", "%20")
