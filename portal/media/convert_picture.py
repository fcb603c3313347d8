"""A picture of a guide made anew in the widths that phones need."""

from __future__ import annotations

import io

from PIL import Image

from portal.media.convert_photo import upright
from portal.media.own_picture import is_own
from portal.media.upload_rules import PICTURE_HEIGHT, PICTURE_WIDTHS

# Tried in this order until a file is small enough.
_QUALITIES = (78, 65, 50, 35)


def convert_picture(data: bytes, kind: str, *, keeps_own: bool = False) -> tuple[bytes, list[tuple[int, int, int]]]:
    """WebP files after one another, and the width, height and length of each, the narrowest first.

    A picture that is narrower than our widths isn't made wider. With `keeps_own`, one that we have made ourselves
    is the widest as it came. Raises what `upright` raises.
    """
    photo = upright(data, kind)
    own = data if keeps_own and kind == "webp" and is_own(data) else b""
    files: list[bytes] = []
    sizes: list[tuple[int, int, int]] = []
    for width, most_bytes in PICTURE_WIDTHS:
        scale = min(1.0, width / photo.width, width * PICTURE_HEIGHT / photo.height)
        size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
        if sizes and size[0] <= sizes[-1][0]:
            break
        if own and size[0] == photo.width:
            break
        content = _encoded(photo.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0), most_bytes)
        if sizes and len(content) > most_bytes:
            break  # mere noise: the narrow one has to do
        files.append(content)
        sizes.append((*size, len(content)))
    if own:
        files.append(own)
        sizes.append((*photo.size, len(own)))
    return b"".join(files), sizes


def _encoded(picture: Image.Image, most_bytes: int) -> bytes:
    picture.info.clear()
    content = b""
    for quality in _QUALITIES:
        file = io.BytesIO()
        picture.save(file, "WEBP", quality=quality, method=4, exif=b"")
        content = file.getvalue()
        if len(content) <= most_bytes:
            break
    return content
