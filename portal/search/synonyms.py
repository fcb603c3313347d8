"""Everyday words and the official ones that are meant by them: the file, its checks, and rewriting a query.

A line of the file is `typed | typed => meant | meant`; `#` begins a comment; the meaning `-` is none.
Rewriting happens once: what was put in is not rewritten again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.core.text import clean_line, nfc
from portal.search.query import as_words

MAX_PHRASE = 100
MAX_PHRASE_WORDS = 8
MAX_MEANINGS = 3
# A province switches a rule of the starter off by this meaning.
_NOTHING = "-"
MAX_RULES = 20_000

Rules = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line of a synonyms file; an editor's tool, so in English."""

    line: int
    message: str


def parse_file(text: str) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """The rules of a file (phrase as in `key_of`, meanings), and what is wrong with it.

    Wrong are lines of another shape, phrases that are explained twice in different ways (contradictions), that mean
    themselves, and that lead in a circle (loops).
    """
    rules: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for number, raw in enumerate(nfc(text).splitlines(), start=1):
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        left, arrow, right = line.partition("=>")
        meanings = tuple(clean_line(part, 4 * MAX_PHRASE).lower() for part in right.split("|"))
        phrases = [key_of(part) for part in left.split("|")]
        if not arrow or "=>" in right or not all(phrases) or not _are_meanings(meanings):
            problems.append(Problem(number, f"not of the form `typed | typed => meant` (1 to {MAX_MEANINGS} meanings)"))
            continue
        meanings = () if meanings == (_NOTHING,) else meanings
        for phrase in phrases:
            if len(phrase) > MAX_PHRASE or len(phrase.split()) > MAX_PHRASE_WORDS:
                problems.append(Problem(number, f"{phrase!r} is longer than {MAX_PHRASE_WORDS} words"))
            elif rules.setdefault(phrase, meanings) != meanings:
                problems.append(Problem(number, f"{phrase!r} means something else in line {lines[phrase]}"))
            lines.setdefault(phrase, number)
    if len(rules) > MAX_RULES:
        problems.append(Problem(0, f"more than {MAX_RULES} phrases"))
        return rules, problems
    return rules, sorted([*problems, *_wrong_turns(rules, lines)], key=lambda problem: problem.line)


def to_file(rules: Rules) -> str:
    """The rules as a file, phrases of the same meanings on one line."""
    phrases: dict[tuple[str, ...], list[str]] = {}
    for phrase, meanings in sorted(rules.items()):
        phrases.setdefault(tuple(meanings), []).append(phrase)
    return "".join(f"{' | '.join(left)} => {' | '.join(right) or _NOTHING}\n" for right, left in phrases.items())


@lru_cache(maxsize=4096)
def key_of(phrase: str) -> str:
    """A phrase as it is stored: lower case, with its marks, words divided by single spaces."""
    return " ".join(word.marked for word in as_words(clean_line(phrase, 4 * MAX_PHRASE)))


def _are_meanings(meanings: Sequence[str]) -> bool:
    """One to three of words, or the one that means nothing."""
    if tuple(meanings) == (_NOTHING,):
        return True
    return 0 < len(meanings) <= MAX_MEANINGS and all(len(one) <= MAX_PHRASE and key_of(one) for one in meanings)


def _wrong_turns(rules: Mapping[str, tuple[str, ...]], lines: Mapping[str, int]) -> Iterator[Problem]:
    """Phrases that mean themselves, and those whose meanings lead back to them."""
    for phrase, meanings in rules.items():
        if means_itself(phrase, meanings):
            yield Problem(lines[phrase], f"{phrase!r} means itself")
    leads = _leads(rules)
    for phrase in sorted(_circling(leads)):
        onward = ", ".join(map(repr, sorted(leads[phrase])))
        yield Problem(lines[phrase], f"{phrase!r} is explained by {onward}, which leads back or into a circle")


def means_itself(phrase: str, meanings: Sequence[str]) -> bool:
    """Whether a phrase is explained by itself."""
    return phrase in map(key_of, meanings)


def circles(rules: Rules) -> set[str]:
    """The phrases that are explained in a circle, or by one that is."""
    return _circling(_leads(rules))


def _leads(rules: Rules) -> dict[str, set[str]]:
    """For every phrase the others that its meanings hold."""
    return {
        phrase: {run for meaning in meanings for run in _runs(key_of(meaning)) if run in rules and run != phrase}
        for phrase, meanings in rules.items()
    }


def _circling(leads: Mapping[str, set[str]]) -> set[str]:
    """What is left when phrases that lead nowhere are taken away again and again: circles and what leads into them."""
    ahead = {phrase: set(others) for phrase, others in leads.items()}
    behind: dict[str, list[str]] = {}
    for phrase, others in leads.items():
        for other in others:
            behind.setdefault(other, []).append(phrase)
    ends = [phrase for phrase, others in ahead.items() if not others]
    while ends:
        end = ends.pop()
        del ahead[end]
        for phrase in behind.get(end, ()):
            ahead[phrase].discard(end)
            if not ahead[phrase]:
                ends.append(phrase)
    return set(ahead)


def _runs(key: str) -> Iterator[str]:
    words = key.split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + MAX_PHRASE_WORDS, len(words)) + 1):
            yield " ".join(words[start:end])
