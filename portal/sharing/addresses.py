"""The addresses of a share link, by the channel through which it is handed on."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a link reaches people; the value stands in counts."""

    QR = "qr"
    ZALO = "zalo"
    FACEBOOK = "facebook"
    SMS = "sms"
    COPY = "copy"


# One letter each: an address in a message is paid for by its length.
LETTERS = {Channel.QR: "q", Channel.ZALO: "z", Channel.FACEBOOK: "f", Channel.SMS: "s", Channel.COPY: "c"}


def link_url(code: str, channel: Channel | None = None) -> str:
    """The path of a link, without language; None is what somebody types from paper."""
    return f"/g/{code}/{LETTERS[channel]}" if channel else f"/g/{code}"
