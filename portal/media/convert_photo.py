"""A photo decoded and encoded anew: of what came, the pixels alone remain."""

from __future__ import annotations

import io
import struct

from PIL import Image

from portal.media.upload_rules import (
    MAX_BASELINE_JPEG_PIXELS,
    MAX_PIXELS,
    MAX_SIDE,
    MAX_WEBP_PIXELS,
    UploadRefused,
)

_QUALITY = 80
_MOST_SCANS = 300
_ORIENTATION = 0x0112
# EXIF 2.32, tag Orientation -> what puts the picture upright
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What a damaged EXIF block makes Pillow raise; the photo may be whole.
_BROKEN_EXIF = (OSError, SyntaxError, ValueError, TypeError, KeyError, OverflowError, struct.error)


def convert_photo(data: bytes, kind: str) -> tuple[bytes, int, int]:
    """A JPEG of at most MAX_SIDE pixels a side, upright, on white, without metadata; its width and height.

    Raises what `upright` raises.
    """
    photo = upright(data, kind)
    content = io.BytesIO()
    photo.save(content, "JPEG", quality=_QUALITY, exif=b"")
    return content.getvalue(), photo.width, photo.height


def upright(data: bytes, kind: str) -> Image.Image:
    """The pixels of a photo, at most MAX_SIDE a side, upright, on white, and nothing else of it.

    `kind` is `jpeg`, `png` or `webp`; of a moving picture, the first frame is taken. Raises UploadRefused where there
    are too many pixels or scans, and whatever Pillow raises where the content is broken.
    """
    # A progressive JPEG has about ten scans; each goes through all of the picture again, however little it says.
    if kind == "jpeg" and data.count(b"\xff\xda") > _MOST_SCANS:
        raise UploadRefused("too_slow")
    # The limits below are ours; Pillow's own would be a warning.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(data), formats=[kind.upper()]) as image:
        if image.width * image.height > _most_pixels(image, kind):
            raise UploadRefused("too_many_pixels")
        turn = _UPRIGHT.get(_orientation(image))
        if kind == "jpeg":
            image.draft(None, _fitting(image.size))
        image.load()
        plain = _plain(image)
        if plain is not image:
            image.close()  # no room for three of the largest pictures
        photo = _opaque(_small(plain))
    if turn is not None:
        photo = photo.transpose(turn)
    # JPEG comments and the like travel in `info`, and would be written.
    photo.info.clear()
    return photo


def _most_pixels(image: Image.Image, kind: str) -> int:
    if kind == "webp":
        return MAX_WEBP_PIXELS
    # Of a progressive JPEG the decoder holds every coefficient, however small the result.
    return MAX_BASELINE_JPEG_PIXELS if kind == "jpeg" and "progressive" not in image.info else MAX_PIXELS


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN_EXIF:
        return 1


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, MAX_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be scaled."""
    if image.mode.startswith("I"):
        # Sixteen bits of grey: converted as they are, all but the darkest would be white.
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in {"LA", "RGBA"}:
        return image
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _small(image: Image.Image) -> Image.Image:
    size = _fitting(image.size)
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode not in {"LA", "RGBA"}:
        return image if image.mode == "RGB" else image.convert("RGB")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white
