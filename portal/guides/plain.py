"""How plain a text reads: its sentences, its paragraphs and its office words, measured so that a check can refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.core.markdown import paragraphs
from portal.core.text import nfc

LONGEST_SENTENCE = 30
USUAL_SENTENCE = 25
UNUSUAL_SHARE = 0.1
LONGEST_PARAGRAPH = 3
PARAGRAPH, SENTENCE, JARGON = "paragraph", "sentence", "jargon"

_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])[\"”’)»]*\s+")
_BRACKET = re.compile(r"([()])")
_WORD = re.compile(r"\w")


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph of plain words; a full stop inside a number or an address ends none."""
    return [part for part in _BETWEEN_SENTENCES.split(paragraph) if _WORD.search(part)]


def length(sentence: str) -> int:
    """Syllables, which Vietnamese writes apart; in other languages words."""
    return sum(1 for part in sentence.split() if _WORD.search(part))


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that reads heavily: a paragraph of too many sentences, a sentence of too many syllables, office words.

    `text` is where it begins, or the word; `instead` is what people say. As text it is in words for the command line.
    """

    kind: str
    text: str
    number: int = 0
    most: int = 0
    instead: str = ""

    def __str__(self) -> str:
        if self.kind == JARGON:
            return f"{self.text!r} is an office word: {self.instead}"
        what = "sentences in one paragraph" if self.kind == PARAGRAPH else "syllables in one sentence"
        return f"{self.number} {what}, at most {self.most}: {self.text}"


def remarks(source: str, jargon: Mapping[str, str]) -> Iterator[Remark]:
    """Everything that reads heavily in a Markdown text; `jargon` as `read_jargon` gives it, empty to pass over it."""
    for paragraph in paragraphs(source):
        parts = sentences(paragraph)
        if len(parts) > LONGEST_PARAGRAPH:
            yield Remark(PARAGRAPH, _start(paragraph), len(parts), LONGEST_PARAGRAPH)
        for sentence in parts:
            if length(sentence) > LONGEST_SENTENCE:
                yield Remark(SENTENCE, _start(sentence), length(sentence), LONGEST_SENTENCE)
    if jargon:
        yield from _office_words(source, jargon)


def too_many_long(sources: list[str]) -> str | None:
    """Why a whole language part reads heavily although no single sentence is too long; None where it doesn't."""
    lengths = [
        length(sentence) for source in sources for paragraph in paragraphs(source) for sentence in sentences(paragraph)
    ]
    long = sum(1 for number in lengths if number > USUAL_SENTENCE)
    if long <= max(1, UNUSUAL_SHARE * len(lengths)):
        return None
    return f"{long} of {len(lengths)} sentences have more than {USUAL_SENTENCE} syllables; at most one in ten may"


def read_jargon(text: str) -> dict[str, str]:
    """Office words and what people say instead, from lines of `word => plain words`; `#` begins a comment.

    Raises ValueError, naming the line, for one that has no `=>`.
    """
    found = {}
    for number, line in enumerate(nfc(text).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        word, arrow, plain = (part.strip() for part in line.partition("=>"))
        if not (word and arrow and plain):
            raise ValueError(f"line {number}: write `word => plain words`")
        found[word.casefold()] = plain
    return found


def _office_words(source: str, jargon: Mapping[str, str]) -> Iterator[Remark]:
    """Office words; in brackets after the plain word they are welcome."""
    text = _without_brackets(" \n ".join(paragraphs(source)).casefold())
    for word, instead in jargon.items():
        # Looked for plainly first: Python keeps only some hundreds of expressions, and there may be more words.
        if word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text):
            yield Remark(JARGON, word, instead=instead)


def _without_brackets(text: str) -> str:
    """The text with a space for each pair of brackets and all that is in it; brackets without a partner stay."""
    found: list[str] = []
    opened: list[int] = []
    for part in _BRACKET.split(text):
        if part == ")" and opened:
            del found[opened.pop() :]
            found.append(" ")
            continue
        if part == "(":
            opened.append(len(found))
        found.append(part)
    return "".join(found)


def _start(text: str) -> str:
    return f"{text[:60]}…" if len(text) > 60 else text
