"""What may be shared: our own public pages, and nothing else.

An address is taken apart and put together anew: no character of what somebody typed reaches a link unless it belongs to
the path of such a page, or to a parameter that chooses its content and is in a form that the page itself would write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.pages import renderer
from portal.core.registry import shared_page_titles
from portal.fees import selection
from portal.fees.selection import SelectionError
from portal.fees.snapshot import snapshot
from portal.guides import queries as guides
from portal.legal import queries as documents
from portal.places.kinds import full_name
from portal.procedures import queries as procedures

LONGEST = 500
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_IS_SLUG = re.compile(_SLUG)
# Letters of paths and of our parameters; no per cent sign, no backslash, no colon, no control character.
_PLAIN = re.compile(r"/[A-Za-z0-9._/-]*(?:\?[A-Za-z0-9._&=-]*)?")
_PATH = re.compile(rf"/(?P<folder>[a-z0-9-]*)(?:/(?P<key>{_SLUG}|\d\.\d{{6}}))?")
# The pages that are there once, as they are called in Vietnamese: the language of posters.
_STANDING = {
    "huong-dan": "Tất cả hướng dẫn",
    "su-kien": "Việc trong đời",
    "linh-vuc": "Lĩnh vực",
    "doi-tuong": "Dành cho ai",
    "co-quan": "Cơ quan giải quyết",
    "a-z": "Mọi thủ tục từ A đến Z",
    "dia-ban": "Tìm xã, phường của bạn",
    "giam-phi": "Chính sách giảm phí",
    "van-ban": "Văn bản",
    "gioi-thieu": "Giới thiệu",
    "quyen-rieng-tu": "Quyền riêng tư",
    "tro-nang": "Trợ năng",
    "dieu-khoan": "Điều khoản sử dụng",
    "du-lieu-mo": "Dữ liệu mở",
    "chung-toi-dem-gi": "Chúng tôi đếm gì",
}
CALCULATOR = "tinh-phi"
GUIDES = "huong-dan"


@dataclass(frozen=True, slots=True)
class Target:
    """A public page of ours: its path without language, query included, and its Vietnamese title."""

    path: str
    title: str


class Address(NamedTuple):
    """A path that may be a page of ours: its folder, the key inside of it, "" for its own page, and its query."""

    folder: str
    key: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The one way to write it."""
        path = f"/{self.folder}/{self.key}" if self.key else f"/{self.folder}"
        return f"{path}?{urlencode(self.query)}" if self.query else path


def target_of(typed: str, site_url: str) -> Target | None:
    """The page that an address names, also one of another language or copied whole from a browser; None for any other.

    A page that isn't there (yet, or any more) can't be shared either.
    """
    address = read_address(typed, site_url)
    title = title_of(address) if address else None
    return Target(address.path, title) if address and title else None


def read_address(typed: str, site_url: str = "") -> Address | None:
    """An address of ours taken apart; None for what is no address of a page that may be shared."""
    text = typed.removeprefix(site_url) if site_url and typed.startswith(f"{site_url}/") else typed
    text = text.partition("#")[0]
    if len(text) > LONGEST or "//" in text or not _PLAIN.fullmatch(text):
        return None
    path, _mark, query = text.partition("?")
    found = _PATH.fullmatch(_without_language(path))
    if found is None:
        return None
    address = Address(found["folder"], found["key"] or "")
    address = address._replace(query=_kept(address, dict(reversed(parse_qsl(query)))))
    return address if len(address.path) <= LONGEST else None


def _without_language(path: str) -> str:
    for locale in LOCALES.values():
        if locale.prefix and f"{path}/".startswith(f"{locale.prefix}/"):
            return path.removeprefix(locale.prefix) or "/"
    return path


def _kept(address: Address, query: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The parameters that choose what a page shows, in one order, each as the page would write it."""
    if address.folder == CALCULATOR and not address.key:
        kept = {"dv": _selection(query.get("dv", "")), "ngay": _day(query.get("ngay", "")), "xa": _slug(query)}
    elif address.folder in {GUIDES, "giam-phi"} and address.key:
        kept = {"xa": _slug(query)}
    else:
        kept = {}
    return tuple((name, value) for name, value in kept.items() if value)


def _slug(query: Mapping[str, str]) -> str:
    value = query.get("xa", "")
    return value if _IS_SLUG.fullmatch(value) else ""


def _selection(text: str) -> str:
    try:
        return selection.text_of(selection.parse(text))
    except SelectionError:
        return ""


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else ""
    except ValueError:
        return ""


def title_of(address: Address) -> str | None:
    """The Vietnamese title of the page at an address; None where there is no such page."""
    if not address.key:
        return _title_of_folder(address.folder)
    if address.folder in shared_page_titles():
        return shared_page_titles()[address.folder](address.key)
    finder = _TITLES.get(address.folder)
    return finder(address.key) if finder else None


def _title_of_folder(folder: str) -> str | None:
    if not folder:
        return renderer().site(DEFAULT_LOCALE).portal_name
    if folder == CALCULATOR:
        return "Tính thử phí"
    if folder in shared_page_titles():
        return shared_page_titles()[folder]("")
    return _STANDING.get(folder)


def _guide(slug: str) -> str | None:
    return next((card.title for card in guides.cards(DEFAULT_LOCALE.code, slugs=[slug])), None)


def _place(slug: str) -> str | None:
    place = snapshot().atlas.get(slug)
    return full_name(place) if place else None


def _record(code: str) -> str | None:
    facts = procedures.record_facts([code]).get(code)
    return facts.name if facts else None


def _reduction(slug: str) -> str | None:
    found = snapshot().tariff.reductions.get(slug)
    return found.name(DEFAULT_LOCALE.code) if found else None


def _document(slug: str) -> str | None:
    facts = documents.facts_of(slug, with_demo=renderer().config.demo)
    return facts.number if facts else None


_TITLES: Mapping[str, Callable[[str], str | None]] = {
    GUIDES: _guide,
    "dia-ban": _place,
    "thu-tuc": _record,
    "giam-phi": _reduction,
    "van-ban": _document,
}
