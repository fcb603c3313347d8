"""From a guide file, or the values of one, to a guide: parsing and checking.

The file's form is described in docs/howto/write-a-guide.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from portal.core import markdown
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.text import nfc
from portal.guides import shown_rules
from portal.guides.written import ContentError, GuideData, TextData, markdown_texts
from portal.media.library import NOTHING, Library

KINDS = ("service", "life_event", "how_to")
CHANNELS = ("online", "direct", "postal")
STEP_RANGE = {"service": (5, 8), "life_event": (3, 8), "how_to": (3, 8)}
REQUIRED_OF_SERVICE = ("who", "prepare", "channels", "result", "mistakes", "questions")
SUMMARY_LIMIT = 220
TITLE_LIMIT = 200

_COMMON = ("slug", "kind", "icon", "procedures", "related", "reviewed_on", "next_review_on", "sources")
_TEXT_KEYS = ("title", "summary", "keywords", "procedure_labels", "who", "prepare", "looked_up", "steps", "videos",
              "channels", "result", "tips", "mistakes", "questions")  # fmt: skip
# What a guide may link to inside the portal.
_OWN_PAGES = ("/huong-dan/", "/giam-phi", "/tinh-phi", "/van-ban/")
Path = tuple[str | int, ...]
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE = re.compile(r"\d\.\d{6}")
_MONEY = re.compile(r"\d[\d.,]*\s*(?:đồng|đ|vnđ|vnd|nghìn đồng|triệu đồng)(?!\w)", re.IGNORECASE)


def parse_guide(  # noqa: PLR0917  what a guide may name, in the order in which it came to be
    text: str, name: str, allows: Callable[[str], bool], symbols: Collection[str], pictures: Collection[str] = (),
    library: Library = NOTHING,
) -> tuple[GuideData | None, list[ContentError]]:  # fmt: skip
    """One file's text to a guide, or None with everything that is wrong with it.

    `name` is the file's name without ending; `allows` says whether an https address may be linked to; `symbols` are
    the icons that there are, `pictures` the drawings that steps may show, `library` what editors uploaded.
    """
    # Here, because those who serve pages read no files.
    from portal.guides.yaml_lines import YamlError, load

    try:
        raw, lines = load(nfc(text))
    except YamlError as error:
        return None, [ContentError(error.line, "", error.message)]
    return _read(_Reader(raw, lines, allows, symbols, pictures, library), name)


def parse_values(
    raw: dict[str, Any], allows: Callable[[str], bool], symbols: Collection[str], pictures: Collection[str] = (),
    library: Library = NOTHING,
) -> tuple[GuideData | None, list[ContentError]]:  # fmt: skip
    """The values that a file would hold to a guide, as `parse_guide`; faults have no line, and name the very part."""
    return _read(_Reader(raw, None, allows, symbols, pictures, library), str(raw.get("slug", "")))


def _read(reader: _Reader, name: str) -> tuple[GuideData | None, list[ContentError]]:
    guide = reader.guide(name)
    return (None if reader.errors else guide), sorted(reader.errors)


class _Reader:
    """Walks one file's values and collects its faults."""

    def __init__(  # noqa: PLR0917
        self,
        raw: Any,
        lines: dict[Path, int] | None,
        allows: Callable[[str], bool],
        symbols: Collection[str],
        pictures: Collection[str],
        library: Library,
    ) -> None:
        self.raw = raw
        self.lines = lines
        self.allows = allows
        self.symbols = symbols
        self.pictures = pictures
        self.library = library
        self.errors: list[ContentError] = []

    def fail(self, path: Path, message: str, code: str = "wrong", value: object = "") -> None:
        while self.lines is not None and path not in self.lines and path:
            path = path[:-1]
        line = 0 if self.lines is None else self.lines.get(path, 1)
        self.errors.append(ContentError(line, ".".join(map(str, path)), message, code, str(value)))

    def guide(self, name: str) -> GuideData | None:
        if not isinstance(self.raw, dict):
            self.fail((), "a guide file is a mapping of keys to values")
            return None
        for key in self.raw:
            if key not in _COMMON and key not in LOCALES:
                self.fail((key,), f"unknown key {key!r}")
        kind = self.choice(("kind",), KINDS)
        slug = self.text(("slug",))
        if slug and (not _SLUG.fullmatch(slug) or len(slug) > 100):
            self.fail(("slug",), "a slug is lower-case ASCII words joined by hyphens, at most 100 characters", "slug")
        if slug != name:
            self.fail(("slug",), f"the slug must be the file's name, {name!r}")
        procedures = self.texts(("procedures",))
        for index, code in enumerate(procedures):
            if not _CODE.fullmatch(code):
                self.fail(("procedures", index), f"{code!r} is not a procedure code like 1.001193", "procedure", code)
        if kind == "service" and not procedures:
            self.fail(("procedures",), "a service guide names at least one procedure", "no_procedure")
        icon = self.text(("icon",))
        if icon and icon not in self.symbols:
            self.fail(("icon",), f"there is no symbol {icon!r} in static/icons.svg", "icon", icon)
        reviewed_on, next_review_on = self.day(("reviewed_on",)), self.day(("next_review_on",))
        if reviewed_on >= next_review_on:
            self.fail(("next_review_on",), "the next review must come after the last one", "review")
        if DEFAULT_LOCALE.code not in self.raw:
            self.fail((), f"the part {DEFAULT_LOCALE.code!r} is missing")
        texts = tuple(self.language(code, kind, procedures) for code in LOCALES if code in self.raw)
        shown_rules.same_pictures(self, texts)
        return GuideData(
            slug=slug, kind=kind, icon=icon, procedures=tuple(procedures),
            related=tuple(self.texts(("related",))), sources=self.sources(),
            reviewed_on=reviewed_on, next_review_on=next_review_on, texts=texts,
        )  # fmt: skip

    def language(self, code: str, kind: str, procedures: list[str]) -> TextData:
        raw = self.raw[code]
        if not isinstance(raw, dict):
            self.fail((code,), "a language part is a mapping")
            raw = {}
        for key in raw:
            if key not in _TEXT_KEYS:
                self.fail((code, key), f"unknown key {key!r}")
        title, summary = self.text((code, "title")), self.text((code, "summary"))
        if len(title) > TITLE_LIMIT:
            self.fail((code, "title"), f"{len(title)} characters; at most {TITLE_LIMIT}", "long", TITLE_LIMIT)
        if len(summary) > SUMMARY_LIMIT:
            self.fail((code, "summary"), f"{len(summary)} characters; at most {SUMMARY_LIMIT}", "long", SUMMARY_LIMIT)
        body = self.body(code, raw)
        if code == DEFAULT_LOCALE.code:
            self.require_parts(code, kind, body)
        self.check_labels(code, procedures, body)
        keywords = tuple(self.texts((code, "keywords")))
        if not keywords:
            self.fail((code, "keywords"), "at least one phrase that people would type", "no_keyword")
        self.check_words(code, body)
        return TextData(
            locale=code, title=title, summary=summary, keywords=keywords, body=body
        )  # fmt: skip

    def body(self, code: str, raw: dict[str, Any]) -> dict[str, Any]:
        """The parts of a language. Rows of a translation may be empty, so that each stays beside its Vietnamese."""
        is_open = code != DEFAULT_LOCALE.code
        body: dict[str, Any] = {key: self.text((code, key)) for key in ("who", "result") if key in raw}
        for key in ("looked_up", "tips", "mistakes"):
            if key in raw:
                body[key] = self.texts((code, key), may_be_empty=is_open)
        if "prepare" in raw:
            body["prepare"] = self.items((code, "prepare"), ("item",), ("note",))
        if "steps" in raw:
            optional = ("text", "guide", "picture", "picture_alt")
            body["steps"] = self.items((code, "steps"), ("title",), optional, may_be_empty="picture_alt")
            shown_rules.check_pictures(self, (code, "steps"), body["steps"])
        if "videos" in raw:
            body["videos"] = shown_rules.videos(self, (code, "videos"), len(body.get("steps", [])))
        if "questions" in raw:
            body["questions"] = self.items((code, "questions"), ("question", "answer"), ())
        for key in ("channels", "procedure_labels"):
            if key in raw:
                body[key] = self.mapping((code, key))
        for channel in body.get("channels", {}):
            if channel not in CHANNELS:
                self.fail((code, "channels", channel), f"a channel is one of {', '.join(CHANNELS)}")
        return body

    def require_parts(self, code: str, kind: str, body: dict[str, Any]) -> None:
        if kind == "service":
            for key in REQUIRED_OF_SERVICE:
                if not body.get(key):
                    self.fail((code, key), f"{key!r} is missing", "missing")
        low, high = STEP_RANGE.get(kind, (1, 99))
        if not low <= len(body.get("steps", [])) <= high:
            self.fail(
                (code, "steps"), f"{low} to {high} steps, here {len(body.get('steps', []))}", "steps", f"{low}–{high}"
            )

    def check_labels(self, code: str, procedures: list[str], body: dict[str, Any]) -> None:
        labels = body.get("procedure_labels", {})
        is_asked = code == DEFAULT_LOCALE.code and len(procedures) > 1
        for procedure in procedures if is_asked else ():
            if procedure not in labels:
                self.fail((code, "procedure_labels"), f"says nothing of {procedure}", "label", procedure)
        for label in labels:
            if label not in procedures:
                self.fail(
                    (code, "procedure_labels", label), f"{label} is not among the procedures", "label_of_none", label
                )

    def check_words(self, code: str, body: dict[str, Any]) -> None:
        """Amounts are never typed, links lead to allowed hosts; the line named is that of the language part."""
        for text in markdown_texts(body):
            money = _MONEY.search(text)
            if money:
                self.fail(
                    self.where(code, text),
                    f"{money.group()!r}: amounts come from the record, never typed",
                    "money",
                    money.group(),
                )
            for link in markdown.links(text):
                if not (link.startswith(_OWN_PAGES) or link.startswith("tel:") or self.allows(link)):
                    self.fail(
                        self.where(code, text),
                        f"link to {link!r}, which is not on an allowed host by https",
                        "link",
                        link,
                    )

    def where(self, code: str, text: str) -> Path:
        """The path of the value that holds a text."""

        def search(value: Any, path: Path) -> Path | None:
            if value == text:
                return path
            children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            for key, child in children:
                found = search(child, (*path, key))
                if found:
                    return found
            return None

        return search(self.raw[code], (code,)) or (code,)

    def value(self, path: Path) -> Any:
        value = self.raw
        for key in path:
            if isinstance(value, dict):
                value = value.get(key)
            else:
                value = value[key] if isinstance(value, list) and isinstance(key, int) else None
        return value

    def text(self, path: Path) -> str:
        value = self.value(path)
        if not isinstance(value, str) or not value.strip():
            self.fail(path, f"{path[-1]!r} must be a text", "missing")
            return ""
        return value.strip()

    def texts(self, path: Path, *, may_be_empty: bool = False) -> list[str]:
        value = self.value(path)
        if value is None:
            self.fail(path, f"{path[-1]!r} is missing; [] where there is nothing", "missing")
            return []
        if not isinstance(value, list) or not all(
            isinstance(item, str) and (may_be_empty or item.strip()) for item in value
        ):
            self.fail(path, f"{path[-1]!r} must be a list of texts")
            return []
        return [item.strip() for item in value]

    def mapping(self, path: Path) -> dict[str, str]:
        value = self.value(path)
        if not isinstance(value, dict) or not all(isinstance(item, str) and item.strip() for item in value.values()):
            self.fail(path, f"{path[-1]!r} must give a text for each key")
            return {}
        return {key: item.strip() for key, item in value.items()}

    def items(
        self, path: Path, required: tuple[str, ...], optional: tuple[str, ...], *, may_be_empty: str = ""
    ) -> list[dict[str, str]]:
        value = self.value(path)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fail(path, f"{path[-1]!r} must be a list of mappings with {', '.join(required)}")
            return []
        result = []
        for index, item in enumerate(value):
            for key in item:
                if key not in required + optional:
                    self.fail((*path, index, key), f"unknown key {key!r}")
            is_open = path[0] != DEFAULT_LOCALE.code
            texts = {
                key: "" if is_open and item.get(key, "") == "" else self.text((*path, index, key)) for key in required
            }
            given = [key for key in optional if key in item and not (key == may_be_empty and item[key] == "")]
            texts.update({key: self.text((*path, index, key)) for key in given})
            texts.update({key: "" for key in optional if key in item and key not in given})
            result.append(texts)
        return result

    def sources(self) -> tuple[dict[str, str], ...]:
        found = self.items(("sources",), ("title",), ("number", "url", "as_of"))
        for index, source in enumerate(found):
            if "url" in source and not self.allows(source["url"]):
                self.fail(
                    ("sources", index, "url"),
                    f"{source['url']!r} is not on an allowed host by https",
                    "link",
                    source["url"],
                )
        return tuple(found)

    def choice(self, path: Path, choices: tuple[str, ...]) -> str:
        value = self.text(path)
        if value and value not in choices:
            self.fail(path, f"{value!r} is not one of {', '.join(choices)}")
        return value

    def day(self, path: Path) -> date:
        value = self.text(path)
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(path, f"{value!r} is not a day like 2026-11-22", "day")
            return date.min
