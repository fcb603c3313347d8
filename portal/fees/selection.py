"""What somebody has chosen in the calculator, as its address holds it: `1.001193x2_1.004194cf3a9`. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

MOST_LINES = 50
MOST_TIMES = 999
# Rates of other years are not in the records; a year such as 9999 is a slip.
FIRST_DAY, LAST_YEARS = date(2020, 1, 1), 3
_TOKEN = re.compile(r"(\d\.\d{6})(?:x(\d{1,6}))?(?:c([0-9a-f]{4}))?")
_LONGEST = 2_000


class SelectionError(Exception):
    """What is wrong with an address or a form; `typed` is what was typed, cut short.

    Codes: bad_line, too_many, bad_times, no_line.
    """

    def __init__(self, code: str, typed: str = "") -> None:
        self.code, self.typed = code, typed[:60]
        super().__init__(f"{code} {self.typed}")


@dataclass(frozen=True, slots=True, order=True)
class Chosen:
    """One service, so many times; `case` is the key of the case that was chosen, "" where none was."""

    code: str
    case: str = ""
    times: int = 1

    @property
    def key(self) -> str:
        """What tells it from the other lines."""
        return f"{self.code}c{self.case}" if self.case else self.code


Selection = tuple[Chosen, ...]


def case_key(words: str) -> str:
    """The short form of a case in addresses; the same words have the same key for every way to file."""
    return hashlib.sha1(words.encode(), usedforsecurity=False).hexdigest()[:4]


def parse(text: str) -> Selection:
    """The lines of an address, in one order; the same service and case twice is added up. Raises SelectionError."""
    if not text:
        return ()
    tokens = text.split("_")
    if len(tokens) > MOST_LINES or len(text) > _LONGEST:
        raise SelectionError("too_many")
    return ordered(map(_chosen, tokens))


def _chosen(token: str) -> Chosen:
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise SelectionError("bad_line", token)
    code, times, case = match.groups()
    return Chosen(code, case or "", parse_times(times or "1"))


def parse_times(text: str) -> int:
    """How many times, from 1; raises SelectionError."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= MOST_TIMES and len(text) <= 6):
        raise SelectionError("bad_times", text)
    return int(text)


def ordered(chosen: Iterable[Chosen]) -> Selection:
    """One order, each line once; raises SelectionError."""
    lines: dict[str, Chosen] = {}
    for one in chosen:
        known = lines.get(one.key)
        lines[one.key] = replace(one, times=one.times + known.times) if known else one
    if len(lines) > MOST_LINES:
        raise SelectionError("too_many")
    if wrong := [one for one in lines.values() if one.times > MOST_TIMES]:
        raise SelectionError("bad_times", str(wrong[0].times))
    return tuple(sorted(lines.values()))


def text_of(selection: Selection) -> str:
    """The lines as the one address that stands for them."""
    return "_".join(
        f"{one.code}{f'x{one.times}' if one.times > 1 else ''}{f'c{one.case}' if one.case else ''}" for one in selection
    )


def added(selection: Selection, code: str) -> Selection:
    """One more line, or one time more; raises SelectionError."""
    token = _chosen(code)
    return ordered([*selection, token])


def changed(selection: Selection, key: str, times: str, case: str) -> Selection:
    """A line with another number of times (0 takes it away) and case; raises SelectionError."""
    line = next((one for one in selection if one.key == key), None)
    if line is None:
        raise SelectionError("no_line", key)
    others = [one for one in selection if one is not line]
    if times.strip() == "0":
        return ordered(others)
    if case and not re.fullmatch(r"[0-9a-f]{4}", case):
        raise SelectionError("bad_line", case)
    return ordered([*others, Chosen(line.code, case, parse_times(times))])


def is_in_range(day: date, today: date) -> bool:
    """Whether fees of a day can be told."""
    return FIRST_DAY <= day <= today.replace(year=today.year + LAST_YEARS, month=12, day=31)
