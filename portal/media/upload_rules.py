"""What may be uploaded, and what is searched for in it: for the portal and for the process that decodes."""

from __future__ import annotations

MAX_BYTES = 5 * 1024 * 1024
"""The largest upload, in bytes."""
MAX_CONTENT_BYTES = 2 * MAX_BYTES
"""The largest content that is made of one: packing a PDF anew may lengthen it."""
MAX_SIDE = 2_000
"""The longest side of a stored photo, in pixels."""
MAX_PIXELS = 40_000_000
MAX_BASELINE_JPEG_PIXELS = 120_000_000
"""More, since such a JPEG is scaled down while it is decoded, row by row."""
MAX_WEBP_PIXELS = 24_000_000
"""Fewer, since the decoder of WebP holds a picture four times."""
MAX_PAGES = 20
MAX_PDF_OBJECTS = 50_000
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
"""What all streams of a PDF may hold together when unpacked, with every stage of unpacking counted."""

PICTURE = "picture:"
"""Stands before the kind of what becomes a picture of a guide."""
KEEPING = "keeping:"
"""Stands in its place where a file that is one of ours already is to stay as it is."""
PICTURE_WIDTHS = ((400, 40_000), (800, 110_000))
"""How wide the files of such a picture are at most, in pixels, and how many bytes each should have at most."""
PICTURE_HEIGHT = 1.25
"""How high one is at most, by its greatest width: more would fill a phone's screen."""

MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/jpeg", "webp": "image/jpeg", "pdf": "application/pdf"}
"""What a recognised upload becomes."""
SUFFIXES = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}
STARTS = {"image/jpeg": b"\xff\xd8\xff", "application/pdf": b"%PDF-"}

# The EICAR test file, which every scanner takes for a virus: in two pieces, or they would take this file for one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


class UploadRefused(Exception):
    """An upload that can't be stored.

    `code` says why: empty, too_large, wrong_type, too_many_pixels, too_many_pages, broken, encrypted, infected,
    scanner_away or too_slow. `found` is "heic" where a wrong type is the one that iPhones make, else "".
    """

    def __init__(self, code: str, found: str = "") -> None:
        self.code = code
        self.found = found
        super().__init__(code)


def recognise(data: bytes) -> str:
    """`jpeg`, `png`, `webp` or `pdf`, by content alone; UploadRefused ("wrong_type") for anything else."""
    if data.startswith(STARTS["image/jpeg"]):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith(STARTS["application/pdf"]):
        return "pdf"
    raise UploadRefused("wrong_type", "heic" if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS else "")
