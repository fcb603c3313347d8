"""What `guides check` asks of guide files beyond what importing needs: plain words, known codes, sources."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from portal.core.text import nfc
from portal.guides import plain
from portal.guides.written import ContentError, GuideData
from portal.guides.yaml_lines import Path, load

_CODE = re.compile(r"(?<![\d.])\d\.\d{6}(?![\d.])")
# Search words, papers' names as printed, and what isn't prose.
NO_PROSE = (
    "keywords", "procedure_labels", "item", "guide", "picture", "url", "file", "duration", "megabytes", "step"
)  # fmt: skip
_ACCENTED_LOCALE = "vi"


def faults(
    text: str, guide: GuideData, *, codes: Collection[str], slugs: Collection[str], jargon: dict[str, str]
) -> list[ContentError]:
    """Every such fault of one file that parsed, by line.

    `codes` are the procedures that there are, `slugs` the guides; `jargon` is as `plain.read_jargon` gives it.
    """
    raw, lines = load(nfc(text))
    found = list(_decomposed(text))
    found += [
        ContentError(_line(lines, ("procedures", index)), "procedures", f"no record has the code {code}")
        for index, code in enumerate(guide.procedures)
        if code not in codes
    ]
    found += [
        ContentError(_line(lines, ("related",)), "related", f"leads to {slug!r}, and there is no such guide")
        for slug in sorted(guide.references() - set(slugs))
    ]
    if guide.kind == "life_event" and not (guide.sources or guide.procedures):
        found.append(ContentError(_line(lines, ("sources",)), "sources", "a life event names its sources"))
    for locale in (content.locale for content in guide.texts):
        found += _language(raw[locale], locale, lines, codes, jargon)
    return sorted(found)


def _language(
    part: dict[str, Any], locale: str, lines: dict[Path, int], codes: Collection[str], jargon: dict[str, str]
) -> Iterator[ContentError]:
    prose = list(_prose(part, (locale,)))
    for path, text in prose:
        messages = [str(remark) for remark in plain.remarks(text, jargon if locale == _ACCENTED_LOCALE else {})]
        messages += [f"no record has the code {code}" for code in _CODE.findall(text) if code not in codes]
        for message in messages:
            yield ContentError(_line(lines, path), ".".join(map(str, path)), message)
    heavy = plain.too_many_long([text for _, text in prose])
    if heavy:
        yield ContentError(_line(lines, (locale,)), locale, heavy)


def _prose(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The sentences that people read; not search words, and not papers' names, which stay as printed."""
    if isinstance(value, str):
        yield path, value
        return
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        if key not in NO_PROSE:
            yield from _prose(child, (*path, key))


def _decomposed(text: str) -> Iterator[ContentError]:
    for number, line in enumerate(text.splitlines(), 1):
        if line != nfc(line):
            yield ContentError(number, "", "accents are written apart from their letters; save the text as Unicode NFC")


def _line(lines: dict[Path, int], path: Path) -> int:
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)
