"""Languages: Vietnamese at `/`, every other language at `/<code>/` and the same path.

The strings of the templates are Vietnamese; `translations/<code>/` holds the other languages. A further language is
one line in `LOCALES` and one catalogue; it may be one of which Unicode's CLDR knows nothing, such as Hrê. What its
catalogue lacks is shown in Vietnamese. What knows two languages alone is named in docs/howto/add-a-language.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain

from portal.config import ROOT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(frozen=True, slots=True)
class Locale:
    """A language of the portal; `prefix` stands before every path of it."""

    code: str
    name: str
    prefix: str


LOCALES: Mapping[str, Locale] = {
    locale.code: locale for locale in (Locale("vi", "Tiếng Việt", ""), Locale("en", "English", "/en"))
}
DEFAULT_LOCALE = LOCALES["vi"]
# Machine-read addresses exist once, without a language.
UNLOCALISED = ("/static/", "/robots.txt", "/sitemap.xml", "/healthz", "/readyz", "/favicon.ico")

CATALOGUES = ROOT / "translations"
_ENVIRON_KEY = "gandan.locale"
_spoken: ContextVar[str] = ContextVar("_spoken", default="")


class LocaleMiddleware:
    """Moves a language prefix from the path to SCRIPT_NAME.

    Routes are registered once, and `url_for` puts the prefix back by itself.
    """

    def __init__(self, application: WSGIApplication, offered: Iterable[str]) -> None:
        self.application = application
        self._offered = [LOCALES[code] for code in offered]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        for locale in self._offered:
            if locale.prefix and path.startswith(locale.prefix + "/"):
                rest = path.removeprefix(locale.prefix)
                if not rest.startswith(UNLOCALISED):
                    environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + locale.prefix
                    environ["PATH_INFO"] = rest
                    environ[_ENVIRON_KEY] = locale.code
                break
        return self.application(environ, start_response)


def locale_code(environ: WSGIEnvironment) -> str:
    """The language that `LocaleMiddleware` found in an address."""
    code: str = environ.get(_ENVIRON_KEY, DEFAULT_LOCALE.code)
    return code


def current_locale() -> Locale:
    """The language of this request; Vietnamese outside of one."""
    if has_request_context():
        return LOCALES[locale_code(request.environ)]
    return DEFAULT_LOCALE


def localised_path(path: str, locale: Locale) -> str:
    """A path without language (`/huong-dan/x`) as an address in `locale`."""
    return locale.prefix + path


@cache
def catalogue(code: str) -> NullTranslations:
    """The compiled catalogue of a language; the source language has none.

    Raises FileNotFoundError where a catalogue was never compiled (`make locale`): half a language is worse than a
    clear stop at start.
    """
    if code == DEFAULT_LOCALE.code:
        return NullTranslations()
    path = CATALOGUES / code / "LC_MESSAGES" / "messages.mo"
    with path.open("rb") as file:
        return Translations(file)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """`gettext` of Python code in a language, whatever the request's is: for mails and files."""
    token = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(token)


class _Catalogues(Domain):  # type: ignore[misc]  # which has no types
    """The catalogues that the templates have. Flask-Babel's own way asks CLDR about the language first."""

    def get_translations(self) -> NullTranslations:
        return catalogue(_spoken.get() or current_locale().code)


def init_babel(app: Flask) -> None:
    """Give Python code the language of the request: `flask_babel.gettext`."""
    Babel(app, default_locale=DEFAULT_LOCALE.code).domain_instance = _Catalogues()
