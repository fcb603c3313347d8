"""Whether a WebP is exactly as `convert_picture` writes it, so that it may travel between portals as it is.

Runs in the process that decodes uploads. Our encoder writes one lossy key frame and nothing else (RFC 9649, section
2.5; the frame is RFC 6386's). So what is taken is one chunk that fills its file, of one key frame with one partition of
coefficients, whose decoder needs the bytes up to the end of both of its partitions: there is no room where something
else could lie.
"""

from __future__ import annotations

import io
import re
import struct

from PIL import Image

from portal.media.upload_rules import PICTURE_HEIGHT, PICTURE_WIDTHS

_WIDEST, _MOST_BYTES = PICTURE_WIDTHS[-1]
_HEAD = struct.Struct("<4sI4s4sI")  # RIFF, the length of what follows, WEBP, the chunk's name and length
_FRAME_HEAD = 10
# Frame tag (RFC 6386, 9.1): a key frame of version 0 that is shown. The other 19 bits are the first partition's length.
_TAG_BITS, _SHOWN_KEY_FRAME = 5, 0b10000
_START = b"\x9d\x01\x2a"
# Our encoder ends a partition with at most three bytes that its decoder doesn't ask for.
_SPARE = 4
# Any bytes can be coefficients, so a picture could be made to hold what other programs look for anywhere in a file.
# None is shorter than four bytes: shorter ones stand in honest pictures by chance.
_OTHER_KINDS = re.compile(
    rb"PK\x03\x04|PK\x05\x06|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|%PDF-"
    rb"|(?i:<\?php|<\?xml|<!doc|<html|<head|<body|<scri|<ifra|<svg[\s>])"
)


def is_own(data: bytes) -> bool:
    """Whether a file is a picture as we write our largest, to its last byte. Decodes it only once it has the shape."""
    frame = _frame(data)
    if frame is None or not _fits(frame) or _OTHER_KINDS.search(data):
        return False
    first = _first_length(frame)
    if first < 4 or _FRAME_HEAD + first > len(frame) or _partitions(frame[_FRAME_HEAD : _FRAME_HEAD + first]) != 1:
        return False
    return _decodes(frame) and not any(_decodes(shorter) for shorter in _shortened(frame, first))


def _frame(data: bytes) -> bytes | None:
    """The only chunk of a WebP without extensions, where it and the file are as long as they say."""
    if not _HEAD.size + _FRAME_HEAD <= len(data) <= _MOST_BYTES:
        return None
    riff, length, webp, name, size = _HEAD.unpack_from(data)
    if (riff, length + 8, webp, name) != (b"RIFF", len(data), b"WEBP", b"VP8 "):
        return None
    frame, padding = data[_HEAD.size : _HEAD.size + size], data[_HEAD.size + size :]
    return frame if len(frame) == size and padding == bytes(size % 2) else None


def _fits(frame: bytes) -> bool:
    """Whether it is a key frame of a size that we make, and isn't to be scaled."""
    width, height = struct.unpack_from("<HH", frame, 6)
    is_shown = frame[0] & ((1 << _TAG_BITS) - 1) == _SHOWN_KEY_FRAME
    return is_shown and frame[3:6] == _START and 1 <= width <= _WIDEST and 1 <= height <= _WIDEST * PICTURE_HEIGHT


def _first_length(frame: bytes) -> int:
    return int.from_bytes(frame[:3], "little") >> _TAG_BITS


def _shortened(frame: bytes, first: int) -> list[bytes]:
    """The frame with the last bytes of one of its partitions left out; none of one that has no more."""
    end, found = _FRAME_HEAD + first, []
    if first > _SPARE:
        tag = int.from_bytes(frame[:3], "little") - (_SPARE << _TAG_BITS)
        found.append(tag.to_bytes(3, "little") + frame[3 : end - _SPARE] + frame[end:])
    if len(frame) - end > _SPARE:
        found.append(frame[:-_SPARE])
    return found


def _decodes(frame: bytes) -> bool:
    size = len(frame) + len(frame) % 2
    data = _HEAD.pack(b"RIFF", 12 + size, b"WEBP", b"VP8 ", len(frame)) + frame.ljust(size, b"\0")
    try:
        with Image.open(io.BytesIO(data), formats=["WEBP"]) as image:
            image.load()
    except (OSError, EOFError, ValueError, SyntaxError):
        return False
    return True


class _Bits:
    """The bits of a frame's first partition (RFC 6386, 7.3)."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._range, self._shifts = data, 2, 255, 0
        self._value = data[0] << 8 | data[1]

    def flag(self) -> bool:
        """One bit that is as likely set as not."""
        split = 1 + (((self._range - 1) * 128) >> 8)
        is_set = self._value >= split << 8
        self._range = self._range - split if is_set else split
        self._value -= (split << 8) * is_set
        while self._range < 128:
            self._value, self._range, self._shifts = self._value << 1, self._range << 1, self._shifts + 1
            if self._shifts == 8:
                self._value |= self._data[self._at] if self._at < len(self._data) else 0
                self._at, self._shifts = self._at + 1, 0
        return is_set

    def number(self, bits: int) -> int:
        """A number of so many bits, the highest first."""
        return sum(self.flag() << place for place in reversed(range(bits)))


def _partitions(first: bytes) -> int:
    """How many partitions of coefficients a key frame has, read past what stands before it (RFC 6386, 9.2-9.5)."""
    bits = _Bits(first)
    bits.number(2)  # colour space, clamping
    if bits.flag():  # segments
        has_map, has_values = bits.flag(), bits.flag()
        if has_values:
            bits.flag()
            _skip(bits, [8] * 4 + [7] * 4)
        if has_map:
            _skip(bits, [8] * 3)
    bits.number(10)  # the loop filter's kind, level and sharpness
    if bits.flag() and bits.flag():  # what it differs by
        _skip(bits, [7] * 8)
    return 1 << bits.number(2)


def _skip(bits: _Bits, lengths: list[int]) -> None:
    """Read past numbers that are there where a flag before each says so."""
    for length in lengths:
        if bits.flag():
            bits.number(length)
