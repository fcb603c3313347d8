"""The province profile: what makes an installation this province's portal."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal.config import ConfigurationError
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.text import nfc
from portal.core.theme import Colours, read_colours

_LISTS = ("allowed_hosts", "featured_guides")
_LOGO_SUFFIXES = (".svg", ".png", ".webp")
_LARGEST_LOGO = 100_000
_TEXTS = ("publisher", "responsible", "contact", "hotline", "source_code_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The profile in one language; None where the province has entered nothing yet."""

    province_name: str
    portal_name: str
    publisher: str | None
    responsible: str | None
    contact: str | None
    hotline: str | None
    source_code_url: str | None
    national_portal_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The province profile: one `Site` per language, and the hosts that content may link to."""

    sites: dict[str, Site]
    allowed_hosts: tuple[str, ...]
    featured_guides: tuple[str, ...]
    # The province's places file and logo; None for those that ship.
    places: Path | None = None
    logo: Path | None = None
    colours: Colours = field(default_factory=Colours)

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that this portal offers, Vietnamese first."""
        return tuple(self.sites)

    def allows(self, url: str) -> bool:
        """True for an https address on an allowed host or its subdomain, on the standard port, without credentials."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if parts.scheme != "https" or port not in {None, 443} or "@" in parts.netloc or "\\" in url:
            return False
        return any(host == allowed or host.endswith("." + allowed) for allowed in self.allowed_hosts)


def load_profile(path: Path) -> Profile:
    """Read a profile file; raises ConfigurationError naming all that is wrong."""
    try:
        raw = tomllib.loads(nfc(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError([f"PROFILE {path} cannot be read: {error}"]) from error
    known = {
        "province_name", "portal_name", "national_portal_url", "allowed_hosts", "featured_guides", "places", "logo",
        "colours", "languages", *_TEXTS,
    }  # fmt: skip
    problems = [f"PROFILE {path}: {key!r} is not a known key" for key in raw if key not in known]
    for key in ("province_name", "portal_name"):
        value = raw.get(key)
        if not isinstance(value, dict) or not isinstance(value.get(DEFAULT_LOCALE.code), str):
            problems.append(f"PROFILE {path}: {key} must give a text for {DEFAULT_LOCALE.code!r}")
    problems += [f"PROFILE {path}: {key} must be a text" for key in _TEXTS if not isinstance(raw.get(key, ""), str)]
    hosts = raw.get("allowed_hosts")
    if not isinstance(hosts, list) or not hosts or not all(isinstance(host, str) and host for host in hosts):
        problems.append(f"PROFILE {path}: allowed_hosts must be a list of host names")
        hosts = []
    featured = raw.get("featured_guides", [])
    if not isinstance(featured, list) or not all(isinstance(slug, str) for slug in featured):
        problems.append(f"PROFILE {path}: featured_guides must be a list of guides' slugs")
    portal_url = raw.get("national_portal_url")
    if not isinstance(portal_url, str) or not portal_url.startswith("https://"):
        problems.append(f"PROFILE {path}: national_portal_url must be an https address")
    source_url = raw.get("source_code_url")
    if isinstance(source_url, str) and source_url and not source_url.startswith("https://"):
        problems.append(f"PROFILE {path}: source_code_url must be an https address")
    # Beside the profile, unless the path is absolute.
    places = path.parent / raw["places"] if isinstance(raw.get("places"), str) and raw["places"] else None
    if ("places" in raw and places is None) or (places is not None and not places.is_file()):
        problems.append(f"PROFILE {path}: places must name a file (docs/howto/places.md)")
    logo = path.parent / raw["logo"] if isinstance(raw.get("logo"), str) and raw["logo"] else None
    if raw.get("logo") and (logo is None or not _is_logo(logo)):
        problems.append(f"PROFILE {path}: logo must name a file of at most 100 kB: {', '.join(_LOGO_SUFFIXES)}")
    colours, wrong = read_colours(raw.get("colours", {}))
    problems += [f"PROFILE {path}: colours: {problem}" for problem in wrong]
    languages = raw.get("languages", list(LOCALES))
    if not isinstance(languages, list) or DEFAULT_LOCALE.code not in languages or not LOCALES.keys() >= set(languages):
        problems.append(f"PROFILE {path}: languages must be a list of {', '.join(LOCALES)}, with {DEFAULT_LOCALE.code}")
    if problems:
        raise ConfigurationError(problems)
    return Profile(
        places=places,
        logo=logo,
        colours=colours,
        sites={code: _site(raw, code) for code in LOCALES if code in languages},
        allowed_hosts=tuple(host.lower() for host in hosts),
        featured_guides=tuple(featured),
    )


def _is_logo(path: Path) -> bool:
    return path.suffix in _LOGO_SUFFIXES and path.is_file() and path.stat().st_size <= _LARGEST_LOGO


def _site(raw: dict[str, Any], code: str) -> Site:
    def name(key: str) -> str:
        return str(raw[key].get(code) or raw[key][DEFAULT_LOCALE.code])

    return Site(
        province_name=name("province_name"),
        portal_name=name("portal_name"),
        national_portal_url=raw["national_portal_url"],
        **{key: raw.get(key) or None for key in _TEXTS},
    )
