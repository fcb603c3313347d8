"""Which encoding a text file has: UTF-8, UTF-16 with its mark, or Windows-1258; others are named, with advice."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import BinaryIO

from portal.exchange.errors import ExchangeError
from portal.exchange.limits import MEGABYTE, Limits

UTF8 = "utf-8"
UTF16 = "utf-16"
CP1258 = "cp1258"

_EXCEL = "In Excel choose “CSV UTF-8 (Comma delimited)” when saving"
_SAMPLE = 256 * 1024
# The tones of Windows-1258, which stand behind their letter.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
_TONED = frozenset(unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES)
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăĂđĐơƠưƯ]")
_WORD = re.compile(r"\S+")
# The old fonts drew Vietnamese letters in the places of Western signs; so their words hold signs inside.
_TCVN3 = re.compile("[A-Za-z][¨©ª«¬\xad®µ¶·¸¹]|[§¨©ª«¬\xad®µ¶·¸¹][A-Za-z]")
_VNI = re.compile("[aeouyöôAEOUYÖÔ][øùûïõØÙÛÏÕ]|[aeoAEO]â|[AEO]Â|aê|AÊ|[aeoAEO][áàåãäÁÀÅÃÄ]|[ñÑ][a-zA-Zöô]")


def detect_encoding(stream: BinaryIO, limits: Limits) -> str:
    """`utf-8`, `utf-16` or `cp1258`, after reading all of the bytes. ExchangeError for any other."""
    start = stream.read(4096)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return UTF16
    if start.count(0) > len(start) // 4:
        _refuse_utf16(start)
    decoder = codecs.getincrementaldecoder(UTF8)()
    lines, chunk, read = 1, start, 0
    while chunk:
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            lines += chunk.count(b"\n", 0, max(0, error.start))
            return _not_utf8(chunk + stream.read(_SAMPLE), error.start, lines)
        lines += chunk.count(b"\n")
        read += len(chunk)
        if read > limits.unpacked:
            break  # the reader of the lines refuses it
        chunk = stream.read(MEGABYTE)
    return UTF8


def _not_utf8(data: bytes, position: int, line: int) -> str:
    # From the line before the first strange byte: what comes earlier is ASCII and says nothing.
    sample = data[data.rfind(b"\n", 0, position) + 1 :][:_SAMPLE]
    if _is_cp1258(sample):
        return CP1258
    legacy = legacy_font(sample.decode("cp1252", "replace"))
    if legacy:
        raise ExchangeError("legacy_font", encoding=legacy)
    encoding = "Windows-1252, or an old Vietnamese font encoding (TCVN3, VNI)"
    advice = f"{_EXCEL}, or convert it: iconv -f CP1252 -t UTF-8 OLD > NEW, and look whether the accents are right."
    raise ExchangeError("not_utf8", line=line, encoding=encoding, advice=advice)


def _is_cp1258(sample: bytes) -> bool:
    """True where every tone stands behind a Vietnamese vowel, and there is one: no other encoding reads so."""
    try:
        # A sample may end between a letter and its tone, but not inside of a letter.
        text = sample.decode(CP1258)
    except UnicodeDecodeError:
        return False
    toned = [text[place - 1 : place + 1] for place, char in enumerate(text) if char in _TONES]
    return bool(toned) and all(unicodedata.normalize("NFC", pair) in _TONED for pair in toned)


def _refuse_utf16(sample: bytes) -> None:
    """UTF-16 without its mark: which of the two it is can only be guessed."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    name = "UTF-16LE" if odd > 4 * even else "UTF-16BE" if even > 4 * odd else None
    if name:
        advice = f"{_EXCEL}, or convert it: iconv -f {name} -t UTF-8 OLD > NEW."
        raise ExchangeError("not_utf8", line=1, encoding=f"UTF-16 ({name})", advice=advice)


def legacy_font(text: str) -> str | None:
    """The old font encoding ("TCVN3 (ABC)" or "VNI") that a text was typed in; None for Unicode."""
    words = [word for word in _WORD.findall(text[:_SAMPLE]) if any(char.isalpha() for char in word)]
    if _VIETNAMESE.search(text) or not words:
        return None
    for name, pattern in (("TCVN3 (ABC)", _TCVN3), ("VNI", _VNI)):
        hits = sum(bool(pattern.search(word)) for word in words)
        if hits >= 3 and hits * 5 >= len(words):
            return name
    return None
