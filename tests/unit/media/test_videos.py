"""Videos that editors upload: recognised by content, blanked of what tells of their maker, otherwise untouched."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.media.upload_rules import UploadRefused
from portal.media.videos import MAX_VIDEO_BYTES, prepare_video
from tests.factories.media import box, film
from tests.unit.media.test_webm import webm

HEAD = box(b"ftyp", b"isom\0\0\2\0")


def test_a_film_says_how_long_and_how_large_it_is() -> None:
    prepared = prepare_video(film(155))
    assert (prepared.facts.seconds, prepared.facts.width, prepared.facts.height) == (155, 640, 360)
    assert (prepared.file.media_type, prepared.file.suffix) == ("video/mp4", ".mp4")


def test_where_it_was_taken_is_blanked_and_the_rest_stays_in_its_place() -> None:
    data = film(place=b"+15.1200+108.8000/")
    content = prepare_video(data).file.content
    assert b"+15.12" in data and b"+15.12" not in content and b"udta" not in content
    assert len(content) == len(data)
    assert content[content.index(b"mdat") :] == data[data.index(b"mdat") :]


def test_a_webm_has_to_be_told_its_length() -> None:
    with pytest.raises(UploadRefused, match="no_seconds"):
        prepare_video(webm())
    prepared = prepare_video(webm(), seconds=40)
    assert (prepared.file.media_type, prepared.facts.seconds) == ("video/webm", 40)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", "wrong_type"),
        (b"\0\0\0\x18ftypheic" + bytes(90), "wrong_type"),
        (b"\x1a\x45\xdf\xa3" + bytes(90), "wrong_type"),
        (HEAD, "broken"),
        (HEAD + box(b"mdat", b"x"), "broken"),
        (HEAD + box(b"moov", box(b"mvhd", bytes(100))) + box(b"mdat", b"x"), "broken"),
        (film()[:-1], "broken"),
        (film() + b"<html>", "broken"),
        (HEAD + struct.pack(">I4s", 4, b"moov"), "broken"),
        (HEAD + struct.pack(">I4sQ", 1, b"moov", 1 << 62), "broken"),
        (HEAD + box(b"free") * 5000, "broken"),
        (film(100_000), "broken"),
    ],
)
def test_what_is_no_whole_video_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        prepare_video(data)
    assert refused.value.code == code


def test_a_heavy_one_is_refused() -> None:
    with pytest.raises(UploadRefused, match="too_large"):
        prepare_video(film(padding=MAX_VIDEO_BYTES))


@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_are_taken_or_refused(noise: bytes, at: int) -> None:
    data = film()
    try:
        prepare_video(data[:at] + noise + data[at + len(noise) :])
    except UploadRefused as refused:
        assert refused.code in {"broken", "wrong_type"}
