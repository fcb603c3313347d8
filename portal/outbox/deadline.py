"""A limit for a whole conversation: a socket's own timeout begins anew with every byte."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Deadline:
    """Cuts the connection that it watches when time is up; whoever talks over it gets an OSError or an end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_over = False

    def watch(self, connection: socket.socket) -> None:
        """Watch a connection in place of the one before; raises TimeoutError where time is up already."""
        with self._lock:
            if self._is_over:
                raise TimeoutError
            self._socket = connection

    def end(self) -> None:
        """Time is up."""
        with self._lock:
            self._is_over = True
            if self._socket is not None:
                with suppress(OSError):
                    # Not `SSLSocket.shutdown`, after which a write could go out unencrypted.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """A deadline that ends when the block does, or after so many seconds."""
    limit = Deadline()
    timer = threading.Timer(seconds, limit.end)
    timer.daemon = True
    timer.start()
    try:
        yield limit
    finally:
        timer.cancel()


def encrypt(connection: socket.socket, host: str, limit: Deadline) -> ssl.SSLSocket:
    """The connection encrypted, with a certificate that is the host's; watched from before the handshake.

    Where that fails the connection is closed.
    """
    context = ssl.create_default_context()
    encrypted = context.wrap_socket(connection, server_hostname=host, do_handshake_on_connect=False)
    try:
        limit.watch(encrypted)
        encrypted.do_handshake()
    except BaseException:
        encrypted.close()
        raise
    return encrypted
