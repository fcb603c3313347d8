"""The standing texts: about the portal, privacy, terms and the like. Those that ship, or what staff have written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup

from portal.config import ROOT
from portal.core import markdown, site_content
from portal.core.audit import Subject
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, Locale
from portal.core.notices import OWN_PAGE
from portal.core.permissions import Actor
from portal.core.text import clean_line, clean_paragraphs
from portal.linkcheck.queries import TEXT, Carrier

NAMES = ("gioi-thieu", "quyen-rieng-tu", "chung-toi-dem-gi", "tro-nang", "dieu-khoan")
LONGEST_TITLE, LONGEST = 120, 30_000
MOST_VERSIONS = 20
_FOLDER = ROOT / "portal" / "starter" / "pages"


class TextError(Exception):
    """Why a text is refused; `text` is what it is about. Codes: no_title, no_text, long, link."""

    def __init__(self, code: str, field: str, text: str = "") -> None:
        self.code, self.field, self.text = code, field, text
        super().__init__(f"{code} {text}".strip())


@dataclass(frozen=True, slots=True)
class Version:
    """How a text was: until when, and who changed it then."""

    until: datetime
    by: str
    text: str


def key_of(name: str, locale: str) -> str:
    """Under what a text is stored."""
    return f"text.{name}.{locale}"


@cache
def shipped(name: str, locale: str) -> str:
    """The text that ships, its title in the first line; "" where there is none in a language."""
    path = _FOLDER / f"{name}.{locale}.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def own(name: str, locale: str) -> str | None:
    """What staff have written, or None."""
    value: dict[str, Any] | None = site_content.value_of(key_of(name, locale))
    return value["text"] if value else None


def text_of(name: str, locale: str) -> str:
    """The text that holds in a language, "" where there is none."""
    found = own(name, locale)
    return shipped(name, locale) if found is None else found


def link_carriers() -> list[Carrier]:
    """The texts that hold, for the check of links; the key is that under which staff's own is stored."""
    found = [(key_of(name, locale), text_of(name, locale)) for name in NAMES for locale in LOCALES]
    return [Carrier(TEXT, key, parted(text)[0], (), texts=(text,)) for key, text in found if text]


def versions(name: str, locale: str) -> Sequence[Version]:
    """How a text was before, the latest first."""
    value: dict[str, Any] = site_content.value_of(key_of(name, locale)) or {"former": []}
    return [Version(datetime.fromisoformat(until), by, text) for until, by, text in value["former"]]


def rendered(name: str, locale: Locale) -> tuple[str, Markup, str]:
    """Title, body and description of a text, in Vietnamese where there is no other."""
    return render(text_of(name, locale.code) or text_of(name, DEFAULT_LOCALE.code), locale.prefix)


@lru_cache(maxsize=32)
def render(text: str, prefix: str) -> tuple[str, Markup, str]:
    """Title, body as HTML and description of a text."""
    title, body = parted(text)
    html = Markup(markdown.localise_links(markdown.to_html(body), prefix))
    return title, html, markdown.to_plain(body)[:160]


def parted(text: str) -> tuple[str, str]:
    """Title and body of a text."""
    heading, _newline, body = text.partition("\n")
    return heading.removeprefix("# ").strip(), body.strip("\n")


def joined(title: str, body: str, allows: Callable[[str], bool]) -> str:
    """A text of a title and a body in Markdown; raises TextError."""
    title, body = clean_line(title, 4 * LONGEST_TITLE), clean_paragraphs(body, 2 * LONGEST)
    if not title:
        raise TextError("no_title", "title")
    if len(title) > LONGEST_TITLE:
        raise TextError("long", "title")
    if not body:
        raise TextError("no_text", "body")
    if len(body) > LONGEST:
        raise TextError("long", "body")
    for url in markdown.links(body):
        if not (OWN_PAGE.fullmatch(url) or url.startswith(("mailto:", "tel:", "#")) or allows(url)):
            raise TextError("link", "body", url[:100])
    return f"# {title}\n\n{body}\n"


def save(name: str, locale: str, text: str | None, *, counter: int, actor: Actor, now: datetime) -> bool:
    """Put another text in place; None goes back to what ships. Whether anything differs.

    Raises site_content.ChangedMeanwhileError where somebody saved after `counter`.
    """
    before = text_of(name, locale)
    if text is not None and text == shipped(name, locale):
        text = None
    if text == own(name, locale):
        counter_now = site_content.counter_of(key_of(name, locale))
        if counter != counter_now:
            raise site_content.ChangedMeanwhileError(name)
        return False
    former = [[one.until.isoformat(), one.by, one.text] for one in versions(name, locale)]
    value = {"text": text, "former": [[now.isoformat(), actor.name, before], *former][:MOST_VERSIONS]}
    subject = Subject("site_text", f"{name}.{locale}", parted(before)[0])
    return site_content.save(
        key_of(name, locale), value, counter=counter, actor=actor, now=now, subject=subject, before=before
    )


def all_texts() -> dict[str, str]:
    """The texts that hold, by their file names."""
    return {f"{name}.{locale}.md": text for name in NAMES for locale in LOCALES if (text := text_of(name, locale))}
