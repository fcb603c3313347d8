"""One POST to another system, which is trusted with nothing but the body."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from portal.outbox.deadline import deadline, encrypt
from portal.outbox.public_hosts import LOCAL_HOSTS, addresses, public_addresses
from portal.outbox.registry import TryLater

STEP_SECONDS = 10.0
WHOLE_SECONDS = 30.0
# Of an answer only the status matters.
_READ_BYTES = 1_000


def post(url: str, body: bytes, headers: Mapping[str, str], *, allow_local: bool) -> int:
    """The status of the answer; no redirect is followed.

    Raises Refused where the host is inside a private network, and TryLater where no answer comes in time. The address
    must be one that `is_allowed`.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    is_local = allow_local and host in LOCAL_HOSTS
    found = addresses(host, port) if is_local else public_addresses(host, port)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with deadline(WHOLE_SECONDS) as limit:
            connection = http.client.HTTPConnection(host, port, timeout=STEP_SECONDS)
            try:
                connection.sock = _first(found, port)
                limit.watch(connection.sock)
                if parts.scheme == "https":
                    connection.sock = encrypt(connection.sock, host, limit)
                connection.request("POST", target, body, {"Host": parts.netloc, **headers})
                answer = connection.getresponse()
                answer.read(_READ_BYTES)
                return answer.status
            finally:
                connection.close()
    except (OSError, http.client.HTTPException) as error:
        raise TryLater(f"no answer: {type(error).__name__}") from error


def _first(found: list[str], port: int) -> socket.socket:
    failure: OSError = OSError("no address")
    for address in found[:3]:
        try:
            return socket.create_connection((address, port), STEP_SECONDS)
        except OSError as error:
            failure = error
    raise failure
