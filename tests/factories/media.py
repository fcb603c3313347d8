"""Uploaded pictures and videos."""

from __future__ import annotations

import io
import struct
from pathlib import Path

from flask import Flask
from PIL import Image

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.pages import renderer
from portal.core.permissions import Actor
from portal.media import service
from portal.media.pictures import prepare_picture, store_picture
from portal.media.service import Said
from portal.media.shelf import media_store
from portal.media.videos import prepare_video, store_video

UPLOADER = Actor("user", "uploader", "Người tải lên")


def photo(width: int = 1200, height: int = 800, kind: str = "JPEG", **options: object) -> bytes:
    """A picture with something in it."""
    file = io.BytesIO()
    image = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    image.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def box(kind: bytes, content: bytes = b"") -> bytes:
    """A box of an MP4."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def film(seconds: int = 155, *, padding: int = 1000, place: bytes = b"+15.1200+108.8000/") -> bytes:
    """An MP4 as far as its boxes go: it has a length, a size, and tells where it was taken."""
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80))
    sizes = struct.pack(">II", 640 << 16, 360 << 16)
    track = box(b"trak", box(b"tkhd", bytes(76) + sizes))
    sound = box(b"trak", box(b"tkhd", bytes(84)))
    told = box(b"udta", box(b"\xa9xyz", place))
    moov = box(b"moov", mvhd + track + sound + told)
    return box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + moov + box(b"mdat", bytes(range(250)) * (padding // 250))


def uploaded(slug: str = "nut-nop", *, alt: dict[str, str] | None = None, caption: str = "", credit: str = "") -> None:
    """A picture in the library."""
    store = media_store(renderer().config)
    upload = store_picture(prepare_picture(photo()), store)
    said = Said(
        alt=alt or {"vi": "Nút nộp hồ sơ ở cuối trang."}, caption={"vi": caption} if caption else {}, credit=credit
    )
    with unit_of_work():
        service.add(slug, upload, said, actor=UPLOADER, now=clock.now())


def uploaded_video(slug: str = "cach-nop", *, size: int = 1000) -> None:
    """A video in the library."""
    upload = store_video(prepare_video(film(padding=size)), media_store(renderer().config))
    with unit_of_work():
        service.add(
            slug, upload, Said(alt={"vi": "Cách nộp hồ sơ."}, caption={}, credit=""), actor=UPLOADER, now=clock.now()
        )


def stored_files(app: Flask) -> list[Path]:
    """What lies in the store."""
    return [path for path in (renderer(app).config.data_dir / "media").rglob("*") if path.is_file()]
