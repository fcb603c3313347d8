"""Headers that every response carries, static files included."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeaderMap(Protocol):
    """The headers of a response, Flask's or WhiteNoise's."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Names and values."""

    def add_header(self, name: str, value: str, /) -> None:
        """Add a header, which may be there already."""


def add_headers(headers: HeaderMap, *, https: bool) -> None:
    """Set the security headers; HSTS only where the site itself is served by https (RFC 6797, section 7.2)."""
    # One look at what is there: asking for each header by its name would go through all of them each time.
    present = {name.lower() for name, _ in headers.items()}
    for name, value in HEADERS.items():
        if name.lower() not in present:
            headers.add_header(name, value)
    if https and "strict-transport-security" not in present:
        headers.add_header("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
