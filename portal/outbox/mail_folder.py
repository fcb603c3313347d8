"""Mail as files, where there is no mail server: for development and for trying things out."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import EmailMessage

_NAME = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A file of the folder, read."""

    name: str
    subject: str
    sender: str
    recipient: str
    date: datetime
    text: str
    html: str | None


def store(message: EmailMessage, folder: Path) -> None:
    """Write a message as .eml: complete or not at all, and at a second attempt over the first one's file."""
    folder.mkdir(mode=0o700, exist_ok=True)
    date = message["Date"].datetime.astimezone(UTC)
    target = folder / f"{date:%Y%m%dT%H%M%S}-{message['Message-ID'][1:13]}.eml"
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        file.write(message.as_bytes())
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)


def newest(folder: Path, limit: int) -> list[StoredMail]:
    """The mail that was asked for last, the newest first."""
    names = sorted((path.stem for path in folder.glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)
    return [mail for name in names[:limit] if (mail := read(folder, name))]


def read(folder: Path, name: str) -> StoredMail | None:
    """A message by its name; None where there is none."""
    path = folder / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    # Imported here: web processes, which read mail only while developing, are smaller without.
    from email import message_from_bytes
    from email.message import EmailMessage
    from email.policy import default

    message = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    return StoredMail(
        name=name,
        subject=str(message["Subject"]),
        sender=str(message["From"]),
        recipient=str(message["To"]),
        date=message["Date"].datetime,
        text=plain.get_content().replace("\r\n", "\n") if plain else "",
        html=html.get_content().replace("\r\n", "\n") if html else None,
    )


def forget(folder: Path, before: datetime) -> None:
    """Remove what was written before a moment."""
    for path in folder.glob("*.*"):
        if path.suffix in {".eml", ".tmp"} and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
