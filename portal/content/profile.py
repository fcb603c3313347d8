"""The province profile as a file: what the machine's own says, with what staff have entered over it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from portal.config import ConfigurationError
from portal.content.folder import Folder
from portal.content.parts import Files, Part
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.pages import renderer
from portal.core.permissions import Actor
from portal.core.profile import Site, load_profile
from portal.core.profile_values import EDITABLE, entered_values, save_values, with_values
from portal.core.theme import Colours

PROFILE = "profile.toml"
_NAMES = ("province_name", "portal_name")
_TEXTS = ("publisher", "responsible", "contact", "hotline", "any_counter", "source_code_url", "data_licence",
          "data_licence_url")  # fmt: skip
_HEAD = (
    "# The province whose portal this is. A file for PROFILE on another machine; imported into a portal, only what\n"
    "# its staff may enter is taken over. Logo and the units' file are named by hand (docs/howto/your-province.md).\n\n"
)


def _write() -> Files:
    profile, (values, _changed_at) = renderer().profile, entered_values()
    sites = with_values(profile.sites, values)
    default = sites[DEFAULT_LOCALE.code]
    lines = [f"{name} = {{ {', '.join(_said(code, getattr(site, name)) for code, site in sites.items())} }}"
             for name in _NAMES]  # fmt: skip
    lines += [_said(name, getattr(default, name) or "") for name in _TEXTS]
    lines += [_said("national_portal_url", default.national_portal_url), _said("languages", list(profile.languages))]
    for name in ("allowed_hosts", "retired_hosts", "featured_guides"):
        lines.append(_said(name, list(getattr(profile, name))))
    if profile.colours != Colours():
        lines += ["", "[colours]", *(_said(name, value) for name, value in asdict(profile.colours).items())]
    yield PROFILE, _HEAD + "\n".join(lines) + "\n"


def _said(name: str, value: Any) -> str:
    """A line of TOML: its texts and lists of texts are written as JSON's are."""
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def _load(folder: Folder, now: datetime) -> int:
    path = folder.path(PROFILE)
    if path is None:
        return 0
    try:
        given = load_profile(path)
    except ConfigurationError as error:
        for problem in error.problems:
            folder.fail(PROFILE, 0, problem)
        return 0
    own = renderer().profile.sites
    wanted = {
        (name, locale): _differs(given.sites[code], own[code], name)
        for name, locale in EDITABLE
        if (code := locale or DEFAULT_LOCALE.code) in given.sites and code in own
    }
    return int(save_values(wanted, actor=Actor("command", "", ""), now=now))


def _differs(given: Site, own: Site, name: str) -> str:
    """What staff would have to enter so that a value is as given; "" where the machine's own file says so."""
    value = getattr(given, name) or ""
    return "" if value == (getattr(own, name) or "") else str(value)


PARTS = (Part("province profile", _write, _load),)
