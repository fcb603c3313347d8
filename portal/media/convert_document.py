"""A PDF written anew: a fresh document that takes over what is drawn on the pages, and nothing that acts.

Kept of a page (ISO 32000-2, table 31): Contents, Resources, the boxes, Rotate, UserUnit, Group. What forms and comments
show is first drawn into the page (12.5.5, appearance streams), so a form that was filled in stays readable.

Gone with the old catalog (7.7.2), information dictionary (14.3.3) and the other keys of pages: OpenAction and AA
(12.6.3), the name trees JavaScript and EmbeddedFiles (7.7.4), AcroForm (12.7) with XFA (12.7.8), Annots (12.5) with
their actions JavaScript, Launch, URI, SubmitForm, ImportData, GoToR and GoToE (12.6.4) and their kinds FileAttachment,
Sound, Movie, Screen, RichMedia and 3D (12.5.6, 13), Outlines, Dests and Thumb (12.3), Metadata (14.3.2), PieceInfo
(14.5), StructTreeRoot (14.7), AF (14.13), Collection (12.3.5), OCProperties (8.11.4: every layer shows), Perms and DSS
(12.8). The same keys are removed wherever else they are, as are external streams (7.3.8.2: F), reference XObjects
(8.10.4: Ref), PostScript XObjects (8.8), Alternates (8.9.5.4), OPI (14.11.7), and the EXIF block of photos.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, settings

from portal.media.upload_rules import (
    EICAR,
    MAX_BASELINE_JPEG_PIXELS,
    MAX_PAGES,
    MAX_PDF_OBJECTS,
    MAX_UNPACKED_BYTES,
    UploadRefused,
)

_CHUNK = 256 * 1024
_LIMITED_FILTER_BYTES = 64 * 1024 * 1024
# fmt: off
_PAGE = {
    "/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox",
    "/Rotate", "/UserUnit", "/Group",
}
_RESOURCES = {
    "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/ProcSet", "/Properties",
}
_FORBIDDEN = {
    "/A", "/AA", "/AF", "/AcroForm", "/Alternates", "/Annots", "/Collection", "/DSS", "/Dests", "/EF",
    "/EmbeddedFiles", "/JS", "/JavaScript", "/LastModified", "/Launch", "/Legal", "/Measure", "/Metadata",
    "/Names", "/Next", "/OPI", "/OpenAction", "/Outlines", "/Perms", "/PieceInfo", "/PtData", "/RF", "/Ref",
    "/RichMediaContent", "/RichMediaSettings", "/StructParent", "/StructParents", "/StructTreeRoot", "/Thumb",
    "/URI", "/XFA",
}
# fmt: on
_FORBIDDEN_OF_STREAMS = {"/F", "/FFilter", "/FDecodeParms"}
_FLATE = {"/FlateDecode", "/Fl"}
_UNPACKED_BY_QPDF = _FLATE | {"/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"}
# What a reader of JPEG needs for the right colours: the ICC profile and Adobe's transform.
_COLOURS = {0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# Dictionaries whose keys are names that the document gives: a font may be called A or F.
_NAMED = {"/CharProcs", "/Colorants"}


def convert_document(data: bytes) -> tuple[bytes, int]:
    """The PDF as ours, and the number of its pages.

    Raises UploadRefused (encrypted, too_many_pages, too_many_pixels, too_large, infected), and whatever pikepdf
    raises where the content is broken.
    """
    settings.set_qpdf_limits(
        doc_max_warnings=1_000,
        max_stream_filters=8,
        flate_max_memory=_LIMITED_FILTER_BYTES,
        run_length_max_memory=_LIMITED_FILTER_BYTES,
        png_max_memory=_LIMITED_FILTER_BYTES,
        tiff_max_memory=_LIMITED_FILTER_BYTES,
        parser_max_container_size=500_000,
    )
    try:
        source = Pdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise UploadRefused("encrypted") from None
    with source:
        if source.is_encrypted:
            raise UploadRefused("encrypted")
        pages = len(source.pages)
        if pages > MAX_PAGES:
            raise UploadRefused("too_many_pages")
        _search(source)
        return _rewritten(source), pages


def _search(source: Pdf) -> None:
    """Unpack every stream once, to know how much there is and that it holds no test virus."""
    if len(source.objects) > MAX_PDF_OBJECTS:
        raise UploadRefused("too_large")
    budget = _Budget()
    for item in source.objects:
        if not isinstance(item, Stream):
            continue
        end = b""
        for piece in _unpacked(item, budget):
            if EICAR in end + piece:
                raise UploadRefused("infected")
            end = piece[-len(EICAR) :]


class _Budget:
    """How much may still be unpacked, in bytes."""

    def __init__(self) -> None:
        self._left = MAX_UNPACKED_BYTES

    def counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._left -= len(piece)
            if self._left < 0:
                raise UploadRefused("too_large")
            yield piece


def _unpacked(stream: Stream, budget: _Budget) -> Iterator[bytes]:
    """The content of a stream, without the filters that begin with Flate, or all where qpdf knows them."""
    filters = _filters(stream)
    if filters and set(filters) <= _UNPACKED_BY_QPDF and not set(filters) <= _FLATE:
        return budget.counted([stream.read_bytes()])
    pieces = budget.counted([stream.read_raw_bytes()])
    for name in filters:
        if name not in _FLATE:
            break
        pieces = budget.counted(_inflated(pieces))
    return pieces


def _filters(stream: Stream) -> list[str]:
    found = stream.get(Name.Filter)
    if isinstance(found, Array):
        return [str(name) for name in found]
    return [] if found is None else [str(found)]


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    inflating = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not inflating.eof:
            try:
                yield inflating.decompress(rest, _CHUNK)
            except zlib.error:
                return  # damaged: readers show what came before
            rest = inflating.unconsumed_tail


def _rewritten(source: Pdf) -> bytes:
    source.generate_appearance_streams()
    source.flatten_annotations("all")
    with Pdf.new() as fresh:
        for page in source.pages:
            _keep(page.obj, _PAGE)
            fresh.pages.append(page)
        _clean(fresh)
        content = io.BytesIO()
        fresh.save(content)
    return content.getvalue()


def _keep(dictionary: Object, allowed: set[str]) -> None:
    for key in set(dictionary.keys()) - allowed:
        del dictionary[key]


def _clean(fresh: Pdf) -> None:
    """Go through all that is drawn and remove what acts, tells of the author, or lies elsewhere."""
    seen: set[tuple[tuple[int, int], str]] = set()
    waiting: list[tuple[Object, str]] = [(page.obj, "") for page in fresh.pages]
    while waiting:
        item, role = waiting.pop()
        if not isinstance(item, Dictionary | Stream | Array):
            continue
        if item.is_indirect:
            if (item.objgen, role) in seen:
                continue
            seen.add((item.objgen, role))
        if isinstance(item, Array):
            waiting += [(part, "") for part in item]
            continue
        _clean_one(item, role)
        waiting += [(value, _role_of(key, role)) for key, value in item.items() if key != "/Parent"]


def _role_of(key: str, role: str) -> str:
    if role == "resources" or (role != "names" and key in _NAMED):
        return "names"
    return "resources" if role != "names" and key == "/Resources" else ""


def _clean_one(item: Dictionary | Stream, role: str) -> None:
    if role == "resources":
        _keep(item, _RESOURCES)
        return
    if role == "names":
        for key in [key for key, value in item.items() if _is_postscript(value)]:
            del item[key]
        return
    if item.get(Name.Type) == Name.Action:
        _keep(item, set())
    is_stream = isinstance(item, Stream)
    for key in set(item.keys()) & (_FORBIDDEN | _FORBIDDEN_OF_STREAMS if is_stream else _FORBIDDEN):
        del item[key]
    if is_stream and item.get(Name.Subtype) == Name.Image:
        _clean_image(item)


def _is_postscript(value: object) -> bool:
    return isinstance(value, Stream) and value.get(Name.Subtype) == Name.PS


def _clean_image(image: Dictionary | Stream) -> None:
    if int(image.get(Name.Width, 0)) * int(image.get(Name.Height, 0)) > MAX_BASELINE_JPEG_PIXELS:
        raise UploadRefused("too_many_pixels")
    if isinstance(image, Stream) and _filters(image) == ["/DCTDecode"]:
        parameters = image.get(Name.DecodeParms)
        image.write(
            without_metadata(image.read_raw_bytes()),
            filter=Name.DCTDecode,
            decode_parms=parameters if isinstance(parameters, Dictionary | Array) else None,
        )


def without_metadata(jpeg: bytes) -> bytes:
    """A JPEG without its comments and application segments (EXIF, XMP), but for JFIF, ICC and Adobe's colours."""
    kept, position = [jpeg[:2]], 2
    while jpeg[position : position + 1] == b"\xff" and position + 4 <= len(jpeg):
        marker = jpeg[position + 1]
        if marker == 0xDA:
            break
        end = position + 2 + int.from_bytes(jpeg[position + 2 : position + 4])
        if not (0xE0 < marker <= 0xEF or marker == 0xFE) or _is_for_colours(marker, jpeg[position + 4 : end]):
            kept.append(jpeg[position:end])
        position = end
    return b"".join([*kept, jpeg[position:]])


def _is_for_colours(marker: int, segment: bytes) -> bool:
    return marker in _COLOURS and segment.startswith(_COLOURS[marker])
