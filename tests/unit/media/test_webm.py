"""WebM videos: what tells of their maker becomes a Void of the same length, what players need stays where it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.media import webm_elements
from portal.media.upload_rules import UploadRefused
from portal.media.videos import prepare_video
from portal.media.webm_elements import cleaned_webm

OPEN = b"\x01" + b"\xff" * 7


def element(kind: int, content: bytes = b"", *, width: int = 1, length: bytes = b"") -> bytes:
    """An element of an EBML file; `width` is how many bytes its length takes."""
    width = width if len(content) < 127 else max(width, 4)
    length = length or (1 << 7 * width | len(content)).to_bytes(width, "big")
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + length + content


def seek(kind: int, position: int = 99) -> bytes:
    return element(0x4DBB, element(0x53AB, kind.to_bytes(4, "big")) + element(0x53AC, position.to_bytes(4, "big")))


HEAD = element(0x1A45DFA3, b"".join([
    element(0x4286, b"\1"), element(0x42F7, b"\1"), element(0x42F2, b"\4"), element(0x42F3, b"\x08"),
    element(0x4282, b"webm"), element(0x4287, b"\4"), element(0x4285, b"\2"),
]))  # fmt: skip
TAGS, ATTACHMENTS, CHAPTERS, INFO, CUES = 0x1254C367, 0x1941A469, 0x1043A770, 0x1549A966, 0x1C53BB6B
SCALE, CODEC = element(0x2AD7B1, b"\x0f\x42\x40"), element(0x86, b"V_VP8")
SIZE = element(0xE0, element(0xB0, b"\x02\x80") + element(0xBA, b"\x01\x68"))
BLOCK = element(0xA3, b"\x81\0\0\x80" + b"pixels" * 30)
CUE = element(0xBB, element(0xB3, b"\0") + element(0xB7, element(0xF7, b"\1") + element(0xF1, b"\x22")))
SECRETS = {
    "title": (INFO, element(0x7BA9, "Nhà chị TELLTALE".encode())),
    "date": (INFO, element(0x4461, b"TELLTALE")),
    "file": (INFO, element(0x7384, b"/home/TELLTALE/nha.webm")),
    "muxer": (INFO, element(0x4D80, b"TELLTALE 1.2")),
    "writer": (INFO, element(0x5741, b"TELLTALE phone")),
    "tags": (0, element(TAGS, element(0x7373, element(0x67C8, element(0x4487, b"+15.12+108.80 TELLTALE"))), width=8)),
    "attachment": (0, element(ATTACHMENTS, element(0x61A7, element(0x465C, b"TELLTALE" * 9000)))),
    "chapters": (0, element(CHAPTERS, element(0x45B9, element(0x85, b"TELLTALE")))),
    "void": (0, element(0xEC, b"TELLTALE" * 30, width=3)),
    "unknown": (0, element(0x4FFF, b"TELLTALE")),
    "track name": (0xAE, element(0x536E, b"TELLTALE")),
    "codec name": (0xAE, element(0x258688, b"TELLTALE")),
    "in a cluster": (0x1F43B675, element(0x4FFE, b"TELLTALE")),
    "in the head": (0x1A45DFA3, element(0xEC, b"TELLTALE")),
}


def webm(place: int = -1, told: bytes = b"", *, is_open: bool = False) -> bytes:
    """A WebM of one block, in whose element `place` something more is told."""
    more = {place: told}
    head = element(0x1A45DFA3, HEAD[5:] + more.get(0x1A45DFA3, b""))
    info = element(INFO, SCALE + more.get(INFO, b""))
    tracks = element(0x1654AE6B, element(0xAE, element(0xD7, b"\1") + CODEC + SIZE + more.get(0xAE, b"")))
    inside = element(0xE7, b"\0") + BLOCK + more.get(0x1F43B675, b"")
    cluster = element(0x1F43B675, inside, length=OPEN if is_open else b"")
    contents = element(0x114D9B74, seek(INFO) + seek(TAGS) + seek(CUES))
    segment = contents + info + tracks + cluster + more.get(0, b"") + element(CUES, CUE)
    return head + element(0x18538067, segment, width=8, length=OPEN if is_open else b"")


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("is_open", [False, True])
def test_what_tells_of_its_maker_is_blanked_and_nothing_moves(name: str, is_open: bool) -> None:
    data = webm(*SECRETS[name], is_open=is_open)
    cleaned = prepare_video(data, seconds=40).file.content
    assert b"TELLTALE" in data and b"TELLTALE" not in cleaned
    assert len(cleaned) == len(data)
    for kept in (SCALE, CODEC, SIZE, BLOCK, CUE, seek(INFO), seek(CUES)):
        assert cleaned.index(kept) == data.index(kept)
    assert cleaned_webm(cleaned) == cleaned


def test_the_table_of_contents_no_more_leads_to_what_is_gone() -> None:
    data = webm()
    at = data.index(seek(TAGS))
    assert cleaned_webm(data) == data[:at] + element(0xEC, bytes(len(seek(TAGS)) - 2)) + data[at + len(seek(TAGS)) :]
    padded = element(0x4DBB, seek(INFO)[3:] + element(0xEC, b"TELLTALE"))
    assert b"TELLTALE" not in cleaned_webm(HEAD + element(0x18538067, element(0x114D9B74, padded) + REST))


REST = element(0x1654AE6B, element(0xAE, CODEC)) + element(0x1F43B675, BLOCK)


@pytest.mark.parametrize(
    "size", [0, 1, 99, 122, 123, 124, 125, 126, 127, 128, 129, 200, 16_381, 16_382, 16_383, 70_000]
)
@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_a_void_is_exactly_as_long_as_what_it_blanks(size: int, width: int) -> None:
    told = element(TAGS, b"\xff" * size, width=width)
    data = HEAD + element(0x18538067, told + REST, width=8)
    cleaned = cleaned_webm(data)
    assert len(cleaned) == len(data) and cleaned.endswith(REST)
    ((void, _),) = [
        (one, holder) for one, holder in webm_elements._elements(cleaned) if one.kind == 0xEC and holder == 0x18538067
    ]
    assert void.end - void.at == len(told) and not any(cleaned[void.start : void.end])


def test_what_records_while_it_sends_leaves_lengths_open() -> None:
    cluster = element(0x1F43B675, element(0xE7, b"\0") + BLOCK, length=OPEN)
    tags = element(TAGS, b"TELLTALE")
    data = HEAD + element(0x18538067, REST + cluster + cluster + tags + cluster, length=OPEN)
    assert cleaned_webm(data) == data.replace(tags, element(0xEC, bytes(len(tags) - 2)))


@pytest.mark.parametrize(
    "data",
    [
        HEAD,
        HEAD + bytes(90),
        HEAD + element(0x18538067, b""),
        HEAD + element(0x18538067, element(0x1F43B675, BLOCK)),
        HEAD + element(0x18538067, element(0x1654AE6B)),
        HEAD.replace(b"webm", b"evil") + element(0x18538067, REST),
        HEAD + element(0x18538067, element(TAGS, b"TELLTALE", length=OPEN) + REST, length=OPEN),
        HEAD + element(0x18538067, REST + element(0x18538067, b"TELLTALE", length=OPEN), length=OPEN),
        webm() + b"<html><script>alert(1)</script>",
        webm() + b"\0",
        webm()[:-1],
        HEAD + element(0x18538067, REST + element(0x1F43B675, element(0xE7) * 300_000)),
    ],
)
def test_what_is_no_whole_webm_is_refused(data: bytes) -> None:
    with pytest.raises(UploadRefused) as refused:
        cleaned_webm(data)
    assert refused.value.code == "broken"


@given(st.integers(0, 700), st.binary(max_size=40), st.booleans(), st.integers(0, 700))
def test_any_damage_is_refused_or_leaves_the_length(at: int, noise: bytes, is_open: bool, cut: int) -> None:
    data = webm(*SECRETS["tags"], is_open=is_open)
    for damaged in (data[:cut], data[:at] + noise + data[at + len(noise) :]):
        try:
            assert len(cleaned_webm(damaged)) == len(damaged)
        except UploadRefused as refused:
            assert refused.code == "broken"
