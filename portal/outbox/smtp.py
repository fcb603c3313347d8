"""Handing an e-mail to a mail server, and what its answers mean."""

from __future__ import annotations

import smtplib
import socket
from contextlib import suppress
from email.message import EmailMessage

from portal.config import SmtpServer
from portal.outbox.deadline import Deadline, deadline, encrypt
from portal.outbox.registry import Refused, TryLater

STEP_SECONDS = 20.0
# Less than a lease, so that nobody else begins while a slow server keeps us.
WHOLE_SECONDS = 60.0


def send(message: EmailMessage, recipient: str, sender: str, server: SmtpServer) -> None:
    """Hand the message in for one recipient.

    Raises Refused where the server will never take it, and TryLater for everything else: also for what it says against
    us (the password, the sender), because a wrong setting must not turn all mail into dead letters.
    """
    content = message.as_bytes()
    try:
        with deadline(WHOLE_SECONDS) as limit:
            _talk(content, recipient, sender, server, limit)
    except smtplib.SMTPResponseException as error:
        raise TryLater(f"SMTP {error.smtp_code}") from error
    except smtplib.SMTPException as error:
        raise TryLater(f"SMTP: {type(error).__name__}") from error
    except OSError as error:  # ssl.SSLError and TimeoutError too
        raise TryLater(f"mail server: {type(error).__name__}") from error


def _talk(content: bytes, recipient: str, sender: str, server: SmtpServer, limit: Deadline) -> None:
    smtp = _connect(server, sender.rpartition("@")[2], limit)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            _start_tls(smtp, server.host, limit)
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
        code, _ = smtp.mail(sender)
        if code != 250:
            raise TryLater(f"SMTP {code} for the sender")
        code, _ = smtp.rcpt(recipient)
        if code not in {250, 251}:
            raise _meaning(code, "the recipient")
        try:
            code, _ = smtp.data(content)
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
        if code != 250:
            raise _meaning(code, "the content")
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


def _meaning(code: int, what: str) -> Refused | TryLater:
    """Only 55x is about this e-mail; 530 asks us to sign in, 503 that we keep the order."""
    kind = Refused if 550 <= code <= 559 else TryLater
    return kind(f"SMTP {code} for {what}")


def _connect(server: SmtpServer, own_host: str, limit: Deadline) -> smtplib.SMTP:
    class Watched(smtplib.SMTP):
        """Lets the deadline watch the connection before the server's greeting is read."""

        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            connection: socket.socket = socket.create_connection((host, port), timeout)
            if server.security == "tls":
                return encrypt(connection, host, limit)
            limit.watch(connection)
            return connection

    # Its own name as an argument, because smtplib would ask the name service for it.
    return Watched(server.host, server.port, local_hostname=own_host or "localhost", timeout=STEP_SECONDS)


def _start_tls(smtp: smtplib.SMTP, host: str, limit: Deadline) -> None:
    """`SMTP.starttls` with a handshake that is watched."""
    if not smtp.has_extn("starttls"):
        raise TryLater("SMTP: the server offers no STARTTLS")
    code, _ = smtp.docmd("STARTTLS")
    if code != 220:
        raise TryLater(f"SMTP {code} for STARTTLS")
    assert smtp.sock is not None  # noqa: S101 for the type checker
    smtp.sock = encrypt(smtp.sock, host, limit)
    # What came before the encryption is forgotten (RFC 3207), also what is still in the buffer.
    smtp.file = None
    smtp.helo_resp = smtp.ehlo_resp = None
    smtp.esmtp_features = {}
    smtp.does_esmtp = False
