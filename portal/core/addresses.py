"""Network addresses of clients."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """The network that stands for a client: an IPv4 address, or the 64 bits that one IPv6 customer has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6 and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)
