"""Markdown that was begun and not ended: readers would see its marks instead of what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

BOLD, LINK, LIST, HEADING = "bold", "link", "list", "heading"
_PARAGRAPHS = re.compile(r"\n\s*\n")
_TARGET = re.compile(r"[^()\s]+\)")
_LINK_APART = re.compile(r"\[[^\[\]\n]+\]\s+\((?:https?:/|/)")
_LINES = {
    LIST: re.compile(r"^\s*(?:-(?=[^\W\d])|\d{1,2}\.(?=[^\W\d]))", re.MULTILINE),
    HEADING: re.compile(r"^#{1,6}(?=[^#\s])", re.MULTILINE),
}
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Broken:
    """What is broken, and the words where it is."""

    kind: str
    text: str


def broken_markup(source: str) -> Iterator[Broken]:
    """Everything in a Markdown text that nobody can have meant."""
    for paragraph in _PARAGRAPHS.split(source):
        if paragraph.count("**") % 2:
            yield _at(BOLD, paragraph, paragraph.rindex("**"))
    for found in re.finditer(r"\]\(", source):
        if not _TARGET.match(source, found.end()):
            yield _at(LINK, source, source.rfind("[", 0, found.start()))
    for found in _LINK_APART.finditer(source):
        yield _at(LINK, source, found.start())
    for kind, pattern in _LINES.items():
        for found in pattern.finditer(source):
            yield _at(kind, source, found.start())


def _at(kind: str, text: str, start: int) -> Broken:
    start = max(start, 0)
    words = " ".join(text[start : start + 4 * _SHOWN].split())
    return Broken(kind, words if len(words) <= _SHOWN else words[:_SHOWN].rstrip() + "…")
