"""E-mail: addresses, headers, the same Message-ID at every attempt, and what a mail server's answers mean."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from pathlib import Path

import pytest

from portal.config import SmtpServer
from portal.core.db import unit_of_work
from portal.outbox import mail, mail_folder, smtp
from portal.outbox.letters import compose, message_id, sender_parts
from portal.outbox.mail import InvalidAddress, Letter, checked_address, send_later
from portal.outbox.queries import message_by_key
from portal.outbox.registry import Refused, TryLater
from tests.unit.outbox.smtp_server import MailServer, mail_server

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
SITE = "https://gandan.example.vn"


def message(subject: str = "Góp ý của bạn đã đến nơi", **changes: str | None) -> EmailMessage:
    values = {"to": "an@example.vn", "name": "Nguyễn Văn Ân", "text": "Chào bạn,\nCảm ơn.\n", "html": None} | changes
    letter = Letter(subject=subject, **values)  # type: ignore[arg-type]
    return compose(letter, sender="Gần Dân <no-reply@example.vn>", key="case:7", site_url=SITE, date=NOW)


def travelled(sent: EmailMessage) -> EmailMessage:
    return message_from_bytes(sent.as_bytes(), _class=EmailMessage, policy=default)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


def send(server: MailServer, user: str = "") -> None:
    smtp.send(message(), "an@example.vn", "no-reply@example.vn",
              SmtpServer(host="127.0.0.1", port=server.port, security="none", user=user, password="p"))  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("an@example.vn\r\n", "an@example.vn"),
        (" An.Nguyen+1@Example.VN ", "An.Nguyen+1@example.vn"),
        ("an@địaphương.vn", "an@xn--aphng-4ya52hodv161a.vn"),
    ],
)
def test_good_addresses(typed: str, address: str) -> None:
    assert checked_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "", "an", "@example.vn", "an@", "an@example", "an@127.0.0.1", "an@[127.0.0.1]", "a n@example.vn",
        "an@exa mple.vn", "an@example.vn\nBcc: all@example.vn", "a@b.vn,c@d.vn", '"a b"@example.vn', "an@@example.vn",
        "<an@example.vn>", "an@example..vn", ".an@example.vn", "ân@example.vn", "an@-example.vn", "a" * 65 + "@b.vn",
        "an@" + "a" * 64 + ".vn", "an@" + "a." * 130 + "vn", "an\0@example.vn", "an@example.vn%0ABcc:x@y.vn",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(InvalidAddress) as raised:
        checked_address(typed)
    assert "example" not in str(raised.value)


@pytest.mark.usefixtures("app")
def test_nothing_typed_can_add_a_header() -> None:
    evil = "x\r\nBcc: all@example.vn\r\n\r\nbody\u2028\u0085"
    with unit_of_work():
        send_later("an@example.vn", evil, "t\0\ud800", key="k", now=NOW, name=evil, html="<p>\ud800</p>")
    row = message_by_key(mail.KIND, "k")
    assert row is not None
    letter = mail.letter(row.payload or {})
    sent = compose(letter, sender="Gần Dân <no-reply@example.vn>", key="k", site_url=SITE, date=NOW)
    found = travelled(sent)
    assert found["Bcc"] is None
    assert [address.addr_spec for address in found["To"].addresses] == ["an@example.vn"]
    assert sum(line.lower().startswith(b"bcc:") for line in sent.as_bytes().splitlines()) == 0
    assert (letter.text, letter.html) == ("t?", "<p>?</p>")


@pytest.mark.usefixtures("app")
def test_a_text_beyond_all_measure_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="too long"), unit_of_work():
        send_later("an@example.vn", "x", "x" * 100_001, key="k", now=NOW)
    with pytest.raises(ValueError, match="key"), unit_of_work():
        send_later("an@example.vn", "x", "x", key="k" * 201, now=NOW)


def test_vietnamese_arrives_as_it_was_written() -> None:
    subject = " ".join(["Ý kiến số 7 – đã được chuyển đến Ủy ban nhân dân xã"] * 3)
    sent = message(subject, html="<p>Chào <b>bạn</b></p>")
    raw = sent.as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.splitlines()) < 998
    found = travelled(sent)
    assert found["Subject"].rstrip() == subject
    assert found["To"].addresses[0].display_name == "Nguyễn Văn Ân"
    assert found["From"].addresses[0].display_name == "Gần Dân"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime == NOW
    plain, html = found.get_body(("plain",)), found.get_body(("html",))
    assert plain and html
    assert plain.get_content().replace("\r\n", "\n") == "Chào bạn,\nCảm ơn.\n"
    assert "<b>bạn</b>" in html.get_content()


def test_a_sender_s_name_may_hold_a_comma() -> None:
    assert sender_parts("Sở Khoa học, Công nghệ <a@b.vn>") == ("Sở Khoa học, Công nghệ", "a@b.vn")
    assert sender_parts('"Cổng" <a@b.vn>') == ("Cổng", "a@b.vn")
    assert sender_parts("a@b.vn") == ("", "a@b.vn")


def test_the_message_id_is_the_key_s_at_every_attempt() -> None:
    assert message()["Message-ID"] == message()["Message-ID"] == message_id("case:7", SITE)
    assert message_id("case:7", SITE) != message_id("case:8", SITE)
    assert message_id("case:7", SITE).endswith("@gandan.example.vn>")
    assert "case" not in message_id("case:7", SITE)
    assert message_id("k", "http://127.0.0.1:8000").endswith("@[127.0.0.1]>")
    assert travelled(message())["Message-ID"] == message_id("case:7", SITE)


def test_a_server_takes_mail(server: MailServer) -> None:
    send(server, user="u")
    (taken,) = server.taken
    assert taken["Subject"] == "Góp ý của bạn đã đến nơi"
    assert server.commands[0] == "ehlo example.vn"
    assert any(command.startswith("AUTH PLAIN") for command in server.commands)


@pytest.mark.parametrize(
    ("command", "reply", "error", "words"),
    [
        ("RCPT", "550 no such mailbox an@example.vn", Refused, "SMTP 550 for the recipient"),
        ("RCPT", "553 no", Refused, "SMTP 553 for the recipient"),
        ("content", "554 spam", Refused, "SMTP 554 for the content"),
        ("DATA", "554 no", Refused, "SMTP 554 for the content"),
        ("RCPT", "450 greylisted", TryLater, "SMTP 450 for the recipient"),
        ("RCPT", "530 sign in first", TryLater, "SMTP 530 for the recipient"),
        ("content", "452 full", TryLater, "SMTP 452 for the content"),
        ("MAIL", "550 no such sender", TryLater, "SMTP 550 for the sender"),
        ("AUTH", "535 wrong password p", TryLater, "SMTP 535"),
        ("greeting", "554 go away", TryLater, "SMTP 554"),
        ("greeting", "drop", TryLater, "SMTP: SMTPServerDisconnected"),
        ("EHLO", "drop", TryLater, "SMTP: SMTPServerDisconnected"),
        ("DATA", "drop", TryLater, "SMTP: SMTPServerDisconnected"),
        ("content", "drop", TryLater, "SMTP: SMTPServerDisconnected"),
        ("content", "taken then drop", TryLater, "SMTP: SMTPServerDisconnected"),
        ("offers", "250 nothing", TryLater, "SMTP: SMTPNotSupportedError"),
    ],
)
def test_what_the_server_s_answers_mean(
    server: MailServer, command: str, reply: str, error: type[Exception], words: str
) -> None:
    server.answers[command] = reply
    with pytest.raises(error) as raised:
        send(server, user="u")
    assert str(raised.value) == words, "no words of the server: it repeats addresses"


def test_what_fails_after_the_acceptance_is_sent(server: MailServer) -> None:
    server.answers["QUIT"] = "drop"
    send(server)
    assert len(server.taken) == 1


def test_nobody_listens() -> None:
    with pytest.raises(TryLater, match="ConnectionRefusedError"):
        send(MailServer(port=9))


@pytest.mark.parametrize("command", ["greeting", "MAIL", "content"])
def test_a_server_that_stalls(server: MailServer, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.2)
    server.answers[command] = "stall"
    started = time.monotonic()
    with pytest.raises(TryLater):
        send(server)
    assert time.monotonic() - started < 2


def test_a_server_that_keeps_us_byte_by_byte(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "WHOLE_SECONDS", 0.5)
    server.answers["greeting"] = "drip"
    started = time.monotonic()
    with pytest.raises(TryLater):
        send(server)
    assert time.monotonic() - started < 3


def test_encryption_is_not_given_up(server: MailServer) -> None:
    encrypted = SmtpServer(host="127.0.0.1", port=server.port, security="starttls", user="u", password="p")
    with pytest.raises(TryLater, match="no STARTTLS"):
        smtp.send(message(), "an@example.vn", "no-reply@example.vn", encrypted)
    assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def test_mail_in_a_folder_is_whole_and_once(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    assert mail_folder.newest(folder, 10) == []
    mail_folder.store(message(html="<p>x</p>"), folder)
    mail_folder.store(message(html="<p>x</p>"), folder)
    (stored,) = mail_folder.newest(folder, 10)
    assert (stored.subject, stored.text.strip(), stored.html) == (
        "Góp ý của bạn đã đến nơi", "Chào bạn,\nCảm ơn.", "<p>x</p>\n",
    )  # fmt: skip
    assert stored.date == NOW
    assert [path.suffix for path in folder.iterdir()] == [".eml"]
    assert "example" not in stored.name
    for name in ("../x", "", "20261122T030405-" + "0" * 12):
        assert mail_folder.read(folder, name) is None
    mail_folder.forget(folder, datetime.now(UTC) - timedelta(hours=1))
    assert len(list(folder.iterdir())) == 1
    mail_folder.forget(folder, datetime.now(UTC) + timedelta(hours=1))
    assert list(folder.iterdir()) == []


def test_no_space_between_vietnamese_words_is_lost() -> None:
    words = ["nhiều", "lần", "nhập", "sai", "vào", "tài", "khoản", "cán", "bộ", "của", "bạn", "Quảng", "abc", "12"]
    chance = random.Random(3)
    for length in range(1, 30):
        text = " ".join(chance.choices(words, k=length))[:100].strip()
        sender = text[:60].strip()
        letter = Letter("an@example.vn", text, text, "x", None)
        data = compose(letter, sender=f"{sender} <no-reply@example.vn>", key="k", site_url=SITE, date=NOW).as_bytes()
        assert max(map(len, data.split(b"\r\n"))) <= 78
        # Python's newer reader has the same fault as its writer.
        taken = message_from_bytes(data)
        (to, to_address), (from_, from_address) = parseaddr(taken["To"]), parseaddr(taken["From"])
        read = [str(make_header(decode_header(given))) for given in (taken["Subject"], to, from_)]
        assert read == [text, text, sender]
        assert (to_address, from_address) == ("an@example.vn", "no-reply@example.vn")
