"""PDFs come out as drawn pages alone."""

from __future__ import annotations

import io
import re
import zlib
from contextlib import suppress

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from portal.media import convert_document as module
from portal.media.convert_document import convert_document, without_metadata
from portal.media.upload_rules import EICAR, UploadRefused
from tests.unit.media.samples import (
    EXIF_WITH_PLACE,
    decoded,
    document,
    encoded,
    hostile_document,
    picture,
    saved,
    segments,
    text_of,
)

ACTING = re.compile(
    r"/(JavaScript|OpenAction|AA|Launch|URI|SubmitForm|ImportData|GoToR|GoToE|EmbeddedFiles?|EF|Filespec|AcroForm|XFA"
    r"|RichMedia|3D|Movie|Sound|Screen|FileAttachment|Annots?|Widget|Metadata|XML|PieceInfo|Thumb|Info|Names|Ref|OPI|PS"
    r"|AF|Author|Outlines|S)\b"
)


def converted(data: bytes) -> Pdf:
    content, pages = convert_document(data)
    pdf = Pdf.open(io.BytesIO(content))
    assert len(pdf.pages) == pages
    return pdf


def refusal(data: bytes) -> str:
    with pytest.raises(UploadRefused) as refused:
        convert_document(data)
    return refused.value.code


@pytest.mark.parametrize("options", [{}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}], ids=str)
def test_nothing_that_acts_hides_or_tells_remains(options: dict[str, object]) -> None:
    hostile = hostile_document()
    before = text_of(hostile)
    assert len(set(re.findall(r"evil-[a-z-]+", before))) > 15
    pdf = converted(saved(hostile, **options))
    after = text_of(pdf)
    assert "evil" not in after
    assert ACTING.findall(after) == []
    assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
    assert set(pdf.trailer.keys()) <= {"/Root", "/Size", "/ID", "/Type", "/Length", "/Filter", "/W", "/Index"}
    assert set(pdf.pages[0].obj.keys()) <= module._PAGE


def test_what_is_drawn_remains() -> None:
    pdf = converted(saved(hostile_document()))
    text = text_of(pdf)
    assert "Sample 1" in text
    assert "Filled in" in text, "what was typed into a form is on the page"
    assert set(pdf.pages[0].obj.Resources.Font.keys()) == {"/A", "/JS"}, "a font may be called like an action"
    photo = pdf.pages[1].obj.Resources.XObject.Form.Resources.XObject.Photo
    assert decoded(photo.read_raw_bytes()).size == (60, 40)


def test_inherited_sizes_and_turns_remain() -> None:
    pdf = document()
    page = pdf.pages[0].obj
    del page["/MediaBox"]
    pdf.Root.Pages.MediaBox, pdf.Root.Pages.Rotate = Array([0, 0, 111, 222]), 90
    fresh = converted(saved(pdf))
    page = fresh.pages[0].obj
    assert ([int(side) for side in page.MediaBox], page.Rotate) == ([0, 0, 111, 222], 90)


def test_the_catalog_smuggled_in_as_a_resource_is_cleaned_too() -> None:
    pdf = hostile_document()
    pdf.pages[0].obj.Resources.Properties = Dictionary(Root=pdf.Root, Page=pdf.pages[1].obj)
    assert "evil" not in text_of(converted(saved(pdf)))


def test_bytes_before_and_behind_are_dropped() -> None:
    content, _ = convert_document(saved(document()) + b"PK\x03\x04evil-zip<script>")
    assert b"evil" not in content
    assert content.rstrip().endswith(b"%%EOF")


def test_photos_within_keep_their_colours_but_not_their_places() -> None:
    jpeg = encoded(picture(), exif=EXIF_WITH_PLACE, comment=b"evil", icc_profile=b"colours")
    bare = without_metadata(jpeg)
    assert b"evil" not in bare
    assert 0xE1 not in segments(bare)
    assert decoded(bare).info["icc_profile"] == b"colours"
    assert decoded(bare).tobytes() == decoded(jpeg).tobytes()
    cmyk = encoded(picture().convert("CMYK"))
    assert without_metadata(cmyk) == cmyk
    for length in range(len(jpeg)):
        without_metadata(jpeg[:length])


