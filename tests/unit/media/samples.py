"""Photos and PDFs for the tests, good ones and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

RED, GREEN = (220, 20, 20), (20, 160, 20)


def picture(width: int = 60, height: int = 40) -> Image.Image:
    """Red with a green left third, so that one sees what is up and what is left."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (0, 0, width // 3, height))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The bytes of an image file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def decoded(content: bytes) -> Image.Image:
    """What a reader of the stored photo sees."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def is_near(pixel: object, colour: tuple[int, int, int]) -> bool:
    """Whether a pixel is a colour, as exactly as JPEG keeps it."""
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 25 for one, other in zip(pixel, colour, strict=True))


def segments(jpeg: bytes) -> list[int]:
    """The markers of a JPEG before its pixels."""
    markers, position = [], 2
    while jpeg[position + 1] != 0xDA:
        markers.append(jpeg[position + 1])
        position += 2 + int.from_bytes(jpeg[position + 2 : position + 4])
    return markers


def empty_png(width: int, height: int) -> bytes:
    """A PNG of so many black pixels, made without ever holding them."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    deflating = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    rows = b"".join([deflating.compress(row) for _ in range(height)]) + deflating.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def document(pages: int = 1, text: str = "Sample") -> Pdf:
    """A PDF whose pages show a text and their number."""
    pdf = Pdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=(300, 200))
        # Names that are keys of actions elsewhere: what a document calls its fonts is no reason to drop them.
        page.obj.Resources = Dictionary(Font=Dictionary(A=font, JS=font))
        page.obj.Contents = pdf.make_stream(f"BT /A 12 Tf 20 100 Td ({text} {number}) Tj ET".encode())
    return pdf


def saved(pdf: Pdf, **options: Any) -> bytes:
    """The bytes of a PDF."""
    file = io.BytesIO()
    pdf.save(file, **options)
    return file.getvalue()


def action(kind: str, **entries: Any) -> Dictionary:
    """An action of a kind."""
    return Dictionary(Type=Name.Action, S=Name("/" + kind), **entries)


def hostile_document() -> Pdf:
    """A PDF with everything in it that acts, hides files or tells of its author."""
    pdf = document(2)
    root, page = pdf.Root, pdf.pages[0].obj
    script = action("JavaScript", JS=String("app.alert('evil-script')"))
    root.OpenAction = pdf.make_indirect(script)
    root.AA = Dictionary(WC=script)
    root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("go"), script])))
    pdf.attachments["evil.exe"] = b"MZ evil-attachment"
    page.AA = Dictionary(O=action("Launch", F=String("evil-launch.exe"), Win=Dictionary(F=String("cmd.exe"))))
    page.PieceInfo = Dictionary(App=Dictionary(Private=String("evil-piece")))
    page.Thumb = pdf.make_stream(b"evil-thumb", Width=1, Height=1)
    page.Metadata = pdf.make_stream(b"<x:xmpmeta>evil-page-xmp</x:xmpmeta>", Type=Name.Metadata, Subtype=Name.XML)
    box = Array([0, 0, 50, 20])
    kinds = ["Link", "RichMedia", "3D", "Movie", "Sound", "Screen", "FileAttachment", "Text"]
    actions = [
        action("URI", URI=String("https://evil-uri.example")),
        action("SubmitForm", F=String("https://evil-submit.example")),
        action("GoToE", F=String("evil-embedded")),
        script,
    ]
    page.Annots = Array(
        [
            pdf.make_indirect(
                Dictionary(Type=Name.Annot, Subtype=Name("/" + kind), Rect=box, A=actions[number % 4], AA=root.AA)
            )
            for number, kind in enumerate(kinds)
        ]
    )
    _with_form(pdf, script, box)
    _with_hidden_places(pdf, script)
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = ["evil-author"]
    pdf.docinfo[Name.Author] = "evil-author"
    return pdf


def _with_form(pdf: Pdf, script: Dictionary, box: Array) -> None:
    look = pdf.make_stream(
        b"BT /A 9 Tf 2 5 Td (Filled in) Tj ET", Type=Name.XObject, Subtype=Name.Form, BBox=box, AA=Dictionary(E=script)
    )
    look.Resources = pdf.pages[0].obj.Resources
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String("Filled in"), F=4, Rect=box,
            DA=String("/A 9 Tf"), AP=Dictionary(N=look), AA=Dictionary(K=script),
        )
    )  # fmt: skip
    pdf.pages[0].obj.Annots.append(field)
    xfa = pdf.make_stream(b"<xdp:xdp>evil-xfa</xdp:xdp>")
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=xfa, CO=Array([field]))


def _with_hidden_places(pdf: Pdf, script: Dictionary) -> None:
    """What is forbidden, below what is drawn."""
    photo = encoded(picture(), exif=_exif_with_place())
    image = pdf.make_stream(
        photo, Type=Name.XObject, Subtype=Name.Image, Width=60, Height=40, ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8, Filter=Name.DCTDecode, OPI=Dictionary(F=String("evil-opi")), Next=script,
        Metadata=pdf.make_stream(b"evil-image-xmp"), AF=Array([Dictionary(EF=Dictionary(F=pdf.make_stream(b"evil")))]),
    )  # fmt: skip
    form = pdf.make_stream(b"/Photo Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Resources = Dictionary(XObject=Dictionary(Photo=image), Evil=script)
    form.Ref = Dictionary(F=String("evil-reference.pdf"), Page=0)
    outside = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, F=String("evil-outside"), Width=1, Height=1)
    postscript = pdf.make_stream(b"evil-postscript", Type=Name.XObject, Subtype=Name.PS)
    pdf.pages[1].obj.Resources.XObject = Dictionary(Form=form, Outside=outside, Script=postscript, Act=script)


def _exif_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "evil-camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (20.0, 25.0, 30.0), 3: "E", 4: (106.0, 10.0, 1.0)})
    exif[0x8825] = exif.get_ifd(0x8825)
    return exif.tobytes()


EXIF_WITH_PLACE = _exif_with_place()


def text_of(pdf: Pdf) -> str:
    """Everything that the objects of a PDF say: keys, names, strings and unpacked streams."""
    said = []
    for item in pdf.objects:
        said.append(repr(item) if not isinstance(item, pikepdf.Stream) else repr(dict(item.items())))
        if isinstance(item, pikepdf.Stream):
            try:
                said.append(item.read_bytes().decode("latin-1"))
            except pikepdf.PdfError:
                said.append(item.read_raw_bytes().decode("latin-1"))
    return "\n".join(said)
