"""Pictures that portals hand on: ours to the last byte stay as they are, whatever else comes is encoded anew."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.media.own_picture import _partitions, is_own
from portal.media.pictures import prepare_picture
from portal.media.upload_rules import MAX_BYTES, UploadRefused
from tests.factories.media import photo
from tests.unit.media.samples import EXIF_WITH_PLACE, encoded, picture

JUNK = b"J-U-N-K!" * 3


def ours(width: int = 1200, height: int = 800) -> bytes:
    """The largest file that we make of a picture."""
    return prepare_picture(photo(width, height)).files[-1].content


OURS = ours()


def webp(frame: bytes, *, more: bytes = b"") -> bytes:
    """A WebP of one frame, with the right lengths."""
    chunks = b"VP8 " + struct.pack("<I", len(frame)) + frame + bytes(len(frame) % 2) + more
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def frame_of(data: bytes) -> bytes:
    return data[20 : 20 + int.from_bytes(data[16:20], "little")]


def in_first_partition(frame: bytes, junk: bytes) -> bytes:
    """A frame whose first partition has something behind what its decoder reads."""
    tag = int.from_bytes(frame[:3], "little")
    end = 10 + (tag >> 5)
    return (tag + (len(junk) << 5)).to_bytes(3, "little") + frame[3:end] + junk + frame[end:]


def saved(**options: object) -> bytes:
    return encoded(picture(300, 200), "WEBP", **options)


def with_alpha() -> bytes:
    image = picture(300, 200)
    image.putalpha(128)
    return encoded(image, "WEBP")


def extended(data: bytes, *, flags: int = 0, more: bytes = b"") -> bytes:
    """The same in the notation that has room for more chunks."""
    width, height = (number - 1 for number in Image.open(io.BytesIO(data)).size)
    head = b"VP8X" + struct.pack("<IB3x", 10, flags) + width.to_bytes(3, "little") + height.to_bytes(3, "little")
    chunks = head + data[12:] + more
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


@pytest.mark.parametrize("size", [(1200, 800), (90, 60), (600, 3000), (420, 300), (400, 400), (17, 9), (3, 3), (1, 1)])
def test_what_we_made_stays_as_it_is_only_where_it_may(size: tuple[int, int]) -> None:
    largest = ours(*size)
    kept = prepare_picture(largest, keeps_own=True)
    assert kept.files[-1].content == largest
    widths = [file.width for file in kept.files]
    assert widths == sorted(set(widths)) and widths[0] <= 400
    assert prepare_picture(largest).files[-1].content != largest or size[0] < 20, "an upload is always encoded anew"


def test_a_rough_one_stays_too() -> None:
    noisy = encoded(Image.effect_noise((1000, 800), 90).convert("RGB"))
    (made,) = prepare_picture(noisy).files
    assert [file.content for file in prepare_picture(made.content, keeps_own=True).files] == [made.content]


HOSTILE: dict[str, Callable[[], bytes]] = {
    "behind the file": lambda: OURS + JUNK,
    "one byte behind the file": lambda: OURS + b"\0",
    "a chunk behind the frame": lambda: webp(frame_of(OURS), more=chunk(b"JUNK", JUNK)),
    "places": lambda: webp(frame_of(OURS), more=chunk(b"EXIF", EXIF_WITH_PLACE)),
    "behind the coefficients": lambda: webp(frame_of(OURS) + JUNK),
    "behind the first partition": lambda: webp(in_first_partition(frame_of(OURS), JUNK)),
    "four bytes behind the coefficients": lambda: webp(frame_of(OURS) + b"evil"),
    "four bytes behind the first partition": lambda: webp(in_first_partition(frame_of(OURS), b"evil")),
    "extended without a reason": lambda: extended(OURS),
    "extended with metadata": lambda: extended(OURS, flags=0b1100, more=chunk(b"XMP ", b"<x/>" + JUNK)),
    "EXIF": lambda: saved(exif=EXIF_WITH_PLACE),
    "a colour profile": lambda: saved(icc_profile=JUNK * 20),
    "XMP": lambda: saved(xmp=JUNK),
    "without loss": lambda: saved(lossless=True),
    "see-through": with_alpha,
    "moving": lambda: saved(save_all=True, append_images=[picture(300, 200).rotate(90)], duration=100),
    "too wide": lambda: encoded(picture(802, 500), "WEBP", quality=60),
    "too high": lambda: encoded(picture(500, 1002), "WEBP", quality=60),
    "too heavy": lambda: encoded(Image.effect_noise((800, 800), 90).convert("RGB"), "WEBP", quality=78),
    "a JPEG": lambda: encoded(picture(300, 200)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_ours_to_the_last_byte_is_encoded_anew(name: str) -> None:
    hostile = HOSTILE[name]()
    assert not is_own(hostile)
    for file in prepare_picture(hostile, keeps_own=True).files:
        assert hostile not in file.content and JUNK[:8] not in file.content and b"evil" not in file.content


@pytest.mark.parametrize(
    "mark", [b"<script>", b"<SVG onload=x>", b"<?php ", b"%PDF-1.7", b"PK\3\4\x14\0", b"PK\5\6\0\0", b"<!doctype html>"]
)
def test_a_picture_that_other_programs_could_take_for_theirs_is_not_kept(mark: bytes) -> None:
    """Coefficients may be any bytes, so a whole picture can hold these."""
    frame = frame_of(OURS)
    middle = len(frame) * 2 // 3
    hostile = webp(frame[:middle] + mark + frame[middle + len(mark) :])
    assert not is_own(hostile)
    try:
        files = prepare_picture(hostile, keeps_own=True).files
    except UploadRefused:
        return
    assert all(mark not in file.content for file in files)


@pytest.mark.parametrize("data", [b"", OURS[:-2], OURS[:30], webp(frame_of(OURS)[:-300]), OURS[:12], webp(b"")])
def test_what_does_not_decode_is_refused(data: bytes) -> None:
    with pytest.raises(UploadRefused):
        prepare_picture(data, keeps_own=True)


@pytest.mark.parametrize("length", [0, len(OURS) - 24, len(OURS) - 18, len(OURS) + 2000, 0xFFFFFFF0])
def test_a_chunk_that_lies_about_its_length_is_not_ours(length: int) -> None:
    lying = OURS[:16] + struct.pack("<I", length) + OURS[20:]
    assert lying != OURS and not is_own(lying)


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    frame = bytearray(frame_of(OURS))
    frame[6:10] = struct.pack("<HH", 5000, 5000)
    with pytest.raises(UploadRefused, match="too_many_pixels"):
        prepare_picture(webp(bytes(frame)), keeps_own=True)
    with pytest.raises(UploadRefused, match="too_large"):
        prepare_picture(OURS + bytes(MAX_BYTES), keeps_own=True)


@given(st.binary(max_size=40), st.integers(0, 60))
def test_no_bytes_at_the_head_break_the_question(noise: bytes, at: int) -> None:
    is_own(OURS[:at] + noise + OURS[at + len(noise) :])


@given(st.integers(0, len(OURS) - 1), st.binary(max_size=30))
def test_no_shorter_or_longer_file_is_ours(length: int, behind: bytes) -> None:
    assert not is_own(OURS[:length])
    assert is_own(OURS + behind) is (behind == b"")


def encoded_flags(flags: list[int]) -> bytes:
    """Bits as a frame's head has them (RFC 6386, 7.3): of as likely ones, carrying by hand."""
    low, high_range, bits = 0, 255, 0
    for flag in flags:
        split = 1 + (((high_range - 1) * 128) >> 8)
        low, high_range = (low + split, high_range - split) if flag else (low, split)
        while high_range < 128:
            high_range, low, bits = high_range << 1, low << 1, bits + 1
    # `low` has all of the bits: 8 and those that were shifted in.
    shift = -(bits + 8) % 8
    return (low << shift).to_bytes((bits + 8 + shift) // 8, "big") + bytes(4)


@pytest.mark.parametrize("count", [1, 2, 4, 8])
@pytest.mark.parametrize("is_rich", [False, True])
def test_the_number_of_partitions_is_read_past_whatever_stands_before_it(count: int, is_rich: bool) -> None:
    number = [count.bit_length() - 1 >> 1, count.bit_length() - 1 & 1]
    if not is_rich:
        assert _partitions(encoded_flags([0, 0, 0, *[1] * 10, 0, *number])) == count
        return
    values = [1, 1, 0, 1, 0, 1, 0, 1, 1]
    segments = [1, 1, 1, 1, *values, 0, *values, 0, *[1, *[0, 1] * 3, 1], 0, 0, 1, *[1] * 7, *[1, *[0, 1] * 4], 0, 0]
    deltas = [1, 1, *[1, *[1, 0] * 3, 1], *[0] * 6, *[1, *[0, 1] * 3, 0]]
    assert _partitions(encoded_flags([0, 0, *segments, *[0] * 10, *deltas, *number])) == count
