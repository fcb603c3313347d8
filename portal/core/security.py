"""Headers that every response carries, static files included."""

from __future__ import annotations

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

    def setdefault(self, name: str, value: str, /) -> object:
        """Set a header that is not there yet."""


def add_headers(headers: HeaderMap, *, https: bool) -> None:
    """Set the security headers; HSTS only where the site itself is served by https (RFC 6797, section 7.2)."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