def test_pages_are_counted() -> None:
    assert convert_document(saved(document(20)))[1] == 20
    assert refusal(saved(document(21))) == "too_many_pages"


@pytest.mark.parametrize("password", ["", "secret"])
def test_encrypted_is_refused(password: str) -> None:
    encryption = pikepdf.Encryption(owner="owner", user=password)
    assert refusal(saved(document(), encryption=encryption)) == "encrypted"


def with_stream(raw: bytes, filters: list[Name]) -> bytes:
    pdf = document()
    stream = pdf.make_stream(b"")
    stream.write(raw, filter=Array(filters))
    pdf.pages[0].obj.Contents = stream
    return saved(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def deflated_zeros(size: int) -> bytes:
    deflating = zlib.compressobj(9)
    return b"".join([deflating.compress(bytes(1 << 20)) for _ in range(size >> 20)]) + deflating.flush()


def test_bombs_of_streams_are_refused() -> None:
    bomb = deflated_zeros(300 << 20)
    assert refusal(with_stream(bomb, [Name.FlateDecode])) == "too_large"
    nested = with_stream(zlib.compress(zlib.compress(bomb)), [Name.FlateDecode] * 3)
    assert len(nested) < 10_000
    assert refusal(nested) == "too_large"


def test_other_filters_are_bounded() -> None:
    ratio_64 = b"\x81\0" * 1_000_000 + b"\x80"
    with pytest.raises(pikepdf.PdfError):
        convert_document(with_stream(ratio_64, [Name.RunLengthDecode]))


def test_many_small_bombs_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = document(5)
    for page in pdf.pages:
        page.obj.Contents = pdf.make_stream(bytes(1 << 20))
    monkeypatch.setattr(module, "MAX_UNPACKED_BYTES", 4 << 20)
    assert refusal(saved(pdf)) == "too_large"
    monkeypatch.setattr(module, "MAX_UNPACKED_BYTES", 6 << 20)
    assert convert_document(saved(pdf))[1] == 5


def test_objects_are_counted() -> None:
    pdf = document()
    pdf.Root.Many = Array([pdf.make_indirect(Dictionary(A=1)) for _ in range(50_001)])
    assert refusal(saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)) == "too_large"


def test_pictures_of_absurd_size_within_are_refused() -> None:
    pdf = document()
    image = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=20_000, Height=20_000)
    pdf.pages[0].obj.Resources.XObject = Dictionary(Bomb=image)
    assert refusal(saved(pdf)) == "too_many_pixels"


@pytest.mark.parametrize("filters", [[], [Name.FlateDecode], [Name.FlateDecode] * 2, [Name.ASCIIHexDecode]], ids=len)
def test_the_test_virus_is_found_in_streams(filters: list[Name]) -> None:
    raw = b"x" * (module._CHUNK - 30) + EICAR + b"x" * 100
    for name in filters:
        raw = zlib.compress(raw) if name == Name.FlateDecode else raw.hex().encode() + b">"
    assert refusal(with_stream(raw, filters)) == "infected"


def test_the_test_virus_is_found_in_attachments_and_unused_streams() -> None:
    pdf = document()
    pdf.attachments["virus.com"] = EICAR
    assert refusal(saved(pdf)) == "infected"
    pdf = document()
    pdf.Root.Said = pdf.make_stream(EICAR)
    assert refusal(saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)) == "infected"


def test_deep_nesting_ends_in_a_refusal() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    data = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    data += b"3 0 obj<</Type/Page/Parent 2 0 R/Contents " + deep + b">>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    with suppress(UploadRefused, pikepdf.PdfError):
        assert convert_document(data)[1] == 1


def test_loops_come_to_an_end() -> None:
    pdf = document()
    form = pdf.make_stream(b"/Self Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Resources = Dictionary(XObject=Dictionary(Self=form))
    pdf.pages[0].obj.Resources.XObject = Dictionary(Self=form)
    assert convert_document(saved(pdf))[1] == 1
