"""Whose visit counts: that of a person who opens a page, and of nobody's machine. Rules over a request's headers.

A visit counts where all of these hold:

- the method is GET: HEAD asks whether the link works;
- nothing says that the page is fetched ahead of time (`Sec-Purpose`, `Purpose`, `X-Purpose`, `X-Moz`), or for anything
  but a page of its own (`Sec-Fetch-Dest`, where the browser sends it);
- the browser names itself as browsers do, beginning with "Mozilla/" or, as Opera Mini, with "Opera/";
- that name holds no word of those that fetch pages for machines: robots, the previews of messengers, monitors,
  libraries, browsers without a window.

The browsers inside of Zalo and Facebook are people's and count; what these send to draw a preview doesn't.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_BROWSERS = ("Mozilla/", "Opera/")
_AHEAD = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
_AHEAD_WORDS = ("prefetch", "prerender", "preview")
# "Cubot" is a make of telephones.
_MACHINES = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/_-]|crawl|spider|slurp|scrap|fetcher|externalhit|externalagent|preview|whatsapp|viber"
    r"|snippet|embedly|validator|monitor|uptime|pingdom|statuscake|lighthouse|pagespeed|gtmetrix|headless|phantomjs"
    r"|selenium|puppeteer|playwright|read-aloud|googleother|google-inspectiontool|archive\.org|ia_archiver|python|curl"
    r"|wget|libwww|java/|okhttp|go-http|axios|node-fetch|httpclient",
    re.IGNORECASE,
)
_LONGEST = 1_000


def is_person(environ: Mapping[str, Any]) -> bool:
    """Whether a request is a person opening a page, by the rules above."""
    if environ["REQUEST_METHOD"] != "GET" or environ.get("HTTP_SEC_FETCH_DEST", "document") != "document":
        return False
    for name in _AHEAD:
        value = environ.get(name)
        if value and any(word in value.lower() for word in _AHEAD_WORDS):
            return False
    return is_browser(environ.get("HTTP_USER_AGENT", ""))


def is_browser(name: str) -> bool:
    """Whether a client that names itself like this is a browser that a person looks at."""
    return len(name) <= _LONGEST and _is_browser(name)


@lru_cache(maxsize=512)
def _is_browser(name: str) -> bool:
    return name.startswith(_BROWSERS) and _MACHINES.search(name) is None


def asks_not_to_be_told_apart(environ: Mapping[str, Any]) -> bool:
    """Whether the browser sends Global Privacy Control or Do Not Track: then only the link's total counts."""
    return environ.get("HTTP_SEC_GPC") == "1" or environ.get("HTTP_DNT") == "1"
