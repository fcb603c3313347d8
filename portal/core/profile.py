"""The province profile: what makes an installation this province's portal."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal.config import ConfigurationError
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.text import nfc
from portal.core.theme import Colours, read_colours

_LISTS = ("allowed_hosts", "featured_guides", "languages", "retired_hosts")
_LOGO_SUFFIXES = (".svg", ".png", ".webp")
_LARGEST_LOGO = 100_000
_TEXTS = (
    "publisher",
    "responsible",
    "contact",
    "hotline",
    "source_code_url",
    "any_counter",
    "data_licence",
    "data_licence_url",
)


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
    # The document by which any service centre of the province takes papers for all; None where none is known.
    any_counter: str | None
    national_portal_url: str
    # Under which terms open data may be used: a name and an address; the rules of the decree where there are none.
    data_licence: str | None = None
    data_licence_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The province profile: one `Site` per language, and the hosts that content may link to."""

    sites: dict[str, Site]
    allowed_hosts: tuple[str, ...]
    featured_guides: tuple[str, ...]
    # Sites that were closed: links to them are flagged without asking.
    retired_hosts: tuple[str, ...] = ()
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
    places, logo = (_beside(path, raw.get(key)) for key in ("places", "logo"))
    colours, wrong = read_colours(raw.get("colours", {}))
    problems = [*_wrong_texts(raw), *_wrong_lists(raw), *_wrong_addresses(raw)]
    if "places" in raw and (places is None or not places.is_file()):
        problems.append("places must name a file (docs/howto/places.md)")
    if raw.get("logo") and (logo is None or not _is_logo(logo)):
        problems.append(f"logo must name a file of at most 100 kB: {', '.join(_LOGO_SUFFIXES)}")
    problems += [f"colours: {problem}" for problem in wrong]
    if problems:
        raise ConfigurationError([f"PROFILE {path}: {problem}" for problem in problems])
    languages = raw.get("languages", list(LOCALES))
    return Profile(
        places=places,
        logo=logo,
        colours=colours,
        sites={code: _site(raw, code) for code in LOCALES if code in languages},
        allowed_hosts=tuple(host.lower() for host in raw["allowed_hosts"]),
        featured_guides=tuple(raw.get("featured_guides", [])),
        retired_hosts=tuple(host.lower() for host in raw.get("retired_hosts", [])),
    )


def _beside(profile: Path, name: Any) -> Path | None:
    """A file that the profile names: beside it, unless the path is absolute."""
    return profile.parent / name if isinstance(name, str) and name else None


def _wrong_texts(raw: Mapping[str, Any]) -> Iterator[str]:
    known = {"province_name", "portal_name", "national_portal_url", "places", "logo", "colours", *_LISTS, *_TEXTS}
    for key in raw:
        if key not in known:
            yield f"{key!r} is not a known key"
    for key in ("province_name", "portal_name"):
        value = raw.get(key)
        if not isinstance(value, dict) or not isinstance(value.get(DEFAULT_LOCALE.code), str):
            yield f"{key} must give a text for {DEFAULT_LOCALE.code!r}"
    for key in (*_TEXTS, "logo"):
        if not isinstance(raw.get(key, ""), str):
            yield f"{key} must be a text"


def _wrong_lists(raw: Mapping[str, Any]) -> Iterator[str]:
    def is_list(value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(item, str) and item for item in value)

    if not raw.get("allowed_hosts") or not is_list(raw["allowed_hosts"]):
        yield "allowed_hosts must be a list of host names"
    if not is_list(raw.get("featured_guides", [])):
        yield "featured_guides must be a list of guides' slugs"
    languages = raw.get("languages", list(LOCALES))
    if not is_list(raw.get("retired_hosts", [])):
        yield "retired_hosts must be a list of host names"
    if not is_list(languages) or DEFAULT_LOCALE.code not in languages or not LOCALES.keys() >= set(languages):
        yield f"languages must be a list of {', '.join(LOCALES)}, with {DEFAULT_LOCALE.code}"


def _wrong_addresses(raw: Mapping[str, Any]) -> Iterator[str]:
    portal_url, source_url = raw.get("national_portal_url"), raw.get("source_code_url")
    if not isinstance(portal_url, str) or not portal_url.startswith("https://"):
        yield "national_portal_url must be an https address"
    if isinstance(source_url, str) and source_url and not source_url.startswith("https://"):
        yield "source_code_url must be an https address"
    licence, licence_url = raw.get("data_licence") or "", raw.get("data_licence_url") or ""
    if bool(licence) != bool(licence_url) or (licence_url and not str(licence_url).startswith("https://")):
        yield "data_licence and data_licence_url belong together: a name and an https address"


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
