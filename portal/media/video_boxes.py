"""What is read of a video without decoding it, and what is blanked in it, such as the place where it was taken.

An MP4 is boxes within boxes (ISO/IEC 14496-12, 4.2): a length of four bytes, a type of four, then the content.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from portal.media.upload_rules import UploadRefused

_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV", b"mp71"}
# What holds other boxes that matter here.
_HOLDERS = {b"moov", b"trak"}
# User data and metadata: names, places, programs. Blanked in place, because other boxes say where the pictures lie.
_TELLING = {b"udta", b"meta", b"uuid"}
_MOST_BOXES = 2_000
_LONGEST_SECONDS = 4 * 3600


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """Of a video; 0 for what its file doesn't say."""

    seconds: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    at: int
    start: int
    end: int


def is_mp4(data: bytes) -> bool:
    """Whether a file begins as an MP4 that browsers play."""
    return data[4:8] == b"ftyp" and data[8:12] in _BRANDS


def is_webm(data: bytes) -> bool:
    """Whether a file begins as a WebM: an EBML head that names it (RFC 8794, section 11.2)."""
    return data[:4] == b"\x1a\x45\xdf\xa3" and b"\x42\x82\x84webm" in data[:64]


def cleaned_mp4(data: bytes) -> tuple[bytes, VideoFacts]:
    """An MP4 with what tells of its maker blanked, and what it says of itself; UploadRefused where it isn't whole."""
    content, seconds, width, height = bytearray(data), 0, 0, 0
    top = set()
    for box, depth in _boxes(data):
        if depth == 0:
            top.add(box.kind)
        if box.kind in _TELLING:
            content[box.at + 4 : box.at + 8] = b"free"
            content[box.start : box.end] = bytes(box.end - box.start)
        elif box.kind == b"mvhd":
            seconds = _seconds(data[box.start : box.end])
        elif box.kind == b"tkhd" and box.end - box.start >= 80:
            # The last two numbers, in 65,536ths; of a track of sound, they are 0.
            found = struct.unpack(">II", data[box.end - 8 : box.end])
            width, height = width or found[0] >> 16, height or found[1] >> 16
    if not {b"ftyp", b"moov", b"mdat"} <= top or not 1 <= seconds <= _LONGEST_SECONDS:
        raise UploadRefused("broken")
    return bytes(content), VideoFacts(seconds, width, height)


def _boxes(data: bytes) -> Iterator[tuple[_Box, int]]:
    """The boxes of a file and of what holds them, with their depth; UploadRefused where one doesn't fit its place."""
    waiting, count = [(0, len(data), 0)], 0
    while waiting:
        position, end, depth = waiting.pop()
        while position < end:
            box = _box(data, position, end)
            count += 1
            if box is None or count > _MOST_BOXES:
                raise UploadRefused("broken")
            yield box, depth
            if box.kind in _HOLDERS and depth < 3:
                waiting.append((box.start, box.end, depth + 1))
            position = box.end


def _box(data: bytes, position: int, end: int) -> _Box | None:
    if position + 8 > end:
        return None
    length, kind = struct.unpack(">I4s", data[position : position + 8])
    start = position + 8
    if length == 1 and position + 16 <= end:
        length, start = struct.unpack(">Q", data[start : start + 8])[0], position + 16
    elif length == 0:
        length = end - position
    return _Box(kind, position, start, position + length) if start <= position + length <= end else None


def _seconds(head: bytes) -> int:
    """How long a film runs: duration by time scale (14496-12, 8.2.2); version 1 has longer numbers."""
    is_long = head[:1] == b"\x01"
    place, kind = (20, ">IQ") if is_long else (12, ">II")
    if len(head) < place + struct.calcsize(kind):
        return 0
    scale, duration = struct.unpack_from(kind, head, place)
    return max(1, round(duration / scale)) if scale and duration else 0
