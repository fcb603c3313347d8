"""Addresses outside of the portal as they are asked for: one spelling for each page, and nothing but the web."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

MOST_CHARACTERS = 2_000
# What may stand in a path or query as it is; a percent sign begins what is encoded already.
_PLAIN = "/%:@!$&'()*+,;=-._~?"


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: `path` has the query, all of it in ASCII; `host` is encoded too."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The address in one piece, without a standard port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return f"{self.scheme}://{host}{'' if self.port == usual else f':{self.port}'}{self.path}"

    @property
    def host_header(self) -> str:
        """Host and port as a request names them."""
        return self.url.split("/")[2]


def target_of(url: str) -> Target | None:
    """An address of the web without its fragment; None for what is none, or carries a name and password."""
    if len(url) > MOST_CHARACTERS or any(ord(sign) < 33 for sign in url.strip()):
        return None
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
        port = parts.port
        encoded = host if ":" in host else host.encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not encoded or len(encoded) > 253 or "@" in parts.netloc or port == 0:
        return None
    path = quote(parts.path or "/", safe=_PLAIN) + (f"?{quote(parts.query, safe=_PLAIN)}" if parts.query else "")
    target = Target(parts.scheme, encoded, port or (443 if parts.scheme == "https" else 80), path)
    return target if len(target.url) <= MOST_CHARACTERS else None


def is_within(host: str, domains: Collection[str]) -> bool:
    """Whether a host is one of these, or below one of them."""
    return any(host == domain or host.endswith("." + domain) for domain in domains)
