"""A link as it is handed on: on paper, through Facebook, in a text message."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from portal.sharing.addresses import Channel, link_url
from portal.sharing.sms import SmsLength, sms_length, without_accents

_FACEBOOK = "https://www.facebook.com/sharer/sharer.php?u="


def typed_address(site_url: str, code: str) -> str:
    """The address as it is printed for typing: browsers add the scheme themselves."""
    return site_url.partition("://")[2] + link_url(code)


def facebook_url(site_url: str, code: str) -> str:
    """The plain address with which Facebook asks somebody to share a page; nothing of theirs runs on ours."""
    return _FACEBOOK + quote(site_url + link_url(code, Channel.FACEBOOK), safe="")


@dataclass(frozen=True, slots=True)
class SmsText:
    """A text message, how long it is, and the address that opens it in a telephone (RFC 5724)."""

    text: str
    length: SmsLength
    url: str


def sms_texts(text: str) -> tuple[SmsText, SmsText]:
    """A message as it is written, and without accents, in which three times as many letters fit."""
    first, second = (
        SmsText(one, sms_length(one), "sms:?body=" + quote(one, safe="")) for one in (text, without_accents(text))
    )
    return first, second
