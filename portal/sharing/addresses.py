"""The addresses of a share link, by the channel through which it is handed on."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import quote


class Channel(StrEnum):
    """How a link reaches people; the value stands in counts."""

    QR = "qr"
    ZALO = "zalo"
    FACEBOOK = "facebook"
    SMS = "sms"
    COPY = "copy"


# One letter each: an address in a message is paid for by its length.
LETTERS = {Channel.QR: "q", Channel.ZALO: "z", Channel.FACEBOOK: "f", Channel.SMS: "s", Channel.COPY: "c"}
_FACEBOOK = "https://www.facebook.com/sharer/sharer.php?u="


def link_url(code: str, channel: Channel | None = None) -> str:
    """The path of a link, without language; None is what somebody types from paper."""
    return f"/g/{code}/{LETTERS[channel]}" if channel else f"/g/{code}"


def typed_address(site_url: str, code: str) -> str:
    """The address as it is printed for typing: browsers add the scheme themselves."""
    return site_url.partition("://")[2] + link_url(code)


def facebook_url(site_url: str, code: str) -> str:
    """The plain address with which Facebook asks somebody to share a page; nothing of theirs runs on ours."""
    return _FACEBOOK + quote(site_url + link_url(code, Channel.FACEBOOK), safe="")
