"""The portal as a crowd sees it: every request comes from another address, so that no ceiling of one client is met."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

from portal import create_app

_portal = create_app()
_turns = count()


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The portal's answer to the next of some 40,000 addresses."""
    number = next(_turns) % 40_000
    environ["REMOTE_ADDR"] = f"10.0.{number // 250}.{number % 250}"
    return _portal(environ, start_response)
