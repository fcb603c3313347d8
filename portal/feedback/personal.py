"""Personal data in what people write: found, so that they are warned, and masked for who needn't see it.

Numbers are recognised by their form alone; a doubtful one is masked rather than shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from portal.core.text import fold

MASK = "•"


class PersonalKind(StrEnum):
    """What a piece of text looks like."""

    CITIZEN_ID = "citizen_id"  # 12 digits: Luật Căn cước 2023, điều 12
    OLD_ID = "old_id"  # 9 digits
    PHONE = "phone"
    ACCOUNT = "account"
    EMAIL = "email"
    NAME = "name"  # found where something is to be published, not in what people write


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A piece of a text, from `start` up to, but not with `end`."""

    kind: PersonalKind
    start: int
    end: int


# Digits as people group them, also glued to a word, a dot or a comma ("đt.0912..."); a date or an amount with dots in
# threes is told apart below, and our own references are nobody's numbers.
_BETWEEN = r"(?:[ ._\u00a0\u202f]|\)?[ \u00a0]{0,2}[-–—]?[ \u00a0]{0,2})"
_NUMBER = re.compile(rf"(?<!\d)(?<!\d[.-])(?<!PA-)(?<!\.H)\+?\d(?:{_BETWEEN}\d){{7,18}}(?!\d)", re.I)
# Begun where a word begins: from each of its letters anew, a long word would take seconds.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_ACCOUNT = re.compile(
    r"(?:stk|số tài khoản|so tai khoan|tài khoản|tai khoan|account)\D{0,20}(\d(?:[ .-]?\d){5,18})", re.I
)
_DAY = r"(?:\d{1,2}[ .-]\d{1,2}[ .-]\d{4}|\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2})?)"
_DATE = re.compile(rf"{_DAY}(?: ?[-–—]? ?{_DAY})?")
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+")
_PHONE = re.compile(r"(?:84|0)\d{8,10}")
_CITIZEN_ID, _OLD_ID = 12, 9
_SHOWN = 2


def find(text: str) -> list[PersonalData]:
    """Every piece that looks personal, in order, none inside of another."""
    found = [PersonalData(PersonalKind.EMAIL, match.start(), match.end()) for match in _EMAIL.finditer(text)]
    found += [PersonalData(PersonalKind.ACCOUNT, *match.span(1)) for match in _ACCOUNT.finditer(text)]
    for match in _NUMBER.finditer(text):
        kind = _kind_of(match.group())
        if kind is not None:
            found.append(PersonalData(kind, match.start(), match.end()))
    kept: list[PersonalData] = []
    for one in sorted(found, key=lambda piece: (piece.start, -piece.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _kind_of(number: str) -> PersonalKind | None:
    if _DATE.fullmatch(number) or _AMOUNT.fullmatch(number):
        return None
    digits = re.sub(r"\D", "", number)
    if len(digits) == _CITIZEN_ID and not number.startswith("+"):
        return PersonalKind.CITIZEN_ID
    if _PHONE.fullmatch(digits):
        return PersonalKind.PHONE
    if len(digits) == _OLD_ID:
        return PersonalKind.OLD_ID
    return PersonalKind.ACCOUNT if len(digits) > _OLD_ID else None


def mask(text: str) -> str:
    """The text with what looks personal hidden but for its last two signs."""
    parts, at = [], 0
    for piece in find(text):
        hidden = max(piece.end - piece.start - _SHOWN, 0)
        parts += [text[at : piece.start], MASK * hidden, text[piece.start + hidden : piece.end]]
        at = piece.end
    return "".join([*parts, text[at:]])


def searchable(*texts: str) -> str:
    """The words of texts for a search that needs no accents; what looks personal is hidden from it too."""
    return " ".join(fold(mask("\n".join(texts))).split())


def kinds_in(*texts: str) -> tuple[PersonalKind, ...]:
    """What kinds of personal data texts seem to hold, each once."""
    return tuple(dict.fromkeys(piece.kind for text in texts for piece in find(text)))
