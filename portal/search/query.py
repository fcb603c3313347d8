"""What somebody typed, as the search understands it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.core.text import clean_line, fold
from portal.search.folding import folded_words, marked_words

MAX_TEXT = 200
MAX_WORDS = 12

# 1.001193, also with the tail of an office (1.001193.000.00.00.H48), or typed without its dot.
_CODE = re.compile(r"(?<![\w.])(\d)(?:\.(\d{6,9})|(\d{6}))(?:(?:\.\d{2,3})*\.[A-Za-z]\d+)?(?!\w)")

# Words of asking, not of the thing asked for. They are left out where other words remain. Whoever types no marks at all
# means these as well ("o dau"), so they must not be the bare form of anything that a procedure is called.
_STOP_PHRASES = """
    cần giấy tờ gì | cần những giấy tờ gì | cần gì | cần những gì | cần chuẩn bị gì | cần chuẩn bị những gì
    giấy tờ gì | những giấy tờ gì | giấy gì | gồm gì | gồm những gì | hồ sơ gồm những gì | hồ sơ gồm gì | gì
    ở đâu | tại đâu | chỗ nào | nơi nào | nộp ở đâu | làm ở đâu | đăng ký ở đâu | ở chỗ nào
    bao nhiêu tiền | bao nhiêu | hết bao nhiêu | hết bao nhiêu tiền | mất bao nhiêu tiền | phí bao nhiêu | giá bao nhiêu
    bao lâu | mất bao lâu | trong bao lâu | bao giờ | khi nào | lúc nào | mấy ngày
    như thế nào | thế nào | ra sao | làm sao | làm thế nào | làm như thế nào | làm gì | phải làm gì | phải làm sao
    được không | có được không | phải không | không ạ | hay không | có phải
    cho hỏi | xin hỏi | cho em hỏi | cho tôi hỏi | cho mình hỏi | chúng tôi | tôi muốn | em muốn | tôi cần | em cần
    làm thủ tục | thủ tục | hướng dẫn | làm giấy tờ | làm giấy | làm | muốn | phải | xin | tôi | em
    how to | how do i | how can i | where | what | what is
"""
# These are, so they count only where marks were typed: "đang" is a stop word, and "dang" may be "đăng".
_STOP_PARTICLES = """
    cần | mình | là | thì | đi | ạ | à | nhỉ | nhé | ơi | vậy | đâu | có | được | của | và | các | những | ở | tại | để
    đã | đang | sẽ | rồi | này | đó | vẫn | cũng | thêm | hay | hoặc | với
"""
_LONGEST_STOP = 6


@dataclass(frozen=True, slots=True)
class Query:
    """The words to find (`words`, folded, each once) and what tells better hits from worse.

    `phrases` are folded runs as typed, longest first; `marked` holds the words that were typed with marks and must have
    the same marks in an exact hit; `codes` are procedure codes in the form of `indexing.code_word`.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    marked: str


def _stops(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(marked_words(phrase)) for line in text.strip().splitlines() for phrase in line.split("|"))


_MARKED_STOPS = _stops(_STOP_PHRASES) | _stops(_STOP_PARTICLES)
_BARE_STOPS = _stops(fold(_STOP_PHRASES))


def parse(text: str) -> Query:
    """Understand what was typed; an empty query where there is no word in it. Anything goes in, nothing raises."""
    text = clean_line(text, MAX_TEXT)
    codes = tuple(dict.fromkeys(_code(match) for match in _CODE.finditer(text)))
    words = _words(_CODE.sub(lambda match: f" {_code(match)} ", text))
    stopped = _stopped(words)
    kept = [word for word, stop in zip(words, stopped, strict=True) if not stop] or words
    required = tuple(dict.fromkeys(word.folded for word in kept))[:MAX_WORDS]
    whole, trimmed = _phrase(words), _phrase(_trimmed(words, stopped) or words)
    return Query(
        words=required,
        phrases=tuple(dict.fromkeys((whole, trimmed))) if required else (),
        marked=tuple(dict.fromkeys(word.marked for word in kept if word.marked != word.folded)),
        codes=codes,
    )


def _code(match: re.Match[str]) -> str:
    return "".join(match.groups(""))


def _words(text: str) -> list[_Word]:
    words = []
    for marked in marked_words(text):
        # A word with a letter beyond ASCII that folding does not know falls apart, as it did in the index.
        folded = folded_words(marked)
        words += [_Word(part, marked if len(folded) == 1 else part) for part in folded]
    return words


def _stopped(words: list[_Word]) -> list[bool]:
    """For every word, whether it belongs to a stop phrase; longer phrases go first."""
    marked = [word.marked for word in words]
    stops = _BARE_STOPS if marked == [word.folded for word in words] else _MARKED_STOPS
    stopped = [False] * len(words)
    place = 0
    while place < len(words):
        length = _stop_length(marked, place, stops)
        stopped[place : place + length] = [True] * length
        place += max(length, 1)
    return stopped


def _stop_length(words: list[str], place: int, stops: frozenset[tuple[str, ...]]) -> int:
    lengths = range(min(_LONGEST_STOP, len(words) - place), 0, -1)
    return next((length for length in lengths if tuple(words[place : place + length]) in stops), 0)


def _trimmed(words: list[_Word], stopped: list[bool]) -> list[_Word]:
    kept = [place for place, stop in enumerate(stopped) if not stop]
    return words[kept[0] : kept[-1] + 1] if kept else []


def _phrase(words: list[_Word]) -> str:
    return " ".join(word.folded for word in words)
