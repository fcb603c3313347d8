"""Naming the encoding that a file which is not UTF-8 probably has, and what to do about it."""

from __future__ import annotations

# Letters of Vietnamese in Windows-1258: ă Ă đ Đ ơ Ơ ư Ư, and the five combining tones.
_CP1258_LETTERS = frozenset(b"\xe3\xc3\xf0\xd0\xf5\xd5\xfd\xdd")
_CP1258_TONES = frozenset(b"\xcc\xec\xd2\xde\xf2")

_EXCEL = "In Excel choose “CSV UTF-8 (Comma delimited)” when saving"


def guess_encoding(sample: bytes) -> tuple[str, str]:
    """The likely encoding of bytes that are not UTF-8, and advice for the operator."""
    utf16 = _utf16(sample)
    if utf16:
        return f"UTF-16 ({utf16})", f"{_EXCEL}, or convert it: iconv -f {utf16} -t UTF-8 OLD > NEW."
    letters = sum(byte in _CP1258_LETTERS for byte in sample)
    tones = sum(byte in _CP1258_TONES for byte in sample)
    if tones and letters:
        return "Windows-1258 (cp1258, Vietnamese)", f"{_EXCEL}, or convert it: iconv -f CP1258 -t UTF-8 OLD > NEW."
    return (
        "Windows-1252, or an old Vietnamese font encoding (TCVN3, VNI)",
        f"{_EXCEL}, or convert it: iconv -f CP1252 -t UTF-8 OLD > NEW, and look whether the accents are right.",
    )


def _utf16(sample: bytes) -> str | None:
    if sample.startswith(b"\xff\xfe"):
        return "UTF-16LE"
    if sample.startswith(b"\xfe\xff"):
        return "UTF-16BE"
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 8 and odd > 4 * even:
        return "UTF-16LE"
    if even > len(sample) // 8 and even > 4 * odd:
        return "UTF-16BE"
    return None
