"""What is blanked in a WebM, which is made of elements within elements: an id, a length, the content (RFC 8794).

Players need few of them (RFC 9559, section 5); whatever isn't named here tells of something else, such as who made the
film, where and when. It becomes an element `Void` of the same length, so that what says where the clusters lie stays
right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.media.upload_rules import UploadRefused

_EBML, _DOC_TYPE, _SEGMENT, _VOID = 0x1A45DFA3, 0x4282, 0x18538067, 0xEC
_SEEK_HEAD, _SEEK, _SEEK_ID, _SEEK_POSITION = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
_INFO, _TRACKS, _TRACK, _CUES, _CLUSTER = 0x1549A966, 0x1654AE6B, 0xAE, 0x1C53BB6B, 0x1F43B675
_TAGS, _ATTACHMENTS, _CHAPTERS = 0x1254C367, 0x1941A469, 0x1043A770
_VIDEO, _AUDIO, _CUE, _CUE_PLACE, _BLOCK_GROUP = 0xE0, 0xE1, 0xBB, 0xB7, 0xA0
_WRITTEN_BY = {0x4D80, 0x5741}  # MuxingApp and WritingApp have to be there; as texts of zeros they are empty
_FILE = 0
_TOP = {_SEEK_HEAD, _INFO, _TRACKS, _CUES, _CLUSTER, _TAGS, _ATTACHMENTS, _CHAPTERS}
# What is kept of each element that holds others; those that stand on the left themselves are gone through.
_KEPT: Mapping[int, frozenset[int]] = {
    _FILE: frozenset({_EBML, _SEGMENT}),
    _EBML: frozenset({0x4286, 0x42F7, 0x42F2, 0x42F3, _DOC_TYPE, 0x4287, 0x4285}),
    _SEGMENT: frozenset({_SEEK_HEAD, _INFO, _TRACKS, _CUES, _CLUSTER}),
    _SEEK_HEAD: frozenset({_SEEK}),
    _INFO: frozenset({0x2AD7B1, 0x4489, *_WRITTEN_BY}),  # TimestampScale, Duration
    _TRACKS: frozenset({_TRACK}),
    # Number, UID, type, flags, language, times, codec, and how pictures and sound are packed; not Name and CodecName.
    _TRACK: frozenset({
        0xD7, 0x73C5, 0x83, 0xB9, 0x88, 0x55AA, 0x9C, 0x6DE7, 0x6DF8, 0x23E383, 0x234E7A, 0x23314F, 0x55EE, 0x41E4,
        0x22B59C, 0x22B59D, 0x86, 0x63A2, 0xAA, 0x56AA, 0x56BB, _VIDEO, _AUDIO, 0x6D80,
    }),
    # Interlacing, stereo, alpha, pixels, how they are shown, colours, projection.
    _VIDEO: frozenset({
        0x9A, 0x9D, 0x53B8, 0x53C0, 0xB0, 0xBA, 0x54AA, 0x54BB, 0x54CC, 0x54DD, 0x54B0, 0x54BA, 0x54B2, 0x54B3, 0x55B0,
        0x7670,
    }),
    _AUDIO: frozenset({0xB5, 0x78B5, 0x9F, 0x6264}),
    _CUES: frozenset({_CUE}),
    _CUE: frozenset({0xB3, _CUE_PLACE}),
    _CUE_PLACE: frozenset({0xF7, 0xF1, 0xF0, 0xB2, 0x5378, 0xEA}),
    _CLUSTER: frozenset({0xE7, 0xA7, 0xAB, 0xA3, _BLOCK_GROUP}),  # Timestamp, Position, PrevSize, SimpleBlock
    _BLOCK_GROUP: frozenset({0xA1, 0x75A1, 0x9B, 0xFA, 0xFB, 0xA4, 0x75A2}),
}  # fmt: skip
# Which lengths may be left open, as by what records while it sends: until the next such element, or the end.
_MAY_BE_OPEN = {_SEGMENT, _CLUSTER}
# Half an hour of pictures and sound has 150,000 blocks; to go through so many takes half a second.
_MOST_ELEMENTS = 200_000
_LONGEST_SEEK = 64


@dataclass(frozen=True, slots=True)
class _Element:
    kind: int
    at: int
    start: int
    end: int
    is_open: bool = False


def cleaned_webm(data: bytes) -> bytes:
    """A WebM of the same length with what tells of its maker blanked; UploadRefused where it isn't whole."""
    content, seen = bytearray(data), []
    for one, holder in _elements(data):
        seen += [one.kind] if one.kind in _KEPT and one.kind not in seen else []
        if one.kind not in _KEPT[holder] or (one.kind == _SEEK and not _leads_to_kept(data, one)):
            _blank(content, one)
        elif one.kind in _WRITTEN_BY:
            content[one.start : one.end] = bytes(one.end - one.start)
        elif one.kind == _DOC_TYPE and data[one.start : one.end].rstrip(b"\0") != b"webm":
            raise UploadRefused("broken")
    if seen[:2] != [_EBML, _SEGMENT] or not {_TRACKS, _CLUSTER} <= set(seen):
        raise UploadRefused("broken")
    return bytes(content)


