"""What every page needs beside its content, and the one way to render: `render(page, fragment)`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request
from flask_htmx import HTMX
from markupsafe import Markup

from portal.config import Config
from portal.core.assets import Assets
from portal.core.i18n import LOCALES, Locale, current_locale, localised_path
from portal.core.profile import Profile
from portal.core.templating import LocaleEnvironment

htmx = HTMX()
_EXTENSION = "gandan.renderer"
# All that `wants_fragment` looks at, and what caches are told to tell answers apart by.
HTMX_HEADERS = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in one language."""

    code: str
    name: str
    url: str
    absolute_url: str
    is_current: bool


@dataclass(slots=True, kw_only=True)
class Page:
    """What the layout shows around the content of one page.

    `path` is without language; `query` are the parameters that choose the content, which the other languages and the
    canonical address share.
    """

    title: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    description: str = ""
    breadcrumbs: list[tuple[str, str | None]] = field(default_factory=list)
    json_ld: Markup | None = None
    noindex: bool = False
    search_text: str = ""
    canonical: str = ""
    languages: list[LanguageLink] = field(default_factory=list)


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
# name in templates -> path without language
LINKS = {
    "home": "/",
    "search": "/tim-kiem",
    "guides": "/huong-dan",
    "life_events": "/su-kien",
    "fields": "/linh-vuc",
    "audiences": "/doi-tuong",
    "agencies": "/co-quan",
    "a_z": "/a-z",
    "about": "/gioi-thieu",
    "privacy": "/quyen-rieng-tu",
    "accessibility": "/tro-nang",
    "terms": "/dieu-khoan",
    "open_data": "/du-lieu-mo",
}


def json_ld(data: Mapping[str, Any]) -> Markup:
    """A schema.org object for a data block; `<` can't end the block early."""
    text = _JSON.encode(data)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


class Renderer:
    """Templates, links and addresses of every language, made once at start."""

    def __init__(self, config: Config, profile: Profile, assets: Assets, templates: Path) -> None:
        self.config = config
        self.profile = profile
        asset_urls = {
            "css": assets.url("css/site.css"),
            "staff_css": assets.url("css/staff.css"),
            "js": assets.url("js/site.js"),
            "suggest": assets.url("js/suggest.js"),
            "htmx": assets.url("vendor/htmx.min.js"),
            "icons": assets.url("icons.svg"),
            "favicon": assets.url("favicon.svg"),
            "og_image": config.site_url + assets.url("og.png"),
        }
        self.environments: dict[str, LocaleEnvironment] = {}
        for code, locale in LOCALES.items():
            constants = {
                "site": profile.sites[code],
                "links": {name: localised_path(path, locale) for name, path in LINKS.items()},
                "assets": asset_urls,
            }
            self.environments[code] = LocaleEnvironment(
                locale,
                templates,
                constants=constants,
                icons_url=asset_urls["icons"],
                auto_reload=config.debug,
            )

    def complete(self, page: Page, locale: Locale) -> Page:
        """Fill in the addresses of a page that follow from its path."""
        path = f"{page.path}?{urlencode(page.query)}" if page.query else page.path
        page.canonical = self.config.site_url + localised_path(path, locale)
        page.languages = [
            LanguageLink(
                code=other.code,
                name=other.name,
                url=localised_path(path, other),
                absolute_url=self.config.site_url + localised_path(path, other),
                is_current=other is locale,
            )
            for other in LOCALES.values()
        ]
        return page

    def text(self, template: str, locale: Locale, **context: Any) -> str:
        """A template of one language as text."""
        page = context.get("page")
        if isinstance(page, Page):
            self.complete(page, locale)
        return self.environments[locale.code].get_template(template).render(context)


def init_renderer(app: Flask, renderer: Renderer) -> None:
    """Give the application its renderer."""
    app.extensions[_EXTENSION] = renderer
    htmx.init_app(app)


def renderer(app: Flask | None = None) -> Renderer:
    """The renderer of the current application, or of `app`."""
    found: Renderer = (app or current_app).extensions[_EXTENSION]
    return found


def wants_fragment() -> bool:
    """Whether HTMX asks for a part of the page; boosted links and a restored history want the whole.

    This alone decides, for `render` and for the page cache.
    """
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render(template: str, fragment: str | None = None, *, status: int = 200, **context: Any) -> Response:
    """The page, or its fragment where HTMX asks for that; caches learn from `Vary` that there are two answers."""
    name = fragment if fragment is not None and wants_fragment() else template
    response = Response(renderer().text(name, current_locale(), **context), status, mimetype="text/html")
    if fragment is not None:
        response.vary.update(HTMX_HEADERS)
    return response


def is_api_request() -> bool:
    """True for addresses that other systems read."""
    return request.path.startswith("/api/")
