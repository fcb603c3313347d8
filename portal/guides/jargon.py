"""Office words and what people say instead: the list that ships, or the one that staff have put in its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from portal.config import ROOT
from portal.core import site_content
from portal.core.audit import Subject
from portal.core.permissions import Actor
from portal.core.text import clean_line, nfc

KEY = "jargon"
LONGEST = 100
MOST_WORDS = 1_000
_SHIPPED = ROOT / "portal" / "starter" / "jargon.txt"
_HEAD = "# Từ cửa quan => nên nói thế nào.\n\n"
Words = Mapping[str, str]


class JargonError(Exception):
    """What is wrong in a line; codes: shape, long, twice (in different ways), many."""

    def __init__(self, code: str, line: int, text: str = "") -> None:
        self.code, self.line, self.text = code, line, text
        super().__init__(f"{text!r}: {code}" if text else code)


def parse(text: str) -> dict[str, str]:
    """The words of a list with a line `office word => what people say` each; raises JargonError."""
    words: dict[str, str] = {}
    for number, raw in enumerate(nfc(text).splitlines(), 1):
        line = clean_line(raw.partition("#")[0], 4 * LONGEST)
        if not line:
            continue
        word, arrow, instead = (part.strip() for part in line.partition("=>"))
        word = word.lower()
        if not arrow or not word or not instead or "=>" in instead:
            raise JargonError("shape", number, line[:LONGEST])
        if max(len(word), len(instead)) > LONGEST:
            raise JargonError("long", number, line[:LONGEST])
        if words.setdefault(word, instead) != instead:
            raise JargonError("twice", number, word)
    if len(words) > MOST_WORDS:
        raise JargonError("many", 0)
    return words


def to_file(words: Words) -> str:
    """The words as a list that `parse` reads."""
    return _HEAD + lines_of(words)


def lines_of(words: Words) -> str:
    """The words alone, a line each."""
    return "".join(f"{word} => {instead}\n" for word, instead in words.items())


@cache
def shipped() -> Words:
    """The list that ships."""
    return parse(_SHIPPED.read_text(encoding="utf-8"))


def office_words() -> Words:
    """The list that holds."""
    own: list[tuple[str, str]] | None = site_content.value_of(KEY)
    return shipped() if own is None else dict(own)


def is_own() -> bool:
    """Whether staff have put a list in the place of the one that ships."""
    return site_content.value_of(KEY) is not None


def counter() -> int:
    """How often the list was changed."""
    return site_content.counter_of(KEY)


def save(words: Words | None, *, counter: int, actor: Actor, now: datetime) -> bool:
    """Put another list in place; None, or the one that ships, goes back to that. Whether anything differs.

    Raises site_content.ChangedMeanwhileError where somebody saved after `counter`.
    """
    before = lines_of(office_words())
    value = None if words is None or dict(words) == dict(shipped()) else [list(pair) for pair in words.items()]
    subject = Subject("office_words", KEY, "")
    return site_content.save(KEY, value, counter=counter, actor=actor, now=now, subject=subject, before=before)