def _elements(data: bytes) -> Iterator[tuple[_Element, int]]:
    """The elements of a file and of what is gone through, each with what holds it; of what isn't kept, not its own."""
    holders, position = [_Element(_FILE, 0, 0, len(data))], 0
    for _count in range(_MOST_ELEMENTS):
        while len(holders) > 1 and position == holders[-1].end:
            holders.pop()
        if position == len(data):
            return
        one = _element(data, position, holders[-1].end)
        if holders[-1].kind == _CLUSTER and holders[-1].is_open and one.kind in _TOP:
            holders.pop()  # which is what ends a cluster of open length
        holder = holders[-1].kind
        yield one, holder
        position = one.end
        if one.kind in _KEPT and one.kind in _KEPT[holder]:
            holders.append(one)
            position = one.start
        elif one.is_open:
            raise UploadRefused("broken")  # nobody knows where it ends
    raise UploadRefused("broken")


def _element(data: bytes, position: int, end: int) -> _Element:
    """The element at a place that ends before another; UploadRefused where none is whole there."""
    # A number begins with a bit for how many bytes it has; of an id that bit is a part (RFC 8794, sections 4 and 5).
    id_length = 9 - data[position].bit_length()
    length_at = position + id_length
    if id_length > 4 or length_at >= end:
        raise UploadRefused("broken")
    start = length_at + 9 - data[length_at].bit_length()
    if start - length_at > 8 or start > end:
        raise UploadRefused("broken")
    kind = int.from_bytes(data[position:length_at], "big")
    every_bit = (1 << 7 * (start - length_at)) - 1
    length = int.from_bytes(data[length_at:start], "big") & every_bit
    if length == every_bit and kind in _MAY_BE_OPEN:
        return _Element(kind, position, start, end, is_open=True)
    if length == every_bit or start + length > end:
        raise UploadRefused("broken")
    return _Element(kind, position, start, start + length)


def _leads_to_kept(data: bytes, seek: _Element) -> bool:
    """Whether an entry of the table of contents says where something lies that isn't blanked, and nothing else."""
    found, position = [], seek.start
    while position < seek.end <= seek.start + _LONGEST_SEEK:
        one = _element(data, position, seek.end)
        found.append((one.kind, int.from_bytes(data[one.start : one.end], "big")))
        position = one.end
    kinds = dict(found)
    return len(found) == 2 and kinds.keys() == {_SEEK_ID, _SEEK_POSITION} and kinds[_SEEK_ID] in _KEPT[_SEGMENT]


def _blank(content: bytearray, one: _Element) -> None:
    """Make a Void of an element: every bit that it had is gone, its length too."""
    size = one.end - one.at
    is_short = size - 2 < 0x7F
    length = (0x80 | size - 2).to_bytes(1, "big") if is_short else (1 << 56 | size - 9).to_bytes(8, "big")
    content[one.at : one.end] = (bytes([_VOID]) + length).ljust(size, b"\0")
