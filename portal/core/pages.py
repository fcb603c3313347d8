"""What every page needs beside its content, and the one way to render: `render(page, fragment)`."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request
from flask_htmx import HTMX
from markupsafe import Markup

from portal.config import Config
from portal.core import clock
from portal.core.assets import Assets
from portal.core.content import ContentWatch
from portal.core.i18n import LOCALES, Locale, current_locale, localised_path
from portal.core.notices import NoticeBoard, NoticeText
from portal.core.profile import Profile, Site
from portal.core.profile_values import Values, with_values
from portal.core.templating import LocaleEnvironment

htmx = HTMX()
_EXTENSION = "gandan.renderer"
# How long a database that was away isn't asked again for the profile's sake.
_AWAY_SECONDS = 1.0
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
    # The whole address of the picture that messengers show; that of the portal where it is empty.
    image: str = ""
    # What staff tell every reader now.
    notices: list[NoticeText] = field(default_factory=list)
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
    "places": "/dia-ban",
    "teams": "/to-cong-nghe-so",
    "reductions": "/giam-phi",
    "calculator": "/tinh-phi",
    "documents": "/van-ban",
    "figures": "/so-lieu",
    "loop": "/so-lieu/tu-chia-se-den-nop",
    "own_figures": "/so-lieu/cong-nay",
    "feedback_figures": "/so-lieu-phan-anh",
    "reports": "/so-lieu/bao-cao",
    "meeting": "/so-lieu/hop",
    "about": "/gioi-thieu",
    "privacy": "/quyen-rieng-tu",
    "counting": "/chung-toi-dem-gi",
    "accessibility": "/tro-nang",
    "terms": "/dieu-khoan",
    "open_data": "/du-lieu-mo",
}
_DATA_FILES = LINKS["open_data"] + "/"
# Pages that no cache keeps and no search engine shows.
FORM_LINKS = {
    "feedback": "/phan-anh",
    "tracking": "/phan-anh/tra-cuu",
    "useful": "/huu-ich",
}


def json_ld(data: Mapping[str, Any]) -> Markup:
    """A schema.org object for a data block; `<` can't end the block early."""
    text = _JSON.encode(data)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything that pages of one moment are made with: the profile as it was then is part of compiled templates."""

    config: Config
    sites: Mapping[str, Site]
    values: Values
    environments: Mapping[str, LocaleEnvironment]

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
            if other.code in self.sites
        ]
        return page

    def text(self, template: str, locale: Locale, **context: Any) -> str:
        """A template of one language as text."""
        page = context.get("page")
        if isinstance(page, Page):
            self.complete(page, locale)
        return self.environments[locale.code].get_template(template).render(context)


def _asset_addresses(assets: Assets, site_url: str) -> dict[str, str]:
    """The addresses of static files, by the names that templates have for them."""
    return {
        "css": assets.url("css/site.css"),
        "staff_css": assets.url("css/staff.css"),
        "places_css": assets.url("css/places.css"),
        "teams_css": assets.url("css/teams.css"),
        "records_css": assets.url("css/records.css"),
        "fees_css": assets.url("css/fees.css"),
        "opendata_css": assets.url("css/opendata.css"),
        "charts_css": assets.url("css/charts.css"),
        "meetings_css": assets.url("css/meetings.css"),
        "feedback_css": assets.url("css/feedback.css"),
        "js": assets.url("js/site.js"),
        "place": assets.url("js/place.js"),
        "feedback": assets.url("js/feedback.js"),
        "meeting": assets.url("js/meeting.js"),
        "inline": assets.url("js/inline.js"),
        "suggest": assets.url("js/suggest.js"),
        "queue": assets.url("js/queue.js"),
        "editor": assets.url("js/editor.js"),
        "paste": assets.url("js/paste.js"),
        "toolbar": assets.url("js/toolbar.js"),
        "preview": assets.url("js/preview.js"),
        "share": assets.url("js/share.js"),
        "read_aloud": assets.url("js/read-aloud.js"),
        "sign_out": assets.url("js/sign-out.js"),
        "tally": assets.url("js/tally.js"),
        "tally_store": assets.url("js/tally-store.js"),
        "tally_worker": assets.url("js/tally-worker.js"),
        "htmx": assets.url("vendor/htmx.min.js"),
        "icons": assets.url("icons.svg"),
        "favicon": assets.url("favicon.svg"),
        "og_image": site_url + assets.url("og.png"),
        "og_path": assets.url("og.png"),
    }


class Renderer:
    """Templates, links and addresses of every language, made at start, and anew where staff change the profile.

    `profile` is what the file says. What staff have entered over it belongs to a content version: it is read once for
    each, before a page is made, and templates are compiled anew only where it differs.
    """

    def __init__(self, config: Config, profile: Profile, assets: Assets, templates: Path) -> None:
        self.config = config
        self.profile = profile
        self._templates = templates
        self._assets = _asset_addresses(assets, config.site_url)
        # Fetched by pages that somebody came to by a short link; no page names it.
        self.landed_script = assets.url("js/landed.js")
        # The addresses of the drawings that guides show, by name.
        self.pictures = {
            name.removeprefix("pictures/").removesuffix(".svg"): url
            for name, url in assets.urls.items()
            if name.startswith("pictures/")
        }
        self._logo = assets.url("logo" + profile.logo.suffix) if profile.logo else ""
        self._watch: ContentWatch | None = None
        self._board: NoticeBoard | None = None
        self._read: Callable[[], Values | None] = dict
        self._comparing = threading.Lock()
        self._ask_again_at = 0.0
        self._on_new_look: list[Callable[[Look], None]] = []
        # The content version for which the look was last compared, and the look: replaced together.
        self._known: tuple[int | None, Look] = (None, self._make_look({}))

    def asset(self, name: str) -> str:
        """The address of a static file, by the name that templates have for it."""
        return self._assets[name]

    def _make_look(self, values: Values) -> Look:
        sites = with_values(self.profile.sites, values)
        environments = {
            code: LocaleEnvironment(
                locale,
                self._templates,
                constants={
                    "site": sites[code],
                    "links": {name: localised_path(path, locale) for name, path in (LINKS | FORM_LINKS).items()},
                    "assets": self._assets,
                    "brand": {"logo": self._logo, "colour": self.profile.colours.primary},
                },
                icons_url=self._assets["icons"],
                auto_reload=self.config.debug,
            )
            for code, locale in LOCALES.items()
            if code in sites
        }
        return Look(config=self.config, sites=sites, values=values, environments=environments)

    def follow(self, watch: ContentWatch, read: Callable[[], Values | None], board: NoticeBoard | None = None) -> None:
        """From now on compare the look with what `read` says, at every version that `watch` learns of.

        What `board` knows is shown on pages.

        Where a page cache asks the same watch, no page that it keeps under a version has an older profile.
        """
        self._watch, self._read, self._board = watch, read, board

    def on_new_look(self, make: Callable[[Look], None]) -> None:
        """Call this with the look, now and before each new one is taken into use."""
        self._on_new_look.append(make)
        make(self._known[1])

    def version(self) -> int | None:
        """The content version as this process knows it, to keep by it what pages share; None: rely on none."""
        return self._watch.current() if self._watch else None

    def look(self) -> Look:
        """The look of this moment; the last one that was known where the database is away."""
        compared, look = self._known
        if self._watch is None:
            return look
        version = self._watch.current()
        return look if version is not None and version == compared else self._compare(self._watch)

    def _compare(self, watch: ContentWatch) -> Look:
        """Others wait meanwhile: a page with the old look would be kept under the new version."""
        with self._comparing:
            compared, look = self._known
            # Before the values: these may be newer than the version, and are then read once more.
            version = self._version(watch)
            if version is None or version == compared:
                return look
            values = self._read()
            if values is None:
                return look
            if values != look.values:
                look = self._make_look(values)
                for make in self._on_new_look:
                    make(look)
            self._known = (version, look)
            return look

    def _version(self, watch: ContentWatch) -> int | None:
        """The version; None where the database is away, which is found out once a second at most."""
        version = watch.current()
        if version is None and time.monotonic() >= self._ask_again_at:
            version = watch.exact()
            if version is None:
                self._ask_again_at = time.monotonic() + _AWAY_SECONDS
        return version

    def site(self, locale: Locale) -> Site:
        """The profile in one language, with what staff have entered."""
        return self.look().sites[locale.code]

    def text(self, template: str, locale: Locale, **context: Any) -> str:
        """A template of one language as text."""
        return self.look().text(template, locale, **context)

    def page(self, template: str, locale: Locale, **context: Any) -> str:
        """The same for a whole page that somebody reads now, with the notices that belong on it."""
        # Before the notices: they are then at least as new as the version under which the page may be kept.
        look, page = self.look(), context.get("page")
        if isinstance(page, Page) and self._board is not None:
            page.notices = self._board.on_page(page.path, locale.code, self.version(), clock.now())
        return look.text(template, locale, **context)


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
    response = Response(renderer().page(name, current_locale(), **context), status, mimetype="text/html")
    if fragment is not None:
        response.vary.update(HTMX_HEADERS)
    return response


def is_api_request() -> bool:
    """True for addresses that other systems read."""
    path = request.path
    return path.startswith("/api/") or (path.startswith(_DATA_FILES) and "." in path)
