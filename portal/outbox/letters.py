"""An e-mail in the form in which it travels (RFC 5322), made for the worker alone."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from portal.outbox.mail import Letter


class _Policy(EmailPolicy):
    """Folds what isn't ASCII by the older `email.header`: the newer way loses spaces between Vietnamese words."""

    def fold(self, name: str, value: Any) -> str:
        """One header, in lines."""
        text = getattr(value, "addresses", None)
        words = text[0].display_name if text else str(value)
        if words.isascii():
            folded: str = super().fold(name, value)
            return folded
        encoded = Header(words, "utf-8", maxlinelen=76, header_name=name).encode(linesep=self.linesep)
        address = f"{self.linesep} <{text[0].addr_spec}>" if text else ""
        return f"{name}: {encoded}{address}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same in bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


# Not every server takes 8-bit text.
_POLICY = _Policy(linesep=SMTP.linesep, max_line_length=SMTP.max_line_length, cte_type="7bit", raise_on_defect=False)


def message_id(key: str, site_url: str) -> str:
    """The Message-ID of an e-mail: the same at every attempt, so that a mailbox can tell a copy from another e-mail."""
    digest = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    host = urlsplit(site_url).hostname or "localhost"
    return f"<{digest}@{f'[{host}]' if ':' in host or host.replace('.', '').isdigit() else host}>"


def sender_parts(text: str) -> tuple[str, str]:
    """Name and address of the setting MAIL_FROM. A comma in the name is part of it."""
    name, _, address = text.rpartition("<")
    return name.strip().strip('"'), address.rstrip(">")


def compose(letter: Letter, *, sender: str, key: str, site_url: str, date: datetime) -> EmailMessage:
    """The whole message; `sender` is the setting MAIL_FROM, `date` when the e-mail was asked for."""
    message = EmailMessage(policy=_POLICY)
    name, address = sender_parts(sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(letter.name, addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id(key, site_url)
    # Out-of-office programs don't answer what says so (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html")
    return message
