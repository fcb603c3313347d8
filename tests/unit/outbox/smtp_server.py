"""A mail server for tests, which takes mail or behaves as badly as it is told to."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class MailServer:
    """What it took, and how it answers: `answers` maps a command (`greeting`, `RCPT`, `DATA`, `content`, …) to a reply.

    The reply `drop` closes the connection, `stall` keeps it silent.
    """

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    behave: Callable[[MailServer], dict[str, str]] | None = None

    def ids(self) -> list[str]:
        """The Message-IDs of all that it took, in order."""
        return [message["Message-ID"] for message in self.taken]


class _Dropped(Exception):
    pass


class _Conversation(socketserver.StreamRequestHandler):
    state: MailServer

    def handle(self) -> None:
        try:
            self._talk(self.state.behave(self.state) if self.state.behave else self.state.answers)
        except (_Dropped, OSError):
            return

    def _talk(self, answers: dict[str, str]) -> None:
        self._say(answers.get("greeting", "220 test"))
        while line := self.rfile.readline():
            word = line.split(b":")[0].split()[0].upper().decode()
            self.state.commands.append(line.decode().strip())
            usual = {"DATA": "354 go on", "QUIT": "221 bye", "AUTH": "235 welcome"}
            offers = "250-test\r\n" + answers.get("offers", "250 AUTH PLAIN") if word == "EHLO" else "250 ok"
            reply = answers.get(word, usual.get(word, offers))
            self._say(reply)
            if word == "DATA" and reply.startswith("354"):
                self._take(answers)
            if word == "QUIT":
                return

    def _take(self, answers: dict[str, str]) -> None:
        content = b""
        while not content.endswith(b"\r\n.\r\n"):
            line = self.rfile.readline()
            if not line:
                raise _Dropped
            content += line
        reply = answers.get("content", "250 taken")
        # `250 …` and what is lost after the acceptance: the sender can't know that it was taken.
        if reply.startswith("250") or reply == "taken then drop":
            self.state.taken.append(message_from_bytes(content[:-3], _class=EmailMessage, policy=default))
        self._say("drop" if reply == "taken then drop" else reply)

    def _say(self, reply: str) -> None:
        if reply == "drop":
            raise _Dropped
        if reply == "stall":
            time.sleep(5)
            raise _Dropped
        if reply == "drip":
            for _second in range(100):
                self.wfile.write(b"2")
                time.sleep(0.1)
        self.wfile.write(reply.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server on a free port of this machine."""
    state = MailServer()
    handler = type("Conversation", (_Conversation,), {"state": state})
    with _Server(("127.0.0.1", 0), handler) as server:
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield state
        server.shutdown()
