"""Pictures that editors upload for guides: looked into and made anew by another process, in the widths of phones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from portal.media.library import MARK_LENGTH, PICTURE, StoredFile
from portal.media.service import Upload
from portal.media.upload_rules import KEEPING, MAX_BYTES, PICTURE_HEIGHT, PICTURE_WIDTHS, UploadRefused
from portal.media.upload_rules import PICTURE as AS_PICTURE
from portal.media.upload_store import Prepared, UploadStore
from portal.media.uploads import converted, recognised, told

_MEDIA_TYPE, _SUFFIX = "image/webp", ".webp"
_WIDEST = PICTURE_WIDTHS[-1][0]


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A picture that may be stored, in each of its widths; `digest` is of the bytes that came."""

    digest: str
    files: tuple[Prepared, ...]


def prepare_picture(data: bytes, *, scanner: Sequence[str] = (), keeps_own: bool = False) -> PreparedPicture:
    """The files to store for an upload, the narrowest first; raises UploadRefused.

    For `scanner` see `uploads.prepare`. With `keeps_own`, a file that a portal has exported stays as it is, byte for
    byte; that is for folders that an operator imports. What comes by a browser is always encoded anew.
    """
    kind = recognised(data, MAX_BYTES)
    if kind == "pdf":
        raise UploadRefused("wrong_type", "pdf")
    facts, content = told(converted((KEEPING if keeps_own else AS_PICTURE) + kind, data, scanner=scanner))
    return PreparedPicture(hashlib.sha256(data).hexdigest(), _parted(facts.get("sizes"), content))


def _parted(sizes: object, content: bytes) -> tuple[Prepared, ...]:
    """The single files; what the other process says of them is checked like any input."""
    files, position, before = [], 0, 0
    for size in sizes if isinstance(sizes, list) and len(sizes) <= len(PICTURE_WIDTHS) else ():
        if not (isinstance(size, list) and len(size) == 3 and all(isinstance(number, int) for number in size)):
            raise UploadRefused("broken")
        width, height, length = size
        file = content[position : position + length] if length > 0 else b""
        is_picture = len(file) == length and file[:4] == b"RIFF" and file[8:12] == b"WEBP"
        if not (before < width <= _WIDEST and 1 <= height <= _WIDEST * PICTURE_HEIGHT and is_picture):
            raise UploadRefused("broken")
        files.append(Prepared(file, _MEDIA_TYPE, _SUFFIX, width, height, None))
        position, before = position + length, width
    if not files or position != len(content):
        raise UploadRefused("broken")
    return tuple(files)


def store_picture(prepared: PreparedPicture, store: UploadStore) -> Upload:
    """Put the files into the store, whole on the disk when this returns (OSError where that fails)."""
    files = [
        StoredFile(store.save(file), file.width or 0, file.height or 0, len(file.content)) for file in prepared.files
    ]
    mark = hashlib.sha256(b"".join(file.content for file in prepared.files)).hexdigest()[:MARK_LENGTH]
    return Upload(kind=PICTURE, media_type=_MEDIA_TYPE, digest=prepared.digest, mark=mark, files=files)
