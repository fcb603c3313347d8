"""Addresses that the portal may call: those of the public internet, never of the machine and network it runs in."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from portal.outbox.registry import Refused, TryLater

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# Ways of writing an IPv4 address, perhaps a private one, as an IPv6 address.
_TRANSLATED = tuple(
    IPv6Network(text)
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "::ffff:0:0:0/96")
)


def is_allowed(url: str, *, allow_local: bool) -> bool:
    """Whether an address may be posted to: https without credentials, or http on this machine in development."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or port == 0 or "@" in parts.netloc or parts.fragment or not url.isascii() or not url.isprintable():
        return False
    if " " in url or "\\" in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and allow_local and host in LOCAL_HOSTS)


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet."""
    address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            address = address.ipv4_mapped
        elif any(address in network for network in _TRANSLATED) or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast


def addresses(host: str, port: int) -> list[str]:
    """The IP addresses of a host, to connect to without asking for its name again: the answer might be another then.

    Raises TryLater where the name service has no answer.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TryLater("the host's name isn't known") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def public_addresses(host: str, port: int) -> list[str]:
    """The same; raises Refused where one of them is not of the public internet."""
    found = addresses(host, port)
    if not all(is_public(address) for address in found):
        raise Refused("the host has an address inside a private network")
    return found
